"""Failed events: what schedules, invocations, queues and the stream gave up, kept until a person has dealt with it.

AWS leaves each in a queue that nothing consumes. The sweep takes them out into the Desk table, so that each is counted
once, an alarm rings for new ones only, and several people can look at them. They are pointers, never texts.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import code_of, is_refused, moment_text, parts_of, store_errors, to_item
from desk.errors import QueueUnavailable, SettingsError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_ITEM = "failed_event"
_KEPT = timedelta(days=30)
_AT_ONCE = 10  # messages of SQS in one call, its limit


class FailedSource(StrEnum):
    """Where an event was when it failed: by it a person knows what was lost, and the desk how to retry it."""

    POSTS = "posts"
    LOOK_UPS = "look_ups"
    PICTURES = "pictures"
    SCHEDULES = "schedules"
    INVOCATIONS = "invocations"
    STREAM = "stream"


class FailedEvent(NamedTuple):
    """One event that failed. `attributes` are those of its message; a schedule's say which error there was.

    `reported` says that the alarm has rung for it. `retried_at` and `retried_by` belong to a retry that has begun.
    """

    id: str
    source: FailedSource
    at: datetime
    body: str
    attributes: Mapping[str, str]
    reported: bool = False
    retried_at: datetime | None = None
    retried_by: str = ""


class FailedEventStore(Protocol):
    """The failed events that nobody has dealt with."""

    def keep(self, event: FailedEvent) -> None:
        """Store it; one that is stored already stays as it is. Raises StoreBusy."""
        ...

    def all(self) -> Sequence[FailedEvent]:
        """All of them, the oldest first. Raises StoreBusy."""
        ...

    def report(self, event: FailedEvent) -> None:
        """Remember that the alarm has rung for it. Raises StoreBusy."""
        ...

    def begin_retry(self, event: FailedEvent, by: str, at: datetime) -> bool:
        """Claim the event for a retry; False if it is gone or its retry differs from what `event` says.

        Raises StoreBusy.
        """
        ...

    def remove(self, event: FailedEvent) -> bool:
        """Remove it; False if it is gone or somebody else retries it. Raises StoreBusy."""
        ...


class FailedEventItems:
    """FailedEventStore in the Desk table. An item stays for 30 days, twice as long as its message would."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def keep(self, event: FailedEvent) -> None:
        """See FailedEventStore."""
        plain = {
            "item": _ITEM,
            "part": event.id,
            "source": event.source,
            "at": moment_text(event.at),
            "body": event.body,
            "attributes": dict(event.attributes),
            "reported": False,
            "expires_at": int((event.at + _KEPT).timestamp()),
        }
        self._changed(
            lambda: self._client.put_item(
                TableName=self._desk, Item=to_item(plain), ConditionExpression="attribute_not_exists(part)"
            )
        )

    def all(self) -> Sequence[FailedEvent]:
        """See FailedEventStore."""
        return sorted(map(_event_of, parts_of(self._client, self._desk, _ITEM)), key=lambda each: (each.at, each.id))

    def report(self, event: FailedEvent) -> None:
        """See FailedEventStore."""
        self._update(event, "SET reported = :yes", {":yes": True}, "attribute_exists(part)")

    def begin_retry(self, event: FailedEvent, by: str, at: datetime) -> bool:
        """See FailedEventStore."""
        values = {":at": moment_text(at), ":by": by} | _known(event)
        return self._update(event, "SET retried_at = :at, retried_by = :by", values, _as_known(event))

    def remove(self, event: FailedEvent) -> bool:
        """See FailedEventStore."""
        values = _known(event)
        ask: Any = {"ExpressionAttributeValues": to_item(values)} if values else {}
        return self._changed(
            lambda: self._client.delete_item(
                TableName=self._desk, Key=_key(event), ConditionExpression=_as_known(event), **ask
            )
        )

    def _update(self, event: FailedEvent, change: str, values: dict[str, Any], condition: str) -> bool:
        return self._changed(
            lambda: self._client.update_item(
                TableName=self._desk,
                Key=_key(event),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=to_item(values),
            )
        )

    @staticmethod
    def _changed(write: Callable[[], object]) -> bool:
        try:
            with store_errors():
                write()
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return False
        return True


def _key(event: FailedEvent) -> Any:
    return to_item({"item": _ITEM, "part": event.id})


def _as_known(event: FailedEvent) -> str:
    """That the event is there, and its retry as `event` has it."""
    return "retried_at = :known" if event.retried_at else "attribute_exists(part) AND attribute_not_exists(retried_at)"


def _known(event: FailedEvent) -> dict[str, Any]:
    return {":known": moment_text(event.retried_at)} if event.retried_at else {}


def _event_of(plain: Mapping[str, Any]) -> FailedEvent:
    retried_at = plain.get("retried_at")
    return FailedEvent(
        id=plain["part"],
        source=FailedSource(plain["source"]),
        at=datetime.fromisoformat(plain["at"]),
        body=plain["body"],
        attributes=plain["attributes"],
        reported=plain["reported"],
        retried_at=datetime.fromisoformat(retried_at) if retried_at else None,
        retried_by=plain.get("retried_by", ""),
    )


class DeadLetters(Protocol):
    """The queues in which AWS leaves what failed."""

    def hand_over(self, now: datetime, keep: Callable[[FailedEvent], None], has_time: Callable[[], bool]) -> None:
        """Give each message to `keep` as a failed event of `now`, and delete it once that has returned.

        A message whose deletion fails comes again, with the same id. Raises QueueUnavailable, and what `keep` raises.
        """
        ...


class DeadLettersSqs:
    """DeadLetters on SQS; `urls` are the queues' addresses."""

    def __init__(self, client: "SQSClient", urls: Mapping[FailedSource, str]) -> None:
        self._client = client
        self._urls = urls

    def hand_over(self, now: datetime, keep: Callable[[FailedEvent], None], has_time: Callable[[], bool]) -> None:
        """See DeadLetters."""
        try:
            for source, url in self._urls.items():
                while has_time() and (messages := self._received(url)):
                    for message in messages:
                        keep(_failed(message, source, now))
                        self._client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        except ClientError as exc:
            raise QueueUnavailable(f"dead letters: {code_of(exc)}") from exc
        except BotoCoreError as exc:
            raise QueueUnavailable(f"dead letters: {type(exc).__name__}") from exc

    def _received(self, url: str) -> Sequence[Any]:
        """Some messages of the queue. It is counted first: waiting for an empty one would cost the sweep a second."""
        counted = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        if not int(counted["Attributes"]["ApproximateNumberOfMessages"]):
            return []
        return self._client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=_AT_ONCE, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        ).get("Messages", [])


def queues_in(text: str) -> Mapping[FailedSource, str]:
    """The addresses in a setting like `posts=https://…,stream=https://…`. Raises SettingsError."""
    try:
        return {FailedSource(source): url for source, url in (each.split("=", 1) for each in text.split(","))}
    except ValueError:
        raise SettingsError(f"DEAD_LETTERS names queues by their sources, not {text!r}") from None


def _failed(message: Mapping[str, Any], source: FailedSource, now: datetime) -> FailedEvent:
    attributes = {
        name: about["StringValue"]
        for name, about in message.get("MessageAttributes", {}).items()
        if "StringValue" in about
    }
    return FailedEvent(f"{source}#{message['MessageId']}", source, now, message["Body"], attributes)
