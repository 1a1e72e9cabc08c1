"""What is read of many cases, and the marks of reminders and calls: the fake and DynamoDB keep the same promises."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from desk.cases.items import case_event_item, case_item
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState, Doubt, Review
from desk.cases.queries import CaseQueryItems, LoggedEvent, OpenCaseSummary
from desk.cases.sla import CALL_AGAIN_AFTER, Reminder
from desk.cases.store import CaseStore, CaseStoreItems
from desk.reading import Kind, Urgency
from tests.cases import a_case
from tests.fakes.cases import FakeCases
from tests.tables import DYNAMODBS, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Noon in Seoul."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
REMINDED, DUE = CaseEventKind.REMINDED, CaseEventKind.DUE
FIRST = Reminder(REMINDED, NOON)
EVENT = CaseEvent(REMINDED, NOON - HOUR, "", department="billing")


@dataclass(frozen=True)
class Subject:
    """The store under test, and how cases come to lie there."""

    store: CaseStore
    put_case: Callable[..., None]

    def put(self, *cases: Case) -> None:
        for case in cases:
            self.put_case(case)

    def claim(self, case: Case, now: datetime = NOON) -> int | None:
        return self.store.claim_call(case, now, held=(now, now + MINUTE))

    def events(self, case: Case) -> list[CaseEventKind]:
        file = self.store.file(case.id)
        assert file
        assert file.case == case
        return [event.what for event in file.events]

    def pages(self, **asked: Any) -> list[list[int]]:
        """The numbers of the cases, page by page."""
        pages, cursor = [], None
        while True:
            page = self.store.page(**asked, cursor=cursor)
            pages.append([int(case.id[-5:]) for case in page.cases])
            cursor = page.next_cursor
            if cursor is None:
                return pages


def put_items(client: "DynamoDBClient", table: str, case: Case, *events: CaseEvent) -> None:
    client.put_item(TableName=table, Item=case_item(case))
    for event in events:
        client.put_item(TableName=table, Item=case_event_item(event, case))


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeCases()

        def put(case: Case, *events: CaseEvent) -> None:
            fake.put(case)
            fake.events[case.id] += events

        yield Subject(fake, put)
        return
    with dynamodb(request.param) as (client, tables):
        store = CaseStoreItems(
            client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk, page_size=2
        )
        yield Subject(store, lambda case, *events: put_items(client, tables.cases, case, *events))


def numbered(number: int = 1, **changes: Any) -> Case:
    at = NOON + number * MINUTE
    return a_case(at, at)._replace(**({"id": f"7Q2M4-{number:05}"} | changes))


def taken(at: datetime) -> CaseEvent:
    return CaseEvent(CaseEventKind.TAKEN, at, "김하나")


def test_a_table_without_cases_has_none(subject: Subject) -> None:
    assert subject.pages(states=WAITING, limit=3) == [[]]
    assert list(subject.store.open_cases("billing")) == []
    assert list(subject.store.due_cases("billing", NOON + DAY)) == []
    assert list(subject.store.events_between(NOON, NOON + DAY)) == []


def test_cases_of_a_state_come_page_by_page_the_last_opened_first(subject: Subject) -> None:
    for number in range(7):
        subject.put_case(numbered(number), taken(NOON))

    assert subject.pages(states={CaseState.OPEN}, limit=3) == [[6, 5, 4], [3, 2, 1], [0]]
    assert subject.pages(states={CaseState.OPEN}, limit=7) == [[6, 5, 4, 3, 2, 1, 0]]


def test_several_states_are_one_list(subject: Subject) -> None:
    subject.put(*(numbered(number, state=state) for number, state in enumerate(CaseState)))
    waiting = [number for number, state in enumerate(CaseState) if state in WAITING]

    assert [number for page in subject.pages(states=WAITING, limit=2) for number in page] == waiting[::-1]


def test_cases_of_one_moment_are_each_listed_once(subject: Subject) -> None:
    subject.put(*(numbered(number, opened_at=NOON) for number in (2, 0, 4, 1, 3)))
    subject.put(numbered(9), numbered(8, opened_at=NOON - timedelta(microseconds=1)))

    assert subject.pages(states={CaseState.OPEN}, limit=2) == [[9, 4], [3, 2], [1, 0], [8]]


def test_a_department_sees_its_own(subject: Subject) -> None:
    subject.put(*(numbered(number, department="network" if number % 3 else "billing") for number in range(7)))

    assert subject.pages(states=WAITING, department="billing", limit=2) == [[6, 3], [0]]
    assert subject.pages(states=WAITING, department="press", limit=2) == [[]]


def test_a_page_begins_where_the_last_one_ended_even_if_a_case_was_opened_meanwhile(subject: Subject) -> None:
    subject.put(*map(numbered, range(4)))
    first = subject.store.page({CaseState.OPEN}, limit=2)

    subject.put(numbered(7))
    rest = subject.store.page({CaseState.OPEN}, limit=2, cursor=first.next_cursor)

    assert [case.id for case in rest.cases] == ["7Q2M4-00001", "7Q2M4-00000"]


@pytest.mark.parametrize("cursor", ["x", "bm90", "1764039600000120.", "1764039600000120.7Q2M4 XD93K", "!" * 9])
def test_a_malformed_cursor_is_refused_by_the_list(subject: Subject, cursor: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        subject.store.page({CaseState.OPEN}, limit=2, cursor=cursor)


def test_a_search_for_rare_cases_ends_and_goes_on_at_the_next_page() -> None:
    with dynamodb() as (client, tables):
        for number in range(9):
            put_items(client, tables.cases, numbered(number, department="network" if number in {1, 8} else "billing"))
        store: Any = CaseQueryItems(client, cases_table=tables.cases, max_scanned=4)

        assert Subject(store, put_items).pages(states=WAITING, department="network", limit=5) == [[8], [1], []]


class Shuffling:
    """DynamoDB promises no order among items of one sort key: this returns those of one moment in any order."""

    def __init__(self, cases: list[Case]) -> None:
        self._items = [case_item(case) for case in cases]

    def query(self, **ask: Any) -> dict[str, Any]:
        before = ask["ExpressionAttributeValues"].get(":before", {"S": "9"})["S"]
        return {"Items": [item for item in self._items if item["opened_at"]["S"] <= before]}


def test_cases_of_one_moment_need_no_order_of_the_index() -> None:
    client: Any = Shuffling([numbered(number, opened_at=NOON) for number in (2, 0, 4, 1, 3)])
    store: Any = CaseQueryItems(client, cases_table="cases")

    assert Subject(store, put_items).pages(states={CaseState.OPEN}, limit=2) == [[4, 3], [2, 1], [0]]


def test_open_cases_come_with_their_first_due_time_and_last_mention(subject: Subject) -> None:
    asked_at, first_due_at = NOON - 9 * DAY, NOON - HOUR
    case = numbered(
        kind=Kind.FAULT,
        urgency=Urgency.HIGH,
        asked_at=asked_at,
        first_due_at=first_due_at,
        due_at=NOON + DAY,
        mention_ids=("11", "9", "12"),
    )
    subject.put(case)

    assert list(subject.store.open_cases("billing")) == [
        OpenCaseSummary(case.id, "fault", "high", asked_at, first_due_at, "12")
    ]


def test_cases_of_one_department_are_open_until_they_are_answered_moved_or_closed(subject: Subject) -> None:
    subject.put(*(numbered(number, state=state) for number, state in enumerate(CaseState)))
    subject.put(numbered(99, department="network"))

    assert len(list(subject.store.open_cases("billing"))) == len(WAITING) == len(CaseState) - 3
    assert {case.state for case in subject.store.due_cases("billing", NOON + HOUR)} == WAITING
    assert [case.id for case in subject.store.open_cases("network")] == ["7Q2M4-00099"]


def test_due_cases_come_the_soonest_first_up_to_the_moment_itself(subject: Subject) -> None:
    cases = [numbered(number, due_at=NOON + minutes * MINUTE) for number, minutes in enumerate([0, -9, 5, 1, -2])]
    subject.put(*cases)

    assert list(subject.store.due_cases("billing", NOON + MINUTE)) == [cases[number] for number in (1, 4, 0, 3)]


def test_an_event_comes_as_it_was_with_its_case(subject: Subject) -> None:
    answered = CaseEvent(CaseEventKind.ANSWERED, NOON, "", "답", "billing", x_id="99", asked_at=NOON - HOUR)
    misread = CaseEvent(
        CaseEventKind.MISREAD,
        NOON + MINUTE,
        "이두리",
        department="network",
        kind="fault",
        was_kind="inquiry",
        was_department="billing",
    )
    case = numbered()
    subject.put_case(case, answered, misread)

    found = list(subject.store.events_between(NOON, NOON + HOUR))

    assert found == [LoggedEvent(case.id, answered), LoggedEvent(case.id, misread)]


def test_events_of_a_span_over_midnight_are_complete_in_order_and_end_before_its_end(subject: Subject) -> None:
    since, until = NOON, NOON + 2 * DAY  # three days by UTC
    hours = [NOON + hour * HOUR for hour in range(48)]
    subject.put_case(numbered(), *map(taken, reversed(hours)))
    subject.put_case(numbered(), taken(since - timedelta(microseconds=1)), taken(until))

    assert [logged.event.at for logged in subject.store.events_between(since, until)] == hours


def test_the_mentions_of_cases_come_in_order_and_cases_that_are_gone_are_left_out(subject: Subject) -> None:
    subject.put(numbered(1, mention_ids=("1", "2")), numbered(2, mention_ids=("5",)))

    found = subject.store.mention_ids(["7Q2M4-00001", "7Q2M4-00002", "7Q2M4-99999", "7Q2M4-00001"])

    assert found == {"7Q2M4-00001": ("1", "2"), "7Q2M4-00002": ("5",)}


def test_the_decisions_of_people_about_mentions_to_review_are_found_by_mention(subject: Subject) -> None:
    decided = (Doubt("1", Kind.INQUIRY, is_decided=True), Doubt("2", Kind.CHAT, is_decided=True), Doubt("3", Kind.CHAT))
    subject.put(numbered(1, doubts=decided), numbered(2), numbered(3, doubts=(Doubt("5", Kind.JUNK),)))

    found = subject.store.decided_kinds([f"7Q2M4-{number:05}" for number in (1, 2, 3, 99, 1)])

    assert found == {"1": Kind.INQUIRY, "2": Kind.CHAT}


def test_an_open_case_to_review_is_named_as_what_it_probably_is(subject: Subject) -> None:
    subject.put(numbered(1, kind=Kind.CHAT, review=Review.CHAT), numbered(2, kind=Kind.FAULT, review=Review.REPLY))

    assert {one.id: one.label for one in subject.store.open_cases("billing")} == {
        "7Q2M4-00001": "probably.chat",
        "7Q2M4-00002": "fault",
    }


def test_a_recorded_reminder_is_found_by_its_own_due_moment_alone(subject: Subject) -> None:
    one, two = numbered(1), numbered(2)
    subject.put(one, two)

    assert subject.store.last_reminders({one.id: NOON, two.id: NOON}) == {}
    assert subject.store.record_reminder(one, FIRST, None, EVENT)

    assert subject.store.last_reminders({one.id: NOON, two.id: NOON}) == {one.id: REMINDED}
    assert subject.store.last_reminders({one.id: NOON + HOUR}) == {}
    assert subject.events(one) == [REMINDED]
    assert [case.id for case in subject.store.due_cases("billing", NOON + MINUTE)] == [one.id]


def test_of_two_runs_one_records_the_reminder_and_its_event(subject: Subject) -> None:
    subject.put(numbered())

    assert [subject.store.record_reminder(numbered(), FIRST, None, EVENT) for _ in range(2)] == [True, False]
    assert subject.events(numbered()) == [REMINDED]


def test_a_later_reminder_replaces_the_one_that_was_seen(subject: Subject) -> None:
    subject.put(case := numbered())
    subject.store.record_reminder(case, FIRST, None, EVENT)
    later = Reminder(DUE, NOON)

    assert not subject.store.record_reminder(case, later, None, EVENT._replace(what=DUE))
    assert subject.store.record_reminder(case, later, REMINDED, EVENT._replace(what=DUE, at=NOON))

    assert subject.store.last_reminders({case.id: NOON}) == {case.id: DUE}
    assert subject.events(case) == [REMINDED, DUE]


def test_a_skipped_reminder_is_recorded_without_an_event(subject: Subject) -> None:
    subject.put(numbered())

    assert subject.store.record_reminder(numbered(), FIRST, None, None)

    assert subject.store.last_reminders({numbered().id: NOON}) == {numbered().id: REMINDED}
    assert subject.events(numbered()) == []


def test_of_two_runs_at_once_one_calls(subject: Subject) -> None:
    assert [subject.claim(numbered()), subject.claim(numbered(), NOON + MINUTE / 2)] == [1, None]


def test_the_claim_of_a_run_that_died_expires(subject: Subject) -> None:
    subject.claim(numbered())

    assert subject.claim(numbered(), NOON + MINUTE) == 1


def test_calls_go_on_every_ten_minutes_and_are_counted(subject: Subject) -> None:
    numbers = []
    for minute in range(25):
        now = NOON + minute * MINUTE
        number = subject.claim(numbered(), now)
        if number:
            subject.store.record_call(numbered(), now, number)
        numbers.append(number)

    assert {minute: number for minute, number in enumerate(numbers) if number} == {0: 1, 10: 2, 20: 3}


def test_a_case_says_when_people_were_called_for_it_last_and_not_while_a_call_is_only_claimed(subject: Subject) -> None:
    subject.claim(numbered())
    subject.store.record_call(numbered(2), NOON, 1)
    subject.store.record_call(numbered(2), NOON + 10 * MINUTE, 2)
    ids = [numbered(number).id for number in (1, 2, 3)]

    assert subject.store.called_at([*ids, ids[1]]) == {ids[1]: NOON + 10 * MINUTE}
    assert subject.store.called_at([]) == {}


def test_a_hand_over_after_a_call_ends_the_calls_and_one_before_any_call_does_not(subject: Subject) -> None:
    subject.store.record_call(numbered(), NOON, 1)

    assert subject.claim(numbered(department="network"), NOON + 2 * CALL_AGAIN_AFTER) is None
    assert subject.claim(numbered(2, department="network")) == 1


@pytest.mark.parametrize("change", [{"asked_at": NOON + 2 * MINUTE}, {"alarmed_at": NOON + 2 * MINUTE}])
def test_a_new_or_alarming_matter_is_called_for_at_once_and_counted_anew(
    change: dict[str, Any], subject: Subject
) -> None:
    subject.store.record_call(numbered(), NOON, 7)
    changed = numbered(department="network", **change)

    assert subject.claim(changed, NOON + 2 * MINUTE) == 1
    subject.store.record_call(changed, NOON + 2 * MINUTE, 1)
    assert subject.claim(changed, NOON + 3 * MINUTE) is None


def test_a_malformed_item_is_logged_and_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    with dynamodb() as (client, tables), caplog.at_level(logging.ERROR):
        put_items(client, tables.cases, numbered(1, urgency=Urgency.HIGH), taken(NOON + MINUTE))
        odd: dict[str, Any] = case_item(numbered(2, urgency=Urgency.HIGH))
        late = {"row": {"M": odd["row"]["M"] | {"asked_at": {"S": "soon"}}}}
        for number, change in enumerate(({"kind": {"S": "unknown"}}, late), 2):
            client.put_item(TableName=tables.cases, Item=odd | {"case_id": {"S": f"7Q2M4-{number:05}"}} | change)
        empty = odd | {"case_id": {"S": "7Q2M4-00004"}, "mention_ids": {"L": []}}
        client.put_item(TableName=tables.cases, Item=empty | {"lang": {"N": "1"}, "draft": {"S": "x"}})
        event = case_event_item(taken(NOON), numbered(5))
        del event["by"]
        client.put_item(TableName=tables.cases, Item=event)
        store = CaseQueryItems(client, cases_table=tables.cases)

        assert {case.id for case in store.page(WAITING, limit=9).cases} == {"7Q2M4-00001"}
        assert {case.id for case in store.due_cases("billing", NOON + DAY)} == {"7Q2M4-00001"}
        assert {case.id for case in store.open_cases("billing")} == {"7Q2M4-00001", "7Q2M4-00002"}
        assert [logged.case_id for logged in store.events_between(NOON, NOON + HOUR)] == ["7Q2M4-00001"]

    malformed = {record.getMessage() for record in caplog.records}
    assert malformed == {f"the case 7Q2M4-{number:05} is malformed" for number in (2, 3, 4, 5)}
