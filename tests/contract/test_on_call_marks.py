"""When somebody on call was last called for a case: the fake and DynamoDB keep the same promises."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from desk.cases.model import Case
from desk.cases.reminders import AGAIN, OnCallMarkItems, OnCallMarks
from desk.errors import StoreBusy
from tests.contract.case_scene import NOON, decided, mention
from tests.contract.in_trouble import Broken, refused
from tests.fakes.notifications import FakeOnCallMarks
from tests.tables import Dynamo

CASE: Case = decided([mention(1)], {})[0].after
MINUTE = timedelta(minutes=1)


def claim(marks: OnCallMarks, case: Case = CASE, now: datetime = NOON) -> int | None:
    return marks.claim(case, now, held=(now, now + MINUTE))


@pytest.fixture
def marks(dynamo: Dynamo | None) -> OnCallMarks:
    return OnCallMarkItems(dynamo.client, cases_table=dynamo.tables.cases) if dynamo else FakeOnCallMarks()


def test_the_first_call_is_made_at_once(marks: OnCallMarks) -> None:
    assert claim(marks) == 1


def test_of_two_runs_at_once_one_calls(marks: OnCallMarks) -> None:
    assert [claim(marks), claim(marks, now=NOON + MINUTE / 2)] == [1, None]


def test_a_run_that_died_before_it_told_is_made_up_for_soon(marks: OnCallMarks) -> None:
    claim(marks)

    assert claim(marks, now=NOON + MINUTE) == 1


def test_calls_go_on_every_ten_minutes_and_are_counted(marks: OnCallMarks) -> None:
    numbers = []
    for minute in range(31):
        now = NOON + minute * MINUTE
        number = claim(marks, now=now)
        if number is not None:
            marks.called(CASE, now, number)
            numbers.append((minute, number))

    assert numbers == [(0, 1), (10, 2), (20, 3), (30, 4)]


def test_what_went_to_another_department_after_a_call_is_over(marks: OnCallMarks) -> None:
    marks.called(CASE, NOON, 1)

    assert claim(marks, CASE._replace(department="network"), NOON + 2 * AGAIN) is None


def test_what_went_to_another_department_before_any_call_is_called_for(marks: OnCallMarks) -> None:
    assert claim(marks, CASE._replace(department="network")) == 1


def test_who_comes_back_with_a_new_matter_is_called_for_at_once_and_counted_anew(marks: OnCallMarks) -> None:
    marks.called(CASE, NOON, 7)

    assert claim(marks, CASE._replace(asked_at=CASE.asked_at + MINUTE), NOON + 2 * MINUTE) == 1


def test_what_becomes_alarming_after_a_call_is_called_for_at_once_also_at_another_department(
    marks: OnCallMarks,
) -> None:
    marks.called(CASE, NOON, 7)
    alarming = CASE._replace(alarmed_at=NOON + MINUTE, department="network")

    assert claim(marks, alarming, NOON + 2 * MINUTE) == 1
    marks.called(alarming, NOON + 2 * MINUTE, 1)
    assert claim(marks, alarming, NOON + 3 * MINUTE) is None


def test_calls_for_one_case_say_nothing_of_another(marks: OnCallMarks) -> None:
    marks.called(CASE, NOON, 1)

    assert claim(marks, CASE._replace(id="00000-00001")) == 1


@pytest.mark.parametrize(
    "error",
    [
        refused("ThrottlingException"),
        ReadTimeoutError(endpoint_url="http://x"),
    ],
)
def test_a_busy_table_is_told_as_such(error: Exception) -> None:
    broken: Any = Broken(error)
    busy = OnCallMarkItems(broken, cases_table="cases")

    with pytest.raises(StoreBusy):
        claim(busy)
    with pytest.raises(StoreBusy):
        busy.called(CASE, NOON, 1)


def test_a_defect_is_not_taken_for_a_call_that_is_not_due() -> None:
    denied: Any = Broken(refused("AccessDeniedException"))
    marks = OnCallMarkItems(denied, cases_table="cases")

    with pytest.raises(ClientError):
        claim(marks)
