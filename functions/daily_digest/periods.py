"""The editions of the digest, and the period that each of them covers."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.day_reviews.store import BEFORE_CLOSING
from desk.working_time import span_of


class Edition(StrEnum):
    """The editions of the digest."""

    MORNING = "morning"
    EVENING = "evening"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Period(NamedTuple):
    """From `since` on, before `until`; both are aware, in the brand's time zone."""

    since: datetime
    until: datetime


_LONGEST_BREAK_DAYS = 60
"""How far back the last working day is searched; if there is none, the morning covers one day."""
CONSECUTIVE = (Edition.MORNING, Edition.EVENING)
"""Editions whose periods follow each other: each begins where the last one of both ended."""
_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_WEEK_DAYS = 7


def period_of(edition: Edition, now: datetime, brand: Brand, covered: datetime | None = None) -> Period | None:
    """Return the period of the edition that is made at `now` (aware); None when there is none that day.

    Morning and evening are for people at work: there are none on days off, which the next morning covers. Both begin
    at `covered`, the end of the last of the two that was made, so that each moment is in exactly one of them. Without
    an earlier one, the morning begins at the last close, and the evening at midnight. Weekly and monthly editions
    cover the calendar's last week and month.
    """
    zone = ZoneInfo(brand.timezone)
    local = now.astimezone(zone)
    today = local.date()
    match edition:
        case Edition.MORNING | Edition.EVENING if span_of(today, brand) is None:
            return None
        case Edition.MORNING | Edition.EVENING if covered is not None:
            return Period(covered.astimezone(zone), local)
        case Edition.MORNING:
            return Period(_last_close(local, brand), local)
        case Edition.EVENING:
            return Period(midnight(today, zone), local)
        case Edition.WEEKLY:
            return Period(midnight(today - _WEEK_DAYS * _DAY, zone), midnight(today, zone))
        case Edition.MONTHLY:
            first = today.replace(day=1)
            return Period(midnight((first - _DAY).replace(day=1), zone), midnight(first, zone))


_RUNS_EVERY = timedelta(minutes=5)


def is_evening_over(now: datetime, brand: Brand, *, is_reviewed: bool) -> bool:
    """Whether the evening digest waits for nothing more: the day was reviewed and ends soon, or the desk has closed.

    A desk that is open until midnight has its digest with the last run before. Days off have none to wait for.
    """
    local = now.astimezone(ZoneInfo(brand.timezone))
    span = span_of(local.date(), brand)
    if span is None:
        return False
    is_last_run = (local + _RUNS_EVERY).date() > local.date()
    return now >= span[1] or is_last_run or (is_reviewed and now >= span[1] - BEFORE_CLOSING)


def days_of(period: Period) -> tuple[date, ...]:
    """Return the desk's days that the period overlaps."""
    first, last = period.since.date(), last_day_of(period)
    return tuple(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


def last_day_of(period: Period) -> date:
    """Return the last day that the period overlaps: the day before, when it ends at midnight."""
    if period.until <= period.since:
        return period.since.date()
    return (period.until - _INSTANT).date()


def _last_close(local: datetime, brand: Brand) -> datetime:
    """Return when the desk last closed before today; the same time yesterday if it never did."""
    for day in _days_before(local.date()):
        span = span_of(day, brand)
        if span is not None:
            return span[1].astimezone(local.tzinfo)
    return local - _DAY


def _days_before(day: date) -> Iterator[date]:
    for back in range(1, _LONGEST_BREAK_DAYS + 1):
        yield day - timedelta(days=back)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the beginning of the day in this time zone."""
    return datetime.combine(day, time(), zone)
