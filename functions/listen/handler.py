"""Every ten minutes: store the posts from X's search that talk about the brand without mentioning it."""

from collections.abc import Mapping
from typing import Any

from desk.clock import scheduled_time
from desk.invocation import ContextWithId, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start
from listen.listen import ListenReport
from listen.wiring import Wired, wire

_wired = at_start(wire, with_live_settings)


def lambda_handler(event: Mapping[str, Any], context: ContextWithId) -> None:
    """Listen for posts up to the scheduled minute. Lambda counts exceptions as errors."""
    wired, remaining_ms = _wired(), context.get_remaining_time_in_millis
    if not wired.is_on:
        wired.logger.info("desk.yaml names nothing to listen for")
        return
    wired.deadline.follow(remaining_ms)
    record_run(wired, wired.listening.listen(scheduled_time(event), context.aws_request_id, remaining_ms))


def record_run(wired: Wired, report: ListenReport) -> None:
    """Emit the metrics that alarms and the dashboard use, and log how the run ended."""
    counts = {
        "ListenSucceeded": int(report.succeeded),
        "PostsHeard": sum(each.heard for each in report.queries),
        "SurgesCounted": sum(each.surges for each in report.queries),
        "RangesUnreachable": sum(each.unreachable for each in report.queries),
        "XSpendMicroUsd": report.usage.micro_usd,
    }
    emit_metrics(wired.metrics, counts)
    end = {
        "stops": [each.stop.value for each in report.queries],
        "details": [each.detail for each in report.queries if each.detail],
        "refused": sorted(report.refused),
        "gaps_open": report.gaps_open,
        "gap_stalled_seconds": report.gap_stalled.total_seconds(),
        "left_to_another_run": report.left,
        "x_calls": report.usage.calls,
    }
    wired.logger.info("listened", extra={**end, **counts})
