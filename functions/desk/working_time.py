"""Working time: due times of answers, which skip nights, weekends and holidays.

Opening hours are local times, but minutes are real ones: a working day on which the clock is put forward is an hour
shorter, and due times move accordingly.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.reading import Kind, Urgency

_HORIZON_DAYS = 1000
"""Where the search for working time ends. desk.yaml always has some in a week, so only other brands get here."""


def due_at(start: datetime, kind: Kind, urgency: Urgency, brand: Brand) -> datetime:
    """When an answer is due to a mention of `start` (aware), in UTC.

    High urgency counts all hours, and others only working time. For a brand without working time, all hours count.
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
    """Whether the desk is open at this moment (aware). It is at the opening time, but not at the closing time."""
    local = moment.astimezone(ZoneInfo(brand.timezone)).date()
    span = span_of(local, brand)
    return span is not None and span[0] <= moment < span[1]


def working_between(start: datetime, end: datetime, brand: Brand) -> timedelta:
    """The working time between `start` and `end` (both aware); zero where `end` is earlier.

    For a brand without working time, all hours count.
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


def next_closing(moment: datetime, brand: Brand) -> datetime | None:
    """When the desk closes next after this moment (aware), in UTC; None for a brand without working time."""
    return next((closing for _, closing in _spans(moment.astimezone(UTC), brand) if closing > moment), None)


def _spans(begin: datetime, brand: Brand) -> Iterator[tuple[datetime, datetime]]:
    """The working spans from the day of `begin` on, oldest first, in UTC."""
    first = begin.astimezone(ZoneInfo(brand.timezone)).date()
    for ahead in range(_HORIZON_DAYS):
        span = span_of(first + timedelta(days=ahead), brand)
        if span is not None:
            yield span


def span_of(day: date, brand: Brand) -> tuple[datetime, datetime] | None:
    """When the desk opens and closes on this local day, in UTC; None on a day off."""
    hours = brand.hours.days.get(day.weekday())
    if hours is None or day in brand.hours.holidays:
        return None
    zone = ZoneInfo(brand.timezone)
    return _moment(day, hours[0], zone), _moment(day, hours[1], zone)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The moment this many minutes after local midnight; 24 hours are the next midnight."""
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return local.replace(tzinfo=zone).astimezone(UTC)
