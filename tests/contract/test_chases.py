"""How far reminders have come: the fake and DynamoDB say the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from desk.cases.items import case_item
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.reminders import ChaseItems, Chases, ChaseStep
from desk.cases.store import CaseStore, CaseStoreItems
from desk.errors import StoreBusy
from tests.fakes.cases import FakeCases, FakeChases
from tests.tables import DYNAMODBS, REGION, dynamodb
from tests.unit.chase.chase_scene import DUE, a_case

REMINDED, DUE_NOW = CaseEventKind.REMINDED, CaseEventKind.DUE
STEP = ChaseStep(REMINDED, DUE)
EVENT = CaseEvent(REMINDED, DUE - timedelta(hours=1), "", department="billing")


@dataclass(frozen=True)
class Subject:
    """The port under test, how cases come to lie there, and where their events are read."""

    chases: Chases
    put: Callable[[Case], object]
    cases: CaseStore

    def events(self, case: Case) -> list[CaseEventKind]:
        file = self.cases.file(case.id)
        assert file
        return [event.what for event in file.events]


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        cases = FakeCases()
        yield Subject(FakeChases(cases), cases.put, cases)
        return
    with dynamodb(request.param) as (client, tables):

        def put(case: Case) -> None:
            client.put_item(TableName=tables.cases, Item=case_item(case))

        store = CaseStoreItems(client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk)
        yield Subject(ChaseItems(client, cases_table=tables.cases, page=2), put, store)


def test_cases_that_wait_come_the_soonest_first_up_to_the_moment_itself(subject: Subject) -> None:
    cases = [
        a_case(number, due_at=DUE + timedelta(minutes=minutes)) for number, minutes in enumerate([0, -9, 5, 1, -2])
    ]
    for case in cases:
        subject.put(case)

    waiting = [case.id for case in subject.chases.waiting("billing", DUE + timedelta(minutes=1))]

    assert waiting == [cases[number].id for number in (1, 4, 0, 3)]


def test_other_departments_and_what_is_over_do_not_wait(subject: Subject) -> None:
    for number, state in enumerate(CaseState):
        subject.put(a_case(number, state=state))
    subject.put(a_case(99, department="network"))

    assert {case.state for case in subject.chases.waiting("billing", DUE)} == WAITING
    assert list(subject.chases.waiting("nobody", DUE)) == []


def test_what_was_noted_is_told_for_its_own_due_moment_alone(subject: Subject) -> None:
    one, two = a_case(1), a_case(2)
    subject.put(one)
    subject.put(two)

    assert subject.chases.told({one.id: DUE, two.id: DUE}) == {}
    assert subject.chases.note(one, STEP, None, EVENT)

    assert subject.chases.told({one.id: DUE, two.id: DUE}) == {one.id: REMINDED}
    assert subject.chases.told({one.id: DUE + timedelta(hours=1)}) == {}
    assert subject.events(one) == [REMINDED]


def test_a_step_is_noted_once_of_two_runs_and_so_is_its_event(subject: Subject) -> None:
    subject.put(a_case())

    noted = [subject.chases.note(a_case(), STEP, None, EVENT) for _ in range(2)]

    assert noted == [True, False]
    assert subject.events(a_case()) == [REMINDED]


def test_a_later_step_takes_the_place_of_the_one_that_was_seen(subject: Subject) -> None:
    subject.put(a_case())
    subject.chases.note(a_case(), STEP, None, EVENT)
    later = ChaseStep(DUE_NOW, DUE)

    assert not subject.chases.note(a_case(), later, None, EVENT._replace(what=DUE_NOW))
    assert subject.chases.note(a_case(), later, REMINDED, EVENT._replace(what=DUE_NOW, at=DUE))

    assert subject.chases.told({a_case().id: DUE}) == {a_case().id: DUE_NOW}
    assert subject.events(a_case()) == [REMINDED, DUE_NOW]


def test_what_was_passed_over_is_noted_and_leaves_no_event(subject: Subject) -> None:
    subject.put(a_case())

    assert subject.chases.note(a_case(), STEP, None, None)

    assert subject.chases.told({a_case().id: DUE}) == {a_case().id: REMINDED}
    assert subject.events(a_case()) == []


def test_the_mark_beside_a_case_is_in_no_index_and_no_file(subject: Subject) -> None:
    subject.put(a_case())
    subject.chases.note(a_case(), STEP, None, EVENT)

    assert [case.id for case in subject.chases.waiting("billing", DUE)] == [a_case().id]
    file = subject.cases.file(a_case().id)
    assert file
    assert (file.case, len(file.events)) == (a_case(), 1)


def test_a_malformed_case_holds_up_no_other() -> None:
    with dynamodb() as (client, tables):
        odd: dict[str, Any] = case_item(a_case(1))
        odd["urgency"] = {"S": "never heard of"}
        client.put_item(TableName=tables.cases, Item=odd)
        client.put_item(TableName=tables.cases, Item=case_item(a_case(2)))

        waiting = list(ChaseItems(client, cases_table=tables.cases).waiting("billing", DUE))

    assert [case.id for case in waiting] == [a_case(2).id]


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError"])
def test_a_transaction_that_is_cancelled_for_another_reason_is_a_busy_store(code: str) -> None:
    client = boto3.client("dynamodb", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")
    with Stubber(client) as stubber:
        stubber.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": code}, {"Code": "None"}]},
        )

        with pytest.raises(StoreBusy, match=code):
            ChaseItems(client, cases_table="cases").note(a_case(), STEP, None, EVENT)


@pytest.mark.parametrize("method", ["query", "batch_get_item", "transact_write_items"])
def test_a_table_that_does_not_answer_is_a_busy_store(method: str) -> None:
    client = boto3.client("dynamodb", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")
    chases = ChaseItems(client, cases_table="cases")
    calls: dict[str, Callable[[], object]] = {
        "query": lambda: list(chases.waiting("billing", DUE)),
        "batch_get_item": lambda: chases.told({"7Q2M4-XD93K": DUE}),
        "transact_write_items": lambda: chases.note(a_case(), STEP, None, EVENT),
    }
    with Stubber(client) as stubber:
        stubber.add_client_error(method, "ThrottlingException")

        with pytest.raises(StoreBusy):
            calls[method]()
