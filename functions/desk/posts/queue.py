"""The queue that wakes the publisher, on SQS."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import code_of
from desk.errors import QueueUnavailable

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_scheduler.type_defs import TargetTypeDef
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY = 900
"""Seconds that SQS keeps a message back at most. Source: SQS quotas."""


def wake_up(post_id: str) -> str:
    """The body of a message, the same from every sender."""
    return json.dumps({"post_id": post_id})


class PostQueueSqs:
    """The port PostQueue on SQS."""

    def __init__(self, client: "SQSClient", *, queue_url: str) -> None:
        self._client = client
        self._url = queue_url

    def send(self, post_id: str, *, delay_seconds: int = 0) -> None:
        """See PostQueue."""
        if not 0 <= delay_seconds <= LONGEST_DELAY:
            raise ValueError(f"{delay_seconds} seconds are more than a message can wait")
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=wake_up(post_id), DelaySeconds=delay_seconds)
        except ClientError as exc:
            raise QueueUnavailable(f"{post_id}: {code_of(exc)}") from exc
        except BotoCoreError as exc:
            raise QueueUnavailable(f"{post_id}: {type(exc).__name__}") from exc


_SECOND = timedelta(seconds=1)
_MAX_AGE = 3_600  # seconds; by then the sweep has long since done it
_ATTEMPTS = 10


class PostTimerSchedules:
    """The port PostTimer: a schedule bears its post's id, sends to the queue once, and deletes itself.

    `role` lets the scheduler send to the queue `queue`; what it can't deliver goes to `dead_letters`. All are ARNs.
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
            self._client.create_schedule(
                Name=post_id,
                GroupName=self._group,
                ScheduleExpression=expression(at),
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target=self._target(post_id),
            )

    def remove(self, post_id: str) -> None:
        """See PostTimer."""
        with _errors(post_id, ignored="ResourceNotFoundException"):
            self._client.delete_schedule(Name=post_id, GroupName=self._group)

    def _target(self, post_id: str) -> "TargetTypeDef":
        return {
            "Arn": self._queue,
            "RoleArn": self._role,
            "Input": wake_up(post_id),
            "RetryPolicy": {"MaximumEventAgeInSeconds": _MAX_AGE, "MaximumRetryAttempts": _ATTEMPTS},
            "DeadLetterConfig": {"Arn": self._dead_letters},
        }


def expression(at: datetime) -> str:
    """The scheduler's word for this moment (aware), which knows whole seconds.

    Rounded up: who wakes the publisher too early wakes it for nothing.
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


class NoTimer:
    """The port PostTimer where every post goes out at once: the sweep finds what the queue did not take."""

    def set(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""
        raise QueueUnavailable(f"{post_id} was to go out at once, not at {at.isoformat()}")

    def remove(self, post_id: str) -> None:
        """See PostTimer."""
