"""Mornings and evenings cover each moment once, with any week, time zone and failures."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from daily_digest.periods import CONSECUTIVE, Edition, Period, period_of
from desk.brand import Brand, WorkingHours
from tests.brands import small_brand
from tests.fakes.reports import FakeDigestLog

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
