"""What the functions share about one invocation: Lambda's context, and the metrics that it ends with."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, Protocol

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from desk.clock import utc_now


class Context(Protocol):
    """The part of Lambda's context object that most functions use."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda stops the function."""
        ...


class ContextWithId(Context, Protocol):
    """A context for functions that claim their work under the id of the request."""

    @property
    def aws_request_id(self) -> str:
        """The same for all of Lambda's attempts at one asynchronous event."""
        ...


class Invocation(NamedTuple):
    """An invocation that claims work: its id, the wall-clock time when Lambda stops it, and whether time is left."""

    id: str
    ends_at: datetime
    has_time: Callable[[], bool]


def invocation_of(context: ContextWithId, *, margin_ms: int) -> Invocation:
    """Return the invocation of this context, which has time as long as more than `margin_ms` are left."""
    remaining_ms = context.get_remaining_time_in_millis
    ends_at = utc_now() + timedelta(milliseconds=remaining_ms())
    return Invocation(context.aws_request_id, ends_at, lambda: remaining_ms() > margin_ms)


_NONE: Mapping[str, timedelta] = MappingProxyType({})


def emit_metrics(metrics: Metrics, counts: Mapping[str, int], seconds: Mapping[str, timedelta] = _NONE) -> None:
    """Write these counts and durations as one record of CloudWatch's embedded metric format."""
    for name, count in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    for name, duration in seconds.items():
        metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=duration.total_seconds())
    metrics.flush_metrics()
