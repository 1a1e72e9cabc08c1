"""The mentions of a day as the digest counts them: what was understood of each, without its words."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import batch_get, from_item, query_all, store_errors, to_item
from desk.mentions.model import SHARDS, Stage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DayRow(NamedTuple):
    """One mention. `kind` and all that follows are values of the enums; None, and no terms, as long as it is not read.

    `department` is also None for chat and junk. `created_at` is aware.
    """

    mention_id: str
    created_at: datetime
    kind: str | None = None
    need: str | None = None
    department: str | None = None
    urgency: str | None = None
    lang: str | None = None
    terms: tuple[str, ...] = ()
    to_review: bool = False


class DayRows(Protocol):
    """The rows of the desk's days, one by one, so that a day of any size takes no memory. Raises StoreBusy."""

    def of_day(self, day: date, *, needs_only: bool = False) -> Iterator[DayRow]:
        """The day's mentions in no particular order; what came within the last seconds may be missing.

        With `needs_only` nothing but id, time, kind and need is asked for.
        """
        ...


_NEEDS = ("mention_id", "created_at", "kind", "need")
_ALL = (*_NEEDS, "department", "urgency", "lang", "terms", "to_review")


class DayRowItems:
    """The port DayRows on DynamoDB: shard after shard, page after page, nothing kept of either.

    `page` is how many rows one query takes at most; DynamoDB itself ends a page at 1 MB.
    """

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, page: int | None = None) -> None:
        self._client = client
        self._mentions = mentions_table
        self._page = page

    def of_day(self, day: date, *, needs_only: bool = False) -> Iterator[DayRow]:
        """See DayRows."""
        names = _NEEDS if needs_only else _ALL
        for shard in range(SHARDS):
            yield from self._of_shard(f"{day.isoformat()}#{shard}", names)

    def _of_shard(self, key: str, names: tuple[str, ...]) -> Iterator[DayRow]:
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "by_day",
            "KeyConditionExpression": "day_shard = :key",
            "ExpressionAttributeValues": {":key": {"S": key}},
            "ProjectionExpression": ", ".join(f"#{name}" for name in names),
            "ExpressionAttributeNames": {f"#{name}": name for name in names},
        }
        return map(_row_of, query_all(self._client, ask, page=self._page))


def _row_of(item: dict[str, Any]) -> DayRow:
    def text(name: str) -> str | None:
        return item[name]["S"] if name in item else None

    return DayRow(
        mention_id=item["mention_id"]["S"],
        created_at=datetime.fromisoformat(item["created_at"]["S"]),
        kind=text("kind"),
        need=text("need"),
        department=text("department"),
        urgency=text("urgency"),
        lang=text("lang"),
        terms=tuple((text("terms") or "").split()),
        to_review="to_review" in item,
    )


class DayNeeds(NamedTuple):
    """A day's needs: 24 counts by the desk's clock for each, junk and feedback left out.

    `polled` is how many mentions the day had when this was counted, `unread` how many of them were not read yet.
    """

    by_hour: Mapping[str, tuple[int, ...]]
    polled: int
    unread: int


class DayCounts(Protocol):
    """Counts of the desk's days. Every method raises StoreBusy."""

    def polled(self, days: Collection[date]) -> Mapping[date, int]:
        """How many mentions the poll stored on each of these days; a day without any is absent. Read consistently."""
        ...

    def needs(self, days: Collection[date]) -> Mapping[date, DayNeeds]:
        """The remembered ones among these days."""
        ...

    def remember(self, day: date, needs: DayNeeds) -> None:
        """Keep the needs of a finished day, in place of an earlier count."""
        ...


class DayCountItems:
    """The port DayCounts on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def polled(self, days: Collection[date]) -> dict[date, int]:
        """See DayCounts."""
        return {_day_of(plain): int(plain["n"]) for plain in self._parts(days, "polled")}

    def needs(self, days: Collection[date]) -> dict[date, DayNeeds]:
        """See DayCounts."""
        return {_day_of(plain): _needs_of(plain) for plain in self._parts(days, "needs")}

    def remember(self, day: date, needs: DayNeeds) -> None:
        """See DayCounts."""
        plain = _key(day, "needs") | {
            "by_hour": {need: list(counts) for need, counts in needs.by_hour.items()},
            "polled": needs.polled,
            "unread": needs.unread,
        }
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=to_item(plain))

    def _parts(self, days: Collection[date], part: str) -> Iterator[dict[str, Any]]:
        keys = [to_item(_key(day, part)) for day in dict.fromkeys(days)]
        return map(from_item, batch_get(self._client, self._desk, keys))


def _key(day: date, part: str) -> dict[str, Any]:
    return {"item": f"day#{day.isoformat()}", "part": part}


def _day_of(plain: dict[str, Any]) -> date:
    return date.fromisoformat(plain["item"].removeprefix("day#"))


def _needs_of(plain: dict[str, Any]) -> DayNeeds:
    return DayNeeds(
        by_hour={need: tuple(map(int, counts)) for need, counts in plain["by_hour"].items()},
        polled=int(plain["polled"]),
        unread=int(plain["unread"]),
    )


class Waiting(NamedTuple):
    """A mention that waits since it was received."""

    mention_id: str
    since: datetime


class WaitingMentions(Protocol):
    """What waits, oldest first; may lag behind by seconds. Raises StoreBusy."""

    def for_stage(self, stage: Stage, *, before: datetime, limit: int) -> Sequence[Waiting]:
        """At most `limit` mentions received before that moment that wait for reading or publishing."""
        ...

    def for_summary(self, department: str, *, limit: int) -> Sequence[Waiting]:
        """At most `limit` mentions that wait for this department's next summary."""
        ...


_INDEX = "waiting"
_END_OF_TIME = "9999"


class WaitingMentionsItems:
    """The port WaitingMentions on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str) -> None:
        self._client = client
        self._mentions = mentions_table

    def for_stage(self, stage: Stage, *, before: datetime, limit: int) -> Sequence[Waiting]:
        """See WaitingMentions."""
        found = [
            waiting for shard in range(SHARDS) for waiting in self._query(f"{stage}#{shard}", before.isoformat(), limit)
        ]
        return sorted(found, key=lambda waiting: waiting.since)[:limit]

    def for_summary(self, department: str, *, limit: int) -> Sequence[Waiting]:
        """See WaitingMentions."""
        return list(self._query(f"{Stage.MAILING}#{department}", _END_OF_TIME, limit))

    def _query(self, key: str, before: str, limit: int) -> Iterator[Waiting]:
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": _INDEX,
            "KeyConditionExpression": "waiting = :key AND waiting_since < :before",
            "ExpressionAttributeValues": {":key": {"S": key}, ":before": {"S": before}},
        }
        for item in query_all(self._client, ask, most=limit):
            yield Waiting(item["mention_id"]["S"], datetime.fromisoformat(item["waiting_since"]["S"]))
