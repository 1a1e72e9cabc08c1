"""Who answers the brand's greetings, and on which mornings."""

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

MORNINGS_KEPT = 20
"""How many of the mornings on which somebody came are remembered: as many as regulars are judged by."""


class GreetingReply(NamedTuple):
    """A mention that answers a greeting. `author` is there when it was stored with the mention."""

    mention_id: str
    author_id: str
    author: Author | None


class Attending(NamedTuple):
    """Somebody on the roll: the last mornings on which they came, oldest first, and how long the last row is.

    `in_a_row` counts back from the last morning, over mornings that have left `mornings` too.
    """

    author_id: str
    mornings: tuple[date, ...]
    in_a_row: int
    author: Author | None


class GreetingReplies(Protocol):
    """The stored mentions that answer a greeting. Raises StoreBusy."""

    def replies(self, greeting_id: str, *, since: datetime, until: datetime, limit: int) -> Sequence[GreetingReply]:
        """Mentions made from `since` on and before `until` whose parent or conversation is the greeting, oldest first.

        Junk, forgotten words and erased authors are left out. No more than about `limit` mentions of that time are
        looked at. May lag behind by seconds.
        """
        ...


class AttendanceRoll(Protocol):
    """The roll: mornings with a greeting, and who came. Every method raises StoreBusy; all is kept 90 days."""

    def mornings(self) -> Sequence[date]:
        """The mornings with a greeting whose attendance was taken, oldest first, read consistently."""
        ...

    def of(self, author_ids: Collection[str]) -> Mapping[str, Attending]:
        """Those of them who are on the roll, read consistently."""
        ...

    def write(self, day: date, attending: Collection[Attending], now: datetime) -> None:
        """Put them on the roll in place of what it says, then the morning. Writing the same again changes nothing."""
        ...


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
