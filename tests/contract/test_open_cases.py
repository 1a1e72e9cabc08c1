"""Open cases by department: the fake and DynamoDB say the same."""

from collections.abc import Callable, Iterator, Sequence
from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.cases.items import case_item
from desk.cases.model import WAITING, Case, CaseState
from desk.cases.queries import CasesWaiting, OpenCase, OpenCaseItems
from desk.reading import Kind, Urgency
from tests.cases import a_case
from tests.fakes.cases import FakeCasesWaiting
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
    assert list(subject.waiting.of("billing")) == []


def test_a_case_that_waits_tells_its_first_due_and_its_last_mention(subject: Subject) -> None:
    asked_at, first_due_at = NOW - timedelta(days=9), NOW - timedelta(hours=1)
    subject.store(
        [
            numbered(
                1,
                kind=Kind.FAULT,
                urgency=Urgency.HIGH,
                asked_at=asked_at,
                first_due_at=first_due_at,
                due_at=NOW + timedelta(days=1),
                mention_ids=("11", "9", "12"),
            )
        ]
    )

    assert list(subject.waiting.of("billing")) == [
        OpenCase("7Q2M4-00001", "fault", "high", asked_at, first_due_at, "12"),
    ]


def test_there_may_be_more_cases_than_one_page_has(subject: Subject) -> None:
    subject.store([numbered(number, due_at=NOW + timedelta(minutes=number)) for number in range(7)])

    assert sorted(case.id for case in subject.waiting.of("billing")) == [f"7Q2M4-{number:05}" for number in range(7)]


def test_answered_cases_and_other_departments_do_not_count(subject: Subject) -> None:
    subject.store([numbered(1, state=CaseState.ANSWERED), numbered(2, department="network"), numbered(3)])

    assert [case.id for case in subject.waiting.of("billing")] == ["7Q2M4-00003"]
    assert [case.id for case in subject.waiting.of("network")] == ["7Q2M4-00002"]


def test_a_case_counts_as_long_as_somebody_waits_for_its_answer(subject: Subject) -> None:
    subject.store([numbered(number, state=state) for number, state in enumerate(CaseState)])

    assert len(list(subject.waiting.of("billing"))) == len(WAITING) == len(CaseState) - 3


def test_a_malformed_case_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    with dynamodb("moto") as (client, tables):
        harms: list[dict[str, Any]] = [{"asked_at": {"S": "soon"}}, {"mention_ids": {"L": []}}, {}]
        for number, changes in enumerate(harms):
            client.put_item(TableName=tables.cases, Item=case_item(numbered(number)) | changes)

        there = list(OpenCaseItems(client, cases_table=tables.cases).of("billing"))

    assert [case.id for case in there] == ["7Q2M4-00002"]
    assert [record.getMessage() for record in caplog.records] == [
        f"the case 7Q2M4-{number:05} is malformed" for number in (0, 1)
    ]
