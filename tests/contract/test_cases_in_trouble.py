"""What the store of cases does while DynamoDB throttles, cancels, loses answers, or holds what it can't read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from desk.cases import transitions as case_steps
from desk.cases.items import case_item
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs, case_id_of
from desk.cases.store import CaseStoreItems
from desk.errors import CaseMoved, StoreBusy
from desk.outbox.model import OutboxKind, versioned
from desk.outbox.store import OutboxItems
from tests.contract.case_scene import CASE_ID, NOON, Routing, mention
from tests.contract.in_trouble import Retrying, refused
from tests.tables import Tables, dynamodb

TAKEN = CaseEvent(CaseEventKind.TAKEN, NOON, "지은")
TIMEOUT = ReadTimeoutError(endpoint_url="https://dynamodb")


@dataclass
class Subject:
    dynamodb: Retrying
    tables: Tables
    naps: list[float]

    @property
    def store(self) -> CaseStoreItems:
        return CaseStoreItems(
            self.dynamodb,  # type: ignore[arg-type]  # as much of a client as the store uses
            cases_table=self.tables.cases,
            mentions_table=self.tables.mentions,
            desk_table=self.tables.desk,
            pause=self.naps.append,
        )

    @property
    def other(self) -> CaseStoreItems:
        """Somebody else's store, whose calls just work."""
        return CaseStoreItems(
            self.dynamodb.client,
            cases_table=self.tables.cases,
            mentions_table=self.tables.mentions,
            desk_table=self.tables.desk,
        )

    @property
    def routing(self) -> Routing:
        return Routing(self.dynamodb.client, self.tables)

    def pointers(self) -> list[dict[str, Any]]:
        """What the Desk table has besides the outbox."""
        items = self.dynamodb.client.scan(TableName=self.tables.desk)["Items"]
        return [item for item in items if not item["item"]["S"].startswith("outbox#")]

    def opened(self, number: int = 1) -> Case:
        self.routing.route(mention(number, conversation=str(number)))
        case = self.other.get(case_id_of(str(number), "7"))
        assert case is not None
        return case

    def alter(self, case_id: str, expression: str, **names: str) -> None:
        """Change the case's item behind everybody's back."""
        self.dynamodb.client.update_item(
            TableName=self.tables.cases,
            Key={"case_id": {"S": case_id}, "what": {"S": "case"}},
            UpdateExpression=expression,
            ExpressionAttributeNames=names,
        )


@pytest.fixture
def subject() -> Iterator[Subject]:
    with dynamodb() as (client, tables):
        yield Subject(Retrying(client), tables, [])


def queued(case: Case) -> Case:
    return case_steps.queued(case, "reply-1", Draft("내일 됩니다", "지은", NOON), ReplyAs.ANSWER)


def queue_in_order(subject: Subject, *cases: Case) -> list[Case]:
    return [
        subject.other.save(queued(case), case, TAKEN._replace(at=NOON + timedelta(minutes=minute)))
        for minute, case in enumerate(cases)
    ]


def test_a_step_whose_answer_was_lost_is_recognised_and_recorded_once(subject: Subject) -> None:
    case = subject.opened()
    subject.dynamodb.lost = 1

    saved = subject.store.save(case_steps.taken(case, "지은"), case, TAKEN)

    file = subject.other.file(CASE_ID)
    assert file is not None
    assert (file.case, list(file.events)) == (saved, [TAKEN])


def test_a_step_whose_answer_was_lost_is_recognised_although_the_case_changed_since(subject: Subject) -> None:
    case = subject.opened()
    subject.dynamodb.lost = 1
    subject.dynamodb.in_between = lambda: subject.routing.route(mention(2))

    saved = subject.store.save(queued(case), case, TAKEN)

    assert (saved.state, saved.version) == (CaseState.QUEUED, 2)
    current = subject.other.get(CASE_ID)
    assert current is not None
    assert (current.state, current.version) == (CaseState.QUEUED, 3)


def test_the_same_step_of_somebody_else_is_not_taken_for_ones_own(subject: Subject) -> None:
    case = subject.opened()
    subject.other.save(case_steps.taken(case, "지은"), case, TAKEN)

    with pytest.raises(CaseMoved):
        subject.store.save(case_steps.taken(case, "지은"), case, TAKEN)


def test_a_transaction_that_conflicts_with_another_is_retried(subject: Subject) -> None:
    case = subject.opened()
    subject.dynamodb.errors = [refused("TransactionCanceledException", "TransactionConflict", "None")] * 2

    saved = subject.store.save(case_steps.closed(case), case, TAKEN)

    assert subject.other.get(CASE_ID) == saved
    assert len(subject.naps) == 2


def test_a_transaction_that_is_cancelled_again_and_again_is_given_up(subject: Subject) -> None:
    case = subject.opened()
    subject.dynamodb.errors = [refused("TransactionCanceledException", "ThrottlingError")] * 50

    with pytest.raises(StoreBusy):
        subject.store.save(case_steps.closed(case), case, TAKEN)

    assert subject.dynamodb.asked == len(subject.naps) + 1 < 10
    assert sum(subject.naps) < 2


def test_a_refusal_beside_a_conflict_is_final(subject: Subject) -> None:
    case = subject.opened()
    subject.dynamodb.errors = [refused("TransactionCanceledException", "ConditionalCheckFailed", "TransactionConflict")]

    with pytest.raises(CaseMoved):
        subject.store.save(case_steps.closed(case), case, TAKEN)


def test_a_refusal_that_could_not_be_checked_is_a_busy_store(subject: Subject) -> None:
    case = subject.opened()
    subject.dynamodb.errors = [refused("TransactionCanceledException", "ConditionalCheckFailed"), TIMEOUT]

    with pytest.raises(StoreBusy):
        subject.store.save(case_steps.closed(case), case, TAKEN)


def test_a_case_of_the_release_before_can_be_changed_and_joined(subject: Subject) -> None:
    case = subject.opened()
    subject.opened(2)
    other = case_id_of("2", "7")
    for case_id in (CASE_ID, other):
        subject.alter(case_id, "REMOVE #version", **{"#version": "version"})

    assert subject.store.get(CASE_ID) == case
    saved = subject.store.save(case_steps.closed(case), case, TAKEN)
    joined = subject.routing.route(mention(3, conversation="2"))

    assert subject.other.get(CASE_ID) == saved == case_steps.closed(case)._replace(version=2)
    assert joined.contested == frozenset()
    grown = subject.other.get(other)
    assert grown is not None
    assert (grown.version, grown.mention_ids) == (2, ("2", "3"))


def test_a_name_that_was_forgotten_meanwhile_does_not_come_back(subject: Subject) -> None:
    case = subject.opened()
    subject.alter(CASE_ID, "REMOVE #row.#author", **{"#row": "row", "#author": "author"})

    subject.store.save(case_steps.closed(case), case, TAKEN)

    forgotten = subject.other.get(CASE_ID)
    assert case.author is not None
    assert forgotten is not None
    assert forgotten.author is None


def test_a_case_that_changed_while_routing_decided_is_decided_again(subject: Subject) -> None:
    case = subject.opened()
    handed = subject.other.save(case_steps.handed(case, "network", NOON + timedelta(hours=1)), case, TAKEN)

    late = subject.routing.route(mention(2), seen={CASE_ID: case})

    assert late.contested == {"2"}
    assert subject.other.get(CASE_ID) == handed


def test_a_malformed_case_holds_up_no_other_reply(subject: Subject, caplog: pytest.LogCaptureFixture) -> None:
    first, second = subject.opened(1), subject.opened(2)
    queue_in_order(subject, first, second)
    subject.alter(first.id, "REMOVE #kind", **{"#kind": "kind"})

    found = subject.store.queued(limit=1)

    assert [case.id for case in found] == [second.id]
    assert first.id in caplog.text


def test_a_malformed_case_hides_no_other_of_its_author(subject: Subject, caplog: pytest.LogCaptureFixture) -> None:
    first, second = subject.opened(1), subject.opened(2)
    subject.alter(first.id, "REMOVE #kind", **{"#kind": "kind"})

    found = subject.store.author_cases("7", NOON)

    assert [each.id for each in found] == [second.id]
    assert first.id in caplog.text


def test_a_malformed_mention_is_shown_as_far_as_it_can_be_read(subject: Subject) -> None:
    subject.opened()
    broken: Any = {"mention_id": {"S": "1"}, "post": {"M": {"text": {"S": "도와주세요"}}}}
    subject.dynamodb.client.put_item(TableName=subject.tables.mentions, Item=broken)

    file = subject.store.file(CASE_ID)

    assert file is not None
    assert [(one.mention.post.text, one.reading) for one in file.mentions] == [("도와주세요", None)]


def test_an_event_that_only_another_release_knows_is_passed_over(subject: Subject) -> None:
    subject.opened()
    unknown: Any = {"case_id": {"S": CASE_ID}, "what": {"S": "event#2030"}, "did": {"S": "sung"}, "by": {"S": "a"}}
    subject.dynamodb.client.put_item(TableName=subject.tables.cases, Item=unknown)

    file = subject.store.file(CASE_ID)

    assert file is not None
    assert list(file.events) == []


def test_entries_of_missing_or_changed_cases_take_no_place_among_queued_replies(subject: Subject) -> None:
    gone, moved, there = (subject.opened(number) for number in (1, 2, 3))
    queue_in_order(subject, gone, moved, there)
    key: Any = {"case_id": {"S": gone.id}, "what": {"S": "case"}}
    subject.dynamodb.client.delete_item(TableName=subject.tables.cases, Key=key)
    subject.dynamodb.client.put_item(TableName=subject.tables.cases, Item=case_item(moved))

    assert [case.id for case in subject.store.queued(limit=1)] == [there.id]


def test_a_posted_reply_leaves_no_entry_of_queued_replies(subject: Subject) -> None:
    [case] = queue_in_order(subject, subject.opened())
    [pointer] = subject.pointers()

    subject.store.save(case_steps.reply_posted(case, NOON), case, TAKEN)

    assert (pointer["part"]["S"], pointer["post_id"]["S"]) == (CASE_ID, "reply-1")
    assert subject.pointers() == []


def test_a_step_whose_answer_was_lost_is_in_the_outbox_once(subject: Subject) -> None:
    case = subject.opened()
    subject.dynamodb.lost = 1

    saved = subject.store.save(case_steps.reply_not_posted(case), case, TAKEN._replace(what=CaseEventKind.NOT_SAID))

    outbox = OutboxItems(subject.dynamodb.client, subject.tables.desk)
    found = [entry for recipient in ("billing", "operator") for entry in outbox.entries(recipient)]
    assert [(entry.recipient, entry.subject) for entry in found if entry.kind is OutboxKind.CASE] == [
        ("billing", versioned(case.id, saved.version)),
        ("operator", versioned(case.id, saved.version)),
    ]


def test_events_are_read_from_all_pages(subject: Subject) -> None:
    case = subject.opened()
    for number in range(20):
        event = TAKEN._replace(at=NOON + timedelta(minutes=number), text="가" * 25_000)
        case = subject.other.save(case, case, event)

    file = subject.store.file(CASE_ID)

    assert file is not None
    assert [event.at for event in file.events] == [NOON + timedelta(minutes=number) for number in range(20)]
