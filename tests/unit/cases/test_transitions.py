"""What people and X do with a case: nothing but what the step is about changes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from desk.cases import transitions as case_steps
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState, Doubt, Draft, ReplyAs, Review
from desk.promises.model import Ending, ended
from desk.reading import AGREEMENTS, OPERATOR, Kind, Need
from desk.x.model import Author
from tests.cases import a_case, a_promise
from tests.families import for_each

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOMORROW = NOON + timedelta(days=1)
DRAFT = Draft("내일 됩니다", "지은", NOON)
OPEN = a_case(NOON, NOON + timedelta(hours=9), author=Author("7", "kim", "김"), mention_ids=("1", "2"), version=3)
HELD = OPEN._replace(holder="지은")
DRAFTED = HELD._replace(state=CaseState.DRAFTED, draft=DRAFT)
QUEUED = DRAFTED._replace(state=CaseState.QUEUED, post_id="reply-1")
PROMISE = a_promise(TOMORROW, "reply-1")
HOLDING = QUEUED._replace(reply_as=ReplyAs.HOLDING, promised_until=TOMORROW, promises=(PROMISE,))
PROMISED = HOLDING._replace(state=CaseState.PROMISED, draft=None, asks=0)

STEPS: dict[str, Callable[[Case], Case]] = {
    "taken": lambda case: case_steps.taken(case, "민수"),
    "drafted": lambda case: case_steps.drafted(case, DRAFT),
    "queued": lambda case: case_steps.queued(case, "reply-1", DRAFT, ReplyAs.ANSWER),
    "said": lambda case: case_steps.reply_posted(case, NOON),
    "not_said": case_steps.reply_not_posted,
    "handed": lambda case: case_steps.handed(case, "network", TOMORROW),
    "misread": lambda case: case_steps.misread(case, Kind.FAULT, "network", TOMORROW),
    "closed": case_steps.closed,
}


@for_each("step", STEPS.values())
@for_each("case", [OPEN, HELD, DRAFTED, QUEUED, HOLDING, PROMISED])
def test_no_transition_changes_author_mentions_or_version(case: Case, step: Callable[[Case], Case]) -> None:
    after = step(case)

    for name in (
        "id",
        "conversation_id",
        "author_id",
        "author",
        "need",
        "urgency",
        "lang",
        "opened_at",
        "mention_ids",
        "version",
    ):
        assert getattr(after, name) == getattr(case, name)


def test_taking_a_case_changes_only_its_holder() -> None:
    assert case_steps.taken(PROMISED, "민수") == PROMISED._replace(holder="민수")


def test_a_draft_waits_for_the_operator_and_replaces_an_earlier_one() -> None:
    later = DRAFT._replace(text="모레 됩니다", by="민수")

    assert case_steps.drafted(HELD, DRAFT) == DRAFTED
    assert case_steps.drafted(DRAFTED, later) == DRAFTED._replace(draft=later)


def test_a_reply_on_its_way_keeps_its_text_as_the_draft() -> None:
    assert case_steps.queued(HELD, "reply-1", DRAFT, ReplyAs.ANSWER) == QUEUED
    assert case_steps.queued(DRAFTED, "reply-1", DRAFT, ReplyAs.HOLDING, promise=PROMISE) == HOLDING


def test_an_answer_that_was_posted_ends_the_waiting() -> None:
    answered = QUEUED._replace(state=CaseState.ANSWERED, draft=None, answered_at=NOON)
    assert case_steps.reply_posted(QUEUED, NOON) == answered


def test_a_holding_reply_that_was_posted_keeps_the_clock_running() -> None:
    said = case_steps.reply_posted(HOLDING, NOON)

    assert said == PROMISED
    assert said.answered_at is None
    assert (said.state in WAITING, said.due_at, said.promised_until) == (True, OPEN.due_at, TOMORROW)


def test_a_reply_that_was_not_posted_stays_as_a_draft_for_review() -> None:
    after = DRAFTED._replace(review=Review.REPLY)
    withdrawn = PROMISE._replace(ending=Ending.NOT_POSTED)

    assert case_steps.reply_not_posted(QUEUED) == after
    assert case_steps.reply_not_posted(HOLDING) == after._replace(promises=(withdrawn,))


def test_a_promise_outlives_an_answer_that_was_not_posted() -> None:
    answering = case_steps.queued(PROMISED, "reply-2", DRAFT, ReplyAs.ANSWER)

    assert (answering.reply_as, answering.promised_until) == (ReplyAs.ANSWER, TOMORROW)
    assert case_steps.reply_not_posted(answering).promised_until == TOMORROW


def test_a_reply_without_a_draft_that_was_not_posted_leaves_the_case_open() -> None:
    assert case_steps.reply_not_posted(QUEUED._replace(draft=None)) == HELD._replace(review=Review.REPLY)


@pytest.mark.parametrize("case", [OPEN, HELD, DRAFTED])
def test_another_department_starts_without_holder_or_draft_and_with_its_own_due_time(case: Case) -> None:
    assert case_steps.handed(case, "network", TOMORROW) == OPEN._replace(department="network", due_at=TOMORROW)


def test_a_misread_case_is_handed_over_with_its_new_kind() -> None:
    after = case_steps.misread(DRAFTED, Kind.FAULT, "network", TOMORROW)

    assert after == OPEN._replace(kind=Kind.FAULT, department="network", due_at=TOMORROW)


def test_a_closed_case_waits_for_nothing_and_keeps_no_draft() -> None:
    after = case_steps.closed(DRAFTED)

    assert after == HELD._replace(state=CaseState.CLOSED)
    assert after.state not in WAITING


def test_a_reply_may_be_sent_unless_one_is_on_its_way_or_nobody_waits() -> None:
    assert {CaseState.OPEN, CaseState.DRAFTED, CaseState.PROMISED} == case_steps.ANSWERABLE


def test_a_move_to_private_messages_ends_the_waiting_and_is_closed_by_a_person() -> None:
    private = case_steps.queued(HELD, "reply-1", DRAFT, ReplyAs.PRIVATE)

    moved = case_steps.reply_posted(private, NOON)

    assert (moved.state, moved.answered_at) == (CaseState.MOVED, NOON)
    assert moved.state not in WAITING
    assert moved.state in case_steps.CLOSABLE
    assert case_steps.reply_not_posted(private) == DRAFTED._replace(review=Review.REPLY)


@pytest.mark.parametrize("case", [OPEN, DRAFTED, PROMISED])
def test_an_answer_on_x_itself_needs_no_draft(case: Case) -> None:
    after = case_steps.replied_on_x(case, ReplyAs.ANSWER, NOON)

    assert after == case._replace(
        state=CaseState.ANSWERED,
        draft=None,
        post_id=None,
        reply_as=ReplyAs.ANSWER,
        answered_at=NOON,
        promises=ended(case.promises, Ending.KEPT, at=NOON),
    ), "and nothing else changes: neither its clocks nor whose it is"


def test_a_promise_on_x_itself_keeps_the_draft() -> None:
    after = case_steps.replied_on_x(DRAFTED, ReplyAs.HOLDING, NOON)

    assert (after.state, after.draft) == (CaseState.PROMISED, DRAFT)
    assert case_steps.reply_not_posted(case_steps.queued(after, "reply-2", DRAFT, ReplyAs.ANSWER)).draft == DRAFT


def test_an_answer_on_x_itself_after_a_promise_is_an_answer() -> None:
    assert PROMISED.reply_as is ReplyAs.HOLDING
    assert case_steps.replied_on_x(PROMISED, ReplyAs.ANSWER, NOON).reply_as is ReplyAs.ANSWER


@pytest.mark.parametrize(
    ("reply_as", "state"), [(ReplyAs.HOLDING, CaseState.PROMISED), (ReplyAs.PRIVATE, CaseState.MOVED)]
)
def test_the_kind_of_a_reply_on_x_itself_is_kept(reply_as: ReplyAs, state: CaseState) -> None:
    after = case_steps.replied_on_x(QUEUED, reply_as, NOON)

    assert (after.state, after.reply_as, after.post_id) == (state, reply_as, None)
    assert after.draft == (DRAFT if reply_as is ReplyAs.HOLDING else None)


ASKED_AGAIN = a_case(NOON, TOMORROW, opened_at=NOON - timedelta(days=3))
"""A case whose author came back at noon with another question."""
TAKEN = CaseEvent(CaseEventKind.TAKEN, NOON + timedelta(minutes=5), "지은")
FIRST_ANSWER = CaseEvent(
    CaseEventKind.ANSWERED, NOON - timedelta(days=2), "지은", asked_at=ASKED_AGAIN.opened_at, post_id="reply-1"
)
ANSWER = CaseEvent(CaseEventKind.ANSWERED, NOON + timedelta(hours=1), "지은", asked_at=NOON, post_id="reply-2")


@pytest.mark.parametrize("state", sorted(WAITING))
@pytest.mark.parametrize("events", [[], [TAKEN], [TAKEN, FIRST_ANSWER], [FIRST_ANSWER]])
def test_an_author_has_waited_since_the_question_that_nobody_has_answered(
    state: CaseState, events: list[CaseEvent]
) -> None:
    assert case_steps.waited_since(ASKED_AGAIN._replace(state=state), events) == NOON


@for_each("state", sorted(CaseState))
@for_each("events", [[ANSWER], [FIRST_ANSWER, ANSWER], [ANSWER, TAKEN]])
def test_a_question_is_answered_only_once(state: CaseState, events: list[CaseEvent]) -> None:
    assert case_steps.waited_since(ASKED_AGAIN._replace(state=state), events) is None


@pytest.mark.parametrize("state", sorted(set(CaseState) - WAITING))
def test_nobody_waits_in_a_case_that_is_over(state: CaseState) -> None:
    assert case_steps.waited_since(ASKED_AGAIN._replace(state=state), [TAKEN]) is None


DOUBTED = OPEN._replace(
    department=OPERATOR,
    kind=Kind.CHAT,
    need=Need.RELATIONSHIP,
    review=Review.CHAT,
    doubts=(Doubt("1", Kind.CHAT),),
)
"""A case of a mention that is probably chat."""


def decided(kind: Kind) -> tuple[Doubt, ...]:
    return (Doubt("1", kind, is_decided=True),)


@pytest.mark.parametrize(
    "act",
    [
        lambda case: case_steps.drafted(case, DRAFT),
        lambda case: case_steps.queued(case, "r1", DRAFT, ReplyAs.ANSWER),
        lambda case: case_steps.replied_on_x(case, ReplyAs.HOLDING, NOON),
        lambda case: case_steps.handed(case, "billing", NOON),
    ],
)
def test_whoever_answers_what_is_to_review_or_hands_it_over_decides_that_it_is_an_inquiry(
    act: Callable[[Case], Case],
) -> None:
    after = act(DOUBTED)

    assert (after.kind, after.need, after.review) == (Kind.INQUIRY, Need.INFORMATION, None)
    assert after.doubts == decided(Kind.INQUIRY)


def test_closing_what_is_to_review_decides_that_it_is_what_it_probably_was() -> None:
    after = case_steps.closed(DOUBTED)

    assert (after.kind, after.review, after.doubts) == (Kind.CHAT, None, decided(Kind.CHAT))


@pytest.mark.parametrize("kind", [Kind.FAULT, Kind.JUNK])
def test_correcting_what_is_to_review_decides_its_kind(kind: Kind) -> None:
    right = case_steps.misread(DOUBTED, kind, "network", NOON) if kind is Kind.FAULT else None
    after = right or case_steps.closed(DOUBTED, kind)

    assert (after.kind, after.review, after.doubts) == (kind, None, decided(kind))
    assert after.need in AGREEMENTS[kind].needs


@pytest.mark.parametrize(
    "act",
    [
        lambda case: case_steps.taken(case, "지은"),
        lambda case: case_steps.snoozed(case, NOON),
        lambda case: case_steps.raised(case, NOON, NOON),
    ],
)
def test_taking_snoozing_or_raising_what_is_to_review_decides_nothing(act: Callable[[Case], Case]) -> None:
    after = act(DOUBTED)

    assert (after.kind, after.review, after.doubts) == (DOUBTED.kind, DOUBTED.review, DOUBTED.doubts)


def test_a_hand_over_that_is_taken_back_leaves_it_to_review_again() -> None:
    place = case_steps.place_of(DOUBTED)
    assert place

    back = case_steps.taken_back(case_steps.handed(DOUBTED, "billing", NOON + HOUR), place)

    assert back == DOUBTED


def test_answering_a_case_of_chat_that_a_person_opened_leaves_it_chat() -> None:
    greeting = DOUBTED._replace(review=None, doubts=())

    assert case_steps.queued(greeting, "r1", DRAFT, ReplyAs.ANSWER).kind is Kind.CHAT


def test_what_was_decided_of_one_mention_stays_when_the_next_one_is_decided() -> None:
    closed = case_steps.closed(DOUBTED)
    again = closed._replace(review=Review.JUNK, doubts=(*closed.doubts, Doubt("2", Kind.JUNK)))

    after = case_steps.handed(again, "billing", NOON)

    assert after.doubts == (*closed.doubts, Doubt("2", Kind.INQUIRY, is_decided=True))
