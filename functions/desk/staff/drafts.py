"""What people typed into the reply box and did not send yet, for each person and case."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import from_item, moment_text, store_errors, to_item, unless_refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class PersonalDraft(NamedTuple):
    """What a person typed for a case or a mention.

    `options` are other fields of the reply box, such as `holding`. `version` is that of the case which the person saw.
    `sequence` grows with every save of the person's browser. `saved_at` is aware.
    """

    text: str
    options: Mapping[str, str]
    version: int
    sequence: int
    saved_at: datetime


class DraftStore(Protocol):
    """The drafts of all people. `key` is that of a case or mention. Every method raises StoreBusy."""

    def save(self, person_id: str, key: str, draft: PersonalDraft) -> None:
        """Save the draft, unless one with the same or a higher sequence is saved: requests may overtake each other."""
        ...

    def find(self, person_id: str, key: str, now: datetime) -> PersonalDraft | None:
        """The person's draft, read consistently; None if there is none, or it is empty or expired."""
        ...

    def discard(self, person_id: str, key: str, sequence: int, now: datetime) -> None:
        """Empty the draft up to this sequence, since it was sent; a save that comes in late does not restore it."""
        ...


DRAFT = "console_draft"
"""The item that has all drafts. Its parts begin with the key of the case or mention, so that erasure finds them."""


def part_of(key: str, person_id: str = "") -> str:
    """The part with this person's draft; without a person, the beginning of the parts of all people."""
    return f"{key}#{person_id}"


class DraftItems:
    """Implements DraftStore on DynamoDB. `expires_at` is the table's TTL."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, *, lasts: timedelta) -> None:
        self._client = client
        self._desk = desk_table
        self._lasts = lasts

    def save(self, person_id: str, key: str, draft: PersonalDraft) -> None:
        """See DraftStore."""
        plain = {
            **_key(person_id, key),
            "text": draft.text,
            "options": dict(draft.options),
            "version": draft.version,
            "sequence": draft.sequence,
            "saved_at": moment_text(draft.saved_at),
            "expires_at": int((draft.saved_at + self._lasts).timestamp()),
        }
        with unless_refused():
            self._client.put_item(
                TableName=self._desk,
                Item=to_item(plain),
                ConditionExpression="attribute_not_exists(#sequence) OR #sequence < :sequence",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues=to_item({":sequence": draft.sequence}),
            )

    def find(self, person_id: str, key: str, now: datetime) -> PersonalDraft | None:
        """See DraftStore. TTL deletes an item within days, so the time decides."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=to_item(_key(person_id, key)), ConsistentRead=True)
        plain = from_item(answer.get("Item", {}))
        if not plain.get("text") or now.timestamp() >= plain["expires_at"]:
            return None
        return PersonalDraft(
            text=plain["text"],
            options=plain["options"],
            version=int(plain["version"]),
            sequence=int(plain["sequence"]),
            saved_at=datetime.fromisoformat(plain["saved_at"]),
        )

    def discard(self, person_id: str, key: str, sequence: int, now: datetime) -> None:
        """See DraftStore. Only the sequence stays, which refuses late saves."""
        with unless_refused():
            self._client.put_item(
                TableName=self._desk,
                Item=to_item(
                    {
                        **_key(person_id, key),
                        "sequence": sequence,
                        "expires_at": int((now + self._lasts).timestamp()),
                    }
                ),
                ConditionExpression="attribute_not_exists(#sequence) OR #sequence <= :sequence",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues=to_item({":sequence": sequence}),
            )


def _key(person_id: str, key: str) -> dict[str, Any]:
    return {"item": DRAFT, "part": part_of(key, person_id)}
