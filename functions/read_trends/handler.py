"""On a schedule, every twenty minutes: read what trends, once in each working hour."""

from typing import Any

from desk.clock import scheduled_time
from desk.invocation import Context
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged
from read_trends.read import TrendsReport
from read_trends.wiring import Wired, wire

_MARGIN_MS = 60_000
"""Time that is kept for counting the posts of one day."""


def report_run(report: TrendsReport, wired: Wired) -> None:
    """Log what was read and what could not be read."""
    is_well = not (report.refused or report.interrupted)
    (wired.logger.info if is_well else wired.logger.warning)(
        "read trends", extra=vars(report) | {"touching": len(report.touching)}
    )


_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Read the hour for which the schedule fired, and return what was read."""
    wired = _wired()
    remaining_ms = context.get_remaining_time_in_millis
    wired.deadline.follow(remaining_ms)
    report = wired.reader.read(scheduled_time(event), lambda: remaining_ms() > _MARGIN_MS)
    report_run(report, wired)
    if not report.failing:
        wired.heartbeats.beat(event)
    return {"read": report.read, "refused": report.refused, "touching": report.touching}
