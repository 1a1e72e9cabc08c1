"""Waking the publisher: a queue for posts that are due, and schedules for posts that are due later.

A message only names a post. The Posts table decides what happens to it.
"""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import code_of
from desk.errors import QueueUnavailable

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_scheduler.type_defs import CreateScheduleInputTypeDef, TargetTypeDef
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY = 900
"""The longest delay of an SQS message, in seconds. Source: SQS quotas."""


def wake_up(post_id: str) -> str:
    """The body of a message, the same from every sender."""
    return json.dumps({"post_id": post_id})


class PostQueue(Protocol):
    """Wakes the publisher for posts."""

    def send(self, post_id: str, *, delay_seconds: int = 0) -> None:
        """Wake the publisher for this post after up to 900 seconds. Raises QueueUnavailable."""
        ...


class PostQueueSqs:
    """PostQueue on SQS."""

    def __init__(self, client: "SQSClient", *, queue_url: str) -> None:
        self._client = client
        self._url = queue_url

    def send(self, post_id: str, *, delay_seconds: int = 0) -> None:
        """See PostQueue."""
        if not 0 <= delay_seconds <= LONGEST_DELAY:
            raise ValueError(f"a message can be delayed by 0 to {LONGEST_DELAY} seconds, not {delay_seconds}")
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=wake_up(post_id), DelaySeconds=delay_seconds)
        except ClientError as exc:
            raise QueueUnavailable(f"{post_id}: {code_of(exc)}") from exc
        except BotoCoreError as exc:
            raise QueueUnavailable(f"{post_id}: {type(exc).__name__}") from exc


_SECOND = timedelta(seconds=1)
_MAX_AGE = 3_600  # seconds; the sweep has sent the message long before
_ATTEMPTS = 10


class PostTimer(Protocol):
    """One-time schedules that wake the publisher at the time of a post."""

    def set(self, post_id: str, at: datetime) -> None:
        """Wake the publisher for this post at that time. Setting it again changes nothing. Raises QueueUnavailable."""
        ...

    def move(self, post_id: str, at: datetime) -> None:
        """Wake the publisher at that time instead; without a schedule, set it. Raises QueueUnavailable."""
        ...

    def remove(self, post_id: str) -> None:
        """Remove the schedule; a missing one is no error. Raises QueueUnavailable."""
        ...


class PostTimerSchedules:
    """PostTimer on EventBridge Scheduler. A schedule is named by its post's id and deletes itself when it is done.

    `role` lets the scheduler send to `queue`; messages that it can't deliver go to `dead_letters`. All three are ARNs.
    """

    def __init__(
        self, client: "EventBridgeSchedulerClient", *, group: str, queue: str, role: str, dead_letters: str
    ) -> None:
        self._client = client
        self._group = group
        self._queue = queue
        self._role = role
        self._dead_letters = dead_letters

    def set(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""
        with _errors(post_id, ignored="ConflictException"):
            self._client.create_schedule(**self._schedule(post_id, at))

    def move(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""
        try:
            self._client.update_schedule(**self._schedule(post_id, at))
        except ClientError as exc:
            if code_of(exc) != "ResourceNotFoundException":
                raise QueueUnavailable(f"{post_id}: {code_of(exc)}") from exc
            self.set(post_id, at)
        except BotoCoreError as exc:
            raise QueueUnavailable(f"{post_id}: {type(exc).__name__}") from exc

    def remove(self, post_id: str) -> None:
        """See PostTimer."""
        with _errors(post_id, ignored="ResourceNotFoundException"):
            self._client.delete_schedule(Name=post_id, GroupName=self._group)

    def _schedule(self, post_id: str, at: datetime) -> "CreateScheduleInputTypeDef":
        return {
            "Name": post_id,
            "GroupName": self._group,
            "ScheduleExpression": expression(at),
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": self._target(post_id),
        }

    def _target(self, post_id: str) -> "TargetTypeDef":
        return {
            "Arn": self._queue,
            "RoleArn": self._role,
            "Input": wake_up(post_id),
            "RetryPolicy": {"MaximumEventAgeInSeconds": _MAX_AGE, "MaximumRetryAttempts": _ATTEMPTS},
            "DeadLetterConfig": {"Arn": self._dead_letters},
        }


def expression(at: datetime) -> str:
    """The schedule expression of this aware time, rounded up to a whole second.

    Rounded up, because a post that is not due yet would be woken for nothing.
    """
    moment = at.astimezone(UTC).replace(tzinfo=None)
    whole = moment.replace(microsecond=0)
    return f"at({(whole if whole == moment else whole + _SECOND).isoformat()})"


@contextmanager
def _errors(post_id: str, *, ignored: str) -> Iterator[None]:
    try:
        yield
    except ClientError as exc:
        if code_of(exc) != ignored:
            raise QueueUnavailable(f"{post_id}: {code_of(exc)}") from exc
    except BotoCoreError as exc:
        raise QueueUnavailable(f"{post_id}: {type(exc).__name__}") from exc


class TimerOnDemand:
    """PostTimer that is made when it is first used.

    Its client would slow every start of a function that rarely uses it.
    """

    def __init__(self, make: Callable[[], PostTimer]) -> None:
        self._make = make

    @cached_property
    def _timer(self) -> PostTimer:
        return self._make()

    def set(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""
        self._timer.set(post_id, at)

    def move(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""
        self._timer.move(post_id, at)

    def remove(self, post_id: str) -> None:
        """See PostTimer."""
        self._timer.remove(post_id)


class UndoTimer:
    """PostTimer of the console. Its page wakes a reply when the time to undo it is over; else the sweep does."""

    def set(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""

    def move(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""

    def remove(self, post_id: str) -> None:
        """See PostTimer."""


class QueueTimer:
    """PostTimer of a caller whose posts are due within 15 minutes: the queue delays their wake-ups.

    Nothing removes a wake-up: one for a post that was moved or cancelled has no effect.
    """

    def __init__(self, queue: PostQueue, clock: Callable[[], datetime]) -> None:
        self._queue = queue
        self._clock = clock

    def set(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""
        seconds = math.ceil((at - self._clock()) / _SECOND)
        self._queue.send(post_id, delay_seconds=min(max(0, seconds), LONGEST_DELAY))

    def move(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""
        self.set(post_id, at)

    def remove(self, post_id: str) -> None:
        """See PostTimer."""


class NoTimer:
    """PostTimer of callers that publish at once and have no scheduler."""

    def set(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""
        raise QueueUnavailable(f"{post_id} is due at {at.isoformat()}, but there is no scheduler here")

    def move(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""
        self.set(post_id, at)

    def remove(self, post_id: str) -> None:
        """See PostTimer."""
