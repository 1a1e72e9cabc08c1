"""The departments' SNS topics."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import code_of
from desk.errors import TopicsUnavailable

if TYPE_CHECKING:
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
