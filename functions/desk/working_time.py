"""Working time: by when an answer is due, counted over nights, weekends, holidays and changes of the clock.

The desk's hours are read off the clock on its wall, but a minute is a minute: a working day in which the clock is put
forward is an hour shorter, and what is due moves accordingly.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.reading import Kind, Urgency

_HORIZON_DAYS = 1000
"""Where the search for working time ends; a week always has some, so only a brand made by hand gets here."""


def due_at(start: datetime, kind: Kind, urgency: Urgency, brand: Brand) -> datetime:
    """By when what came in at `start` (aware) should be answered, in UTC.

    High urgency runs on the wall clock; the rest counts only while the desk works. A brand without any working time
    gets the wall clock for everything.
    """
    begin, targets = start.astimezone(UTC), brand.targets.of(kind)
    if urgency is Urgency.HIGH:
        return begin + targets.high
    remaining = targets.normal
    for opening, closing in _spans(begin, brand):
        from_here = max(opening, begin)
        if remaining <= closing - from_here:
            return from_here + remaining
        remaining -= max(closing - from_here, timedelta())
    return begin + targets.normal


def is_working(moment: datetime, brand: Brand) -> bool:
    """Whether the desk works at this moment (aware): from opening on, no longer at closing."""
    local = moment.astimezone(ZoneInfo(brand.timezone)).date()
    span = span_of(local, brand)
    return span is not None and span[0] <= moment < span[1]


def working_between(start: datetime, end: datetime, brand: Brand) -> timedelta:
    """How much of the time from `start` to `end` (both aware) the desk worked; nothing when `end` is not the later.

    A brand without any working time gets the wall clock.
    """
    begin, until = start.astimezone(UTC), end.astimezone(UTC)
    if not brand.hours.days:
        return max(until - begin, timedelta())
    spent = timedelta()
    for opening, closing in _spans(begin, brand):
        if opening >= until:
            break
        spent += max(min(closing, until) - max(opening, begin), timedelta())
    return spent


def _spans(begin: datetime, brand: Brand) -> Iterator[tuple[datetime, datetime]]:
    """The working spans from the day of `begin` on, oldest first, in UTC."""
    first = begin.astimezone(ZoneInfo(brand.timezone)).date()
    for ahead in range(_HORIZON_DAYS):
        span = span_of(first + timedelta(days=ahead), brand)
        if span is not None:
            yield span


def span_of(day: date, brand: Brand) -> tuple[datetime, datetime] | None:
    """When the desk opens and closes on this day of its own, in UTC; None on a day off."""
    hours = brand.hours.days.get(day.weekday())
    if hours is None or day in brand.hours.holidays:
        return None
    zone = ZoneInfo(brand.timezone)
    return _moment(day, hours[0], zone), _moment(day, hours[1], zone)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """When the wall clock shows this many minutes after midnight; 24 hours are the next midnight."""
    on_the_wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return on_the_wall.replace(tzinfo=zone).astimezone(UTC)
