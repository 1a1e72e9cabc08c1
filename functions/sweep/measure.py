"""What a sweep leaves for whoever watches."""

from aws_lambda_powertools.metrics import MetricUnit

from sweep.wiring import Wired


def measure(wired: Wired, figures: dict[str, int], oldest_seconds: float) -> None:
    """The figures by the names of their metrics, and how long the oldest waiting mention has waited."""
    for name, value in figures.items():
        wired.metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    wired.metrics.add_metric(name="WaitingOldestSeconds", unit=MetricUnit.Seconds, value=oldest_seconds)
    wired.metrics.flush_metrics()
