"""Which reminder a case has come to, hour by hour and over random weeks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.brand import Brand, Chase, Targets, WorkingHours
from desk.cases.model import Case, CaseEventKind, CaseState, Draft
from desk.cases.sla import (
    Reminder,
    answer_due_at,
    answering_department,
    current_reminder,
    overdue_by,
    reminder_horizon,
)
from desk.reading import OPERATOR, Kind, Urgency
from desk.working_time import due_at, is_working
from tests.brands import emerald, other_brand, small_brand
from tests.unit.chase_cases.scene import BRAND, DUE, a_case, every_quarter, seoul

REMINDED, DUE_NOW, ESCALATED = CaseEventKind.REMINDED, CaseEventKind.DUE, CaseEventKind.ESCALATED
MINUTE = timedelta(minutes=1)
GRID = timedelta(minutes=5)
QUARTER = timedelta(minutes=15)


def stage(case: Case, now: datetime, brand: Brand = BRAND) -> CaseEventKind | None:
    step = current_reminder(case, now, brand)
    return step and step.stage


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (DUE - timedelta(minutes=61), None),
        (DUE - timedelta(minutes=60), REMINDED),
        (DUE - MINUTE, REMINDED),
        (DUE, DUE_NOW),
        (DUE + timedelta(minutes=59), DUE_NOW),
        (DUE + timedelta(minutes=60), ESCALATED),
        (DUE + timedelta(days=9), ESCALATED),
    ],
)
def test_an_hour_before_at_it_and_an_hour_after(now: datetime, expected: CaseEventKind | None) -> None:
    assert stage(a_case(), now) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (seoul(24, 16, 59), None),
        (seoul(24, 17), REMINDED),
        (seoul(24, 18), None),
        (seoul(25, 8, 59), None),
        (seoul(25, 9), DUE_NOW),
        (seoul(25, 10), ESCALATED),
    ],
)
def test_a_case_due_at_closing_time_is_reminded_of_at_opening_time(
    now: datetime, expected: CaseEventKind | None
) -> None:
    assert stage(a_case(due_at=seoul(24, 18)), now) == expected


def test_the_hour_before_spans_the_night() -> None:
    case = a_case(due_at=seoul(24, 9, 30))

    assert stage(case, seoul(23, 17, 29)) is None
    assert stage(case, seoul(23, 17, 30)) == REMINDED
    assert stage(case, seoul(23, 23)) is None


@pytest.mark.parametrize(
    ("minutes", "expected"), [(-31, None), (-30, REMINDED), (0, DUE_NOW), (29, DUE_NOW), (30, ESCALATED)]
)
def test_urgent_matters_go_by_the_clock_at_half_their_time(minutes: int, expected: CaseEventKind | None) -> None:
    night = seoul(28, 3)  # a Saturday

    assert stage(a_case(urgency=Urgency.HIGH, due_at=night), night + minutes * MINUTE) == expected


def test_without_any_working_hours_the_clock_on_the_wall_counts() -> None:
    brand = small_brand(hours=WorkingHours({}, frozenset()))
    case = a_case(due_at=seoul(28, 3))

    assert [stage(case, seoul(28, hour), brand) for hour in (1, 2, 3, 4)] == [None, REMINDED, DUE_NOW, ESCALATED]


@pytest.mark.parametrize("state", sorted(set(CaseState) - {CaseState.OPEN, CaseState.DRAFTED, CaseState.PROMISED}))
def test_queued_and_finished_cases_have_no_reminder(state: CaseState) -> None:
    assert stage(a_case(state=state), DUE + timedelta(days=1)) is None


def test_a_promise_moves_the_due_moment_later_and_never_earlier() -> None:
    later = a_case(state=CaseState.PROMISED, promised_until=seoul(26, 12))
    earlier = a_case(state=CaseState.PROMISED, promised_until=seoul(24, 10))

    assert current_reminder(later, seoul(25, 12), BRAND) is None
    assert current_reminder(later, seoul(26, 11), BRAND) == Reminder(REMINDED, seoul(26, 12))
    assert answer_due_at(earlier) == DUE


def test_a_promise_holds_while_the_answer_is_a_draft() -> None:
    case = a_case(state=CaseState.DRAFTED, draft=Draft("답", "mina", DUE), promised_until=seoul(26, 12))

    assert stage(case, seoul(25, 12)) is None


@pytest.mark.parametrize("department", [OPERATOR, "gone"])
def test_the_operators_own_cases_are_not_escalated(department: str) -> None:
    assert stage(a_case(department=department), DUE + timedelta(days=9)) == DUE_NOW


def test_no_reminder_comes_before_half_of_the_time_is_over() -> None:
    brand = small_brand(chase=Chase(before=timedelta(hours=9)), targets=Targets(timedelta(hours=1), timedelta(hours=2)))

    assert stage(a_case(), DUE - timedelta(minutes=61), brand) is None
    assert stage(a_case(), DUE - timedelta(minutes=60), brand) == REMINDED


def test_without_time_before_the_first_reminder_is_when_it_is_due() -> None:
    brand = small_brand(chase=Chase(before=timedelta()))

    assert [stage(a_case(), now, brand) for now in (DUE - MINUTE, DUE)] == [None, DUE_NOW]


def test_only_a_later_stage_is_sent() -> None:
    assert Reminder(REMINDED, DUE).is_later_than(None)
    assert Reminder(ESCALATED, DUE).is_later_than(REMINDED)
    assert not Reminder(DUE_NOW, DUE).is_later_than(DUE_NOW)
    assert not Reminder(REMINDED, DUE).is_later_than(DUE_NOW)


def test_time_overdue_is_working_time_or_by_the_clock_where_it_is_urgent() -> None:
    now = seoul(25, 10)

    assert overdue_by(a_case(), now, BRAND) == timedelta(hours=5)
    assert overdue_by(a_case(urgency=Urgency.HIGH), now, BRAND) == timedelta(hours=20)
    assert overdue_by(a_case(), DUE - MINUTE, BRAND) == timedelta(0)


def test_a_draft_is_the_operators_turn_unless_the_department_sends_itself() -> None:
    billing = BRAND.departments["billing"]._replace(answers_to_x=True)
    speaking = small_brand(departments=BRAND.departments | {"billing": billing})
    drafted = a_case(draft=Draft("답", "mina", DUE))

    assert (answering_department(a_case(), BRAND), answering_department(drafted, BRAND)) == ("billing", OPERATOR)
    assert answering_department(drafted, speaking) == "billing"
    assert answering_department(a_case(department="gone"), BRAND) == OPERATOR


BRANDS = st.sampled_from([emerald(), other_brand(), small_brand(hours=WorkingHours({}, frozenset()))])
GRIDDED = st.integers(0, 365 * 288).map(lambda number: datetime(2026, 1, 1, tzinfo=UTC) + number * GRID)


def worked(start: datetime, end: datetime, brand: Brand) -> timedelta:
    """Working time counted five minutes by five minutes."""
    steps = range((end - start) // GRID)
    return sum((GRID for step in steps if is_working(start + step * GRID, brand)), timedelta())


def told_in(case: Case, brand: Brand, runs: list[datetime]) -> list[tuple[datetime, Reminder]]:
    """What the runs tell of the case, each step noted as told."""
    told: list[tuple[datetime, Reminder]] = []
    last: CaseEventKind | None = None
    for now in runs:
        step = current_reminder(case, now, brand)
        if step and step.is_later_than(last):
            assert case.due_at <= reminder_horizon(now, brand)  # or no query would have found it
            told.append((now, step))
            last = step.stage
    return told


@settings(max_examples=80)
@given(BRANDS, GRIDDED, st.sampled_from(Urgency), st.integers(0, 2), st.data())
def test_over_random_weeks_each_stage_comes_once_in_order_and_never_early(
    brand: Brand, asked: datetime, urgency: Urgency, offset: int, data: Any
) -> None:
    due = due_at(asked, Kind.INQUIRY, urgency, brand)
    department = next(key for key in brand.departments if key != OPERATOR)
    case = a_case(urgency=urgency, opened_at=asked, asked_at=asked, due_at=due, department=department)
    runs = every_quarter(asked + offset * GRID, due + timedelta(days=12))
    first, last = sorted(data.draw(st.tuples(st.integers(0, len(runs)), st.integers(0, len(runs)))))

    whole, gappy = told_in(case, brand, runs), told_in(case, brand, runs[:first] + runs[last:])

    if urgency is not Urgency.HIGH or brand.targets.high / 2 >= QUARTER:  # a shorter stage may fall between two runs
        assert [step.stage for _, step in whole] == [REMINDED, DUE_NOW, ESCALATED]
    assert whole[-1][1].stage == ESCALATED
    stages = [step.stage for _, step in gappy]
    assert stages == [one for one in (REMINDED, DUE_NOW, ESCALATED) if one in stages]
    for now, step in (*whole, *gappy):
        _check(case, now, step, brand)


def _check(case: Case, now: datetime, step: Reminder, brand: Brand) -> None:
    by_clock = case.urgency is Urgency.HIGH or not brand.hours.days
    assert by_clock or is_working(now, brand)
    half = brand.targets.high / 2
    if step.stage is REMINDED:
        left = case.due_at - now if by_clock else worked(now, case.due_at, brand)
        limit = half if case.urgency is Urgency.HIGH else brand.chase.before
        assert now < case.due_at
        assert left <= limit
    elif step.stage is DUE_NOW:
        assert now >= case.due_at
    else:
        late = now - case.due_at if by_clock else worked(case.due_at, now, brand)
        assert late >= (half if case.urgency is Urgency.HIGH else brand.chase.escalate)
