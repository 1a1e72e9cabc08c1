"""How much time this invocation still has."""

import math
from collections.abc import Callable

_STORING = 5.0
"""Seconds kept back from X, in which what it said is stored and the run's end recorded."""


def _no_end() -> float:
    return math.inf


class Deadline:
    """The X client is made once, deadlines come with each invocation: it asks here."""

    def __init__(self) -> None:
        self._remaining_ms: Callable[[], float] = _no_end

    def follow(self, remaining_ms: Callable[[], float]) -> None:
        """Take over an invocation's own measure, in milliseconds."""
        self._remaining_ms = remaining_ms

    def seconds_for_x(self) -> float:
        """How long talking to X may still take."""
        return self._remaining_ms() / 1000 - _STORING
