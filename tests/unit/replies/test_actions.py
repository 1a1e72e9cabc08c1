"""Each action of the page, done once: also if its form is sent twice, too late, or while a store fails."""

from collections.abc import Callable
from copy import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from desk.case_view.view import moved_message
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Doubt, Draft, ReplyAs, Review
from desk.cases.store import CaseMention
from desk.cases.transitions import ANSWERABLE, OVER, reply_not_posted
from desk.errors import QueueUnavailable, StoreBusy, TopicsUnavailable
from desk.i18n import LANGUAGES, phrase
from desk.posts.model import PostKind, PostState
from desk.reading import OPERATOR, Kind, Need
from desk.replies.actions import ActionOutcome, ActionResult, page_token
from desk.replies.messages import Tone
from desk.working_time import due_at
from tests.families import for_each
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers, brand_with, mention

ANSWER = "한 장은 지난달 것입니다."
LONG = " ".join(["이번 달 청구서에는 지난달 요금이 함께 들어 있습니다."] * 6)


def to_x(**changes: Any) -> DeskOfAnswers:
    """A desk whose billing answers to X itself."""
    return DeskOfAnswers(brand=brand_with(to_x=True, **changes))


def problem_of(acted: ActionResult) -> str:
    """The key of the problem that the page shows."""
    assert acted.message
    assert acted.message.tone is Tone.PROBLEM
    for language in LANGUAGES:
        phrase(language, acted.message.key, **acted.message.values)
    return acted.message.key


def last_change(result: ActionResult) -> str:
    """Who changed the case, as the page says it."""
    assert (result.outcome, result.reason) == (ActionOutcome.MOVED, "moved")
    assert result.opened.file
    return str(moved_message(result.opened.file, brand_with()).values["what"])


def _by(author_id: str, text: str) -> CaseMention:
    written = mention(text=text)
    return written._replace(mention=written.mention._replace(post=written.mention.post._replace(author_id=author_id)))


def nothing_happened(desk: DeskOfAnswers, case: Case = CASE) -> bool:
    return (desk.case, desk.events, dict(desk.posts.posts), desk.colleagues.notified) == (case, [], {}, [])


def test_a_case_that_is_taken_has_a_holder() -> None:
    desk = DeskOfAnswers()

    acted = desk.do("take")

    assert (acted.outcome, acted.done, acted.is_gone) == (ActionOutcome.DONE, "taken", False)
    assert (desk.case.holder, desk.case.state, desk.case.version) == ("박지민", CaseState.OPEN, 2)
    assert [(event.what, event.by, event.at) for event in desk.events] == [(CaseEventKind.TAKEN, "박지민", NOW)]
    assert not desk.colleagues.notified


def test_a_departments_answer_is_a_draft_of_which_the_operator_is_notified() -> None:
    desk = DeskOfAnswers()

    acted = desk.do("answer", text=ANSWER)

    assert (acted.outcome, acted.done) == (ActionOutcome.DONE, "drafted")
    assert (desk.case.state, desk.case.draft) == (CaseState.DRAFTED, Draft(ANSWER, "박지민", NOW))
    assert [(event.what, event.text) for event in desk.events] == [(CaseEventKind.DRAFTED, ANSWER)]
    assert desk.colleagues.notified == [("drafted", ANSWER)]
    assert desk.api_urls == ["https://desk.example"]
    assert not desk.posts.posts


@pytest.mark.parametrize("failing", [TopicsUnavailable("sns"), StoreBusy("links"), ValueError("no words")])
def test_a_draft_is_saved_and_says_each_time_that_the_operator_could_not_be_notified(failing: Exception) -> None:
    desk = DeskOfAnswers()
    desk.colleagues.error = failing
    link_id = desk.link()
    fields = desk.fields(link_id, "answer", text=ANSWER)

    acted, again = desk.send(fields, link_id), desk.send(fields, link_id)

    assert (acted.outcome, acted.done, acted.reason) == (ActionOutcome.DONE, "not_notified", type(failing).__name__)
    assert (again.outcome, again.done) == (ActionOutcome.DONE, "not_notified")
    assert desk.case.state is CaseState.DRAFTED


def test_a_department_can_not_send_by_a_forged_confirmation() -> None:
    desk = DeskOfAnswers()

    acted = desk.do("confirm", text=ANSWER)

    assert acted.done == "drafted"
    assert not desk.posts.posts


def test_a_draft_is_written_while_the_desk_is_paused() -> None:
    desk = DeskOfAnswers()
    desk.pause()

    assert desk.do("answer", text=ANSWER).done == "drafted"


def test_a_draft_may_be_a_holding_reply_which_promises_nothing_before_it_is_sent() -> None:
    desk = DeskOfAnswers()
    until = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)

    desk.do("answer", text=ANSWER, holding="1", promised_until="2026-11-25T12:00")

    assert desk.case.draft == Draft(ANSWER, "박지민", NOW, ReplyAs.HOLDING, until, promise_words=ANSWER)
    assert (desk.case.state, desk.case.reply_as, desk.case.promised_until) == (
        CaseState.DRAFTED, ReplyAs.ANSWER, None,
    )  # fmt: skip


@pytest.mark.parametrize("viewer", ["billing", "operator"])
def test_a_reply_is_shown_as_it_would_appear_before_it_is_sent(viewer: str) -> None:
    desk = to_x(signature="- 요금팀")

    acted = desk.do("answer", viewer=viewer, text=ANSWER)

    assert acted.outcome is ActionOutcome.SHOWN
    assert acted.confirmation
    assert acted.confirmation.usd == "0.01"
    assert [part.text for part in acted.confirmation.parts] == [f"{ANSWER} - 요금팀"]
    assert acted.confirmation.parts[0].weighted_length == 33
    assert nothing_happened(desk)


def test_going_back_to_edit_changes_nothing() -> None:
    desk = to_x()

    acted = desk.do("edit", text=ANSWER)

    assert (acted.outcome, acted.confirmation, acted.message) == (ActionOutcome.SHOWN, None, None)
    assert nothing_happened(desk)


def test_a_confirmed_reply_is_queued() -> None:
    desk = to_x(signature="- 요금팀")

    acted = desk.do("confirm", text=ANSWER)

    assert (acted.outcome, acted.done) == (ActionOutcome.DONE, "queued")
    assert (desk.case.state, desk.case.post_id) == (CaseState.QUEUED, "reply-7Q2M4-XD93K-1")
    assert (desk.case.draft, desk.case.reply_as) == (Draft(ANSWER, "박지민", NOW), ReplyAs.ANSWER)
    assert [(event.what, event.text, event.post_id) for event in desk.events] == [
        (CaseEventKind.QUEUED, ANSWER, "reply-7Q2M4-XD93K-1")
    ]
    post = desk.post
    assert (post.id, post.kind, post.text, post.by) == (
        "reply-7Q2M4-XD93K-1", PostKind.REPLY, f"{ANSWER} - 요금팀", "박지민",
    )  # fmt: skip
    assert (post.in_reply_to, post.case_id, post.state) == ("100", CASE.id, PostState.QUEUED)
    assert not post.through_pause
    assert desk.queue.ids == ["reply-7Q2M4-XD93K-1"]
    assert not desk.colleagues.notified


def test_the_operator_sends_what_a_department_drafted_with_that_departments_signature() -> None:
    desk = DeskOfAnswers(brand=brand_with(signature="- 요금팀"))
    desk.do("answer", text=ANSWER)

    assert desk.do("confirm", viewer="operator", name="운영", text=ANSWER).done == "queued"
    assert desk.post.text == f"{ANSWER} - 요금팀"
    assert desk.case.draft == Draft(ANSWER, "운영", NOW)


@pytest.mark.parametrize(
    ("typed", "reply_as", "until"),
    [
        (
            {"holding": "1", "promised_until": "2026-11-25T12:00"},
            ReplyAs.HOLDING,
            datetime(2026, 11, 25, 3, tzinfo=UTC),
        ),
        ({"private": "1"}, ReplyAs.PRIVATE, None),
        ({}, ReplyAs.ANSWER, None),
    ],
)
def test_a_queued_reply_keeps_its_kind_and_promise_and_becomes_the_same_draft_if_it_is_not_posted(
    typed: dict[str, str], reply_as: ReplyAs, until: datetime | None
) -> None:
    desk = to_x()

    desk.do("confirm", text=ANSWER, **typed)

    assert (desk.case.reply_as, desk.case.promised_until) == (reply_as, until)
    assert reply_not_posted(desk.case).draft == Draft(
        ANSWER, "박지민", NOW, reply_as, until, promise_words=ANSWER if until else ""
    )


def test_the_newest_mention_is_the_one_that_is_answered() -> None:
    desk = to_x()
    newer = mention(101, "@jade 아직인가요?")
    later = newer.mention._replace(post=newer.mention.post._replace(created_at=NOW + timedelta(minutes=1)))
    desk.cases.put(replace(CASE, mention_ids=("100", "101")), newer._replace(mention=later))

    desk.do("confirm", text=ANSWER)

    assert desk.post.in_reply_to == "101"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"text": "ㅤ\u3164 \u115f"}, "answer.problem.text"),
        ({"text": "010-1234-5678로 전화 주세요"}, "answer.problem.private"),
        ({"text": "가" * 141}, "answer.problem.too_long_uncut"),
        ({"text": "가나다라마바사. " * 60}, "answer.problem.too_long_uncut"),
        ({"text": LONG, "private": "1"}, "answer.problem.post_too_long"),
        ({"text": ANSWER, "name": " "}, "answer.problem.name"),
        ({"text": ANSWER, "holding": "1", "promised_until": "2026-11-24T11:59"}, "answer.problem.until_past"),
    ],
)
def test_an_invalid_answer_is_refused_with_its_problem(typed: dict[str, str], key: str) -> None:
    desk = to_x()

    acted = desk.do("confirm", **typed)

    assert acted.outcome is ActionOutcome.INVALID
    assert problem_of(acted) == key
    assert nothing_happened(desk)


def test_a_signature_counts() -> None:
    text = "가" * 138

    assert to_x().do("answer", text=text).outcome is ActionOutcome.SHOWN
    refused = to_x(signature="- 요금").do("answer", text=text)
    assert refused.message
    assert refused.message.values["excess"] == 2


def test_private_numbers_are_named() -> None:
    acted = DeskOfAnswers().do("answer", text="010-1234-5678, 주문번호 12345678")

    assert acted.message
    assert acted.message.values == {"kinds": "전화번호, 주문 번호"}


@pytest.mark.parametrize(
    ("changes", "text", "key"),
    [
        ({"state": CaseState.CLOSED}, "@jade 왜요?", "answer.refusal.closed"),
        ({"state": CaseState.ANSWERED}, "@jade 왜요?", "answer.refusal.answered_already"),
        ({}, "제이드는 왜 그래요?", "answer.refusal.not_summoned"),
        ({"author_id": "8"}, "@jade 왜요?", "answer.refusal.opted_out"),
    ],
)
@pytest.mark.parametrize("desk", [DeskOfAnswers, to_x], ids=["to operator", "to x"])
def test_the_policy_blocks_drafts_and_replies_alike(desk: Any, changes: dict[str, Any], text: str, key: str) -> None:
    made: DeskOfAnswers = desk()
    made.opt_outs.record("8", "100", NOW)
    made.cases.put(replace(CASE, **changes), _by(changes.get("author_id", "7"), text))

    acted = made.do("confirm", text=ANSWER)

    assert problem_of(acted) == key
    assert nothing_happened(made, replace(CASE, **changes))


def test_an_answered_case_is_answered_again_if_a_person_confirms_it() -> None:
    desk = to_x()
    desk.have(state=CaseState.ANSWERED)

    assert desk.do("confirm", text=ANSWER, again="1").done == "queued"


def test_nothing_goes_to_x_while_the_desk_is_paused() -> None:
    desk = to_x()
    desk.pause()

    assert problem_of(desk.do("confirm", text=ANSWER)) == "answer.refusal.paused"
    assert nothing_happened(desk)


def test_a_case_whose_words_are_gone_can_not_be_answered_but_closed() -> None:
    desk = DeskOfAnswers()
    desk.cases.mentions.clear()

    assert problem_of(desk.do("answer", text=ANSWER)) == "answer.refusal.gone"
    assert desk.do("close", reason="글이 지워졌습니다").done == "closed"


def test_a_refused_post_becomes_a_draft_again_with_the_reason() -> None:
    desk = to_x()
    desk.do("confirm", text=ANSWER)
    desk.have(state=CaseState.OPEN, draft=None, post_id=None)

    acted = desk.do("confirm", text=ANSWER)

    assert acted.outcome is ActionOutcome.INVALID
    assert problem_of(acted) == "answer.problem.same_text"
    assert (desk.case.state, desk.case.post_id, desk.case.draft) == (
        CaseState.DRAFTED, None, Draft(ANSWER, "박지민", NOW),
    )  # fmt: skip
    last = desk.events[-1]
    assert (last.what, last.by) == (CaseEventKind.NOT_SAID, "")
    assert last.text == phrase("ko", "answer.problem.same_text")
    assert len(desk.posts.posts) == 1
    assert acted.opened.file
    assert acted.opened.file.case == desk.case
    assert list(acted.opened.file.events) == desk.events


@pytest.mark.parametrize("desk", [DeskOfAnswers, to_x], ids=["to operator", "to x"])
def test_a_case_that_is_answered_again_has_a_new_deadline_until_the_reply_is_sent(
    desk: Callable[[], DeskOfAnswers],
) -> None:
    late = desk()
    late.have(state=CaseState.ANSWERED, due_at=NOW - timedelta(days=9), first_due_at=NOW - timedelta(days=9))
    asked_at = late.case.asked_at

    late.do("confirm" if late.brand.departments["billing"].answers_to_x else "answer", text=ANSWER, again="1")

    due = due_at(NOW, CASE.kind, CASE.urgency, late.brand)
    assert (late.case.due_at, late.case.first_due_at, late.case.asked_at) == (due, due, asked_at)


def test_a_form_whose_reply_was_refused_is_not_reported_as_done_when_it_is_sent_again() -> None:
    desk = to_x()
    desk.do("confirm", text=ANSWER)
    desk.have(state=CaseState.OPEN, draft=None, post_id=None)
    link_id = desk.link()
    fields = desk.fields(link_id, "confirm", text=ANSWER, name="김")
    desk.send(fields, link_id)

    again = desk.send(fields, link_id)

    assert again.outcome is ActionOutcome.MOVED
    assert again.reason == "moved"
    assert len(desk.posts.posts) == 1


def test_a_failing_queue_leaves_the_reply_to_the_sweep() -> None:
    desk = to_x()
    desk.queue.down = True

    assert desk.do("confirm", text=ANSWER).done == "queued"
    assert [type(exc) for exc in desk.queue_errors] == [QueueUnavailable]


def test_a_case_is_handed_over_with_a_note_a_clock_of_its_own_and_a_mail() -> None:
    desk = DeskOfAnswers()
    desk.have(holder="이서연", draft=Draft("초안", "이서연", NOW))

    acted = desk.do("hand", department="network", reason="안테나 문제 같아요")

    assert (acted.outcome, acted.done, acted.is_gone) == (ActionOutcome.DONE, "handed", True)
    assert (desk.case.department, desk.case.holder, desk.case.draft) == ("network", None, None)
    assert desk.case.due_at == due_at(NOW, CASE.kind, CASE.urgency, desk.brand)
    assert [(event.what, event.department, event.text) for event in desk.events] == [
        (CaseEventKind.HANDED, "network", "안테나 문제 같아요")
    ]
    assert desk.colleagues.notified == [("handed", "network", "박지민", "안테나 문제 같아요")]


def test_the_operators_link_still_opens_what_the_operator_has_handed_over() -> None:
    acted = DeskOfAnswers().do("hand", viewer="operator", department="network")

    assert (acted.done, acted.is_gone) == ("handed", False)


def test_handing_over_says_that_nobody_could_be_notified() -> None:
    desk = DeskOfAnswers()
    desk.colleagues.error = TopicsUnavailable("sns")

    acted = desk.do("hand", department="network")

    assert (acted.done, acted.is_gone, desk.case.department) == ("not_notified", True, "network")


def test_a_fact_check_goes_to_the_department_that_checks_facts_and_leaves_the_kind_as_it_is() -> None:
    desk = DeskOfAnswers()

    acted = desk.do("fact_check", reason="사실인가요?")

    assert (acted.outcome, acted.done) == (ActionOutcome.DONE, "fact_check")
    assert (desk.case.department, desk.case.kind) == ("pr", CASE.kind)
    assert desk.colleagues.notified == [("handed", "pr", "박지민", "사실인가요?")]


def test_a_brand_in_which_no_department_checks_facts_can_not_ask_one() -> None:
    desk = DeskOfAnswers()
    desk.brand = desk.brand._replace(fact_checkers=OPERATOR)

    assert problem_of(desk.do("fact_check")) == "answer.problem.not_now"


@pytest.mark.parametrize("department", ["billing", "nobody", ""])
def test_a_case_is_handed_to_another_department_that_there_is(department: str) -> None:
    desk = DeskOfAnswers()

    assert problem_of(desk.do("hand", department=department)) == "answer.problem.department"
    assert nothing_happened(desk)


def test_closing_needs_a_reason() -> None:
    desk = DeskOfAnswers()

    assert problem_of(desk.do("close", reason=" ")) == "answer.problem.reason"
    assert nothing_happened(desk)
    assert desk.do("close", reason="칭찬이었어요").done == "closed"
    assert desk.case.state is CaseState.CLOSED
    (event,) = desk.events
    assert (event.what, event.text, event.asked_at) == (CaseEventKind.CLOSED, "칭찬이었어요", NOW)


def test_a_corrected_reading_changes_kind_and_department() -> None:
    desk = DeskOfAnswers()

    acted = desk.do("misread", kind="fault", department="network")

    assert (acted.done, acted.is_gone) == ("misread", True)
    assert (desk.case.kind, desk.case.department, desk.case.state) == (Kind.FAULT, "network", CaseState.OPEN)
    (event,) = desk.events
    assert (event.what, event.kind, event.department) == (CaseEventKind.MISREAD, "fault", "network")
    assert (event.was_kind, event.was_department, event.asked_at) == ("inquiry", "billing", None)
    assert desk.colleagues.notified == [("handed", "network", "박지민", "")]


def test_a_correction_of_the_kind_alone_keeps_the_department_and_notifies_nobody() -> None:
    desk = DeskOfAnswers()

    acted = desk.do("misread", kind="rumor", department="billing")

    assert (acted.done, acted.is_gone, desk.case.kind) == ("misread", False, Kind.RUMOR)
    assert not desk.colleagues.notified


@pytest.mark.parametrize("kind", ["chat", "junk", "feedback"])
def test_a_correction_to_a_kind_without_answer_closes_the_case(kind: str) -> None:
    desk = DeskOfAnswers()

    acted = desk.do("misread", kind=kind, department="network")

    assert (acted.done, desk.case.state, desk.case.kind.value) == ("misread_closed", CaseState.CLOSED, kind)
    assert (desk.case.department, desk.colleagues.notified) == ("billing", [])
    (event,) = desk.events
    assert (event.what, event.kind, event.department) == (CaseEventKind.MISREAD, kind, None)
    assert (event.was_kind, event.was_department, event.asked_at) == ("inquiry", "billing", NOW)


def test_a_reading_that_is_not_changed_is_no_correction() -> None:
    desk = DeskOfAnswers()

    assert problem_of(desk.do("misread", kind="inquiry", department="billing")) == "answer.problem.same"
    assert problem_of(desk.do("misread", kind="love", department="billing")) == "answer.problem.kind"
    assert nothing_happened(desk)


@pytest.mark.parametrize(("right", "state"), [("inquiry", CaseState.OPEN), ("junk", CaseState.CLOSED)])
def test_a_person_decides_what_is_to_review_by_correcting_its_kind(right: str, state: CaseState) -> None:
    desk = to_review()

    desk.do("misread", viewer=OPERATOR, kind=right, department=OPERATOR)

    assert (desk.case.kind, desk.case.state, desk.case.review) == (right, state, None)
    assert [(doubt.kind, doubt.is_decided) for doubt in desk.case.doubts] == [(right, True)]
    assert (desk.events[-1].was_kind, desk.events[-1].kind) == ("chat", right)


def test_what_is_to_review_is_confirmed_by_closing_it_and_not_as_a_correction() -> None:
    desk = to_review()
    assert problem_of(desk.do("misread", viewer=OPERATOR, kind="chat", department=OPERATOR)) == "answer.problem.same"

    desk.do("close", viewer=OPERATOR, reason="인사예요")

    assert (desk.case.kind, desk.case.state) == (Kind.CHAT, CaseState.CLOSED)
    assert [(doubt.kind, doubt.is_decided) for doubt in desk.case.doubts] == [(Kind.CHAT, True)]


def to_review() -> DeskOfAnswers:
    """A desk whose case is one of a mention that is probably chat."""
    desk = DeskOfAnswers()
    doubts = (Doubt(desk.case.mention_ids[0], Kind.CHAT),)
    case = desk.case._replace(department=OPERATOR, kind=Kind.CHAT, need=Need.RELATIONSHIP)
    desk.cases.put(case._replace(review=Review.CHAT, doubts=doubts))
    return desk


FORMS = {
    "take": {},
    "answer": {"text": ANSWER},
    "hand": {"department": "network"},
    "fact_check": {},
    "close": {"reason": "끝"},
    "misread": {"kind": "fault", "department": "network"},
    "raise": {},
}


@for_each(
    "action, state",
    sorted(set(product(set(FORMS) - {"answer"}, set(CaseState) - ANSWERABLE)) - set(product({"close"}, OVER))),
)
def test_nothing_is_done_with_a_case_for_which_nobody_waits_or_whose_reply_is_on_its_way(
    action: str, state: CaseState
) -> None:
    desk = DeskOfAnswers()
    desk.have(state=state)

    assert problem_of(desk.do(action, **FORMS[action])) == "answer.problem.not_now"
    assert nothing_happened(desk, replace(CASE, state=state))


@pytest.mark.parametrize("state", sorted(OVER))
def test_an_answered_case_is_closed_with_a_note_on_how_it_ended(state: CaseState) -> None:
    desk = DeskOfAnswers()
    desk.have(state=state)

    assert problem_of(desk.do("close")) == "answer.problem.end"
    assert desk.do("close", reason="고맙다고 하심").done == "closed"

    (event,) = desk.events
    assert (desk.case.state, event.text, event.asked_at) == (CaseState.CLOSED, "고맙다고 하심", None)


@pytest.mark.parametrize("action", FORMS)
def test_every_action_needs_a_name(action: str) -> None:
    desk = DeskOfAnswers()

    assert problem_of(desk.do(action, **FORMS[action] | {"name": "\u200b"})) == "answer.problem.name"
    assert nothing_happened(desk)


@pytest.mark.parametrize("action", FORMS)
def test_the_same_form_sent_twice_is_answered_alike_and_done_once(action: str) -> None:
    desk = DeskOfAnswers()
    link_id = desk.link()
    fields = desk.fields(link_id, action, **FORMS[action])

    first = desk.send(fields, link_id)
    second = desk.send(fields, link_id)

    assert (first.outcome, first.done, first.is_gone) == (second.outcome, second.done, second.is_gone)
    assert first.outcome is ActionOutcome.DONE
    assert len(desk.events) == 1
    assert desk.case.version == 2
    assert len(desk.colleagues.notified) <= 1


def test_a_reply_that_is_sent_twice_is_queued_once() -> None:
    desk = to_x()
    link_id = desk.link()
    fields = desk.fields(link_id, "confirm", text=ANSWER)

    done = [desk.send(fields, link_id).done for _ in range(3)]

    assert done == ["queued"] * 3
    assert len(desk.posts.posts) == 1
    assert desk.queue.ids == [desk.post.id]


def test_a_form_that_was_changed_after_going_back_is_not_taken_for_the_first_one() -> None:
    desk = DeskOfAnswers()
    link_id = desk.link()
    fields = desk.fields(link_id, "answer", text=ANSWER)
    desk.send(fields, link_id)

    acted = desk.send(fields | {"text": "다른 답변"}, link_id)

    assert acted.outcome is ActionOutcome.MOVED
    assert desk.case.draft == Draft(ANSWER, "박지민", NOW)


@pytest.mark.parametrize("when", ["before the page is sent", "while it is sent"])
def test_a_person_who_is_too_late_sees_who_did_what_and_the_case_as_it_is(when: str) -> None:
    desk = DeskOfAnswers()
    link_id = desk.link()
    fields = desk.fields(link_id, "answer", text=ANSWER)

    def somebody_takes_it() -> None:
        desk.have(holder="이서연", version=2)
        desk.events.append(CaseEvent(CaseEventKind.TAKEN, NOW + timedelta(minutes=1), "이서연"))

    if when == "while it is sent":
        desk.cases.meanwhile["save"].append(somebody_takes_it)
    else:
        somebody_takes_it()

    acted = desk.send(fields, link_id)

    assert acted.outcome is ActionOutcome.MOVED
    assert acted.opened.file
    assert "이서연" in last_change(acted)
    assert (acted.opened.file.case.holder, acted.opened.file.case.version) == ("이서연", 2)
    assert desk.case.draft is None
    assert not desk.colleagues.notified


def test_a_new_mention_moves_the_case_too() -> None:
    desk = DeskOfAnswers()
    link_id = desk.link()
    fields = desk.fields(link_id, "answer", text=ANSWER)
    desk.have(version=2)

    acted = desk.send(fields, link_id)

    assert last_change(acted) == phrase("ko", "answer.moved.mention")


def test_a_reminder_is_not_shown_as_the_change_of_a_case() -> None:
    desk = DeskOfAnswers()
    link_id = desk.link()
    fields = desk.fields(link_id, "answer", text=ANSWER)
    desk.have(holder="이서연", version=2)
    desk.events.append(CaseEvent(CaseEventKind.TAKEN, NOW + timedelta(minutes=1), "이서연"))
    desk.events.append(CaseEvent(CaseEventKind.REMINDED, NOW + timedelta(minutes=2), "", department="billing"))

    assert "이서연" in last_change(desk.send(fields, link_id))


def test_a_case_that_was_handed_over_meanwhile_is_closed_to_its_former_department() -> None:
    desk = DeskOfAnswers()
    desk.cases.meanwhile["save"].append(lambda: desk.have(department="network", version=2))

    acted = desk.do("take")

    assert (acted.outcome, acted.reason) == (ActionOutcome.CLOSED, "handed over")


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": ""}, {"token": "0" * 64}, {"version": "2"}, {"version": ""}, {"version": "가"}, {"request": ""},
        {"request": "a b"}, {"action": ""}, {"action": "delete"}, {"token": page_token("A" * 18, 1)},
        {"token": "가나다"},
    ],
)  # fmt: skip
def test_a_form_that_no_page_of_this_link_has_is_not_taken(wrong: dict[str, str]) -> None:
    desk = DeskOfAnswers()
    link_id = desk.link()

    acted = desk.send(desk.fields(link_id, "take") | wrong, link_id)

    assert acted.outcome is ActionOutcome.MOVED
    assert problem_of(acted) == "answer.problem.stale"
    assert nothing_happened(desk)


@pytest.mark.parametrize("fields", ["right", "none"])
def test_a_link_that_lost_its_case_acts_no_more(fields: str) -> None:
    desk = DeskOfAnswers()
    link_id = desk.link()
    desk.have(department="network")

    acted = desk.send(desk.fields(link_id, "take") if fields == "right" else {}, link_id)

    assert (acted.outcome, acted.reason) == (ActionOutcome.CLOSED, "handed over")
    assert nothing_happened(desk, replace(CASE, department="network"))


@pytest.mark.parametrize("where", ["links", "file", "save"])
def test_a_failing_store_is_reported_and_the_same_form_may_be_sent_again(where: str) -> None:
    desk = DeskOfAnswers()
    link_id = desk.link()
    fields = desk.fields(link_id, "take")
    if where == "links":
        desk.links.busy = True
    else:
        desk.cases.busy.add(where)

    assert desk.send(fields, link_id).outcome is ActionOutcome.UNAVAILABLE

    desk.links.busy = False
    desk.cases.busy.clear()
    assert desk.send(fields, link_id).done == "taken"
