"""Two kinds of time: the schedule's, which the desk speaks of, and the machine's, which guards leases and budgets."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any


def utc_now() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


def scheduled_time(event: Mapping[str, Any]) -> datetime:
    """For which moment a schedule fired this event; the machine's time when the event does not say.

    Schedules put `<aws.scheduler.scheduled-time>` into their input, so that a late or repeated invocation still
    belongs to its own minute and day. A rehearsal plays any day in the same way.
    """
    stated = event.get("scheduled_time", "")
    try:
        moment = datetime.fromisoformat(stated)
    except (TypeError, ValueError):
        return utc_now()
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
