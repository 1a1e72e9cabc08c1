"""Due times count what the desk works: not nights, weekends or holidays, and right across changes of the clock."""

from copy import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.brand import Targets, WorkingHours
from desk.reading import Kind, Urgency
from desk.working_time import due_at, is_working, working_between
from tests.brands import emerald, other_brand, small_brand

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def seoul(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param(seoul(11, 24, 9), seoul(11, 24, 18), id="a whole day ends at its close"),
        pytest.param(seoul(11, 24, 10), seoul(11, 25, 10), id="the night does not count"),
        pytest.param(seoul(11, 24, 3), seoul(11, 24, 18), id="the early morning waits for opening"),
        pytest.param(seoul(11, 24, 18), seoul(11, 25, 18), id="at close it waits for the next day"),
        pytest.param(seoul(11, 27, 16, 30), seoul(11, 30, 16, 30), id="the weekend does not count"),
        pytest.param(seoul(11, 28, 12), seoul(11, 30, 18), id="on a Saturday it waits for Monday"),
        pytest.param(seoul(9, 23, 17), seoul(9, 28, 17), id="Chuseok and its weekend do not count"),
        pytest.param(seoul(12, 30, 17), datetime(2027, 1, 4, 17, tzinfo=SEOUL), id="an own day off does not count"),
    ],
)
def test_a_normal_case_is_due_after_nine_hours_of_work(start: datetime, due: datetime) -> None:
    assert due_at(start, Kind.INQUIRY, Urgency.NORMAL, emerald()) == due


def test_a_target_longer_than_a_day_goes_on_over_several() -> None:
    brand = small_brand(targets=Targets(high=timedelta(hours=1), normal=timedelta(hours=20)))

    assert due_at(seoul(11, 24, 17), Kind.INQUIRY, Urgency.NORMAL, brand) == seoul(11, 27, 10)


def test_a_kind_may_have_targets_of_its_own() -> None:
    faults = Targets(high=timedelta(minutes=30), normal=timedelta(hours=2))
    brand = small_brand(targets=Targets(timedelta(hours=1), timedelta(hours=9), {Kind.FAULT: faults}))

    assert due_at(seoul(11, 24, 10), Kind.FAULT, Urgency.NORMAL, brand) == seoul(11, 24, 12)
    assert due_at(seoul(11, 24, 10), Kind.FAULT, Urgency.HIGH, brand) == seoul(11, 24, 10, 30)
    assert due_at(seoul(11, 24, 10), Kind.RUMOR, Urgency.NORMAL, brand) == seoul(11, 25, 10)


def test_high_urgency_runs_on_the_wall_clock_at_night_and_on_holidays() -> None:
    assert due_at(seoul(9, 25, 23, 30), Kind.INQUIRY, Urgency.HIGH, emerald()) == seoul(9, 26, 0, 30)


def test_the_answer_is_in_utc() -> None:
    assert due_at(seoul(11, 24, 10), Kind.INQUIRY, Urgency.NORMAL, emerald()).tzinfo is UTC
    assert due_at(seoul(11, 24, 10), Kind.INQUIRY, Urgency.HIGH, emerald()).tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "due"),
    [
        # 2026-03-08 02:00 becomes 03:00, 2026-11-01 02:00 becomes 01:00; both are Sundays. Target: 4 hours.
        pytest.param(
            datetime(2026, 3, 7, 23, tzinfo=NEW_YORK), datetime(2026, 3, 9, 11, tzinfo=NEW_YORK), id="spring, shut"
        ),
        pytest.param(
            datetime(2026, 10, 31, 22, tzinfo=NEW_YORK), datetime(2026, 11, 2, 10, tzinfo=NEW_YORK), id="autumn, shut"
        ),
    ],
)
def test_a_night_in_which_the_clock_changes_moves_nothing(start: datetime, due: datetime) -> None:
    assert due_at(start, Kind.INQUIRY, Urgency.NORMAL, other_brand()) == due


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param(
            datetime(2026, 3, 8, 0, 30, tzinfo=NEW_YORK), datetime(2026, 3, 8, 5, 30, tzinfo=NEW_YORK), id="spring"
        ),
        pytest.param(
            datetime(2026, 11, 1, 0, 30, tzinfo=NEW_YORK), datetime(2026, 11, 1, 3, 30, tzinfo=NEW_YORK), id="autumn"
        ),
    ],
)
def test_a_desk_that_works_while_the_clock_changes_counts_real_hours(start: datetime, due: datetime) -> None:
    round_the_clock = WorkingHours(days=dict.fromkeys(range(7), (0, 1440)), holidays=frozenset())

    assert due_at(start, Kind.INQUIRY, Urgency.NORMAL, replace(other_brand(), hours=round_the_clock)) == due


def test_a_brand_without_working_time_gets_the_wall_clock() -> None:
    brand = small_brand(hours=WorkingHours(days={}, holidays=frozenset()))

    assert due_at(seoul(11, 24, 10), Kind.INQUIRY, Urgency.NORMAL, brand) == seoul(11, 24, 19)


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        (seoul(11, 24, 8, 59), False),
        (seoul(11, 24, 9), True),
        (seoul(11, 24, 17, 59), True),
        (seoul(11, 24, 18), False),
        (seoul(11, 28, 12), False),
        (seoul(9, 25, 12), False),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 0, 30, tzinfo=UTC), True),
    ],
)
def test_the_desk_works_from_opening_to_close_on_its_own_clock(moment: datetime, working: bool) -> None:
    assert is_working(moment, emerald()) is working


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=30)))
def test_who_comes_later_is_never_due_earlier(start: datetime, later: timedelta) -> None:
    brand = other_brand()

    assert due_at(start, Kind.INQUIRY, Urgency.NORMAL, brand) <= due_at(
        start + later, Kind.INQUIRY, Urgency.NORMAL, brand
    )


@given(MOMENTS)
def test_a_due_time_lies_in_working_time_or_at_its_close(start: datetime) -> None:
    due = due_at(start, Kind.INQUIRY, Urgency.NORMAL, emerald())

    assert is_working(due - timedelta(microseconds=1), emerald())
    assert due - start >= emerald().targets.normal


def test_a_holiday_moves_what_was_due_on_it() -> None:
    plain = small_brand()
    festive = small_brand(hours=replace(plain.hours, holidays=frozenset({date(2026, 11, 25)})))

    assert due_at(seoul(11, 24, 12), Kind.INQUIRY, Urgency.NORMAL, plain) == seoul(11, 25, 12)
    assert due_at(seoul(11, 24, 12), Kind.INQUIRY, Urgency.NORMAL, festive) == seoul(11, 26, 12)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        pytest.param(seoul(11, 24, 10), seoul(11, 24, 12), 2, id="within a day"),
        pytest.param(seoul(11, 24, 17), seoul(11, 25, 10), 2, id="the night does not count"),
        pytest.param(seoul(11, 27, 17), seoul(11, 30, 10), 2, id="nor does the weekend"),
        pytest.param(seoul(9, 23, 17), seoul(9, 28, 10), 2, id="nor Chuseok"),
        pytest.param(seoul(11, 24, 20), seoul(11, 24, 22), 0, id="an evening is none"),
        pytest.param(seoul(11, 24, 12), seoul(11, 24, 10), 0, id="backwards is none"),
    ],
)
def test_what_was_worked_between_two_moments(start: datetime, end: datetime, hours: int) -> None:
    assert working_between(start, end, emerald()) == timedelta(hours=hours)


def test_between_two_moments_without_any_working_time_the_wall_clock_counts() -> None:
    brand = small_brand(hours=WorkingHours(days={}, holidays=frozenset()))

    assert working_between(seoul(11, 28, 10), seoul(11, 29, 10), brand) == timedelta(days=1)


@given(MOMENTS)
def test_what_is_due_leaves_just_the_target_to_be_worked(start: datetime) -> None:
    for brand in (emerald(), other_brand()):
        assert working_between(start, due_at(start, Kind.INQUIRY, Urgency.NORMAL, brand), brand) == brand.targets.normal
