"""What the functions share about one invocation: Lambda's context, and the metrics that it ends with."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Protocol

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit


class Context(Protocol):
    """The part of Lambda's context object that most functions use."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda stops the function."""
        ...


class ContextWithId(Context, Protocol):
    """A context for functions that claim their work under the id of the request."""

    aws_request_id: str
    """The same for all of Lambda's attempts at one asynchronous event."""


_NONE: Mapping[str, timedelta] = MappingProxyType({})


def emit_metrics(metrics: Metrics, counts: Mapping[str, int], seconds: Mapping[str, timedelta] = _NONE) -> None:
    """Write these counts and durations as one record of CloudWatch's embedded metric format."""
    for name, count in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    for name, duration in seconds.items():
        metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=duration.total_seconds())
    metrics.flush_metrics()
