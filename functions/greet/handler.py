"""On a schedule, each morning: plan the brand's greeting."""

from typing import Any

from desk.clock import scheduled_time
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged
from greet.greet import GreetingOutcome, GreetingReport
from greet.wiring import Wired, wire

_MISSED = (GreetingOutcome.TOO_LATE, GreetingOutcome.REFUSED)


def report_outcome(report: GreetingReport, wired: Wired) -> None:
    """Log the outcome; a missed greeting is an error."""
    about = {"day": report.day.isoformat(), "outcome": report.outcome.value, "detail": report.detail}
    (wired.logger.error if report.outcome in _MISSED else wired.logger.info)("greeted", extra=about)


_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Plan this morning's greeting, and return the outcome."""
    wired = _wired()
    report = wired.greeter.plan_greeting(scheduled_time(event))
    report_outcome(report, wired)
    wired.heartbeats.beat(event)
    return {"outcome": report.outcome.value, "post": report.post.id if report.post else None}
