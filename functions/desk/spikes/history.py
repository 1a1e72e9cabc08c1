"""Stores the faults of each day by department and hour, from which the desk learns what is usual."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import batch_get, from_item, moment_text, store_errors, to_item
from desk.mentions.items import day_part
from desk.spikes.faults import Fault, in_order

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HOURS = 24
WINDOWS = (3, 5, 8, 12, 30)
"""Minutes before a fault in which faults are counted."""


LEAST_FAULTS = 5
"""A window with fewer faults is no burst."""


class DayFaults(NamedTuple):
    """A day's faults until `until`: for each department that has any, 24 counts by the desk's clock.

    `bursts` has the hours of a department in which windows with LEAST_FAULTS ended: the most faults of each of the
    WINDOWS there. Windows begin on the day itself.
    """

    by_hour: Mapping[str, tuple[int, ...]]
    until: datetime
    bursts: Mapping[str, Mapping[int, tuple[int, ...]]] = MappingProxyType({})


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
        plain = day_part(day, _PART) | {
            "by_hour": {key: list(counts) for key, counts in faults.by_hour.items()},
            "bursts": {
                key: {str(hour): list(most) for hour, most in hours.items()} for key, hours in faults.bursts.items()
            },
            "until": moment_text(faults.until),
        }
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=to_item(plain))


def counted_by_hour(faults: Iterable[Fault], until: datetime, zone: ZoneInfo) -> DayFaults:
    """The counts of one day's faults. Each author counts once an hour, and once in a window."""
    by_department: dict[str, list[Fault]] = {}
    for fault in in_order([fault for fault in faults if fault.counts]):
        by_department.setdefault(fault.department, []).append(fault)
    by_hour, bursts = {}, {}
    for department, found in by_department.items():
        hours = [fault.posted_at.astimezone(zone).hour for fault in found]
        authors = Counter(
            hour for hour, _ in {(hour, fault.author_id) for hour, fault in zip(hours, found, strict=True)}
        )
        by_hour[department] = tuple(authors[hour] for hour in range(HOURS))
        if largest := _bursts(found, hours):
            bursts[department] = largest
    return DayFaults(by_hour, until, bursts)


def _bursts(faults: Sequence[Fault], hours: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The largest windows of each hour, if any of them is a burst."""
    largest: dict[int, tuple[int, ...]] = {}
    by_window = [_authors_until_each(faults, timedelta(minutes=minutes)) for minutes in WINDOWS]
    for hour, *counts in zip(hours, *by_window, strict=True):
        largest[hour] = tuple(map(max, counts, largest.get(hour, (0,) * len(WINDOWS))))
    return {hour: counts for hour, counts in largest.items() if max(counts) >= LEAST_FAULTS}


def _authors_until_each(faults: Sequence[Fault], span: timedelta) -> Iterator[int]:
    """For each fault, how many authors posted one within this time until then."""
    within, first = Counter[str](), 0
    for fault in faults:
        within[fault.author_id] += 1
        while faults[first].posted_at < fault.posted_at - span:
            gone = faults[first].author_id
            within[gone] -= 1
            if not within[gone]:
                del within[gone]
            first += 1
        yield len(within)


_PART = "faults"


def _faults_of(plain: Mapping[str, Any]) -> DayFaults:
    by_hour = {department: tuple(map(int, counts)) for department, counts in plain["by_hour"].items()}
    bursts = {
        department: {int(hour): tuple(map(int, most)) for hour, most in hours.items()}
        for department, hours in plain["bursts"].items()
    }
    return DayFaults(by_hour, datetime.fromisoformat(plain["until"]), bursts)
