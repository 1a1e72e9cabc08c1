"""Lists of cases: the fake and DynamoDB say the same."""

import logging
from collections.abc import Callable, Iterator, Sequence
from copy import replace
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.items import case_event_item, case_item
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.queries import CaseList, CaseListItems
from tests.contract.test_open_cases import CASE, NOW
from tests.fakes.cases import FakeCaseList
from tests.tables import DYNAMODBS, dynamodb


@dataclass(frozen=True)
class Listed:
    """The port under test, and how cases come to lie there."""

    cases: CaseList
    store: Callable[[Sequence[Case]], None]


@pytest.fixture(params=["fake", *DYNAMODBS])
def listed(request: pytest.FixtureRequest) -> Iterator[Listed]:
    if request.param == "fake":
        there: list[Case] = []
        yield Listed(FakeCaseList(lambda: there), there.extend)
        return
    with dynamodb(request.param) as (client, tables):

        def store(cases: Sequence[Case]) -> None:
            for case in cases:
                client.put_item(TableName=tables.cases, Item=case_item(case))
                happened = CaseEvent(CaseEventKind.TAKEN, NOW, "김")
                client.put_item(TableName=tables.cases, Item=case_event_item(happened, case))

        yield Listed(CaseListItems(client, cases_table=tables.cases, page=2), store)


def numbered(number: int, **changes: Any) -> Case:
    return replace(CASE, id=f"7Q2M4-{number:05}", **({"opened_at": NOW + timedelta(minutes=number)} | changes))


def numbers(listed: Listed, **asked: Any) -> list[list[int]]:
    """The numbers of the cases, page by page."""
    pages, cursor = [], None
    while True:
        page = listed.cases.page(**asked, cursor=cursor)
        pages.append([int(case.id[-5:]) for case in page.cases])
        cursor = page.next_cursor
        if cursor is None:
            return pages


def test_nothing_is_listed_where_nothing_was_asked(listed: Listed) -> None:
    assert numbers(listed, states=WAITING, limit=3) == [[]]


def test_cases_of_a_state_come_page_by_page_the_last_opened_first(listed: Listed) -> None:
    listed.store([numbered(number) for number in range(7)])

    assert numbers(listed, states={CaseState.OPEN}, limit=3) == [[6, 5, 4], [3, 2, 1], [0]]


def test_a_page_that_is_just_full_is_the_last_one(listed: Listed) -> None:
    listed.store([numbered(number) for number in range(3)])

    assert numbers(listed, states={CaseState.OPEN}, limit=3) == [[2, 1, 0]]


def test_several_states_are_one_list(listed: Listed) -> None:
    listed.store([numbered(number, state=state) for number, state in enumerate(CaseState)])
    waiting = [number for number, state in enumerate(CaseState) if state in WAITING]

    assert [number for page in numbers(listed, states=WAITING, limit=2) for number in page] == waiting[::-1]


def test_cases_of_one_moment_are_each_listed_once(listed: Listed) -> None:
    at_once = [numbered(number, opened_at=NOW) for number in (2, 0, 4, 1, 3)]
    listed.store([*at_once, numbered(9), numbered(8, opened_at=NOW - timedelta(microseconds=1))])

    assert numbers(listed, states={CaseState.OPEN}, limit=2) == [[9, 4], [3, 2], [1, 0], [8]]


def test_a_department_sees_its_own(listed: Listed) -> None:
    listed.store([numbered(number, department="network" if number % 3 else "billing") for number in range(7)])

    assert numbers(listed, states=WAITING, department="billing", limit=2) == [[6, 3], [0]]
    assert numbers(listed, states=WAITING, department="press", limit=2) == [[]]


def test_a_page_begins_where_the_one_before_ended_whatever_became_of_that_case(listed: Listed) -> None:
    listed.store([numbered(number) for number in range(4)])
    first = listed.cases.page({CaseState.OPEN}, limit=2)

    listed.store([numbered(7)])
    rest = listed.cases.page({CaseState.OPEN}, limit=2, cursor=first.next_cursor)

    assert [case.id for case in rest.cases] == ["7Q2M4-00001", "7Q2M4-00000"]


@pytest.mark.parametrize("cursor", ["x", "bm90", "1764039600000120.", "1764039600000120.7Q2M4 XD93K", "!" * 9])
def test_a_cursor_that_nobody_was_given_is_refused(listed: Listed, cursor: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        listed.cases.page({CaseState.OPEN}, limit=2, cursor=cursor)


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_looking_for_rare_ones_ends_and_goes_on_at_the_next_page(kind: str) -> None:
    with dynamodb(kind) as (client, tables):
        for number in range(9):
            department = "network" if number in {1, 8} else "billing"
            client.put_item(TableName=tables.cases, Item=case_item(numbered(number, department=department)))
        cases = CaseListItems(client, cases_table=tables.cases, looked_at=4)

        found = numbers(Listed(cases, lambda _: None), states=WAITING, department="network", limit=5)

    assert found == [[8], [1], []]


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_a_malformed_case_is_told_in_the_log_and_hides_no_other(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    with dynamodb(kind) as (client, tables), caplog.at_level(logging.ERROR):
        client.put_item(TableName=tables.cases, Item=case_item(numbered(1)))
        client.put_item(TableName=tables.cases, Item=case_item(numbered(2)) | {"urgency": {"S": "soon"}})

        page = CaseListItems(client, cases_table=tables.cases).page(WAITING, limit=5)

    assert [case.id for case in page.cases] == ["7Q2M4-00001"]
    assert "7Q2M4-00002" in caplog.text


class Shuffling:
    """DynamoDB promises no order among items of one sort key: this answers those of one moment in any."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._items = [case_item(case) for case in cases]

    def query(self, **ask: Any) -> dict[str, Any]:
        before = ask["ExpressionAttributeValues"].get(":before", {"S": "9"})["S"]
        return {"Items": [item for item in self._items if item["opened_at"]["S"] <= before]}


def test_cases_of_one_moment_need_no_order_of_the_index() -> None:
    client: Any = Shuffling([numbered(number, opened_at=NOW) for number in (2, 0, 4, 1, 3)])
    cases = CaseListItems(client, cases_table="cases")

    assert numbers(Listed(cases, lambda _: None), states={CaseState.OPEN}, limit=2) == [[4, 3], [2, 1], [0]]
