"""What the operator's inbox shows of cases, from the index and from the fake: order, filters, pages and counts."""

from collections.abc import Callable
from copy import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from desk.cases.inbox import COUNTED, EVERYTHING, Count, Inbox, InboxFilter, InboxItems
from desk.cases.items import case_item
from desk.cases.model import Case, CaseState, Queue, Review
from desk.reading import Safety, Urgency
from desk.x.model import Author
from tests.cases import a_case
from tests.contract.case_scene import NOON
from tests.fakes.cases import FakeCases
from tests.fakes.inbox import FakeInbox
from tests.tables import Dynamo

HOUR = timedelta(hours=1)
ASK = InboxFilter

type Opened = Callable[..., Inbox]


@pytest.fixture
def opened(dynamo: Dynamo | None) -> Opened:
    """Put cases into a desk; the inbox that reads them, in pages of so many rows where it filters."""

    def put(*cases: Case, page: int | None = None) -> Inbox:
        if dynamo is None:
            fake = FakeCases()
            for case in cases:
                fake.put(case)
            return FakeInbox(fake)
        for case in cases:
            dynamo.client.put_item(TableName=dynamo.tables.cases, Item=case_item(case))
        return InboxItems(dynamo.client, cases_table=dynamo.tables.cases, page=page)

    return put


def case(number: int, due: datetime = NOON, **changes: Any) -> Case:
    """A case of the operator; its number is the order in which it was opened."""
    asked_at = NOON - HOUR + timedelta(minutes=number)
    given = {"id": f"AAAAA-{number:05}", "department": "operator", "author": Author("7", "minji", "민지")} | changes
    return replace(a_case(asked_at, due), **given)


def ids(inbox: Inbox, *queues: Queue, chosen: InboxFilter = EVERYTHING, limit: int = 50) -> list[int]:
    """The numbers of all rows, page by page."""
    found: list[int] = []
    after: str | None = None
    while True:
        page = inbox.page(queues, chosen, limit=limit, after=after)
        found += [int(row.case_id[-5:]) for row in page.rows]
        after = page.after
        if after is None:
            return found


def test_danger_comes_first_then_checks_then_urgency_then_the_due_time_then_who_waits_longest(opened: Opened) -> None:
    inbox = opened(
        case(5, NOON + HOUR),
        case(4, NOON + HOUR, asked_at=NOON),
        case(3, NOON),
        case(2, NOON + 3 * HOUR, urgency=Urgency.HIGH),
        case(1, NOON + 4 * HOUR, urgency=Urgency.HIGH, safety=Safety.DANGER),
        case(6, NOON - 9 * HOUR, promised_until=NOON + 2 * HOUR, state=CaseState.PROMISED),
        case(7, safety=Safety.DANGER),
        case(8, NOON + 9 * HOUR, safety=Safety.CHECK),
        case(9, NOON + 8 * HOUR, safety=Safety.CHECK, urgency=Urgency.HIGH),
    )

    assert ids(inbox, Queue.TO_ANSWER) == [1, 9, 8, 2, 3, 7, 5, 4, 6]


def test_who_asks_again_comes_where_a_case_that_was_due_then_does_and_stays_behind_danger_and_urgency(
    opened: Opened,
) -> None:
    inbox = opened(
        case(1, NOON - 2 * HOUR),
        case(2, NOON + HOUR),
        case(3, NOON + 9 * HOUR, asks=3, asked_again_at=NOON - HOUR),
        case(4, NOON + 9 * HOUR, urgency=Urgency.HIGH),
        case(5, NOON - 3 * HOUR, asks=2, asked_again_at=NOON),
    )

    assert ids(inbox, Queue.TO_ANSWER) == [4, 5, 1, 3, 2]
    assert [row.asks for row in inbox.page([Queue.TO_ANSWER], limit=9).rows] == [1, 2, 1, 3, 1]


def test_a_row_has_the_case_as_people_see_it(opened: Opened) -> None:
    shown = case(
        1,
        urgency=Urgency.HIGH,
        review=Review.REPLY,
        not_posted="gone",
        holder="박지민",
        promised_until=NOON + HOUR,
        version=4,
        labels=("vip", "event"),
    )

    [row] = opened(shown).page([Queue.TO_REVIEW], limit=9).rows

    assert (row.version, row.author, row.excerpt, row.holder) == (4, shown.author, "", "박지민")
    assert (row.due_at, row.not_posted, row.review) == (NOON + HOUR, "gone", Review.REPLY)
    assert (row.state, row.safety, row.asked_at) == (CaseState.OPEN, None, shown.asked_at)
    assert (row.labels, row.photos, row.asks) == (("vip", "event"), 0, 1)


def test_a_case_that_was_put_off_is_with_those_for_later(opened: Opened) -> None:
    inbox = opened(case(1, snoozed_until=NOON), case(2, snoozed_until=NOON, state=CaseState.QUEUED))

    assert ids(inbox, Queue.SNOOZED) == [1]
    assert ids(inbox, Queue.TO_ANSWER) == []


MANY = [
    case(
        number,
        NOON + number * HOUR,
        department="billing" if number % 3 else "network",
        holder="지민" if number % 2 else None,
        labels=("vip",) if number % 5 == 0 else (),
        promised_until=NOON + number * HOUR if number > 8 else None,
    )
    for number in range(12)
]


FILTERED: list[tuple[InboxFilter, list[int]]] = [
    (EVERYTHING, list(range(12))),
    (ASK(departments=frozenset({"network"})), [0, 3, 6, 9]),
    (ASK(departments=frozenset({"network", "pr"}), holder="지민"), [3, 9]),
    (ASK(departments=frozenset()), []),
    (ASK(due_before=NOON + 2 * HOUR), [0, 1]),
    (ASK(label="vip"), [0, 5, 10]),
    (ASK(promised_before=NOON + 11 * HOUR), [9, 10]),
    (ASK(due_from=NOON + 9 * HOUR, due_before=NOON + 11 * HOUR), [9, 10]),
]


@pytest.mark.parametrize("page", [None, 2, 5])
def test_filters_leave_out_rows_on_every_page(page: int | None, opened: Opened) -> None:
    inbox = opened(*MANY, page=page)

    for (chosen, expected), limit in product(FILTERED, (1, 3, 50)):
        assert ids(inbox, Queue.AT_DEPARTMENT, chosen=chosen, limit=limit) == expected, (chosen, limit)


def test_a_promise_counts_as_due_time_of_a_filter(opened: Opened) -> None:
    inbox = opened(case(1, NOON, promised_until=NOON + 5 * HOUR, state=CaseState.PROMISED))

    assert ids(inbox, Queue.TO_ANSWER, chosen=ASK(due_before=NOON + HOUR)) == []
    assert ids(inbox, Queue.TO_ANSWER, chosen=ASK(due_from=NOON + HOUR)) == [1]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_several_queues_are_one_list(limit: int, opened: Opened) -> None:
    inbox = opened(
        case(1),
        case(2, NOON + HOUR, department="billing"),
        case(3, NOON + 2 * HOUR),
        case(4, NOON + 3 * HOUR, review=Review.CHAT),
        case(5, NOON + 4 * HOUR, state=CaseState.MOVED),
    )

    assert ids(inbox, *Queue, limit=limit) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("page", [1, 2, 3])
def test_filters_over_several_queues_lose_nothing_and_keep_the_order(page: int, opened: Opened) -> None:
    others = [replace(each, id=f"BBBBB-{number + 50:05}", state=CaseState.MOVED) for number, each in enumerate(MANY)]
    inbox = opened(*MANY, *others[6:], page=page)
    mine = ASK(holder="지민")

    found = ids(inbox, Queue.AT_DEPARTMENT, Queue.PRIVATE, chosen=mine, limit=2)

    assert found == [1, 3, 5, 7, 57, 9, 59, 11, 61]


def test_a_queue_is_counted_exactly_up_to_a_hundred(opened: Opened) -> None:
    inbox = opened(*(case(number, department="billing" if number else "network") for number in range(COUNTED + 1)))

    assert inbox.count(Queue.TO_ANSWER) == Count(0)
    assert inbox.count(Queue.AT_DEPARTMENT) == Count(COUNTED, or_more=True)
    assert inbox.count(Queue.AT_DEPARTMENT, ASK(departments=frozenset({"network"}))) == Count(1)
    assert inbox.page([Queue.AT_DEPARTMENT], limit=COUNTED).counts == {
        Queue.AT_DEPARTMENT: Count(COUNTED, or_more=True)
    }
    assert [Count(99).text, Count(100).text, Count(3, or_more=True).text] == ["99", "99+", "3+"]


def urgent(number: int, due: datetime = NOON, **changes: Any) -> Case:
    return case(number, due, **({"urgency": Urgency.HIGH} | changes))


def urgent_ids(inbox: Inbox, chosen: InboxFilter = EVERYTHING, *, limit: int = 50) -> list[int]:
    """The numbers of all urgent rows, page by page."""
    found: list[int] = []
    after: str | None = None
    while True:
        page = inbox.pressing(chosen, limit=limit, after=after)
        found += [int(row.case_id[-5:]) for row in page.rows]
        after = page.after
        if after is None:
            return found


EVERYWHERE = [
    urgent(1, NOON + 3 * HOUR, department="network", safety=Safety.DANGER),
    urgent(2, NOON + 4 * HOUR, safety=Safety.DANGER, holder="지민"),
    urgent(3, NOON + 5 * HOUR, safety=Safety.DANGER, snoozed_until=NOON),
    urgent(4, NOON + 6 * HOUR, safety=Safety.DANGER, review=Review.REPLY),
    urgent(5, NOON + 7 * HOUR, safety=Safety.DANGER, awaits_release=True, department="network"),
    urgent(6, NOON + 8 * HOUR, safety=Safety.DANGER, state=CaseState.QUEUED),
    urgent(7, NOON, department="fax"),
    urgent(8, NOON + HOUR, state=CaseState.PROMISED, promised_until=NOON + HOUR),
]
OTHERS = [
    case(11, safety=Safety.DANGER),
    urgent(12, state=CaseState.ANSWERED, safety=Safety.DANGER),
    urgent(13, state=CaseState.MOVED, safety=Safety.DANGER),
    urgent(14, state=CaseState.CLOSED, safety=Safety.DANGER),
]


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_all_urgent_cases_are_found_in_whatever_queue_or_department_and_danger_first(
    limit: int, opened: Opened
) -> None:
    inbox = opened(*reversed(EVERYWHERE), *OTHERS)

    assert urgent_ids(inbox, limit=limit) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert urgent_ids(inbox, ASK(departments=frozenset({"network"})), limit=limit) == [1, 5]


def test_what_is_to_be_checked_is_found_behind_danger_and_is_not_urgent_by_that(opened: Opened) -> None:
    inbox = opened(
        urgent(1),
        case(2, safety=Safety.CHECK),
        urgent(3, safety=Safety.DANGER),
        urgent(4, safety=Safety.CHECK),
        case(5, safety=Safety.CHECK, state=CaseState.CLOSED),
    )

    assert sorted(urgent_ids(inbox)[1:3]) == [2, 4]
    assert (urgent_ids(inbox)[0], urgent_ids(inbox)[3:]) == (3, [1])
    assert set(urgent_ids(inbox, ASK(urgency=Urgency.HIGH))) == {1, 3, 4}


def test_an_urgent_row_says_where_it_stands_and_whether_somebody_has_to_take_it(opened: Opened) -> None:
    rows = opened(*EVERYWHERE).pressing(limit=50).rows

    assert [(row.queue, row.open_safety, row.is_untaken) for row in rows] == [
        (Queue.AT_DEPARTMENT, Safety.DANGER, True),
        (Queue.TO_ANSWER, Safety.DANGER, False),
        (Queue.SNOOZED, Safety.DANGER, True),
        (Queue.TO_REVIEW, Safety.DANGER, True),
        (Queue.TO_ANSWER, Safety.DANGER, True),
        (None, Safety.DANGER, False),
        (Queue.AT_DEPARTMENT, None, True),
        (Queue.TO_ANSWER, None, True),
    ]


def test_a_malformed_row_hides_no_other(dynamo: Dynamo | None, opened: Opened) -> None:
    inbox = opened(case(1), case(2))
    if dynamo is None:
        pytest.skip("the fake has no items")
    broken = case_item(case(3)) | {"due_at": {"S": "soon"}}
    dynamo.client.put_item(TableName=dynamo.tables.cases, Item=broken)

    assert ids(inbox, Queue.TO_ANSWER) == [1, 2]
