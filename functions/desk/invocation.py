"""What the functions share about one invocation: Lambda's context, and the metrics that it ends with."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
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


class Metric(StrEnum):
    """What an alarm watches or the dashboard shows. All other figures of a run are fields of its log line.

    CloudWatch bills each, by function; a name that ends with `Seconds` is a duration.
    """

    POLL_SUCCEEDED = "PollSucceeded"
    MENTIONS_POLLED = "MentionsPolled"
    NEWEST_LAG = "NewestLagSeconds"
    GAP_STALLED = "GapStalledSeconds"
    RANGES_UNREACHABLE = "RangesUnreachable"
    MENTIONS_OVER_BUDGET = "MentionsOverBudget"
    X_MONTH_SPENT = "XMonthSpentPercent"
    BREAKERS_OPEN = "BreakersOpen"
    MENTIONS_READ = "MentionsRead"
    CASES_OPENED = "CasesOpened"
    POSTS_PUBLISHED = "PostsPublished"
    POSTS_IN_DOUBT = "PostsInDoubt"
    WAITING_OLDEST = "WaitingOldestSeconds"
    POSTS_WAITING_OLDEST = "PostsWaitingOldestSeconds"
    OUTBOX_OLDEST = "OutboxOldestSeconds"
    EVENTS_FAILED = "EventsFailed"
    SCHEDULES_LATE = "SchedulesLate"
    CALLS_SUCCEEDED = "CallsSucceeded"
    SUBSCRIPTIONS_MISSING = "SubscriptionsMissing"
    NOBODY_ON_CALL = "NobodyOnCall"
    DELETION_LAG = "DeletionLagSeconds"
    BALANCE_OFF = "BalanceOff"
    FEED_ENTRIES_LEFT_OUT = "FeedEntriesLeftOut"


type MetricValues = dict[Metric, int | timedelta]
"""Counts and durations, by metric."""


def emit_metrics(metrics: Metrics, values: Mapping[Metric, int | timedelta]) -> None:
    """Write these as one record of CloudWatch's embedded metric format."""
    for name, value in values.items():
        if isinstance(value, timedelta):
            metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=value.total_seconds())
        else:
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()
