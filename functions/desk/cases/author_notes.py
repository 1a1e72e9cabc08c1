"""Notes about authors: what colleagues want to know the next time when this person writes. Nothing is inferred."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import moment_text, parts_of, to_item, unless_refused, written_or_refused
from desk.mentions.erased_authors import unless_erased

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LONGEST_NOTE = 500
"""Letters."""

UNDO_FOR = timedelta(minutes=10)
"""How long the words of a removed note are kept, so that its removal can be undone."""


class AuthorNote(NamedTuple):
    """A note, with who wrote it and when (aware). `id` is that of the form that it came with."""

    id: str
    text: str
    by: str
    by_id: str
    at: datetime


class AuthorNotes(Protocol):
    """The notes about all authors. Every method raises StoreBusy."""

    def of_author(self, author_id: str, now: datetime) -> Sequence[AuthorNote]:
        """The notes about this author, the oldest first, read consistently."""
        ...

    def add(self, author_id: str, note: AuthorNote) -> bool:
        """Add a note, once for each id; whether it may be there: not about an author who was erased."""
        ...

    def remove(self, author_id: str, note_id: str, now: datetime) -> None:
        """Remove the note; one that is gone already is no error."""
        ...

    def restore(self, author_id: str, note_id: str, now: datetime) -> bool:
        """Take a removal back; whether the note is there. It is not once its words are gone."""
        ...


AUTHOR_NOTE = "author_note"
"""The item that has all notes. Its parts begin with the author's id, so that erasure finds them."""


def parts_about(author_id: str) -> str:
    """The beginning of the parts with notes about this author."""
    return f"{author_id}#"


class AuthorNoteItems:
    """Implements AuthorNotes on DynamoDB. A note `lasts` so long; `expires_at` is the table's TTL.

    `removed` is when a removed note would have ended.
    """

    def __init__(self, client: "DynamoDBClient", desk_table: str, *, lasts: timedelta) -> None:
        self._client = client
        self._desk = desk_table
        self._lasts = lasts

    def of_author(self, author_id: str, now: datetime) -> Sequence[AuthorNote]:
        """See AuthorNotes. TTL deletes an item within days, so the time decides."""
        found = parts_of(self._client, self._desk, AUTHOR_NOTE, beginning=parts_about(author_id))
        kept = (_note_of(plain) for plain in found if "removed" not in plain and now.timestamp() < plain["expires_at"])
        return sorted(kept, key=lambda note: (note.at, note.id))

    def add(self, author_id: str, note: AuthorNote) -> bool:
        """See AuthorNotes."""
        plain = {
            **_key(author_id, note.id),
            "text": note.text,
            "by": note.by,
            "by_id": note.by_id,
            "at": moment_text(note.at),
            "expires_at": int((note.at + self._lasts).timestamp()),
        }
        put: Any = {
            "Put": {
                "TableName": self._desk,
                "Item": to_item(plain),
                "ConditionExpression": "attribute_not_exists(part)",
            }
        }
        codes = written_or_refused(self._client, [unless_erased(self._desk, author_id), put])
        return not codes or codes[0] == "None"

    def remove(self, author_id: str, note_id: str, now: datetime) -> None:
        """See AuthorNotes."""
        with unless_refused():
            self._client.update_item(
                TableName=self._desk,
                Key=to_item(_key(author_id, note_id)),
                UpdateExpression="SET removed = expires_at, expires_at = :soon",
                ConditionExpression="attribute_exists(part) AND attribute_not_exists(removed)",
                ExpressionAttributeValues=to_item({":soon": int((now + UNDO_FOR).timestamp())}),
            )

    def restore(self, author_id: str, note_id: str, now: datetime) -> bool:
        """See AuthorNotes."""
        with unless_refused():
            self._client.update_item(
                TableName=self._desk,
                Key=to_item(_key(author_id, note_id)),
                UpdateExpression="SET expires_at = removed REMOVE removed",
                ConditionExpression="attribute_exists(removed) AND expires_at > :now",
                ExpressionAttributeValues=to_item({":now": int(now.timestamp())}),
            )
        return any(note.id == note_id for note in self.of_author(author_id, now))


def _key(author_id: str, note_id: str) -> dict[str, Any]:
    return {"item": AUTHOR_NOTE, "part": f"{parts_about(author_id)}{note_id}"}


def _note_of(plain: dict[str, Any]) -> AuthorNote:
    note_id = str(plain["part"]).partition("#")[2]
    return AuthorNote(note_id, plain["text"], plain["by"], plain["by_id"], datetime.fromisoformat(plain["at"]))
