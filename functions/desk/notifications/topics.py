"""The SNS topics of the departments: messages to them, their subscriptions, and the recorded counts of subscribers."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import code_of, parts_of, store_errors
from desk.clock import utc_now
from desk.errors import StoreBusy, TopicsUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient


class TopicMessage(NamedTuple):
    """One message. Subscriptions filter by its `attributes`; only e-mail uses the `subject`."""

    id: str
    body: str
    attributes: Mapping[str, str]
    subject: str | None = None


class Topics(Protocol):
    """Sends messages to departments."""

    def send(self, department: str, messages: Sequence[TopicMessage]) -> Mapping[str, str]:
        """Send in this order, in as few calls as possible; returns why messages failed, by id. Raises nothing."""
        ...


MESSAGE_BYTES = 262_144
"""The largest batch or message, attributes included. Source: SNS quotas."""

_ENTRIES = 10
_ENVELOPE = 64  # bytes counted for a message besides its parts: its id, and names of types
_SUBJECT = 99  # characters; SNS takes fewer than 100, in one line


class TopicsSns:
    """Topics on SNS; a department's topic is the prefix followed by the department's key."""

    def __init__(self, client: "SNSClient", *, topic_prefix: str) -> None:
        self._client = client
        self._prefix = topic_prefix

    def send(self, department: str, messages: Sequence[TopicMessage]) -> Mapping[str, str]:
        """See Topics."""
        failed: dict[str, str] = {}
        given_up = ""
        for batch in batches(messages):
            if given_up:
                failed |= _all(batch, given_up)
                continue
            refused, given_up = self._send_batch(self._prefix + department, batch)
            failed |= refused
        return failed

    def _send_batch(self, topic: str, messages: Sequence[TopicMessage]) -> tuple[dict[str, str], str]:
        """Send one batch; returns why messages of it failed, and why the topic accepts nothing now, if so.

        A batch that SNS rejects because of one message is sent one by one, so that only that message fails. A topic
        that accepts nothing is not tried again: its timeouts would take the time of the other topics.
        """
        entries: Any = [_entry(str(place), message) for place, message in enumerate(messages)]
        try:
            answer = self._client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
        except ClientError as exc:
            if len(messages) > 1 and _is_about_a_message(exc):
                return self._one_by_one(topic, messages)
            if _is_about_a_message(exc):
                return {messages[0].id: code_of(exc)}, ""
            reason = code_of(exc) or "refused"
            return _all(messages, reason), reason
        except BotoCoreError as exc:
            return _all(messages, type(exc).__name__), type(exc).__name__
        return {messages[int(failed["Id"])].id: failed["Code"] for failed in answer.get("Failed", [])}, ""

    def _one_by_one(self, topic: str, messages: Sequence[TopicMessage]) -> tuple[dict[str, str], str]:
        failed: dict[str, str] = {}
        for place, message in enumerate(messages):
            refused, given_up = self._send_batch(topic, [message])
            failed |= refused
            if given_up:
                return failed | _all(messages[place:], given_up), given_up
        return failed, ""


def _all(messages: Sequence[TopicMessage], reason: str) -> dict[str, str]:
    return dict.fromkeys((message.id for message in messages), reason)


def batches(messages: Sequence[TopicMessage]) -> Iterator[list[TopicMessage]]:
    """The messages in this order, in batches that SNS takes: at most ten, and at most MESSAGE_BYTES in all."""
    batch: list[TopicMessage] = []
    size = 0
    for message in messages:
        more = size_of(message)
        if batch and (len(batch) == _ENTRIES or size + more > MESSAGE_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += more
    if batch:
        yield batch


def size_of(message: TopicMessage) -> int:
    """How many bytes SNS counts for a message; an upper bound."""
    attributes = sum(len(f"{name}String{value}".encode()) for name, value in message.attributes.items())
    return len(message.body.encode()) + len((message.subject or "").encode()) + attributes + _ENVELOPE


def _entry(entry_id: str, message: TopicMessage) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "Id": entry_id,
        "Message": message.body,
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in message.attributes.items() if value
        },
    }
    if message.subject:
        entry["Subject"] = " ".join(message.subject.split())[:_SUBJECT]
    return entry


def _is_about_a_message(error: ClientError) -> bool:
    return code_of(error).startswith(("InvalidParameter", "ValidationError", "BatchRequestTooLong"))


@contextmanager
def topic_errors(topic: str) -> Iterator[None]:
    """Raise TopicsUnavailable, with the topic's name for people, in place of errors of SNS."""
    try:
        yield
    except ClientError as exc:
        raise TopicsUnavailable(f"{topic}: {code_of(exc) or 'refused'}") from exc
    except BotoCoreError as exc:
        raise TopicsUnavailable(f"{topic}: {type(exc).__name__}") from exc


class Subscription(NamedTuple):
    """An e-mail subscription of a topic; `mail_only`: its filter lets only `delivery` = mail through."""

    email: str
    confirmed: bool
    mail_only: bool


class Subscribers(Protocol):
    """How many subscribers the departments had when somebody last checked."""

    def confirmed_count(self, department: str) -> int | None:
        """How many confirmed subscribers the department has; None before the first check or when the store is busy."""
        ...

    def are_known(self) -> bool:
        """Whether the counts could be read; False when the store is busy and they were never read before."""
        ...

    def departments(self) -> frozenset[str]:
        """All departments that were ever checked, also those that desk.yaml no longer has."""
        ...

    def record(self, department: str, confirmed: int, missing: Collection[str]) -> None:
        """Record the number of confirmed subscribers and the missing addresses. Raises StoreBusy."""
        ...

    def missing_counts(self) -> Mapping[str, int]:
        """How many addresses were missing at the last comparison, by department. Raises StoreBusy."""
        ...


class Subscriptions(Protocol):
    """The topics' subscriptions, as SNS has them now."""

    def email_subscriptions(self, department: str) -> Collection[Subscription]:
        """The e-mail subscriptions of the department's topic; raises TopicsUnavailable."""
        ...

    def on_call_endpoints(self) -> Collection[str]:
        """The phones and web hooks that are called; raises TopicsUnavailable."""
        ...


_SUBSCRIBERS = "subscribers"
_FRESH = timedelta(seconds=60)


class SubscribersItems:
    """Subscribers on DynamoDB; what was read is used for a minute."""

    def __init__(self, client: "DynamoDBClient", *, desk_table: str, clock: Callable[[], datetime] = utc_now) -> None:
        self._client = client
        self._desk = desk_table
        self._clock = clock
        self._known: dict[str, int] | None = None
        self._read_at: datetime | None = None

    def confirmed_count(self, department: str) -> int | None:
        """See Subscribers."""
        return self._fresh().get(department)

    def are_known(self) -> bool:
        """See Subscribers."""
        self._fresh()
        return self._known is not None

    def departments(self) -> frozenset[str]:
        """See Subscribers."""
        return frozenset(self._fresh())

    def record(self, department: str, confirmed: int, missing: Collection[str]) -> None:
        """See Subscribers."""
        with store_errors():
            self._client.put_item(
                TableName=self._desk,
                Item={
                    "item": {"S": _SUBSCRIBERS},
                    "part": {"S": department},
                    "confirmed": {"N": str(confirmed)},
                    "missing": {"L": [{"S": email} for email in sorted(missing)]},
                },
            )

    def missing_counts(self) -> dict[str, int]:
        """See Subscribers."""
        parts = parts_of(self._client, self._desk, _SUBSCRIBERS)
        return {part["part"]: len(part.get("missing", ())) for part in parts}

    def _fresh(self) -> dict[str, int]:
        now = self._clock()
        if self._read_at is None or now - self._read_at > _FRESH:
            self._read_at = now  # a failed read is not repeated within the minute either
            self._read()
        return self._known or {}

    def _read(self) -> None:
        try:
            parts = list(parts_of(self._client, self._desk, _SUBSCRIBERS))
        except (StoreBusy, ClientError):
            return  # without counts mail goes to the departments as usual
        self._known = {part["part"]: int(part["confirmed"]) for part in parts if "confirmed" in part}


_UNCONFIRMED = frozenset({"PendingConfirmation", "Deleted"})
_BY_MAIL = frozenset({"email", "email-json"})
_ON_CALL = frozenset({"sms", "https"})


class SubscriptionsSns:
    """Subscriptions on SNS."""

    def __init__(self, client: "SNSClient", *, topic_prefix: str, on_call_arn: str) -> None:
        self._client = client
        self._prefix = topic_prefix
        self._on_call = on_call_arn

    def email_subscriptions(self, department: str) -> list[Subscription]:
        """See Subscriptions."""
        with topic_errors(department):
            return [self._subscription(entry) for entry in self._listed(self._prefix + department, _BY_MAIL)]

    def on_call_endpoints(self) -> list[str]:
        """See Subscriptions."""
        with topic_errors("on call"):
            listed = self._listed(self._on_call, _ON_CALL)
            return [entry["Endpoint"] for entry in listed if entry["SubscriptionArn"] not in _UNCONFIRMED]

    def _listed(self, topic: str, protocols: frozenset[str]) -> Iterator[dict[str, Any]]:
        pages: Any = self._client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        for page in pages:
            yield from (entry for entry in page["Subscriptions"] if entry["Protocol"] in protocols)

    def _subscription(self, entry: dict[str, Any]) -> Subscription:
        arn = entry["SubscriptionArn"]
        confirmed = arn not in _UNCONFIRMED
        return Subscription(entry["Endpoint"], confirmed, confirmed and self._is_mail_only(arn))

    def _is_mail_only(self, arn: str) -> bool:
        attributes = self._client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        policy: Any = {}
        with suppress(ValueError):
            policy = json.loads(attributes.get("FilterPolicy", "{}"))
        return isinstance(policy, dict) and policy.get("delivery") == ["mail"]
