"""The rows of a day from the index `by_day` of the Mentions table."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.query_all import query_all
from desk.mention import SHARDS
from desk.ports.day_rows import DayRow

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

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
