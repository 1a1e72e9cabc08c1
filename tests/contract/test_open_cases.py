"""Open cases by department, and the words of feedback: the fakes and DynamoDB say the same."""

from collections.abc import Callable, Iterator, Sequence
from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.adapters.case_items import case_item
from desk.adapters.open_case_items import OpenCaseItems
from desk.case import WAITING, Case, CaseState
from desk.ports.open_cases import CasesWaiting, OpenCases
from tests.cases import a_case
from tests.fakes.open_cases import FakeCasesWaiting
from tests.tables import DYNAMODBS, dynamodb

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CASE = a_case(NOW - timedelta(hours=2), NOW + timedelta(hours=7))


@dataclass(frozen=True)
class Subject:
    """The port under test, and how cases come to lie there."""

    waiting: CasesWaiting
    store: Callable[[Sequence[Case]], None]


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeCasesWaiting()
        yield Subject(fake, fake.cases.extend)
        return
    with dynamodb(request.param) as (client, tables):

        def store(cases: Sequence[Case]) -> None:
            for case in cases:
                client.put_item(TableName=tables.cases, Item=case_item(case))

        yield Subject(OpenCaseItems(client, cases_table=tables.cases, page=2), store)


def numbered(number: int, **changes: Any) -> Case:
    return replace(CASE, id=f"7Q2M4-{number:05}", **changes)


def test_nothing_waits_where_nothing_was_asked(subject: Subject) -> None:
    assert subject.waiting.of("billing", NOW) == OpenCases(0, 0, None)


def test_open_cases_are_counted_with_those_past_their_first_due_and_who_waits_the_longest(subject: Subject) -> None:
    longest = NOW - timedelta(days=9)
    subject.store(
        [
            numbered(1),
            numbered(2, first_due_at=NOW - timedelta(seconds=1)),
            numbered(3, first_due_at=NOW),
            numbered(4, asked_at=longest, due_at=NOW + timedelta(days=1)),
            numbered(5, opened_at=NOW - timedelta(days=90), first_due_at=NOW - timedelta(hours=1)),
        ]
    )

    assert subject.waiting.of("billing", NOW) == OpenCases(5, 2, longest)


def test_a_hand_over_sets_the_due_time_anew_but_the_first_one_counts(subject: Subject) -> None:
    subject.store([numbered(1, first_due_at=NOW - timedelta(hours=1), due_at=NOW + timedelta(hours=9))])
    subject.store([numbered(2, first_due_at=NOW + timedelta(hours=1), due_at=NOW - timedelta(hours=9))])

    assert subject.waiting.of("billing", NOW).overdue == 1


def test_answered_cases_and_other_departments_do_not_count(subject: Subject) -> None:
    subject.store([numbered(1, state=CaseState.ANSWERED), numbered(2, department="network"), numbered(3)])

    assert subject.waiting.of("billing", NOW).total == 1
    assert subject.waiting.of("network", NOW).total == 1


def test_a_case_counts_as_long_as_somebody_waits_for_its_answer(subject: Subject) -> None:
    subject.store([numbered(number, state=state) for number, state in enumerate(CaseState)])

    assert subject.waiting.of("billing", NOW).total == len(WAITING) == len(CaseState) - 3
