"""What a run took: how long requests and runs lasted, what functions called and used, and which were killed."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from benchmarks.load.worker.sitecustomize import Told

_BITS = 1024


@dataclass
class Latencies:
    """Seconds of what was done, by its name."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time what is done here, also if it fails."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name].append(time.monotonic() - began)


@dataclass
class FunctionUse:
    """What one function did: its calls of AWS, how often it was killed at which, and the memory of its processes.

    `unsettled` is what killed processes had sent and may not have removed from the outbox, so that it is sent again.
    """

    calls: Counter[str] = field(default_factory=Counter)
    killed_at: Counter[str] = field(default_factory=Counter)
    unsettled: Counter[Told] = field(default_factory=Counter)
    uses: Counter[str] = field(default_factory=Counter)
    megabytes: list[float] = field(default_factory=list)


def uses_of(folder: Path, names: Mapping[str, str]) -> dict[str, FunctionUse]:
    """What the workers wrote down, by the functions' logical ids; `names` are those by physical id.

    A killed process has its lines up to then. The memory of each process is its peak.
    """
    found: dict[str, FunctionUse] = {}
    for path in sorted(folder.glob("*.jsonl")):
        peak = 0
        for text in path.read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            use = found.setdefault(names.get(line["function"], line["function"]), FunctionUse())
            if "killed_at" in line:
                use.killed_at[line["killed_at"]] += 1
                use.unsettled.update(map(tuple, line["unsettled"]))
                continue
            use.calls[f"{line['service']}.{line['operation']}"] += 1
            use.uses.update(line["uses"])
            peak = line["kilobytes"]
        if peak:
            use.megabytes.append(peak / _BITS)
    return found


def percentiles(values: Sequence[float]) -> list[float]:
    """The 50th, 95th and 99th percentile, and the largest."""
    if len(values) < 2:
        return [*values, *values, *values, *values]
    parts = quantiles(values, n=100, method="inclusive")
    return [parts[49], parts[94], parts[98], max(values)]
