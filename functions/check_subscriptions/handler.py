"""Checks on a schedule that everybody in the live settings receives the mails of their department."""

from typing import Any

from check_subscriptions.compare import ON_CALL
from check_subscriptions.wiring import wire
from desk.errors import TopicsUnavailable
from desk.invocation import Metric, MetricValues, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged

_wired = at_start(wire, with_live_settings)


@logged
def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Record and measure missing subscriptions; raises TopicsUnavailable when something could not be checked."""
    wired = _wired()
    report = wired.compare.compare()
    if report.missing:
        wired.logger.warning("addresses without a confirmed subscription", departments=sorted(report.missing))
    missing = sum(len(emails) for emails in report.missing.values())
    counts: MetricValues = {Metric.SUBSCRIPTIONS_MISSING: missing}
    if ON_CALL not in report.failures:
        counts[Metric.NOBODY_ON_CALL] = int(report.nobody_on_call)
    emit_metrics(wired.metrics, counts)
    if report.failures:  # after the metrics, so that what could be checked counts
        raise TopicsUnavailable(f"subscriptions could not be checked: {report.failures}")
    wired.heartbeats.beat(event)
    return {"missing": missing}
