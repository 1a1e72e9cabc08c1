"""What a run of the publisher leaves for whoever watches."""

from aws_lambda_powertools.metrics import MetricUnit

from desk.ports.breakers import BreakerReason
from post_update.outcome import Outcome, PublishReport
from post_update.publisher.wiring import Wired

_METRICS = {
    Outcome.PUBLISHED: "PostsPublished",
    Outcome.REFUSED: "PostsRefused",
    Outcome.UNCERTAIN: "PostsUncertain",
    Outcome.HELD: "PostsHeld",
    Outcome.WAITING: "PostsWaiting",
    Outcome.EXPIRED: "PostsExpired",
}


def measure(wired: Wired, report: PublishReport) -> None:
    """Metrics that alarms and the dashboard look at, and one line in the log."""
    need_someone = [one for one in wired.x.standing_breakers() if one.reason is not BreakerReason.RATE_LIMITED]
    figures = {name: report.outcomes[outcome] for outcome, name in _METRICS.items()} | {
        "XCalls": report.usage.calls,
        "XSpendMicroUsd": report.usage.micro_usd,
        "BreakersOpen": len(need_someone),
    }
    for name, value in figures.items():
        wired.metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    wired.metrics.flush_metrics()
    wired.logger.info("published", extra={**figures, "failures": report.failures})
