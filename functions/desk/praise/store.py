"""Praise that people passed on: which post, to which department, with which sentence of theirs; once to each.

The customer's words are read from the mention when the mail is sent. What was passed on waits in the outbox for as long
as it can be taken back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import (
    batch_get,
    batch_write,
    from_item,
    is_refused,
    moment_text,
    parts_of,
    store_errors,
    to_item,
    written_or_refused,
)
from desk.mentions.erased_authors import unless_erased
from desk.outbox.model import OutboxEntry, OutboxKind, new_entry
from desk.outbox.store import outbox_actions, removing_action

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LONGEST_SENTENCE = 500
"""Letters."""

_PASSED_ON = "passed_on"


class PassedPraise(NamedTuple):
    """That somebody passed a post on to a department, with a sentence, "" for none.

    `sending`: the mail is being sent or was sent, and can't be taken back.
    """

    post_id: str
    author_id: str
    department: str
    sentence: str
    by: str
    at: datetime
    sending: bool = False


def entry_of(praise: PassedPraise, grace: timedelta) -> OutboxEntry:
    """What the outbox has of it: the mail goes after this time."""
    return new_entry(praise.department, OutboxKind.PRAISE, praise.post_id, _PASSED_ON, praise.at, grace)


class PraiseStore(Protocol):
    """What was passed on in the last weeks. Every method raises StoreBusy."""

    def pass_on(self, praise: PassedPraise, grace: timedelta) -> bool:
        """Store it with its entry of the outbox; False if the department has it already, or the author was erased."""
        ...

    def of_post(self, post_id: str) -> Sequence[PassedPraise]:
        """What was passed on of this post, the earliest first, read consistently."""
        ...

    def take_back(self, praise: PassedPraise, grace: timedelta) -> bool:
        """Remove it with its entry; whether it is gone: not once the mail is being sent."""
        ...

    def begin_sending(self, post_id: str, department: str) -> PassedPraise | None:
        """Record that the mail is being sent, after which it can't be taken back; None if there is none to send."""
        ...

    def passed_on(self, department: str, post_ids: Collection[str]) -> frozenset[str]:
        """Which of these posts the department has or is about to get."""
        ...

    def forget(self, post_ids: Collection[str]) -> int:
        """Remove what was passed on of these posts, with the sentences; return how many."""
        ...


_ITEM = "praise"


class PraiseItems:
    """PraiseStore on DynamoDB. An item `lasts` so long; `expires_at` is the table's TTL."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, *, lasts: timedelta) -> None:
        self._client = client
        self._desk = desk_table
        self._lasts = lasts

    def pass_on(self, praise: PassedPraise, grace: timedelta) -> bool:
        """See PraiseStore."""
        plain = {
            **_plain_key(praise.post_id, praise.department),
            **praise._asdict(),
            "at": moment_text(praise.at),
            "expires_at": int((praise.at + self._lasts).timestamp()),
        }
        put: Any = {
            "TableName": self._desk,
            "Item": to_item(plain),
            "ConditionExpression": "attribute_not_exists(part)",
        }
        entries = outbox_actions([entry_of(praise, grace)], self._desk)
        actions: list[Any] = [unless_erased(self._desk, praise.author_id), {"Put": put}, *entries]
        return not written_or_refused(self._client, actions)

    def of_post(self, post_id: str) -> Sequence[PassedPraise]:
        """See PraiseStore."""
        found = parts_of(self._client, self._desk, _ITEM, beginning=f"{post_id}#")
        return sorted(map(_praise_of, found), key=lambda praise: (praise.at, praise.department))

    def take_back(self, praise: PassedPraise, grace: timedelta) -> bool:
        """See PraiseStore."""
        delete: Any = {
            "TableName": self._desk,
            "Key": to_item(_plain_key(praise.post_id, praise.department)),
            "ConditionExpression": "attribute_not_exists(part) OR sending = :no",
            "ExpressionAttributeValues": to_item({":no": False}),
        }
        removing = removing_action(entry_of(praise, grace), self._desk)
        return not written_or_refused(self._client, [{"Delete": delete}, removing])

    def begin_sending(self, post_id: str, department: str) -> PassedPraise | None:
        """See PraiseStore."""
        try:
            with store_errors():
                answer = self._client.update_item(
                    TableName=self._desk,
                    Key=to_item(_plain_key(post_id, department)),
                    UpdateExpression="SET sending = :yes",
                    ConditionExpression="attribute_exists(part)",
                    ExpressionAttributeValues=to_item({":yes": True}),
                    ReturnValues="ALL_NEW",
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return None
        return _praise_of(from_item(answer["Attributes"]))

    def passed_on(self, department: str, post_ids: Collection[str]) -> frozenset[str]:
        """See PraiseStore."""
        keys = [to_item(_plain_key(post_id, department)) for post_id in dict.fromkeys(post_ids)]
        found = batch_get(self._client, self._desk, keys, projection="post_id")
        return frozenset(item["post_id"]["S"] for item in found)

    def forget(self, post_ids: Collection[str]) -> int:
        """See PraiseStore. There are few, so that all are read."""
        gone = frozenset(post_ids)
        parts = [plain["part"] for plain in parts_of(self._client, self._desk, _ITEM) if plain["post_id"] in gone]
        batch_write(self._client, self._desk, deletes=[to_item({"item": _ITEM, "part": part}) for part in parts])
        return len(parts)


def _plain_key(post_id: str, department: str) -> dict[str, Any]:
    return {"item": _ITEM, "part": f"{post_id}#{department}"}


def _praise_of(plain: dict[str, Any]) -> PassedPraise:
    return PassedPraise(
        post_id=plain["post_id"],
        author_id=plain["author_id"],
        department=plain["department"],
        sentence=plain["sentence"],
        by=plain["by"],
        at=datetime.fromisoformat(plain["at"]),
        sending=bool(plain["sending"]),
    )
