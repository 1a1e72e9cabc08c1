"""Where people see and change cases: the fake and DynamoDB keep the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest

from desk.cases import transitions as case_steps
from desk.cases.items import case_item
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Doubt, Draft, Place, ReplyAs, Review, case_id_of
from desk.cases.queries import CaseQueryItems
from desk.cases.store import CaseMention, CaseStore, CaseStoreItems
from desk.errors import CaseMoved
from desk.mentions.model import Mention
from desk.outbox.model import OutboxKind
from desk.outbox.store import Outbox, OutboxItems
from desk.reading import Kind, Need, Safety, Urgency
from desk.routing.decide import LISTED_MENTIONS
from tests.cases import a_promise
from tests.contract.case_scene import CASE_ID, NOON, READING, Routing, decided, mention
from tests.fakes.cases import FakeCases, author_case
from tests.tables import DYNAMODBS, dynamodb

HOUR = timedelta(hours=1)
TAKEN = CaseEvent(CaseEventKind.TAKEN, NOON, "지은")
DRAFT = Draft("내일 됩니다", "지은", NOON)
PROMISE = a_promise(NOON + 5 * HOUR, subject=CASE_ID, made_at=NOON)


@dataclass(frozen=True)
class Subject:
    """The store under test, and what only routing and forgetting can do."""

    store: CaseStore
    route: Callable[..., object]
    forget: Callable[[str], object]
    outbox: Outbox


def routing_of(fake: FakeCases) -> Callable[..., None]:
    def route(*mentions: Mention) -> None:
        for step in decided(list(mentions), fake.cases):
            fake.put(step.after, *(CaseMention(entry.mention, entry.reading) for entry in step.entries))

    return route


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeCases()
        yield Subject(fake, routing_of(fake), fake.mentions.pop, fake.outbox)
        return
    with dynamodb(request.param) as (client, tables):
        store = CaseStoreItems(client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk)
        routing = Routing(client, tables)
        yield Subject(store, routing.route, routing.forget, OutboxItems(client, tables.desk))


def unsent(subject: Subject) -> set[tuple[str, str, datetime]]:
    """What the outbox has about cases, for three departments: for whom, what happened, and when."""
    recipients = ("operator", "billing", "network")
    found = [entry for recipient in recipients for entry in subject.outbox.entries(recipient)]
    return {(entry.recipient, entry.what, entry.at) for entry in found if entry.kind is OutboxKind.CASE}


def opened(subject: Subject, number: int = 1) -> Case:
    """A case that a mention opened in a conversation of its own."""
    subject.route(mention(number, conversation=str(number)))
    return there(subject, case_id_of(str(number), "7"))


def there(subject: Subject, case_id: str = CASE_ID) -> Case:
    case = subject.store.get(case_id)
    assert case is not None
    return case


def queue(subject: Subject, case: Case, *, hours: int = 0, post_id: str = "reply-1") -> Case:
    after = case_steps.queued(case, post_id, DRAFT, ReplyAs.ANSWER)
    return subject.store.save(after, case, CaseEvent(CaseEventKind.QUEUED, NOON + hours * HOUR, "지은"))


def test_a_case_that_is_not_there_is_none(subject: Subject) -> None:
    assert subject.store.get(CASE_ID) is None
    assert subject.store.file(CASE_ID) is None
    assert subject.store.queued(limit=9) == []


def test_a_case_as_routing_left_it_has_its_mentions_with_their_readings_and_no_events(subject: Subject) -> None:
    subject.route(mention(1), mention(2))

    file = subject.store.file(CASE_ID)

    assert file is not None
    assert file.case == there(subject)
    assert list(file.mentions) == [CaseMention(mention(1), READING), CaseMention(mention(2), READING)]
    assert list(file.events) == []


def test_a_step_is_kept_with_all_that_it_changed(subject: Subject) -> None:
    case = opened(subject)
    drafted = case_steps.drafted(case_steps.taken(case, "지은"), DRAFT)
    holding = case_steps.queued(drafted, "reply-1", DRAFT, ReplyAs.HOLDING, promise=PROMISE)
    misread = case_steps.misread(case, Kind.FAULT, "network", NOON + 2 * HOUR)

    promising = DRAFT._replace(reply_as=ReplyAs.HOLDING, promised_until=NOON + 5 * HOUR, promise_words="다섯 시까지")
    private = case_steps.drafted(case, DRAFT._replace(reply_as=ReplyAs.PRIVATE))
    drafts = (drafted, case_steps.drafted(case, promising), private, drafted)

    alarming = case_steps.raised(case, NOON + HOUR, NOON)._replace(safety=Safety.DANGER)
    to_check = case._replace(safety=Safety.CHECK, unseen_since=NOON)
    replied = case_steps.reply_posted(holding, NOON)
    returned, snoozed = case_steps.returned(drafted, "날짜도 적어 주세요."), case_steps.snoozed(case, NOON + HOUR)
    for after in (*drafts, holding, replied, misread, alarming, to_check, returned, snoozed, case_steps.closed(case)):
        before = there(subject)
        saved = subject.store.save(after, before, TAKEN)
        assert saved == there(subject) == after._replace(version=before.version + 1)


def test_opening_a_case_is_recorded_and_leaves_its_version(subject: Subject) -> None:
    case = opened(subject)
    to_check = subject.store.save(case._replace(safety=Safety.CHECK, unseen_since=NOON), there(subject), TAKEN)

    subject.store.mark_opened(to_check)

    assert there(subject) == to_check._replace(unseen_since=None)
    subject.store.mark_opened(there(subject))
    assert there(subject).version == to_check.version


def test_who_opens_a_case_has_not_seen_what_came_after(subject: Subject) -> None:
    case = opened(subject)
    before = subject.store.save(case._replace(safety=Safety.CHECK, unseen_since=NOON), there(subject), TAKEN)
    after = subject.store.save(before._replace(unseen_since=NOON + HOUR), before, TAKEN)

    subject.store.mark_opened(before)

    assert there(subject) == after


def test_a_change_of_a_case_that_was_opened_meanwhile_leaves_it_opened(subject: Subject) -> None:
    case = opened(subject)
    before = subject.store.save(case._replace(safety=Safety.CHECK, unseen_since=NOON), there(subject), TAKEN)
    subject.store.mark_opened(before)

    subject.store.save(case_steps.snoozed(before, NOON + HOUR), before, TAKEN)

    assert (there(subject).unseen_since, there(subject).snoozed_until) == (None, NOON + HOUR)


def test_recording_an_event_leaves_the_case_as_it_is(subject: Subject) -> None:
    case = opened(subject)
    event = CaseEvent(
        CaseEventKind.MISREAD,
        NOON,
        "",
        x_id="1999",
        asked_at=NOON - HOUR,
        was_kind="chat",
        was_department="billing",
        assignee="이수진",
        until=NOON + HOUR,
        overridden=("banned_word", "same_text"),
        override_reason="이름이 그렇습니다",
        was_at=Place(
            "billing",
            NOON + HOUR,
            Kind.CHAT,
            Need.RELATIONSHIP,
            "이수진",
            Review.CHAT,
            (Doubt("1", Kind.CHAT),),
            CaseState.PROMISED,
            NOON + 2 * HOUR,
            NOON + 3 * HOUR,
            NOON + 4 * HOUR,
            Urgency.HIGH,
            wakes=True,
            safety=Safety.CHECK,
            labels=("event",),
        ),
        labels=("vip", "event"),
    )

    subject.store.record(case, event)

    file = subject.store.file(CASE_ID)
    assert file is not None
    assert (file.case, list(file.events)) == (case, [event])


def test_events_are_returned_whole_and_in_order(subject: Subject) -> None:
    case = opened(subject)
    later = CaseEvent(
        CaseEventKind.HANDED,
        NOON + HOUR,
        "민수",
        "요금이 아님",
        department="network",
        kind="fault",
        post_id="p",
        request="r",
    )
    same_moment = CaseEvent(CaseEventKind.CLOSED, NOON + HOUR, "desk")

    for event in (TAKEN, later, same_moment):
        case = subject.store.save(case, case, event)

    file = subject.store.file(CASE_ID)
    assert file is not None
    assert list(file.events) == [TAKEN, later, same_moment]


def test_of_two_people_who_saw_the_same_one_takes_the_step(subject: Subject) -> None:
    case = opened(subject)
    subject.store.save(case_steps.taken(case, "지은"), case, TAKEN)

    with pytest.raises(CaseMoved):
        subject.store.save(case_steps.taken(case, "민수"), case, TAKEN._replace(by="민수"))

    file = subject.store.file(CASE_ID)
    assert file is not None
    assert (file.case.holder, [event.by for event in file.events]) == ("지은", ["지은"])


def test_a_case_that_a_mention_joined_meanwhile_has_moved(subject: Subject) -> None:
    case = opened(subject)
    subject.route(mention(2))

    with pytest.raises(CaseMoved):
        subject.store.save(case_steps.closed(case), case, TAKEN)

    assert there(subject).mention_ids == ("1", "2")
    assert there(subject).state is CaseState.OPEN


def test_a_case_that_never_was_has_moved(subject: Subject) -> None:
    case = opened(subject)
    other = case._replace(id="7Q2M4-XD93K")

    with pytest.raises(CaseMoved):
        subject.store.save(other, other, TAKEN)

    assert subject.store.get("7Q2M4-XD93K") is None


def test_an_answered_case_waits_anew_without_its_answer_when_its_author_asks_again(subject: Subject) -> None:
    case = opened(subject)
    saved = queue(subject, case_steps.taken(case, "지은"))
    saved = subject.store.save(case_steps.reply_posted(saved, NOON), saved, TAKEN)

    subject.route(mention(2))

    again = there(subject)
    assert (again.state, again.holder, again.post_id) == (CaseState.OPEN, "지은", None)


def test_a_file_shows_the_last_twenty_mentions_oldest_first(subject: Subject) -> None:
    subject.route(*(mention(number) for number in range(101, 126)))

    file = subject.store.file(case_id_of("1", "7"))

    assert file is not None
    assert [one.mention.id for one in file.mentions] == [str(number) for number in range(106, 126)]


def test_a_mention_whose_words_were_forgotten_is_left_out(subject: Subject) -> None:
    subject.route(mention(1), mention(2))
    subject.forget("1")

    file = subject.store.file(CASE_ID)

    assert file is not None
    assert [one.mention.id for one in file.mentions] == ["2"]
    assert file.case.mention_ids == ("1", "2")


def test_replies_on_their_way_are_found_the_longest_first(subject: Subject) -> None:
    second = queue(subject, opened(subject, 2), hours=2)
    first = queue(subject, opened(subject, 1), hours=1)
    third = queue(subject, opened(subject, 3), hours=3)

    assert list(subject.store.queued(limit=9)) == [first, second, third]
    assert list(subject.store.queued(limit=2)) == [first, second]


@pytest.mark.parametrize(
    "step", [partial(case_steps.reply_posted, at=NOON), case_steps.reply_not_posted, case_steps.closed]
)
def test_a_reply_that_came_to_its_end_is_no_longer_found(subject: Subject, step: Callable[[Case], Case]) -> None:
    case = queue(subject, opened(subject))

    subject.store.save(step(case), case, TAKEN)

    assert subject.store.queued(limit=9) == []


def test_a_change_of_a_queued_case_keeps_its_place_and_another_reply_takes_a_new_one(subject: Subject) -> None:
    first = queue(subject, opened(subject, 1), hours=1)
    second = queue(subject, opened(subject, 2), hours=2)

    taken = subject.store.save(case_steps.taken(first, "민수"), first, TAKEN._replace(at=NOON + 3 * HOUR))
    assert list(subject.store.queued(limit=9)) == [taken, second]

    renewed = queue(subject, taken, hours=4, post_id="reply-2")
    assert list(subject.store.queued(limit=9)) == [second, renewed]


def test_a_step_that_lost_leaves_no_trace_of_a_reply(subject: Subject) -> None:
    case = opened(subject)
    subject.store.save(case_steps.closed(case), case, TAKEN)

    with pytest.raises(CaseMoved):
        queue(subject, case)

    assert subject.store.queued(limit=9) == []


def not_news(case: Case) -> list[tuple[Case, CaseEvent]]:
    """Steps of which nobody else has to hear, the last one with the case closed."""
    queued = case_steps.queued(case, "reply-1", DRAFT, ReplyAs.ANSWER)
    answered = case_steps.reply_posted(queued, NOON)
    kinds = (CaseEventKind.TAKEN, CaseEventKind.QUEUED, CaseEventKind.ANSWERED, CaseEventKind.MISREAD)
    afters = (case_steps.taken(case, "지은"), queued, answered, case_steps.closed(case))
    return [(after, TAKEN._replace(what=what)) for after, what in zip(afters, kinds, strict=True)]


def test_notifications_stay_in_the_outbox_until_they_are_sent(subject: Subject) -> None:
    case, other = opened(subject), opened(subject, 2)
    unsaid = TAKEN._replace(what=CaseEventKind.NOT_SAID, at=NOON + 2 * HOUR)
    drafted = TAKEN._replace(what=CaseEventKind.DRAFTED, at=NOON + HOUR)
    handed = TAKEN._replace(what=CaseEventKind.HANDED, department="network", at=NOON + 3 * HOUR)

    first = subject.store.save(case_steps.reply_not_posted(case), case, unsaid)
    second = subject.store.save(case_steps.drafted(other, DRAFT), other, drafted)
    third = subject.store.save(case_steps.handed(first, "network", NOON), first, handed)

    changes = [(first, unsaid), (second, drafted), (third, handed)]
    before = [subject.store.is_unsent(*change) for change in changes]
    subject.store.mark_sent(first, unsaid)
    subject.store.mark_sent(first, unsaid)
    assert before == [True, True, True]
    assert [subject.store.is_unsent(*change) for change in changes] == [False, True, True]
    assert unsent(subject) == {("operator", "drafted", drafted.at), ("network", "handed", handed.at)}


def test_steps_without_a_notification_are_not_in_the_outbox(subject: Subject) -> None:
    case = opened(subject)

    for after, event in not_news(case):
        case = subject.store.save(after._replace(version=case.version), case, event)
    subject.store.record(case, TAKEN._replace(what=CaseEventKind.NOT_SAID))

    assert unsent(subject) == set()


def test_a_step_that_lost_is_not_in_the_outbox(subject: Subject) -> None:
    case = opened(subject)
    subject.store.save(case_steps.closed(case), case, TAKEN)

    with pytest.raises(CaseMoved):
        subject.store.save(case_steps.drafted(case, DRAFT), case, TAKEN._replace(what=CaseEventKind.DRAFTED))

    assert unsent(subject) == set()


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_mentions_that_a_long_case_no_longer_lists_are_in_its_file(kind: str) -> None:
    with dynamodb(kind) as (client, tables):
        routing = Routing(client, tables)
        many = [mention(number) for number in range(1001, 1001 + LISTED_MENTIONS + 5)]
        routing.route(many[0])
        case = routing.unit_of_work.cases.get_many([CASE_ID])[CASE_ID]
        grown = case._replace(mention_ids=tuple(one.id for one in many[:LISTED_MENTIONS]))
        client.put_item(TableName=tables.cases, Item=case_item(grown))
        routing.receive(*many[-20:-5])
        routing.route(*many[-5:])
        store = CaseStoreItems(client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk)

        file = store.file(CASE_ID)

    assert file is not None
    assert len(file.case.mention_ids) == LISTED_MENTIONS
    assert [one.mention.id for one in file.mentions] == [one.id for one in many[-20:]]


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_a_case_is_in_its_departments_index_as_long_as_somebody_waits(kind: str) -> None:
    with dynamodb(kind) as (client, tables):
        store = CaseStoreItems(client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk)
        waiting = CaseQueryItems(client, cases_table=tables.cases)
        subject = Subject(store, Routing(client, tables).route, str, OutboxItems(client, tables.desk))
        case = queue(subject, opened(subject))
        while_queued = len(list(waiting.open_cases("billing")))
        case = store.save(case_steps.reply_posted(case._replace(reply_as=ReplyAs.HOLDING), NOON), case, TAKEN)
        while_promised = len(list(waiting.open_cases("billing")))
        case = store.save(case_steps.handed(case, "network", NOON), case, TAKEN)
        handed = len(list(waiting.open_cases("billing"))), len(list(waiting.open_cases("network")))
        store.save(case_steps.closed(case), case, TAKEN)

        assert (while_queued, while_promised, handed) == (1, 1, (0, 1))
        assert len(list(waiting.open_cases("network"))) == 0


def test_an_authors_cases_are_found_the_newest_first_with_how_they_ended(subject: Subject) -> None:
    numbers = (1, 2, 3)
    for number in numbers:
        opened(subject, number)
    subject.route(mention(4, conversation="1"))  # joins the first, and is an event of it
    second = there(subject, case_id_of("2", "7"))
    subject.store.save(case_steps.reply_posted(second, NOON + HOUR), second, TAKEN)

    found = subject.store.author_cases("7", NOON + timedelta(seconds=2))

    assert [each.id for each in found] == [case_id_of("3", "7"), case_id_of("2", "7")]
    assert found == [author_case(there(subject, each.id)) for each in found]
    assert [each.answered_at for each in found] == [None, NOON + HOUR]
    assert len(subject.store.author_cases("7", NOON)) == len(numbers)
    assert subject.store.author_cases("8", NOON) == []


def test_of_very_many_cases_of_one_author_the_newest_are_found(subject: Subject) -> None:
    for number in range(1, 23):
        opened(subject, number)

    found = subject.store.author_cases("7", NOON)

    assert [each.id for each in found] == [case_id_of(str(number), "7") for number in range(22, 2, -1)]
