"""The period of each edition: mornings and evenings cover each moment once, with any week, time zone and failures."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daily_digest.periods import CONSECUTIVE, Edition, Period, days_of, last_day_of, period_of
from desk.brand import Brand, WorkingHours
from tests.brands import small_brand
from tests.fakes.reports import FakeDigestLog

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")


def seoul(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SEOUL)


def brand(*holidays: date, timezone: str = "Asia/Seoul", day: tuple[int, int] = (9 * 60, 18 * 60)) -> Brand:
    hours = WorkingHours(days=dict.fromkeys(range(5), day), holidays=frozenset(holidays))
    return small_brand(hours=hours, timezone=timezone)


def test_a_morning_begins_where_yesterday_closed() -> None:
    assert period_of(Edition.MORNING, seoul(25, 8, 50), brand()) == Period(seoul(24, 18), seoul(25, 8, 50))


def test_a_mondays_morning_begins_on_friday_evening() -> None:
    assert period_of(Edition.MORNING, seoul(23, 8, 50), brand()) == Period(seoul(20, 18), seoul(23, 8, 50))


def test_a_morning_after_holidays_begins_where_the_desk_closed_before_them() -> None:
    closed = brand(date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24))

    assert period_of(Edition.MORNING, seoul(25, 8, 50), closed) == Period(seoul(19, 18), seoul(25, 8, 50))


@pytest.mark.parametrize("edition", [Edition.MORNING, Edition.EVENING])
@pytest.mark.parametrize("day", [21, 22, 24])
def test_on_a_day_off_there_is_neither_a_morning_nor_an_evening(edition: Edition, day: int) -> None:
    assert period_of(edition, seoul(day, 8, 50), brand(date(2026, 11, 24))) is None


def test_an_evening_covers_the_desks_day_so_far_in_the_desks_time_zone() -> None:
    now = seoul(24, 18, 10)

    period = period_of(Edition.EVENING, now.astimezone(UTC), brand())

    assert period == Period(seoul(24, 0), now)
    assert period is not None
    assert period.until.tzinfo == SEOUL


def test_a_week_ends_at_midnight_also_on_a_day_off() -> None:
    holiday = brand(date(2026, 11, 23))

    assert period_of(Edition.WEEKLY, seoul(23, 8, 50), holiday) == Period(seoul(16, 0), seoul(23, 0))


def test_a_month_is_the_calendars_last_one() -> None:
    assert period_of(Edition.MONTHLY, seoul(1, 8, 50, month=12), brand()) == Period(seoul(1, 0), seoul(1, 0, month=12))
    assert period_of(Edition.MONTHLY, datetime(2027, 1, 1, 8, 50, tzinfo=SEOUL), brand()) == Period(
        seoul(1, 0, month=12), datetime(2027, 1, 1, tzinfo=SEOUL)
    )


def test_a_desk_that_never_sleeps_closes_at_midnight() -> None:
    period = period_of(Edition.MORNING, seoul(25, 8, 50), brand(day=(0, 24 * 60)))

    assert period == Period(seoul(25, 0), seoul(25, 8, 50))


def test_a_desk_that_was_closed_for_months_covers_one_day() -> None:
    off = [date(2026, 11, 25) - timedelta(days=back) for back in range(1, 100)]

    period = period_of(Edition.MORNING, seoul(25, 8, 50), brand(*off))

    assert period == Period(seoul(24, 8, 50), seoul(25, 8, 50))


@pytest.mark.parametrize(("day", "month", "hours"), [(8, 3, 23), (1, 11, 25)])
def test_a_day_on_which_the_clock_is_moved_has_its_own_length(day: int, month: int, hours: int) -> None:
    every_day = small_brand(
        timezone="America/New_York",
        hours=WorkingHours(days=dict.fromkeys(range(7), (540, 1080)), holidays=frozenset()),
    )
    end = datetime(2026, month, day, 23, 59, 59, tzinfo=NEW_YORK)

    period = period_of(Edition.EVENING, end, every_day)

    assert period is not None
    length = period.until.astimezone(UTC) - period.since.astimezone(UTC)
    assert length == timedelta(hours=hours, seconds=-1)


def test_a_period_touches_its_first_and_last_day_but_not_the_one_that_begins_with_its_end() -> None:
    week = Period(seoul(16, 0), seoul(23, 0))
    morning = Period(seoul(20, 18), seoul(23, 8, 50))

    assert days_of(week) == tuple(date(2026, 11, day) for day in range(16, 23))
    assert days_of(morning) == tuple(date(2026, 11, day) for day in range(20, 24))
    assert (last_day_of(week), last_day_of(morning)) == (date(2026, 11, 22), date(2026, 11, 23))


DAYS = 40
ZONES = st.sampled_from(("Asia/Seoul", "America/New_York", "Europe/London", "Australia/Lord_Howe"))
FIRST_DAYS = st.dates(date(2026, 2, 20), date(2026, 11, 10))
"""The clocks of three of the zones are moved in many of the forty days after these."""
CLOCKS = st.integers(0, 24 * 60 - 1)


@st.composite
def brands(draw: st.DrawFn) -> tuple[Brand, date]:
    first = draw(FIRST_DAYS)
    hours = WorkingHours(
        days=dict.fromkeys(draw(st.sets(st.integers(0, 6), min_size=1)), (540, 1080)),
        holidays=frozenset(first + timedelta(days=off) for off in draw(st.sets(st.integers(0, DAYS), max_size=12))),
    )
    return small_brand(timezone=draw(ZONES), hours=hours), first


def on_the_wall(day: date, minute: int, zone: str) -> datetime:
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@given(brands(), CLOCKS, CLOCKS, st.sets(st.integers(0, 2 * DAYS), max_size=10), st.integers(0, DAYS))
def test_each_edition_begins_where_the_last_one_that_was_made_ends(
    drawn: tuple[Brand, date], morning: int, evening: int, failing: set[int], moved_on: int
) -> None:
    brand, first = drawn
    log, made = FakeDigestLog(), list[Period]()
    for number in range(2 * DAYS):
        day, edition = first + timedelta(days=number // 2), CONSECUTIVE[number % 2]
        minute = sorted((morning, evening))[number % 2]
        if number // 2 >= moved_on:  # from then on desk.yaml names another time
            minute = minute // 2 if edition is Edition.MORNING else (minute + 24 * 60) // 2
        now = on_the_wall(day, minute, brand.timezone)
        period = period_of(edition, now, brand, log.covered_until(CONSECUTIVE, day=day, now=now))
        if period is None or number in failing:
            continue
        log.mark_made(edition, day, at=now, covered_until=period.until.astimezone(UTC))
        made.append(period)

    borders = [(period.since.astimezone(UTC), period.until.astimezone(UTC)) for period in made]
    assert all(since <= until for since, until in borders)
    assert all(until == since for (_, until), (since, _) in pairwise(borders))
