"""Faults that were posted within some time, from the index of mentions by day."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import query_all
from desk.mentions.model import SHARDS
from desk.reading import Kind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_SCANNED = 10_000
"""How many mentions of one shard a question looks at: 80,000 in all, several of the largest days."""


class Fault(NamedTuple):
    """A mention that was read as a fault, without its words; `terms` say what it is about."""

    mention_id: str
    posted_at: datetime
    department: str
    author_id: str
    case_id: str | None
    terms: tuple[str, ...] = ()
    backlog: bool = False


class Faults(Protocol):
    """Faults by the time at which they were posted. Raises StoreBusy."""

    def between(self, since: datetime, until: datetime, *, department: str | None = None) -> Sequence[Fault]:
        """The faults that were posted from `since` to `until`, both included, of one department or of all.

        The oldest come first. Those of the last seconds may be missing; one whose words were removed has no terms.
        """
        ...


class FaultItems:
    """Implements Faults on DynamoDB. The shards of a day are read at the same time: somebody waits."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, zone: ZoneInfo) -> None:
        self._client = client
        self._mentions = mentions_table
        self._zone = zone

    def between(self, since: datetime, until: datetime, *, department: str | None = None) -> Sequence[Fault]:
        """See Faults."""
        first, last = (moment.astimezone(self._zone).date() for moment in (since, until))
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        keys = [f"{day.isoformat()}#{shard}" for day, shard in product(days, range(SHARDS))]

        def of_shard(key: str) -> list[Fault]:
            return [_fault_of(item) for item in self._of_shard(key, since, until, department)]

        with ThreadPoolExecutor(SHARDS) as pool:
            found = [fault for faults in pool.map(of_shard, keys) for fault in faults]
        return in_order(found)

    def _of_shard(self, key: str, since: datetime, until: datetime, department: str | None) -> Iterator[dict[str, Any]]:
        names = ("mention_id", "created_at", "kind", "department", "author_id", "case_id", "terms", "backlog")
        values = {":key": key, ":since": _text(since), ":until": _text(until), ":fault": Kind.FAULT.value}
        if department:
            values[":department"] = department
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "by_day",
            "KeyConditionExpression": "day_shard = :key AND #created_at BETWEEN :since AND :until",
            "FilterExpression": "#kind = :fault" + (" AND #department = :department" if department else ""),
            "ExpressionAttributeNames": {f"#{name}": name for name in names},
            "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
            "ProjectionExpression": ", ".join(f"#{name}" for name in names),
        }
        return query_all(self._client, ask, most=MAX_SCANNED)


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """The faults in the order in which they were posted."""
    return sorted(faults, key=lambda fault: (fault.posted_at, int(fault.mention_id)))


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
    )
