"""What work takes: AWS calls and CPU of this process, for each thing that was done."""

import gc
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Meter:
    """Sums up what runs within `running`. `calls` counts every call by service; `done` is the unit of the figures.

    `more` are figures of other kinds.
    """

    calls: Counter[str]
    done: int = 0
    cpu_seconds: float = 0.0
    more: dict[str, float] = field(default_factory=dict)
    _taken: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what is done here; the garbage collector passes over what the benchmark itself keeps in memory."""
        gc.collect()
        gc.freeze()
        before, began = self.calls.copy(), time.process_time()
        yield
        self.cpu_seconds += time.process_time() - began
        self._taken += self.calls - before

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU that each took."""
        return self.cpu_seconds * 1000 / (self.done or 1)

    def row(self, name: str) -> dict[str, float]:
        """How much was done, under this name, and what each took."""
        each = 1 / (self.done or 1)
        return {
            name: self.done,
            "dynamodb_calls": round(self._taken["dynamodb"] * each, 4),
            "sns_calls": round(self._taken["sns"] * each, 4),
            "cpu_ms": round(self.cpu_ms, 3),
        }
