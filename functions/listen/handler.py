"""Every ten minutes: store the posts from X's search that talk about the brand without mentioning it."""

from collections.abc import Mapping
from typing import Any

from desk.clock import scheduled_time
from desk.invocation import ContextWithId, Metric, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged
from listen.listen import ListenReport
from listen.wiring import Wired, wire

_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: Mapping[str, Any], context: ContextWithId) -> None:
    """Listen for posts up to the scheduled minute. Lambda counts exceptions as errors."""
    wired, remaining_ms = _wired(), context.get_remaining_time_in_millis
    if not wired.is_on:
        wired.logger.info("desk.yaml names nothing to listen for")
        wired.heartbeats.beat(event)
        return
    wired.deadline.follow(remaining_ms)
    report = wired.listening.listen(scheduled_time(event), context.aws_request_id, remaining_ms)
    record_run(wired, report)
    if report.succeeded:
        wired.heartbeats.beat(event)


def record_run(wired: Wired, report: ListenReport) -> None:
    """Emit what an alarm watches, and log how the run ended."""
    unreachable = sum(each.unreachable for each in report.queries)
    emit_metrics(wired.metrics, {Metric.RANGES_UNREACHABLE: unreachable})
    end = {
        "succeeded": report.succeeded,
        "heard": sum(each.heard for each in report.queries),
        "surges": sum(each.surges for each in report.queries),
        "unreachable": unreachable,
        "stops": [each.stop.value for each in report.queries],
        "details": [each.detail for each in report.queries if each.detail],
        "refused": sorted(report.refused),
        "gaps_open": report.gaps_open,
        "gap_stalled_seconds": report.gap_stalled.total_seconds(),
        "left_to_another_run": report.left,
        "x_calls": report.usage.calls,
        "x_micro_usd": report.usage.micro_usd,
    }
    wired.logger.info("listened", extra=end)
