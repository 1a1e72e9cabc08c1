"""On a schedule, twice an hour: measure how the brand's posts perform on X."""

from typing import Any

from desk.clock import scheduled_time
from desk.invocation import ContextWithId
from desk.start import at_start, logged
from measure_posts.measure import MeasureReport
from measure_posts.wiring import Wired, wire

_MARGIN_MS = 30_000
"""Time that is kept for one post: reading it twice, and storing its metrics."""


def report_run(report: MeasureReport, wired: Wired) -> None:
    """Log what was measured, what the next run has to do, and why."""
    about = {
        "measured": report.measured,
        "gone": report.gone,
        "left": report.left,
        "problem": report.problem,
        "x_calls": report.usage.calls,
        "x_micro_usd": report.usage.micro_usd,
    }
    (wired.logger.warning if report.left or report.problem else wired.logger.info)("measured posts", extra=about)


_wired = at_start(wire)


@logged
def lambda_handler(event: dict[str, Any], context: ContextWithId) -> dict[str, Any]:
    """Measure what is due at the scheduled time, and return how many posts were measured and left."""
    wired = _wired()
    remaining_ms = context.get_remaining_time_in_millis
    wired.deadline.follow(remaining_ms)
    report = wired.measurer.measure(scheduled_time(event), context.aws_request_id, lambda: remaining_ms() > _MARGIN_MS)
    report_run(report, wired)
    wired.heartbeats.beat(event)
    return {"measured": report.measured, "gone": report.gone, "left": len(report.left)}
