"""Stores the faults of each day by department and hour, from which the desk learns what is usual."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import batch_get, from_item, moment_text, store_errors, to_item
from desk.mentions.items import day_part
from desk.spikes.faults import Fault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HOURS = 24


class DayFaults(NamedTuple):
    """A day's faults until `until`: for each department that has any, 24 counts by the desk's clock."""

    by_hour: Mapping[str, tuple[int, ...]]
    until: datetime


class FaultHistory(Protocol):
    """The faults of days. Every method raises StoreBusy."""

    def days(self, days: Collection[date]) -> Mapping[date, DayFaults]:
        """The counts of those days that have any."""
        ...

    def keep(self, day: date, faults: DayFaults) -> None:
        """Store the day's counts in place of earlier ones."""
        ...


class FaultHistoryItems:
    """FaultHistory on DynamoDB: one small item a day in the Desk table."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def days(self, days: Collection[date]) -> Mapping[date, DayFaults]:
        """See FaultHistory."""
        keys = [to_item(day_part(day, _PART)) for day in dict.fromkeys(days)]
        found = map(from_item, batch_get(self._client, self._desk, keys))
        return {date.fromisoformat(plain["item"].removeprefix("day#")): _faults_of(plain) for plain in found}

    def keep(self, day: date, faults: DayFaults) -> None:
        """See FaultHistory."""
        by_hour = {department: list(counts) for department, counts in faults.by_hour.items()}
        item = to_item(day_part(day, _PART) | {"by_hour": by_hour, "until": moment_text(faults.until)})
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=item)


def counted_by_hour(faults: Iterable[Fault], until: datetime, zone: ZoneInfo) -> DayFaults:
    """The counts of one day's faults. Each author counts once an hour, as in the windows of a spike."""
    authors: dict[str, list[set[str]]] = {}
    for fault in faults:
        if fault.counts:
            by_hour = authors.setdefault(fault.department, [set() for _ in range(HOURS)])
            by_hour[fault.posted_at.astimezone(zone).hour].add(fault.author_id)
    return DayFaults({key: tuple(map(len, by_hour)) for key, by_hour in authors.items()}, until)


_PART = "faults"


def _faults_of(plain: Mapping[str, Any]) -> DayFaults:
    by_hour = {department: tuple(map(int, counts)) for department, counts in plain["by_hour"].items()}
    return DayFaults(by_hour, datetime.fromisoformat(plain["until"]))
