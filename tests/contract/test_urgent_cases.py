"""The urgent cases that nobody has taken on: the fake and DynamoDB keep the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from desk.cases.items import case_item
from desk.cases.model import Case, CaseState
from desk.cases.queries import UrgentCaseItems, UrgentCases
from desk.reading import Urgency
from tests.contract.case_scene import NOON, decided, mention
from tests.fakes.cases import FakeCases
from tests.fakes.notifications import FakeUrgentCases
from tests.tables import DYNAMODBS, dynamodb

DAY = timedelta(days=1)


def case(number: int) -> Case:
    opened: Case = decided([mention(number, conversation=str(number))], {})[0].after
    return opened._replace(urgency=Urgency.HIGH, due_at=NOON + timedelta(minutes=number))


@dataclass(frozen=True)
class Subject:
    """The port, and what puts cases there."""

    urgent: UrgentCases
    put: Callable[[Case], object]

    def found(self, department: str = "billing") -> list[str]:
        return [one.id for one in self.urgent.of(department, due_before=NOON + DAY)]


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        store = FakeCases()
        yield Subject(FakeUrgentCases(store), store.put)
        return
    with dynamodb(request.param) as (client, tables):
        items = UrgentCaseItems(client, cases_table=tables.cases, page=2)
        yield Subject(items, lambda one: client.put_item(TableName=tables.cases, Item=case_item(one)))


def test_all_that_wait_are_found_however_many(subject: Subject) -> None:
    cases = [case(number) for number in range(1, 8)]
    for one in reversed(cases):
        subject.put(one)

    assert subject.found() == [one.id for one in cases]


def test_a_case_comes_whole(subject: Subject) -> None:
    wakes = case(1)._replace(wakes=True)
    subject.put(wakes)

    assert list(subject.urgent.of("billing", due_before=NOON + DAY)) == [wakes]


@pytest.mark.parametrize(
    "other",
    [
        case(1)._replace(urgency=Urgency.NORMAL),
        case(1)._replace(holder="지은"),
        case(1)._replace(state=CaseState.ANSWERED),
        case(1)._replace(state=CaseState.CLOSED),
        case(1)._replace(department="network"),
        case(1)._replace(due_at=NOON + DAY),
    ],
)
def test_nobody_is_called_for_others(other: Case, subject: Subject) -> None:
    subject.put(other)

    assert subject.found() == []


def test_a_department_that_desk_yaml_lost_is_looked_at_too(subject: Subject) -> None:
    subject.put(case(1)._replace(department="fax"))

    assert subject.found("fax") == [case(1).id]


def test_a_malformed_case_holds_up_no_other() -> None:
    with dynamodb() as (client, tables):
        broken = case_item(case(1)) | {"kind": {"S": "no such kind"}}
        for item in (broken, case_item(case(2))):
            client.put_item(TableName=tables.cases, Item=item)

        found = UrgentCaseItems(client, cases_table=tables.cases).of("billing", due_before=NOON + DAY)

    assert [one.id for one in found] == [case(2).id]
