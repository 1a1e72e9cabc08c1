"""The unit of work that commits readings and cases: the fake and DynamoDB keep the same promises."""

from collections.abc import Callable, Iterator
from copy import replace
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from desk.cases.model import WAITING, Case, CaseState, Draft, Event, ReplyAs, RoutedMention, Step
from desk.mentions.model import Mention, RoutingOutcome, Source, Stage, Unsent
from desk.outbox.model import OutboxEntry, OutboxKind, new_entry
from desk.outbox.store import Outbox, OutboxItems
from desk.reading import Kind, Need, Reading, Safety, Urgency
from desk.retention.store import Retention, RetentionItems
from desk.routing.answered_mentions import case_for
from desk.routing.decide import plan
from desk.routing.unit_of_work import UnitOfWork
from tests.cases import unit_of_work_on
from tests.contract.case_scene import BRAND, NOON, READING, Routing, mention
from tests.fakes.pictures import no_pictures
from tests.fakes.retention import FakeRetention
from tests.fakes.routing import FakeUnitOfWork
from tests.tables import DYNAMODBS, dynamodb

CHAT = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 1.0, ())


@dataclass(frozen=True)
class Subject:
    """The stores under test, and how the poll stores a mention."""

    unit_of_work: UnitOfWork
    retention: Retention
    receive: Callable[[Mention], object]
    outbox: Outbox

    def unsent(self) -> list[OutboxEntry]:
        """What the department of READING is still to be notified of."""
        return list(self.outbox.entries("billing"))


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeUnitOfWork()
        yield Subject(
            fake, FakeRetention(fake.mentions, fake.cases), lambda one: fake.mentions.store([one]), fake.cases.outbox
        )
        return
    with dynamodb(request.param) as (client, tables):
        routing = Routing(client, tables)
        retention = RetentionItems(client, no_pictures(), mentions_table=tables.mentions, cases_table=tables.cases)
        yield Subject(routing.unit_of_work, retention, routing.receive, OutboxItems(client, tables.desk))


def routed(subject: Subject, *mentions: Mention, reading: Reading = READING) -> list[RoutedMention]:
    """These mentions received unless they are stored, decided on the cases that are there, and committed."""
    stored = subject.unit_of_work.mentions.known([one.id for one in mentions])
    for one in mentions:
        if one.id not in stored:
            subject.receive(one)
    ids = {
        entry.case.id
        for step in plan([(m, reading) for m in mentions], {}, BRAND).steps
        for entry in step.entries
        if entry.case
    }
    steps = plan([(m, reading) for m in mentions], subject.unit_of_work.cases.get_many(ids), BRAND).steps
    done = subject.unit_of_work.commit(steps, NOON)
    assert (done.contested, done.failed) == (frozenset(), {})
    return [entry for step in steps for entry in step.entries]


def case_of(entry: RoutedMention) -> Case:
    assert entry.case is not None
    return entry.case


def closed_with_another_mention(subject: Subject) -> Case:
    """A case that was closed before its author's thanks came."""
    [entry] = routed(subject, mention(1))
    return thanked(subject, 2, case_of(entry))


def thanked(subject: Subject, number: int, before: Case) -> Case:
    """The case, closed, after a mention joined it of which nobody is told."""
    ids, version = (*before.mention_ids, str(number)), before.version + 1
    closed = replace(before, state=CaseState.CLOSED, mention_ids=ids, version=version)
    subject.receive(mention(number))
    step = Step((RoutedMention(mention(number), CHAT, Event.CASE_JOINED, closed),), before)
    assert subject.unit_of_work.commit([step], NOON).contested == frozenset()
    return closed


def test_a_mention_just_received_waits_to_be_read(subject: Subject) -> None:
    subject.receive(mention(1))

    stored = subject.unit_of_work.mentions.get_many(["1", "404"])

    assert list(stored) == ["1"]
    assert (stored["1"].mention, stored["1"].stage, stored["1"].failures) == (mention(1), Stage.READING, 0)


def test_a_committed_mention_is_stored_with_its_case(subject: Subject) -> None:
    [entry] = routed(subject, mention(1))

    stored = subject.unit_of_work.mentions.get_many(["1"])["1"]

    assert stored.stage is Stage.NOTHING
    assert subject.unsent() == [new_entry("billing", OutboxKind.MENTION, "1", Unsent.ALL, NOON)]
    assert stored.outcome is not None
    assert (stored.outcome.reading, stored.outcome.event) == (READING, Event.CASE_OPENED)
    assert subject.unit_of_work.cases.get_many([case_of(entry).id, "none"]) == {case_of(entry).id: entry.case}


def test_a_mention_without_a_notification_waits_for_nothing(subject: Subject) -> None:
    routed(subject, mention(1), reading=CHAT)

    stored = subject.unit_of_work.mentions.get_many(["1"])["1"]

    assert (stored.stage, stored.outcome and stored.outcome.case_id) == (Stage.NOTHING, None)
    assert subject.unsent() == []


def test_a_reading_of_what_was_heard_is_refused_once_the_post_is_a_mention_of_the_brand(subject: Subject) -> None:
    heard = mention(1)._replace(source=Source.LISTENING)
    subject.receive(heard)
    subject.unit_of_work.mentions.store([mention(1)])

    as_heard = subject.unit_of_work.commit([Step((RoutedMention(heard, CHAT, None, None),), None)], NOON)

    assert as_heard.contested == {"1"}
    assert subject.unit_of_work.mentions.get_many(["1"])["1"].stage is Stage.READING
    [entry] = routed(subject, mention(1))
    assert entry.event is Event.CASE_OPENED


def test_a_post_with_a_case_that_becomes_a_mention_keeps_it_and_joins_it_when_it_is_read(subject: Subject) -> None:
    heard = mention(1)._replace(source=Source.LISTENING)
    [entry] = routed(subject, heard, reading=replace(READING, safety=Safety.DANGER))

    subject.unit_of_work.mentions.store([mention(1)])

    case = case_of(entry)
    assert subject.unit_of_work.mentions.case_ids(["1"]) == {"1": case.id}
    [again] = routed(subject, mention(1))
    assert (again.event, case_of(again).mention_ids) == (Event.CASE_JOINED, ("1",))
    assert [entry.subject for entry in subject.unsent()] == ["1"]


def test_a_reading_is_written_once(subject: Subject) -> None:
    routed(subject, mention(1), reading=CHAT)

    again = subject.unit_of_work.commit(plan([(mention(1), READING)], {}, BRAND).steps, NOON)

    assert again.contested == {"1"}
    stored = subject.unit_of_work.mentions.get_many(["1"])["1"]
    assert stored.outcome is not None
    assert stored.outcome.reading == CHAT


def test_a_case_is_opened_once(subject: Subject) -> None:
    routed(subject, mention(1))
    subject.receive(mention(2))

    late = subject.unit_of_work.commit(plan([(mention(2), READING)], {}, BRAND).steps, NOON)

    assert late.contested == {"2"}
    assert subject.unit_of_work.mentions.get_many(["2"])["2"].stage is Stage.READING


def test_a_case_is_joined_only_as_it_was_seen(subject: Subject) -> None:
    [first] = routed(subject, mention(1))
    seen = {case_of(first).id: case_of(first)}
    [second] = routed(subject, mention(2))
    subject.receive(mention(3))

    late = subject.unit_of_work.commit(plan([(mention(3), READING)], seen, BRAND).steps, NOON)

    assert late.contested == {"3"}
    assert subject.unit_of_work.cases.get_many(seen)[case_of(first).id] == second.case
    assert case_of(second).mention_ids == ("1", "2")


def test_a_case_that_was_changed_and_looks_as_before_is_not_joined_as_it_was_seen(subject: Subject) -> None:
    [first] = routed(subject, mention(1))
    seen = case_of(first)
    subject.receive(mention(2))
    again = seen._replace(version=seen.version + 1)
    step = Step((RoutedMention(mention(2), CHAT, Event.CASE_JOINED, again),), seen)
    assert subject.unit_of_work.commit([step], NOON).contested == frozenset()
    subject.receive(mention(3))

    late = subject.unit_of_work.commit(plan([(mention(3), READING)], {seen.id: seen}, BRAND).steps, NOON)

    assert late.contested == {"3"}
    assert subject.unit_of_work.cases.get_many([seen.id]) == {seen.id: again}


@pytest.mark.parametrize("state", sorted(WAITING - {CaseState.OPEN}))
def test_a_mention_that_joins_leaves_what_people_did_with_its_case(subject: Subject, state: CaseState) -> None:
    [first] = routed(subject, mention(1))
    seen = case_of(first)
    answered = seen._replace(
        version=seen.version + 1,
        department="network",
        state=state,
        holder="지은",
        draft=Draft("내일 됩니다", "지은", NOON),
        post_id="reply-1",
        reply_as=ReplyAs.HOLDING,
        promised_until=NOON + timedelta(hours=5),
    )
    subject.receive(mention(2))
    step = Step((RoutedMention(mention(2), CHAT, Event.CASE_JOINED, answered),), seen)
    assert subject.unit_of_work.commit([step], NOON).contested == frozenset()

    [entry] = routed(subject, mention(3))

    joined = answered._replace(
        version=answered.version + 1,
        mention_ids=(*answered.mention_ids, "3"),
        asks=2,
        asked_again_at=mention(3).received_at,
    )
    assert subject.unit_of_work.cases.get_many([seen.id]) == {seen.id: joined}
    assert entry.case == joined
    assert subject.retention.expired_cases([seen.id], NOON + timedelta(days=1)) == frozenset()


def test_a_joining_mention_makes_its_case_more_urgent(subject: Subject) -> None:
    routed(subject, mention(1))

    [entry] = routed(subject, mention(2), reading=replace(READING, urgency=Urgency.HIGH))

    assert subject.unit_of_work.cases.get_many([case_of(entry).id])[case_of(entry).id] == entry.case
    assert case_of(entry).urgency is Urgency.HIGH


def test_a_hundred_mentions_of_one_case_are_committed_together(subject: Subject) -> None:
    entries = routed(subject, *(mention(number) for number in range(1001, 1101)))

    assert len(case_of(entries[-1]).mention_ids) == 100
    assert subject.unit_of_work.cases.get_many([case_of(entries[0]).id]) == {case_of(entries[0]).id: entries[-1].case}


def test_ten_posts_of_25_000_syllables_go_through(subject: Subject) -> None:
    ids = [str(number) for number in range(1, 11)]
    mentions = [mention(int(key), author=key, conversation=key, text="가" * 25_000) for key in ids]

    routed(subject, *mentions)
    stored = subject.unit_of_work.mentions.get_many(ids)
    assert {one.stage for one in stored.values()} == {Stage.NOTHING}
    assert {len(one.mention.post.text) for one in stored.values()} == {25_000}


def test_failures_are_counted_at_the_mention_and_only_there(subject: Subject) -> None:
    subject.receive(mention(1))

    subject.unit_of_work.mentions.record_failures({"1": "ValueError: no", "404": "nothing"}, NOON)
    subject.unit_of_work.mentions.record_failures({"1": "ValueError: no"}, NOON)

    assert subject.unit_of_work.mentions.get_many(["1", "404"])["1"].failures == 2
    assert "404" not in subject.unit_of_work.mentions.get_many(["404"])


def test_waiting_mentions_are_found_oldest_first(subject: Subject) -> None:
    for number in (3, 1, 2, 9):
        subject.receive(mention(number))

    routed(subject, mention(4))

    found = subject.unit_of_work.mentions.unread(before=NOON + timedelta(seconds=9), limit=2)

    assert [waiting.mention_id for waiting in found] == ["1", "2"]
    assert found[0].since == NOON + timedelta(seconds=1)


def test_words_are_forgotten_and_the_mention_is_then_passed_over(subject: Subject) -> None:
    routed(subject, mention(1), reading=CHAT)
    day = [dated for some in subject.retention.mentions_of_day(date(2026, 11, 24)) for dated in some]

    first = subject.retention.remove_words(["1", "404"])
    second = subject.retention.remove_words(["1"])

    assert [dated.mention_id for dated in day] == ["1"]
    assert (first, second) == (1, 0)
    assert subject.unit_of_work.mentions.get_many(["1"]) == {}


def test_an_open_case_is_never_over(subject: Subject) -> None:
    [entry] = routed(subject, mention(1))

    assert subject.retention.expired_cases([case_of(entry).id, "none"], NOON + timedelta(days=400)) == frozenset()


def test_a_closed_case_is_forgotten_as_a_whole_once_nothing_has_happened_to_it_for_so_long(subject: Subject) -> None:
    closed = closed_with_another_mention(subject)
    joined_at = mention(2).received_at

    early = subject.retention.expired_cases([closed.id], joined_at)
    due = subject.retention.expired_cases([closed.id], joined_at + timedelta(seconds=1))
    forgotten = subject.retention.remove_case_words(closed.id, NOON + timedelta(days=1))

    assert (len(early), list(due), forgotten) == (0, [closed.id], 2)
    assert subject.unit_of_work.mentions.get_many(["1", "2"]) == {}
    assert subject.unit_of_work.cases.get_many([closed.id])[closed.id] == replace(closed, author=None)


def test_a_forgotten_case_is_over_again_only_after_a_mention_joined_it(subject: Subject) -> None:
    closed = closed_with_another_mention(subject)
    subject.retention.remove_case_words(closed.id, NOON + timedelta(days=1))
    later = NOON + timedelta(days=1)

    before = subject.retention.expired_cases([closed.id], later)
    thanked(subject, 3, closed)

    assert not before
    assert subject.retention.expired_cases([closed.id], later) == {closed.id}
    assert subject.retention.remove_case_words(closed.id, NOON + timedelta(days=1)) == 1


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_a_malformed_item_comes_with_its_fault_and_what_could_be_saved(kind: str) -> None:
    with dynamodb(kind) as (client, tables):
        store = unit_of_work_on(client, tables)
        broken: dict[str, Any] = {"mention_id": {"S": "5"}, "post": {"M": {"text": {"S": "도와주세요"}}}}
        client.put_item(TableName=tables.mentions, Item=broken)
        client.put_item(TableName=tables.mentions, Item={"mention_id": {"S": "6"}, "erased": {"BOOL": True}})

        stored = store.mentions.get_many(["5", "6"])

    assert list(stored) == ["5"]
    assert stored["5"].fault is not None
    assert stored["5"].mention.post.text == "도와주세요"
    assert stored["5"].stage is Stage.READING


def opened_for(subject: Subject) -> RoutedMention:
    """The entry with which a person opens a case for a mention that needed no answer."""
    stored = subject.unit_of_work.mentions.get_many(["1"])["1"]
    assert stored.outcome
    case = case_for(stored.mention, stored.outcome.reading, NOON, BRAND)
    return RoutedMention(stored.mention, stored.outcome.reading, None, case)


def test_a_case_is_opened_for_a_mention_that_needed_no_answer(subject: Subject) -> None:
    routed(subject, mention(1), reading=CHAT)
    entry = opened_for(subject)

    assert subject.unit_of_work.open_case(entry)

    stored = subject.unit_of_work.mentions.get_many(["1"])["1"]
    assert stored.outcome == RoutingOutcome(CHAT, None, case_of(entry).id)
    assert stored.stage is Stage.NOTHING
    file = subject.unit_of_work.cases.file(case_of(entry).id)
    assert file
    assert (file.case, [each.mention.id for each in file.mentions]) == (entry.case, ["1"])


def test_two_people_at_once_open_one_case(subject: Subject) -> None:
    routed(subject, mention(1), reading=CHAT)
    entry = opened_for(subject)

    assert [subject.unit_of_work.open_case(entry) for _ in range(2)] == [True, True]
    assert subject.unit_of_work.cases.file(case_of(entry).id)


def test_a_mention_whose_author_has_a_case_in_the_conversation_gets_no_other(subject: Subject) -> None:
    routed(subject, mention(1), reading=CHAT)
    entry = opened_for(subject)
    routed(subject, mention(2))

    assert not subject.unit_of_work.open_case(entry)
    assert subject.unit_of_work.cases.get(case_of(entry).id) != entry.case


def test_no_case_is_opened_for_a_mention_that_was_erased_or_not_read(subject: Subject) -> None:
    routed(subject, mention(1), reading=CHAT)
    entry = opened_for(subject)
    subject.receive(mention(3))
    unread = entry._replace(mention=mention(3))
    subject.retention.remove_words(["1"])

    assert not subject.unit_of_work.open_case(unread)
    assert not subject.unit_of_work.open_case(entry)
