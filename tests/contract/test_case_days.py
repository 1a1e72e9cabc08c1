"""What happened to cases in a span of time: the fake and DynamoDB's index say the same."""

import logging
from collections.abc import Callable, Iterator
from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from desk.cases.items import case_event_item, case_item
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.queries import CaseDayItems, CaseDays, CaseDeed
from desk.errors import StoreBusy
from tests.cases import a_case
from tests.contract.in_trouble import Broken, refused
from tests.fakes.cases import FakeCaseDays
from tests.tables import DYNAMODBS, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Noon in Seoul."""
CASE = a_case(NOON, mention_ids=("1", "2"))


@dataclass(frozen=True)
class Subject:
    """The port under test, and how cases and their events come to lie there."""

    days: CaseDays
    store: Callable[..., None]


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeCaseDays()

        def keep(case: Case, *events: CaseEvent) -> None:
            fake.joined[case.id] = case.mention_ids
            for event in events:
                fake.happened(case.id, event)

        yield Subject(fake, keep)
        return
    with dynamodb(request.param) as (client, tables):
        yield Subject(
            CaseDayItems(client, cases_table=tables.cases, page=2),
            lambda case, *events: stored(client, tables.cases, case, *events),
        )


def stored(client: "DynamoDBClient", table: str, case: Case, *events: CaseEvent) -> None:
    client.put_item(TableName=table, Item=case_item(case))
    for event in events:
        client.put_item(TableName=table, Item=case_event_item(event, case))


def taken(at: datetime) -> CaseEvent:
    return CaseEvent(CaseEventKind.TAKEN, at, "김하나")


def test_an_event_comes_as_it_was_with_its_case(subject: Subject) -> None:
    answered = CaseEvent(
        CaseEventKind.ANSWERED, NOON, "", "답", "billing", x_id="99", asked_at=NOON - timedelta(hours=1)
    )
    misread = CaseEvent(
        CaseEventKind.MISREAD,
        NOON + timedelta(seconds=1),
        "이두리",
        department="network",
        kind="fault",
        was_kind="inquiry",
        was_department="billing",
    )
    subject.store(CASE, answered, misread)

    found = list(subject.days.between(NOON, NOON + timedelta(hours=1)))

    assert found == [CaseDeed(CASE.id, answered), CaseDeed(CASE.id, misread)]


def test_a_span_over_midnight_is_whole_in_order_and_ends_before_its_end(subject: Subject) -> None:
    since, until = NOON, NOON + timedelta(days=2)  # three days by UTC
    hours = [NOON + timedelta(hours=hour) for hour in range(48)]
    subject.store(CASE, *map(taken, reversed(hours)))
    subject.store(CASE, taken(since - timedelta(microseconds=1)), taken(until))

    assert [deed.event.at for deed in subject.days.between(since, until)] == hours


def test_an_empty_span_has_nothing_and_mentions_are_no_deeds(subject: Subject) -> None:
    subject.store(CASE)

    assert list(subject.days.between(NOON - timedelta(days=1), NOON + timedelta(days=1))) == []


def test_the_mentions_of_cases_come_in_order_and_cases_that_are_gone_are_left_out(subject: Subject) -> None:
    subject.store(CASE)
    subject.store(replace(CASE, id="7Q2M4-00001", mention_ids=("5",)))

    found = subject.days.mentions([CASE.id, "7Q2M4-00001", "7Q2M4-99999", CASE.id])

    assert found == {CASE.id: ("1", "2"), "7Q2M4-00001": ("5",)}


def test_an_event_that_is_malformed_is_logged_and_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    with dynamodb() as (client, tables):
        stored(client, tables.cases, CASE, taken(NOON + timedelta(minutes=1)))
        broken = case_event_item(taken(NOON), CASE)
        del broken["by"]
        client.put_item(TableName=tables.cases, Item=broken)

        with caplog.at_level(logging.ERROR):
            found = list(CaseDayItems(client, cases_table=tables.cases).between(NOON, NOON + timedelta(hours=1)))

    assert [deed.event.at for deed in found] == [NOON + timedelta(minutes=1)]
    assert CASE.id in caplog.text


def test_a_busy_table_is_busy_whatever_is_asked_of_it() -> None:
    broken: Any = Broken(refused("ThrottlingException"))
    days = CaseDayItems(broken, cases_table="cases")

    for ask in (lambda: list(days.between(NOON, NOON + timedelta(hours=1))), lambda: days.mentions([CASE.id])):
        with pytest.raises(StoreBusy):
            ask()
