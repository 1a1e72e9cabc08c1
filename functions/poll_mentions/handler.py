"""Every minute: new mentions from X into the Mentions table, then the replies that people gave on X itself."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from desk.clock import scheduled_time
from desk.errors import LeaseLost
from desk.invocation import ContextWithId, Metric, MetricValues, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.mentions.walk import Stop
from desk.start import at_start, logged
from desk.x.breakers import BreakerReason
from desk.x.stops import stops
from poll_mentions.poll import PollReport
from poll_mentions.wiring import Wired, wire

_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: Mapping[str, Any], context: ContextWithId) -> None:
    """Poll for the minute that the schedule names, unless another run does. Lambda counts exceptions as errors."""
    wired, now, remaining_ms = _wired(), scheduled_time(event), context.get_remaining_time_in_millis
    wired.deadline.follow(remaining_ms)
    poll = wired.mention_poll(now, context.aws_request_id, remaining_ms)
    try:
        report = poll.poll()
        record_poll(wired, report, now)
        if remaining_ms() > poll.reserve_ms:
            seen_to = poll.record.own_posts_seen_to
            if find_external_replies(wired, now, seen_to, lambda: remaining_ms() > poll.reserve_ms):
                wired.heartbeats.beat({**event, "schedule": "own-replies"})
    except LeaseLost as exc:
        wired.logger.info("left to another run", reason=str(exc))
    finally:
        record_usage(wired)


def record_usage(wired: Wired) -> None:
    """Settle what the whole run used of X, once for both walks, and log it."""
    usage = wired.x.take_usage()
    if usage.calls:
        wired.logger.info("used X", extra={"x_calls": usage.calls, "x_micro_usd": usage.micro_usd})


def record_poll(wired: Wired, report: PollReport, now: datetime) -> None:
    """Emit the metrics that alarms and the dashboard use, and log how the poll ended."""
    need_someone = [one for one in wired.x.open_breakers() if one.reason is not BreakerReason.RATE_LIMITED]
    values: MetricValues = {
        Metric.POLL_SUCCEEDED: int(report.succeeded),
        Metric.MENTIONS_POLLED: report.polled,
        Metric.GAP_STALLED: report.gap_stalled,
        Metric.RANGES_UNREACHABLE: report.unreachable,
        Metric.BREAKERS_OPEN: len(need_someone),
        Metric.MENTIONS_OVER_BUDGET: int(report.stop is Stop.OVER_BUDGET),
    }
    if report.newest_lag is not None:
        values[Metric.NEWEST_LAG] = report.newest_lag
    spent = wired.x.spent  # nothing before a call
    if spent is not None:
        values[Metric.X_MONTH_SPENT] = 100 * spent.month_micro_usd // max(1, wired.brand.x_budget.month)
    emit_metrics(wired.metrics, values)
    stopped = stops((spent,), wired.brand, wired.x.open_breakers(), now) if spent else []
    end = {
        "stop": report.stop.value,
        "polled": report.polled,
        "gaps_open": report.gaps_open,
        "purposes_stopped": len(stopped),
        "detail": report.detail,
        "refused": sorted(report.refused),
        "lag_seconds": report.newest_lag.total_seconds() if report.newest_lag is not None else None,
        "gap_stalled_seconds": report.gap_stalled.total_seconds(),
    }
    wired.logger.info("polled", extra=end)


def find_external_replies(wired: Wired, now: datetime, seen_to: str | None, may_go_on: Callable[[], bool]) -> bool:
    """Record replies that people gave on X itself; False if that failed. The next minute tries again."""
    try:
        report = wired.external_replies.find(now, seen_to, may_go_on)
    except Exception:  # the mentions are stored, and must not count as failed
        wired.logger.exception("external replies are left to the next minute")
        return False
    counts = {"recorded": report.recorded, "put_off": report.put_off}
    end = {"stop": report.stop.value, "detail": report.detail}
    wired.logger.info("looked for external replies", extra={**end, **counts})
    if report.failures:
        wired.logger.error("some external replies could not be recorded", extra={"failures": report.failures})
    return True
