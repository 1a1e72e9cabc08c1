"""The last night: when the desk was closed, and how many mentions came in meanwhile.

The number and the list follow one rule: the half hours from the one in which the desk closed to the one in which it
opens again, by the time at which a mention was posted.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.mentions.model import SLOT_MINUTES, DayCounts
from desk.working_time import span_of

LONGEST_BREAK = 15
"""Days that the desk may be closed in a row, holidays included."""

_SLOTS = 24 * 60 // SLOT_MINUTES
_DAY = timedelta(days=1)


class Night(NamedTuple):
    """A time in which the desk was closed, in the desk's own time; both ends begin a half hour."""

    since: datetime
    until: datetime

    @property
    def is_one_night(self) -> bool:
        """Whether the desk opens on the next day."""
        return (self.until.date() - self.since.date()).days <= 1

    @property
    def days(self) -> list[date]:
        """The days of which it has a part."""
        return [self.since.date() + n * _DAY for n in range((self.until.date() - self.since.date()).days + 1)]

    @property
    def query(self) -> str:
        """What names it in addresses."""
        return urlencode({name: f"{moment:%Y-%m-%dT%H:%M}" for name, moment in self._asdict().items()})

    def count(self, days: Mapping[date, DayCounts]) -> int:
        """How many mentions came in, by the counts of its days."""
        return sum(self._count_of(day, days[day]) for day in self.days)

    def _count_of(self, day: date, counts: DayCounts) -> int:
        first = _slot(self.since) if day == self.since.date() else 0
        last = _slot(self.until) if day == self.until.date() else _SLOTS
        if (first, last) == (0, _SLOTS):
            return counts.polled
        return sum(number for slot, number in counts.slots.items() if first <= slot < last)


def last_night(now: datetime, brand: Brand) -> Night | None:
    """From when the desk last closed until it opens; None for a desk that is always open, or closed for long."""
    zone = ZoneInfo(brand.timezone)
    today = now.astimezone(zone).date()
    spans = [span_of(today + n * _DAY, brand) for n in range(-LONGEST_BREAK, LONGEST_BREAK)]
    closed_at = max((span[1] for span in spans if span and span[1] <= now), default=None)
    if closed_at is None:
        return None
    opens_at = min((span[0] for span in spans if span and span[0] >= closed_at), default=None)
    if opens_at is None:
        return None
    since, until = (slot_of(moment.astimezone(zone)) for moment in (closed_at, opens_at))
    return Night(since, until) if since < until else None


def _slot(moment: datetime) -> int:
    return (moment.hour * 60 + moment.minute) // SLOT_MINUTES


def slot_of(moment: datetime) -> datetime:
    """The beginning of the half hour of this moment."""
    return moment.replace(minute=moment.minute // SLOT_MINUTES * SLOT_MINUTES, second=0, microsecond=0)
