"""On a schedule, every ten minutes: read the brand's feeds."""

from typing import Any

from desk.clock import scheduled_time
from desk.errors import DeskError
from desk.invocation import Context, Metric, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged
from read_feeds.read import FeedsReport
from read_feeds.wiring import Wired, wire

_MARGIN_MS = 90_000
"""For one feed: fetching, parsing what takes as long as it may, and storing."""


class FeedsNotRead(DeskError):
    """The desk itself failed at some feeds or entries."""


def report_run(report: FeedsReport, wired: Wired) -> None:
    """Emit what an alarm watches, and log what was not read. Raises FeedsNotRead for defects."""
    emit_metrics(wired.metrics, {Metric.FEED_ENTRIES_LEFT_OUT: report.left_out})
    is_well = not (report.failed or report.interrupted or report.left_out or report.unread)
    (wired.logger.info if is_well else wired.logger.warning)("read feeds", extra=vars(report))
    if report.defects:
        raise FeedsNotRead(str(report.defects))


_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Read the feeds, and return what was made of them."""
    wired = _wired()
    remaining_ms = context.get_remaining_time_in_millis
    report = wired.reader.read_feeds(scheduled_time(event), lambda: remaining_ms() > _MARGIN_MS)
    report_run(report, wired)
    if not report.failing:
        wired.heartbeats.beat(event)
    return {"drafts": report.drafts, "posts": report.posts, "failed": report.failed}
