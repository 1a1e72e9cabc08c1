"""Answers are counted by whoever gave them, and waits in working time."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daily_digest.answers import REASONS, AnswerCounter, waits_of
from daily_digest.model import Answering, Answers, Waits
from desk.cases.model import CaseEvent, CaseEventKind
from tests.brands import small_brand
from tests.unit.daily_digest.scene import seoul

FRIDAY_EVENING, MONDAY_MORNING = seoul(20, 17, 30), seoul(23, 9, 30)
NOON = seoul(24, 12)
MINUTE = timedelta(minutes=1)


def event(what: CaseEventKind, *, waited: timedelta | None = None, at: datetime = NOON, **more: Any) -> CaseEvent:
    asked_at = at - waited if waited is not None else None
    return CaseEvent(what, at, "김하나", **({"department": "billing", "asked_at": asked_at} | more))


def counted(*events: CaseEvent) -> Answering:
    counting = AnswerCounter(small_brand())
    for each in events:
        counting.add(each)
    return counting.figures()


def test_nothing_happened() -> None:
    assert counted() == Answering()


def test_answers_are_counted_by_department_and_in_all() -> None:
    found = counted(
        event(CaseEventKind.ANSWERED, waited=10 * MINUTE),
        event(CaseEventKind.ANSWERED, waited=30 * MINUTE, x_id="99"),
        event(CaseEventKind.MOVED, waited=20 * MINUTE),
        event(CaseEventKind.ANSWERED, waited=5 * MINUTE, department="operator"),
    )

    assert found.all == Answers(3, 1, 1, 0, Waits(10 * MINUTE, 30 * MINUTE))
    assert found.by_department["billing"] == Answers(2, 1, 1, 0, Waits(20 * MINUTE, 30 * MINUTE))
    assert found.by_department["operator"] == Answers(1, 0, 0, 0, Waits(5 * MINUTE, 5 * MINUTE))


def test_a_promise_is_no_answer_and_neither_is_what_ended_nobodys_waiting() -> None:
    found = counted(event(CaseEventKind.PROMISED), event(CaseEventKind.ANSWERED), event(CaseEventKind.MOVED, x_id="9"))

    assert found.all == Answers(promised=1)


@pytest.mark.parametrize("key", ["gone_department", None])
def test_what_desk_yaml_no_longer_has_is_the_operators(key: str | None) -> None:
    found = counted(event(CaseEventKind.ANSWERED, waited=MINUTE, department=key))

    assert list(found.by_department) == ["operator"]


def test_the_wait_over_a_weekend_counts_only_while_the_desk_works() -> None:
    answered = event(CaseEventKind.ANSWERED, waited=MONDAY_MORNING - FRIDAY_EVENING, at=MONDAY_MORNING)

    waits = counted(answered).all.waits

    assert waits == Waits(timedelta(hours=1), timedelta(hours=1))


def test_a_clock_that_went_back_makes_no_negative_wait() -> None:
    assert counted(event(CaseEventKind.ANSWERED, waited=-MINUTE)).all.waits == Waits(timedelta(), timedelta())


def test_refused_replies_are_counted_by_their_reason_and_acknowledgements_apart() -> None:
    found = counted(
        event(CaseEventKind.NOT_SAID, text="duplicate"),
        event(CaseEventKind.NOT_SAID, text="gone"),
        event(CaseEventKind.NOT_SAID, text="duplicate"),
        event(CaseEventKind.ACKNOWLEDGED),
    )

    assert (found.unsent, found.acknowledged) == ((("duplicate", 2), ("gone", 1)), 1)
    assert found.all == Answers()
    assert found.by_department == {}


def test_reasons_without_end_take_no_room_without_end() -> None:
    found = counted(*(event(CaseEventKind.NOT_SAID, text=f"X says {number}") for number in range(5_000)))

    assert len(found.unsent) == REASONS


def test_other_deeds_are_passed_over() -> None:
    deeds = set(CaseEventKind) - {
        CaseEventKind.ANSWERED,
        CaseEventKind.MOVED,
        CaseEventKind.PROMISED,
        CaseEventKind.NOT_SAID,
        CaseEventKind.ACKNOWLEDGED,
    }

    assert counted(*(event(what, waited=MINUTE) for what in deeds)) == Answering()


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=200))
def test_half_and_nine_in_ten_waited_no_longer_than_is_told(minutes: list[int]) -> None:
    waits = waits_of(Counter(minutes))

    assert waits is not None
    for part, told in ((0.5, waits.median), (0.9, waits.p90)):
        most = told // MINUTE
        assert sum(each <= most for each in minutes) >= part * len(minutes)
        assert sum(each < most for each in minutes) < part * len(minutes)
