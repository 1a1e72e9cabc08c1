"""Business time, which comes from the schedule's event, and the wall clock, for leases, budgets and deadlines."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any


def utc_now() -> datetime:
    """The time of the wall clock, aware, in UTC."""
    return datetime.now(UTC)


def scheduled_time(event: Mapping[str, Any]) -> datetime:
    """The moment for which a schedule fired this event; the wall clock's time where the event has none.

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
"""Seconds that are reserved for storing X's answer and ending the run."""


def no_end() -> float:
    """Time without a limit, for callers that have none."""
    return math.inf


class Deadline:
    """The present invocation's deadline, for the X client, which is made once."""

    def __init__(self) -> None:
        self._remaining_ms: Callable[[], float] = no_end

    def follow(self, remaining_ms: Callable[[], float]) -> None:
        """Use this invocation's remaining time, in milliseconds."""
        self._remaining_ms = remaining_ms

    def seconds_for_x(self) -> float:
        """The seconds that are left for calls of X."""
        return self._remaining_ms() / 1000 - _STORING
