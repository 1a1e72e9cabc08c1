"""The departments' topics."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import code_of
from desk.errors import TopicsUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class TopicMessage(NamedTuple):
    """One message. `attributes` are what subscriptions filter on; `subject` only matters to e-mail."""

    id: str
    body: str
    attributes: Mapping[str, str]
    subject: str | None = None


class Topics(Protocol):
    """Publishing to departments."""

    def send(self, department: str, notes: Sequence[TopicMessage]) -> Mapping[str, str]:
        """Publish in this order in as few calls as fit; why it failed, by note id. Raises nothing for a busy topic."""
        ...


MESSAGE_BYTES = 262_144
"""What one batch, or one message, may have at most, attributes included. Source: SNS quotas."""

_ENTRIES = 10
_ENVELOPE = 64  # bytes counted for a message besides its parts: its id, and names of types
_SUBJECT = 99  # characters; SNS takes fewer than 100, in one line


class TopicsSns:
    """The port Topics on SNS; a department's topic is the prefix followed by the department's key."""

    def __init__(self, client: "SNSClient", *, topic_prefix: str) -> None:
        self._client = client
        self._prefix = topic_prefix

    def send(self, department: str, notes: Sequence[TopicMessage]) -> Mapping[str, str]:
        """See Topics."""
        failed: dict[str, str] = {}
        given_up = ""
        for batch in packed(notes):
            if given_up:
                failed |= _all(batch, given_up)
                continue
            refused, given_up = self._publish(self._prefix + department, batch)
            failed |= refused
        return failed

    def _publish(self, topic: str, notes: Sequence[TopicMessage]) -> tuple[dict[str, str], str]:
        """Publish one batch: why notes of it failed, and why the topic takes nothing at all now, if so.

        A batch that SNS refuses for a message of it is sent one by one, so that only the bad one fails. A topic that
        takes nothing has cost its time-outs once; asking on would take the time of the other topics.
        """
        entries: Any = [_entry(str(place), note) for place, note in enumerate(notes)]
        try:
            answer = self._client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
        except ClientError as exc:
            if len(notes) > 1 and _is_about_a_message(exc):
                return self._one_by_one(topic, notes)
            if _is_about_a_message(exc):
                return {notes[0].id: code_of(exc)}, ""
            reason = code_of(exc) or "refused"
            return _all(notes, reason), reason
        except BotoCoreError as exc:
            return _all(notes, type(exc).__name__), type(exc).__name__
        return {notes[int(failed["Id"])].id: failed["Code"] for failed in answer.get("Failed", [])}, ""

    def _one_by_one(self, topic: str, notes: Sequence[TopicMessage]) -> tuple[dict[str, str], str]:
        failed: dict[str, str] = {}
        for place, note in enumerate(notes):
            refused, given_up = self._publish(topic, [note])
            failed |= refused
            if given_up:
                return failed | _all(notes[place:], given_up), given_up
        return failed, ""


def _all(notes: Sequence[TopicMessage], reason: str) -> dict[str, str]:
    return dict.fromkeys((note.id for note in notes), reason)


def packed(notes: Sequence[TopicMessage]) -> Iterator[list[TopicMessage]]:
    """The notes in this order in batches that SNS takes: at most ten, and not more bytes than one message may have."""
    batch: list[TopicMessage] = []
    size = 0
    for note in notes:
        more = size_of(note)
        if batch and (len(batch) == _ENTRIES or size + more > MESSAGE_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(note)
        size += more
    if batch:
        yield batch


def size_of(note: TopicMessage) -> int:
    """How many bytes SNS counts for a note, rather too many than too few."""
    attributes = sum(len(f"{name}String{value}".encode()) for name, value in note.attributes.items())
    return len(note.body.encode()) + len((note.subject or "").encode()) + attributes + _ENVELOPE


def _entry(entry_id: str, note: TopicMessage) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "Id": entry_id,
        "Message": note.body,
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in note.attributes.items() if value
        },
    }
    if note.subject:
        entry["Subject"] = " ".join(note.subject.split())[:_SUBJECT]
    return entry


def _is_about_a_message(error: ClientError) -> bool:
    return code_of(error).startswith(("InvalidParameter", "ValidationError", "BatchRequestTooLong"))


@contextmanager
def topic_errors(topic: str) -> Iterator[None]:
    """Raise TopicsUnavailable, with the topic's name for people, for whatever kept SNS from doing as asked."""
    try:
        yield
    except ClientError as exc:
        raise TopicsUnavailable(f"{topic}: {code_of(exc) or 'refused'}") from exc
    except BotoCoreError as exc:
        raise TopicsUnavailable(f"{topic}: {type(exc).__name__}") from exc
