"""Counts by the day as items `day#<date>` / `polled` and `needs` of the Desk table."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from desk.adapters.batch_get import batch_get
from desk.adapters.mention_items import from_item, to_item
from desk.adapters.store_errors import store_errors
from desk.ports.day_counts import DayNeeds

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


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
