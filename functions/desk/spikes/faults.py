"""Reads faults by the time at which they were posted, from the index of mentions by day."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from heapq import nsmallest
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import query_pages
from desk.mentions.model import SHARDS
from desk.reading import Kind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_SCANNED = 10_000
"""How many mentions of one shard a query reads: 80,000 in all, as many as several of the largest days have."""


WORDS = 5
"""How many shared words are named."""
_SHARED_BY = 5
"""A word is shared if one in this many faults has it."""


class Fault(NamedTuple):
    """A mention that was read as a fault, without its words; `terms` say what it is about.

    `read_at` is when the desk read it; None for one that it is reading.
    """

    mention_id: str
    posted_at: datetime
    department: str
    author_id: str
    case_id: str | None
    terms: tuple[str, ...] = ()
    backlog: bool = False
    read_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Whether it may be part of a spike: it mentions the brand, and is not of the backlog.

        A heard post has no case.
        """
        return self.case_id is not None and not self.backlog


class Faults(Protocol):
    """Faults by the time at which they were posted. Raises StoreBusy."""

    def between(self, since: datetime, until: datetime, *, department: str | None = None) -> Sequence[Fault]:
        """The faults that were posted from `since` to `until`, both included, of one department or of all.

        The oldest come first. Those of the last seconds may be missing; one whose words were removed has no terms.
        """
        ...

    def count(self, since: datetime, until: datetime, *, department: str) -> int:
        """How many faults of the department were posted from `since` to `until`; the last seconds may be missing."""
        ...


_ASKED = ("#kind", "#department")
_SHOWN = (*_ASKED, "#mention_id", "#created_at", "#author_id", "#case_id", "#terms", "#backlog", "#read_at")


class FaultItems:
    """Implements Faults on DynamoDB. The shards of a day are read in parallel, since people wait for the result."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, zone: ZoneInfo) -> None:
        self._client = client
        self._mentions = mentions_table
        self._zone = zone

    def between(self, since: datetime, until: datetime, *, department: str | None = None) -> Sequence[Fault]:
        """See Faults."""
        shown = {"ProjectionExpression": ", ".join(_SHOWN), "ExpressionAttributeNames": _named(_SHOWN)}

        def of_shard(key: str) -> list[Fault]:
            pages = self._pages(key, since, until, department, shown)
            return [_fault_of(item) for page in pages for item in page["Items"]]

        with ThreadPoolExecutor(SHARDS) as pool:
            found = [fault for faults in pool.map(of_shard, self._keys(since, until)) for fault in faults]
        return in_order(found)

    def count(self, since: datetime, until: datetime, *, department: str) -> int:
        """See Faults."""
        counted = {"Select": "COUNT", "ExpressionAttributeNames": _named(_ASKED)}

        def of_shard(key: str) -> int:
            return sum(page["Count"] for page in self._pages(key, since, until, department, counted))

        with ThreadPoolExecutor(SHARDS) as pool:
            return sum(pool.map(of_shard, self._keys(since, until)))

    def _keys(self, since: datetime, until: datetime) -> list[str]:
        """The keys of all shards of the days of this time."""
        first, last = (moment.astimezone(self._zone).date() for moment in (since, until))
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return [f"{day.isoformat()}#{shard}" for day, shard in product(days, range(SHARDS))]

    def _pages(
        self, key: str, since: datetime, until: datetime, department: str | None, wanted: dict[str, Any]
    ) -> Iterator[Any]:
        values = {":key": key, ":since": _text(since), ":until": _text(until), ":fault": Kind.FAULT.value}
        if department:
            values[":department"] = department
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "by_day",
            "KeyConditionExpression": "day_shard = :key AND created_at BETWEEN :since AND :until",
            "FilterExpression": "#kind = :fault" + (" AND #department = :department" if department else ""),
            "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
            **wanted,
        }
        return query_pages(self._client, ask, most=MAX_SCANNED)


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """The faults in the order in which they were posted."""
    return sorted(faults, key=lambda fault: (fault.posted_at, int(fault.mention_id)))


def shared_words(faults: Sequence[Fault]) -> list[tuple[str, int]]:
    """The words that at least two faults and one in five of them have, the most frequent ones first."""
    counts = Counter(word for fault in faults for word in dict.fromkeys(fault.terms))
    least = max(2, -(-len(faults) // _SHARED_BY))
    shared = ((word, count) for word, count in counts.items() if count >= least)
    return nsmallest(WORDS, shared, key=lambda pair: (-pair[1], pair[0]))


def _named(names: Sequence[str]) -> dict[str, str]:
    return {name: name.removeprefix("#") for name in names}


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _fault_of(item: dict[str, Any]) -> Fault:
    return Fault(
        mention_id=item["mention_id"]["S"],
        posted_at=datetime.fromisoformat(item["created_at"]["S"]),
        department=item["department"]["S"],
        author_id=item["author_id"]["S"],
        case_id=item["case_id"]["S"] if "case_id" in item else None,
        terms=tuple(item["terms"]["S"].split()) if "terms" in item else (),
        backlog=item.get("backlog", {}).get("BOOL", False),
        read_at=datetime.fromisoformat(item["read_at"]["S"]),
    )
