"""Attendance: answers to greetings in the Mentions table, the roll as items `attendance` of the Desk table.

Parts of `attendance` are `<author_id>` and, for each morning with a greeting, `morning#<date>`.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from desk.adapters.batch_get import batch_get
from desk.adapters.batch_write import batch_write
from desk.adapters.desk_parts import erased_among, parts_of
from desk.adapters.mention_items import from_item, to_item
from desk.adapters.query_all import query_pages
from desk.mention import SHARDS
from desk.ports.attendance import MORNINGS_KEPT, Attending, GreetingReply
from desk.reading import Kind
from desk.x_post import Author

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "attendance"
_MORNING = "morning#"
_KEPT = timedelta(days=90)
_WORDS = "mention_id, author_id, kind, post.conversation_id, post.in_reply_to, post.author"
_log = logging.getLogger(__name__)


class GreetingReplyItems:
    """The port GreetingReplies on DynamoDB: the day's index says which mentions, the table what they answer."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, desk_table: str, zone: ZoneInfo) -> None:
        self._client = client
        self._mentions = mentions_table
        self._desk = desk_table
        self._zone = zone

    def replies(self, greeting_id: str, *, since: datetime, until: datetime, limit: int) -> Sequence[GreetingReply]:
        """See GreetingReplies."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in self._ids(since, until, limit)]
        plain = map(from_item, batch_get(self._client, self._mentions, keys, projection=_WORDS))
        found = [_reply_of(each) for each in plain if _answers(each, greeting_id)]
        erased = erased_among(self._client, self._desk, {reply.author_id for reply in found})
        there = (reply for reply in found if reply.author_id not in erased)
        return sorted(there, key=lambda reply: int(reply.mention_id))

    def _ids(self, since: datetime, until: datetime, limit: int) -> Iterator[str]:
        for day in _days(since, until, self._zone):
            for shard in range(SHARDS):
                yield from self._of_shard(f"{day.isoformat()}#{shard}", since, until, limit // SHARDS)

    def _of_shard(self, key: str, since: datetime, until: datetime, limit: int) -> Iterator[str]:
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "by_day",
            "KeyConditionExpression": "day_shard = :key AND created_at BETWEEN :since AND :until",
            "FilterExpression": "attribute_not_exists(kind) OR kind <> :junk",
            "ExpressionAttributeValues": to_item(
                {
                    ":key": key,
                    ":since": since.astimezone(UTC).isoformat(),
                    ":until": (until.astimezone(UTC) - timedelta(microseconds=1)).isoformat(),  # both ends are meant
                    ":junk": Kind.JUNK.value,
                }
            ),
            "ProjectionExpression": "mention_id",
        }
        answer: dict[str, Any] = {}
        for answer in query_pages(self._client, ask, most=limit):
            yield from (item["mention_id"]["S"] for item in answer["Items"])
        if "LastEvaluatedKey" in answer:
            _log.warning("a greeting was answered by more mentions than are looked at")


class AttendanceRollItems:
    """The port AttendanceRoll on DynamoDB. Of two writers at once the later one's word about a person stands."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def mornings(self) -> Sequence[date]:
        """See AttendanceRoll."""
        parts = parts_of(self._client, self._table, _ITEM, beginning=_MORNING)
        return [date.fromisoformat(plain["part"].removeprefix(_MORNING)) for plain in parts]

    def of(self, author_ids: Collection[str]) -> Mapping[str, Attending]:
        """See AttendanceRoll."""
        keys = [to_item({"item": _ITEM, "part": each}) for each in dict.fromkeys(author_ids)]
        found = map(_attending_of, map(from_item, batch_get(self._client, self._table, keys)))
        return {attending.author_id: attending for attending in found}

    def write(self, day: date, attending: Collection[Attending], now: datetime) -> None:
        """See AttendanceRoll."""
        expires_at = int((now + _KEPT).timestamp())
        people = (_plain(each) | {"item": _ITEM, "expires_at": expires_at} for each in attending)
        batch_write(self._client, self._table, puts=map(to_item, people))
        morning = {"item": _ITEM, "part": f"{_MORNING}{day.isoformat()}", "expires_at": expires_at}
        batch_write(self._client, self._table, puts=[to_item(morning)])


def _days(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[date]:
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _answers(plain: dict[str, Any], greeting_id: str) -> bool:
    post = plain.get("post", {})
    return greeting_id in (post.get("in_reply_to"), post.get("conversation_id")) and plain.get("kind") != Kind.JUNK


def _reply_of(plain: dict[str, Any]) -> GreetingReply:
    return GreetingReply(plain["mention_id"], plain["author_id"], _author_of(plain["post"]))


def _author_of(plain: dict[str, Any]) -> Author | None:
    author = plain.get("author")
    return Author(author["id"], author["username"], author["name"]) if author else None


def _plain(attending: Attending) -> dict[str, Any]:
    author = attending.author
    return {
        "part": attending.author_id,
        "mornings": [day.isoformat() for day in attending.mornings[-MORNINGS_KEPT:]],
        "in_a_row": attending.in_a_row,
        "author": {"id": author.id, "username": author.username, "name": author.name} if author else None,
    }


def _attending_of(plain: dict[str, Any]) -> Attending:
    return Attending(
        author_id=plain["part"],
        mornings=tuple(date.fromisoformat(day) for day in plain["mornings"]),
        in_a_row=int(plain["in_a_row"]),
        author=_author_of(plain),
    )
