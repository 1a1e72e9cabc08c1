"""Feedback: the mentions that are listed, and up to which day each department's were mailed."""

from bisect import insort
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import batch_get, is_refused, parts_of, store_errors, to_item, unless_refused
from desk.mentions.erased_authors import erased_among
from desk.mentions.items import stored_mention_of
from desk.mentions.model import DayRow, Mention

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class FeedbackStore(Protocol):
    """Listed mentions, and which of the desk's days were mailed. Every method raises StoreBusy."""

    def mentions(self, mention_ids: Collection[str]) -> Mapping[str, Mention]:
        """Return those of the mentions that still have their words and whose authors were not erased."""
        ...

    def mailed_until(self) -> Mapping[str, date]:
        """Return the first day that was not mailed yet, by department; departments without any mail are absent."""
        ...

    def claim(self, department: str, until: date, *, holder: str, now: datetime, ends_at: datetime) -> bool:
        """Claim the mail about the days before `until`; return whether this run is to send it.

        False when it was sent already, or when another holder claimed it whose end has not passed. `now` and
        `ends_at` are wall-clock time.
        """
        ...

    def mark_mailed(self, department: str, until: date) -> None:
        """Record that all days before `until` are done: mailed, or without anything to mail."""
        ...


_ITEM = "feedback_mail"
_PROJECTION = "mention_id, author_id, received_at, backlog, post"


class FeedbackItems:
    """FeedbackStore on DynamoDB. The attribute `ends_at` is in milliseconds of the epoch."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, desk_table: str) -> None:
        self._client = client
        self._mentions = mentions_table
        self._desk = desk_table

    def mentions(self, mention_ids: Collection[str]) -> dict[str, Mention]:
        """See FeedbackStore. An erasure writes its tombstone before it removes words, so tombstones decide."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(mention_ids)]
        items = batch_get(self._client, self._mentions, keys, projection=_PROJECTION)
        found = [stored_mention_of(item).mention for item in items if "post" in item]
        erased = erased_among(self._client, self._desk, {mention.post.author_id for mention in found})
        return {mention.id: mention for mention in found if mention.post.author_id not in erased}

    def mailed_until(self) -> dict[str, date]:
        """See FeedbackStore."""
        parts = parts_of(self._client, self._desk, _ITEM)
        return {part["part"]: date.fromisoformat(part["mailed_until"]) for part in parts if "mailed_until" in part}

    def claim(self, department: str, until: date, *, holder: str, now: datetime, ends_at: datetime) -> bool:
        """See FeedbackStore."""
        update = self._entry(department) | {
            "UpdateExpression": "SET holder = :holder, ends_at = :ends",
            "ConditionExpression": "(attribute_not_exists(mailed_until) OR mailed_until < :until)"
            " AND (attribute_not_exists(holder) OR holder = :holder OR ends_at <= :now)",
            "ExpressionAttributeValues": to_item(
                {":holder": holder, ":ends": _millis(ends_at), ":until": until.isoformat(), ":now": _millis(now)}
            ),
        }
        try:
            with store_errors():
                self._client.update_item(**update)
        except ClientError as exc:
            if is_refused(exc):
                return False
            raise
        return True

    def mark_mailed(self, department: str, until: date) -> None:
        """See FeedbackStore. A run that is late never sets the day back."""
        update = self._entry(department) | {
            "UpdateExpression": "SET mailed_until = :until REMOVE holder, ends_at",
            "ConditionExpression": "attribute_not_exists(mailed_until) OR mailed_until < :until",
            "ExpressionAttributeValues": to_item({":until": until.isoformat()}),
        }
        with unless_refused():
            self._client.update_item(**update)

    def _entry(self, department: str) -> dict[str, Any]:
        return {"TableName": self._desk, "Key": to_item({"item": _ITEM, "part": department})}


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class FirstEntries[T]:
    """Keeps the first `room` of the entries that are added, ordered by `key`, and counts all of them in `total`."""

    def __init__(self, room: int, key: Callable[[T], Any]) -> None:
        self.total = 0
        self._room = room
        self._key = key
        self._kept: list[T] = []

    def add(self, entry: T) -> None:
        """Count an entry, and keep it while it is among the first."""
        self.total += 1
        insort(self._kept, entry, key=self._key)
        del self._kept[self._room :]

    def entries(self) -> tuple[T, ...]:
        """Return the first of all entries that were added, in order."""
        return tuple(self._kept)


def newest_rows(room: int) -> FirstEntries[DayRow]:
    """Return a list that keeps the `room` newest of its rows, the newest first."""
    return FirstEntries(room, lambda row: (-row.created_at.timestamp(), -int(row.mention_id)))
