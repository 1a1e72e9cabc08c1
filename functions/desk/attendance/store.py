"""Attendance: the mentions that reply to a morning greeting, and a record of who replied on which mornings."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import batch_get, batch_write, from_item, parts_of, query_pages, to_item
from desk.mentions.erased_authors import erased_among
from desk.mentions.model import SHARDS
from desk.reading import Kind
from desk.x.model import Author

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OPEN_FOR = timedelta(hours=2)
"""How long after the greeting a reply to it counts."""

MORNINGS_KEPT = 20
"""How many of a person's mornings are stored: as many as decide whether they are a regular."""


class GreetingReply(NamedTuple):
    """A mention that replies to a greeting. `author` is None unless it was stored with the mention."""

    mention_id: str
    author_id: str
    author: Author | None


class AttendanceRecord(NamedTuple):
    """The latest mornings on which a person replied, oldest first, and the length of the last row of mornings.

    `in_a_row` also counts mornings that are no longer in `mornings`.
    """

    author_id: str
    mornings: tuple[date, ...]
    in_a_row: int
    author: Author | None


class AttendanceStore(Protocol):
    """Replies to greetings, attendance records for 90 days, and mornings for two years. All methods raise StoreBusy."""

    def replies_to(self, greeting_id: str, *, since: datetime, until: datetime, limit: int) -> Sequence[GreetingReply]:
        """Return mentions from `since` on and before `until` whose parent or conversation is the greeting.

        The oldest comes first. Junk, removed words and erased authors are left out. About `limit` mentions of that
        time are read at most. May lag behind by seconds.
        """
        ...

    def mornings(self) -> Sequence[date]:
        """Return the mornings with a greeting whose attendance was saved, oldest first, read consistently."""
        ...

    def records(self, author_ids: Collection[str]) -> Mapping[str, AttendanceRecord]:
        """Return the records of these authors, as far as there are any, read consistently."""
        ...

    def all_records(self) -> Sequence[AttendanceRecord]:
        """Return the records of everybody who replied to a greeting in the last 90 days."""
        ...

    def save(self, day: date, records: Collection[AttendanceRecord], now: datetime) -> None:
        """Replace these records, then save the morning. Saving the same again changes nothing."""
        ...


_ITEM = "attendance"
_MORNING = "morning#"
_KEPT = timedelta(days=90)
_MORNINGS_KEPT_FOR = timedelta(days=731)
"""Dates of greetings, without people: they tell how long there have been records."""
_PROJECTION = "mention_id, author_id, kind, review, post.conversation_id, post.in_reply_to, post.author"
_log = logging.getLogger(__name__)


class AttendanceItems:
    """AttendanceStore on DynamoDB. Of two concurrent writers, the later one decides a person's record."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, desk_table: str, zone: ZoneInfo) -> None:
        self._client = client
        self._mentions = mentions_table
        self._desk = desk_table
        self._zone = zone

    def replies_to(self, greeting_id: str, *, since: datetime, until: datetime, limit: int) -> Sequence[GreetingReply]:
        """See AttendanceStore. The day index yields the ids, the table what they reply to."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in self._mention_ids(since, until, limit)]
        mentions = map(from_item, batch_get(self._client, self._mentions, keys, projection=_PROJECTION))
        found = [
            GreetingReply(each["mention_id"], each["author_id"], _author_of(each["post"]))
            for each in mentions
            if _is_reply(each, greeting_id)
        ]
        erased = erased_among(self._client, self._desk, {reply.author_id for reply in found})
        kept = (reply for reply in found if reply.author_id not in erased)
        return sorted(kept, key=lambda reply: int(reply.mention_id))

    def mornings(self) -> Sequence[date]:
        """See AttendanceStore."""
        parts = parts_of(self._client, self._desk, _ITEM, beginning=_MORNING)
        return [date.fromisoformat(plain["part"].removeprefix(_MORNING)) for plain in parts]

    def records(self, author_ids: Collection[str]) -> Mapping[str, AttendanceRecord]:
        """See AttendanceStore."""
        keys = [to_item({"item": _ITEM, "part": each}) for each in dict.fromkeys(author_ids)]
        found = map(_record_of, map(from_item, batch_get(self._client, self._desk, keys)))
        return {record.author_id: record for record in found}

    def all_records(self) -> Sequence[AttendanceRecord]:
        """See AttendanceStore. Mornings have the same item; their names begin like no author's id."""
        parts = parts_of(self._client, self._desk, _ITEM)
        return [_record_of(plain) for plain in parts if not plain["part"].startswith(_MORNING)]

    def save(self, day: date, records: Collection[AttendanceRecord], now: datetime) -> None:
        """See AttendanceStore."""
        expires_at = int((now + _KEPT).timestamp())
        people = (_plain(each) | {"item": _ITEM, "expires_at": expires_at} for each in records)
        batch_write(self._client, self._desk, puts=map(to_item, people))
        until = int((now + _MORNINGS_KEPT_FOR).timestamp())
        morning = {"item": _ITEM, "part": f"{_MORNING}{day.isoformat()}", "expires_at": until}
        batch_write(self._client, self._desk, puts=[to_item(morning)])

    def _mention_ids(self, since: datetime, until: datetime, limit: int) -> Iterator[str]:
        day, last = since.astimezone(self._zone).date(), until.astimezone(self._zone).date()
        while day <= last:
            for shard in range(SHARDS):
                yield from self._ids_of_shard(f"{day.isoformat()}#{shard}", since, until, limit // SHARDS)
            day += timedelta(days=1)

    def _ids_of_shard(self, key: str, since: datetime, until: datetime, limit: int) -> Iterator[str]:
        request: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "by_day",
            "KeyConditionExpression": "day_shard = :key AND created_at BETWEEN :since AND :until",
            "FilterExpression": "attribute_not_exists(kind) OR kind <> :junk OR attribute_exists(review)",
            "ExpressionAttributeValues": to_item(
                {
                    ":key": key,
                    ":since": since.astimezone(UTC).isoformat(),
                    ":until": (until.astimezone(UTC) - timedelta(microseconds=1)).isoformat(),  # BETWEEN includes both
                    ":junk": Kind.JUNK.value,
                }
            ),
            "ProjectionExpression": "mention_id",
        }
        answer: dict[str, Any] = {}
        for answer in query_pages(self._client, request, most=limit):
            yield from (item["mention_id"]["S"] for item in answer["Items"])
        if "LastEvaluatedKey" in answer:
            _log.warning("more mentions may reply to a greeting than are read")


def _is_reply(mention: dict[str, Any], greeting_id: str) -> bool:
    post = mention.get("post", {})
    parents = (post.get("in_reply_to"), post.get("conversation_id"))
    is_junk = mention.get("kind") == Kind.JUNK and "review" not in mention
    return greeting_id in parents and not is_junk


def _author_of(plain: dict[str, Any]) -> Author | None:
    author = plain.get("author")
    return Author(author["id"], author["username"], author["name"]) if author else None


def _plain(record: AttendanceRecord) -> dict[str, Any]:
    author = record.author
    return {
        "part": record.author_id,
        "mornings": [day.isoformat() for day in record.mornings[-MORNINGS_KEPT:]],
        "in_a_row": record.in_a_row,
        "author": {"id": author.id, "username": author.username, "name": author.name} if author else None,
    }


def _record_of(plain: dict[str, Any]) -> AttendanceRecord:
    return AttendanceRecord(
        author_id=plain["part"],
        mornings=tuple(date.fromisoformat(day) for day in plain["mornings"]),
        in_a_row=int(plain["in_a_row"]),
        author=_author_of(plain),
    )
