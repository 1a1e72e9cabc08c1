"""Every quarter of an hour: reminders of answers that are due. Every minute, `{"task": "attend"}`: what can't wait."""

import os
from typing import Any, Protocol

from chase_cases.measure import figures_of_attend, figures_of_chase, measure
from chase_cases.wiring import wire
from desk.clock import scheduled_time

_WIRED = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None
_MARGIN_MS = 20_000  # of the function's time, for the mail that has begun and what is noted of it


class Context(Protocol):
    """What Lambda tells of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda stops the function."""
        ...


def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Remind or attend, as long as there is time; the next run goes on."""
    wired = _WIRED or wire(os.environ)
    now = scheduled_time(event)

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > _MARGIN_MS

    if event.get("task") == "attend":
        attended = wired.attend.run(now, has_time)
        figures, failures = figures_of_attend(attended), attended.failures
    else:
        chased = wired.chase.run(now, has_time)
        figures, failures = figures_of_chase(chased), chased.failures
    measure(wired, figures, failures)
    return figures | {"failures": failures}
