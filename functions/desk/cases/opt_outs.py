"""Authors who opted out: they asked for no more replies, and may ask for replies again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import batch_get, from_item, moment_text, parts_of, store_errors, to_item, unless_refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Withdrawal(NamedTuple):
    """The author's request for replies: their mention and when they wrote it; who recorded it, and when.

    `by_id` is the id of the person `by`, since people may share a name.
    """

    mention_id: str | None
    written_at: datetime
    by: str
    by_id: str
    at: datetime


class OptOut(NamedTuple):
    """An author's wish for no replies: when they wrote it, and in which mention; None if that was erased.

    A wish that the author took back has `withdrawal`.
    """

    author_id: str
    at: datetime
    mention_id: str | None = None
    withdrawal: Withdrawal | None = None

    @property
    def is_withdrawn(self) -> bool:
        """Whether the author has asked for replies again since."""
        return self.withdrawal is not None and self.withdrawal.written_at > self.at


class OptOuts(Protocol):
    """The authors who opted out. Every method raises StoreBusy."""

    def record(self, author_id: str, mention_id: str, at: datetime) -> None:
        """Record that this author opted out at that moment (aware) with this mention; the latest such moment is kept.

        Recording the same again changes nothing.
        """
        ...

    def opted_out_at(self, author_id: str) -> datetime | None:
        """When this author last opted out (aware), read consistently; None for one who never did, or withdrew it."""
        ...

    def find(self, author_id: str) -> OptOut | None:
        """The author's opt-out, also one that was withdrawn, read consistently; None if there is none."""
        ...

    def all(self) -> Sequence[OptOut]:
        """Every opt-out, also those that were withdrawn, the latest first, read consistently."""
        ...

    def among(self, author_ids: Collection[str]) -> frozenset[str]:
        """Those of these authors who want no replies, read consistently; 100 cost one call."""
        ...

    def withdraw(self, author_id: str, withdrawal: Withdrawal) -> Withdrawal | None:
        """Record that the author asked for replies again, and return what is recorded now.

        That is another withdrawal if somebody recorded this request first. Nothing changes, and None is returned, if
        the author never opted out, or did so after the withdrawal was written.
        """
        ...


_ITEM = "opted_out"


class OptOutItems:
    """Implements OptOuts on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def record(self, author_id: str, mention_id: str, at: datetime) -> None:
        """See OptOuts."""
        with unless_refused():
            self._client.update_item(
                TableName=self._desk,
                Key=_key(author_id),
                UpdateExpression="SET #at = :at, mention_id = :mention",
                ConditionExpression="attribute_not_exists(#at) OR #at < :at",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues=to_item({":at": moment_text(at), ":mention": mention_id}),
            )

    def opted_out_at(self, author_id: str) -> datetime | None:
        """See OptOuts."""
        found = self.find(author_id)
        return None if found is None or found.is_withdrawn else found.at

    def find(self, author_id: str) -> OptOut | None:
        """See OptOuts."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(author_id), ConsistentRead=True)
        return _opt_out_of(from_item(answer["Item"])) if "Item" in answer else None

    def all(self) -> Sequence[OptOut]:
        """See OptOuts."""
        found = map(_opt_out_of, parts_of(self._client, self._desk, _ITEM))
        return sorted(found, key=lambda each: (each.at, each.author_id), reverse=True)

    def among(self, author_ids: Collection[str]) -> frozenset[str]:
        """See OptOuts."""
        keys = [_key(each) for each in dict.fromkeys(author_ids)]
        found = map(_opt_out_of, map(from_item, batch_get(self._client, self._desk, keys)))
        return frozenset(each.author_id for each in found if not each.is_withdrawn)

    def withdraw(self, author_id: str, withdrawal: Withdrawal) -> Withdrawal | None:
        """See OptOuts."""
        written_at = moment_text(withdrawal.written_at)
        with unless_refused():
            self._client.update_item(
                TableName=self._desk,
                Key=_key(author_id),
                UpdateExpression="SET again_mention_id = :mention, again_written_at = :written,"
                " again_by = :by, again_by_id = :by_id, again_at = :now",
                ConditionExpression="#at < :written"
                " AND (attribute_not_exists(again_written_at) OR again_written_at < :written)",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues=to_item(
                    {
                        ":mention": withdrawal.mention_id,
                        ":written": written_at,
                        ":by": withdrawal.by,
                        ":by_id": withdrawal.by_id,
                        ":now": moment_text(withdrawal.at),
                    }
                ),
            )
        found = self.find(author_id)
        return found.withdrawal if found and found.is_withdrawn else None


def _key(author_id: str) -> Any:
    return to_item({"item": _ITEM, "part": author_id})


def _opt_out_of(plain: dict[str, Any]) -> OptOut:
    withdrawal = None
    if "again_written_at" in plain:
        withdrawal = Withdrawal(
            plain.get("again_mention_id"),
            datetime.fromisoformat(plain["again_written_at"]),
            plain["again_by"],
            plain["again_by_id"],
            datetime.fromisoformat(plain["again_at"]),
        )
    return OptOut(plain["part"], datetime.fromisoformat(plain["at"]), plain.get("mention_id"), withdrawal)
