"""What became of a morning as metrics and as one line in the log."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from greet.greet import Greeted, GreetReport

_MISSED = (Greeted.TOO_LATE, Greeted.REFUSED)


def tell(report: GreetReport, *, metrics: Metrics, logger: Logger) -> None:
    """Emit what alarms and the dashboard look at; a morning that should have heard a greeting and won't is an error."""
    missed = report.outcome in _MISSED
    counts = {"GreetingsQueued": int(report.outcome is Greeted.QUEUED), "GreetingsMissed": int(missed)}
    for name, value in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()
    about = {"day": report.day.isoformat(), "outcome": report.outcome.value, "detail": report.detail}
    (logger.error if missed else logger.info)("greeted", extra=about)
