from copy import replace
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import WAITING, Case, CaseState, Doubt, Draft, Event, Queue, ReplyAs, case_id_of, queue_of
from desk.cases.transitions import reply_posted
from desk.mentions.model import Mention, Source
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency
from desk.routing.decide import LISTED_MENTIONS, RoutingDecision, decide, plan
from desk.working_time import due_at
from desk.x.model import Author
from tests.brands import small_brand
from tests.unit.routing.scene import TUESDAY, mention, mention_id

BRAND = small_brand()
DRAFT = Draft("내일 됩니다", "지은", TUESDAY)
HOLDING: dict[str, Any] = {
    "post_id": "reply-1",
    "reply_as": ReplyAs.HOLDING,
    "promised_until": TUESDAY + timedelta(hours=5),
}


def reading(
    kind: Kind = Kind.INQUIRY, department: str | None = "billing", urgency: Urgency = Urgency.NORMAL
) -> Reading:
    return Reading(kind, Need.SUPPORT, department, urgency, "ko", 0.9, ())


def opened(urgency: Urgency = Urgency.NORMAL) -> Case:
    case = decide(mention(1, author="7"), reading(urgency=urgency), None, BRAND).case
    assert case is not None
    return case


@pytest.mark.parametrize("kind", [Kind.INQUIRY, Kind.FAULT, Kind.RUMOR])
def test_a_mention_that_needs_an_answer_opens_a_case_due_from_its_receipt(kind: Kind) -> None:
    decision = decide(mention(1, author="7"), reading(kind), None, BRAND)

    assert decision.event is Event.CASE_OPENED
    assert decision.published
    assert decision.case is not None
    assert decision.case.id == case_id_of(mention_id(1), "7")
    assert decision.case.department == "billing"
    assert decision.case.due_at == due_at(TUESDAY, Kind.INQUIRY, Urgency.NORMAL, BRAND)


@pytest.mark.parametrize("kind", [Kind.INQUIRY, Kind.CHAT])
def test_an_author_with_a_new_name_stays_in_the_case_under_that_name(kind: Kind) -> None:
    case = opened()
    more = mention(2, author="7", conversation=1)
    renamed = Author("7", "another_name", "다른 이름")

    joined = decide(more._replace(post=replace(more.post, author=renamed)), reading(kind), case, BRAND).case
    unknown = decide(more._replace(post=replace(more.post, author=None)), reading(kind), joined, BRAND).case

    assert joined is not None
    assert unknown is not None
    assert (joined.id, joined.author, unknown.author) == (case.id, renamed, renamed)


def test_urgency_never_falls() -> None:
    case = decide(mention(1, author="7"), reading(urgency=Urgency.HIGH), None, BRAND).case

    joined = decide(mention(2, author="7", conversation=1), reading(), case, BRAND).case

    assert joined is not None
    assert case is not None
    assert (joined.urgency, joined.due_at) == (Urgency.HIGH, case.due_at)


@pytest.mark.parametrize("kind", [Kind.CHAT, Kind.JUNK])
def test_chat_joins_a_case_without_a_notification(kind: Kind) -> None:
    case = decide(mention(1, author="7"), reading(), None, BRAND).case

    decision = decide(mention(2, author="7", conversation=1), reading(kind, None), case, BRAND)

    assert not decision.published
    assert decision.case is not None
    assert mention_id(2) in decision.case.mention_ids


def test_any_mention_with_a_department_opens_a_case() -> None:
    decision = decide(mention(1), reading(Kind.CHAT, "operator"), None, BRAND)

    assert decision.event is Event.CASE_OPENED


def test_a_department_that_desk_yaml_no_longer_has_is_the_operators() -> None:
    decision = decide(mention(1), reading(department="fax"), None, BRAND)

    assert decision.case is not None
    assert decision.case.department == "operator"


@pytest.mark.parametrize("kind", [Kind.INQUIRY, Kind.FAULT, Kind.RUMOR])
@pytest.mark.parametrize("state", [CaseState.ANSWERED, CaseState.MOVED, CaseState.CLOSED])
def test_a_case_that_was_over_opens_again_with_a_new_due_time_and_the_same_holder(state: CaseState, kind: Kind) -> None:
    later = TUESDAY + timedelta(days=1)
    over = replace(opened(Urgency.HIGH), state=state, holder="지은", draft=DRAFT, **HOLDING)

    again = decide(mention(2, author="7", conversation=1, received_at=later), reading(kind), over, BRAND).case

    assert again == replace(
        opened(),
        asked_at=later,
        first_due_at=due_at(later, Kind.INQUIRY, Urgency.NORMAL, BRAND),
        due_at=due_at(later, Kind.INQUIRY, Urgency.NORMAL, BRAND),
        mention_ids=(mention_id(1), mention_id(2)),
        version=2,
        holder="지은",
    )


@pytest.mark.parametrize("state", sorted(WAITING))
def test_another_question_joins_a_waiting_case_and_leaves_its_state(state: CaseState) -> None:
    waiting = replace(opened(), state=state, holder="지은", draft=DRAFT, **HOLDING)

    second = mention(2, author="7", conversation=1)
    joined = decide(second, reading(Kind.FAULT), waiting, BRAND).case

    assert joined == replace(
        waiting, mention_ids=(mention_id(1), mention_id(2)), version=2, asks=2, asked_again_at=second.received_at
    )


def test_who_asks_again_is_counted_since_our_last_reply_and_an_edit_or_chat_asks_nothing() -> None:
    def asking(number: int, case: Case | None, kind: Kind = Kind.INQUIRY, **more: Any) -> Case:
        again = decide(mention(number, author="7", conversation=1, **more), reading(kind), case, BRAND).case
        assert again
        return again

    opened_case = asking(1, None)
    third = asking(3, asking(2, opened_case))
    thanked = asking(4, third, Kind.CHAT)
    edited = asking(5, thanked, versions=(2, 5))
    promised = reply_posted(edited._replace(reply_as=ReplyAs.HOLDING), TUESDAY)
    answered = reply_posted(edited, TUESDAY)

    assert [each.asks for each in (opened_case, third, thanked, edited, promised)] == [1, 3, 3, 3, 0]
    assert edited.asked_again_at == mention(2).received_at
    assert [asking(6, each).asks for each in (promised, answered)] == [1, 1]
    assert [asking(6, each).asked_again_at for each in (promised, answered)] == [None, None]


@pytest.mark.parametrize("state", sorted(WAITING))
def test_urgency_rises_in_every_case_that_waits_without_a_change_of_state(state: CaseState) -> None:
    waiting = replace(opened(), state=state, draft=DRAFT, **HOLDING)

    joined = decide(mention(2, author="7", conversation=1), reading(urgency=Urgency.HIGH), waiting, BRAND).case

    assert joined == replace(
        waiting,
        urgency=Urgency.HIGH,
        first_due_at=TUESDAY + BRAND.targets.high,
        due_at=TUESDAY + BRAND.targets.high,
        asks=2,
        asked_again_at=TUESDAY,
        promised_until=None,  # that was said of the calmer matter
        mention_ids=(mention_id(1), mention_id(2)),
        version=2,
    )


def test_higher_urgency_never_moves_an_earlier_due_time() -> None:
    almost_due = replace(opened(), due_at=TUESDAY + timedelta(minutes=10))

    joined = decide(mention(2, author="7", conversation=1), reading(urgency=Urgency.HIGH), almost_due, BRAND).case

    assert joined is not None
    assert joined.due_at == almost_due.due_at


def test_an_overdue_case_that_becomes_urgent_gets_a_new_due_time_and_keeps_the_first() -> None:
    overdue = replace(opened(), due_at=TUESDAY - timedelta(hours=1), first_due_at=TUESDAY - timedelta(hours=1))

    joined = decide(mention(2, author="7", conversation=1), reading(urgency=Urgency.HIGH), overdue, BRAND).case

    assert joined is not None
    assert (joined.due_at, joined.first_due_at) == (TUESDAY + BRAND.targets.high, overdue.first_due_at)


def test_a_rise_below_urgent_keeps_due_time_promise_and_holder() -> None:
    overdue = replace(opened(Urgency.LOW), due_at=TUESDAY - timedelta(hours=1), holder="지은", **HOLDING)

    joined = decide(mention(2, author="7", conversation=1), reading(), overdue, BRAND).case

    assert joined is not None
    assert (joined.due_at, joined.holder, joined.promised_until) == (overdue.due_at, "지은", overdue.promised_until)


@pytest.mark.parametrize("state", [CaseState.OPEN, CaseState.PROMISED, CaseState.ANSWERED, CaseState.CLOSED])
def test_a_case_that_becomes_urgent_has_no_holder(state: CaseState) -> None:
    calm = replace(opened(), state=state, holder="지은")

    joined = decide(mention(2, author="7", conversation=1), reading(urgency=Urgency.HIGH), calm, BRAND).case

    assert joined is not None
    assert joined.holder is None


@pytest.mark.parametrize(("woke", "holder"), [(False, None), (True, "지은")])
def test_an_urgent_case_that_becomes_an_emergency_loses_its_holder_once(woke: bool, holder: str | None) -> None:
    urgent = replace(opened(Urgency.HIGH), wakes=woke, holder="지은")
    alarm = replace(reading(urgency=Urgency.HIGH), wakes=True)

    joined = decide(mention(2, author="7", conversation=1), alarm, urgent, BRAND).case

    assert joined is not None
    assert (joined.wakes, joined.holder) == (True, holder)


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("kind", [Kind.CHAT, Kind.JUNK])
def test_thanks_leave_a_case_unchanged(state: CaseState, kind: Kind) -> None:
    case = replace(opened(), state=state, holder="지은", draft=DRAFT, **HOLDING)

    thanked = decide(mention(2, author="7", conversation=1), reading(kind, None), case, BRAND).case

    assert thanked == replace(case, mention_ids=(mention_id(1), mention_id(2)), version=2)


def test_every_mention_raises_the_version_even_one_that_is_listed_already() -> None:
    joined = decide(mention(1, author="7"), reading(), opened(), BRAND).case

    assert joined == replace(opened(), version=2)


def test_a_case_lists_a_bounded_number_of_mentions() -> None:
    case = decide(mention(1, author="7"), reading(), None, BRAND).case

    for number in range(2, LISTED_MENTIONS + 20):
        case = decide(mention(number, author="7", conversation=1), reading(), case, BRAND).case

    assert case is not None
    assert len(case.mention_ids) == LISTED_MENTIONS


def doubtful(kind: Kind = Kind.CHAT) -> Reading:
    return Reading(kind, Need.RELATIONSHIP, OPERATOR, Urgency.NORMAL, "ko", 0.4, (), review=True)


@pytest.mark.parametrize("kind", [Kind.CHAT, Kind.JUNK])
def test_what_is_to_review_opens_a_case_of_what_it_probably_is(kind: Kind) -> None:
    decision = decide(mention(1, author="7"), doubtful(kind), None, BRAND)

    case = decision.case
    assert case is not None
    assert (decision.event, decision.published) == (Event.CASE_OPENED, True)
    assert (case.kind, case.department, case.review) == (kind, OPERATOR, kind.value)
    assert case.label == f"probably.{kind}"
    assert case.doubts == (Doubt(mention_id(1), kind),)
    assert queue_of(case) is Queue.TO_REVIEW


def test_what_is_to_review_joins_a_case_which_keeps_its_kind_and_shows_what_it_probably_is() -> None:
    case = decide(mention(2, author="7", conversation=1), doubtful(), opened(), BRAND).case

    assert case is not None
    assert (case.kind, case.department, case.label) == (Kind.INQUIRY, "billing", "probably.chat")
    assert case.doubts == (Doubt(mention_id(2), Kind.CHAT),)


def test_an_inquiry_that_joins_a_case_to_review_makes_it_one_that_a_person_still_has_to_review() -> None:
    doubted = decide(mention(1, author="7"), doubtful(), None, BRAND).case

    case = decide(mention(2, author="7", conversation=1), reading(), doubted, BRAND).case

    assert case is not None
    assert (case.kind, case.need, case.review) == (Kind.INQUIRY, Need.SUPPORT, "chat")
    assert case.doubts == (Doubt(mention_id(1), Kind.CHAT),)


def test_what_is_to_review_opens_an_answered_case_again() -> None:
    answered = opened()._replace(state=CaseState.ANSWERED, answered_at=TUESDAY)

    case = decide(mention(2, author="7", conversation=1), doubtful(), answered, BRAND).case

    assert case is not None
    assert (case.state, case.kind, case.review) == (CaseState.OPEN, Kind.INQUIRY, "chat")


def test_a_heard_post_to_review_opens_no_case() -> None:
    heard = mention(1, author="7")._replace(source=Source.LISTENING)

    assert decide(heard, doubtful(Kind.JUNK), None, BRAND).case is None


def test_a_mention_that_cannot_be_decided_is_a_failure_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def decide_or_fail(found: Mention, *facts: Any) -> RoutingDecision:
        if found.id == mention_id(2):
            raise ValueError("no such day")
        return decide(found, *facts)

    monkeypatch.setattr("desk.routing.decide.decide", decide_or_fail)

    planned = plan([(mention(number, author=str(number)), reading()) for number in (1, 2, 3)], {}, BRAND)

    assert [entry.mention.id for step in planned.steps for entry in step.entries] == [mention_id(1), mention_id(3)]
    assert planned.failures == {mention_id(2): "ValueError"}
