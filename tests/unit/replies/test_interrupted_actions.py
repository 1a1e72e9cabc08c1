"""The same form twice and at once, and everything that fails between the case and the queue."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from desk.cases.model import CaseEventKind, CaseState, Draft
from desk.formatting.formatter import DeskFormatter
from desk.i18n import phrase
from desk.posts.transitions import published
from desk.replies.actions import ActionOutcome
from desk.replies.outcome import ReplyOutcomes
from sweep.replies import SweepReplies
from tests.unit.answer_case.browser import HIDDEN, Browser, text_of
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers, brand_with

ANSWER = "한 장은 지난달 것입니다."
SENTENCE = "이번 달 청구서에는 지난달 요금이 함께 들어 있습니다."
LONG = " ".join([SENTENCE] * 6)
FORMS: dict[str, dict[str, str]] = {
    "take": {},
    "confirm": {"text": ANSWER},
    "hand": {"department": "network"},
    "close": {"reason": "끝"},
    "misread": {"kind": "fault", "department": "network"},
    "raise": {},
}


def to_x() -> DeskOfAnswers:
    return DeskOfAnswers(brand=brand_with(to_x=True))


def sweep(desk: DeskOfAnswers, after: timedelta) -> None:
    clock = lambda: NOW + after  # noqa: E731 - the sweep comes so much later
    SweepReplies(desk.cases, desk.posts, ReplyOutcomes(desk.cases, desk.brand), clock).sweep(lambda: True)


@pytest.mark.parametrize("action", FORMS)
def test_a_second_click_that_overtakes_the_first_is_answered_as_the_first(action: str) -> None:
    desk = to_x()
    link_id = desk.link()
    fields = desk.fields(link_id, action, **FORMS[action])
    first: list[Any] = []
    desk.cases.meanwhile["save"].append(lambda: first.append(desk.send(fields, link_id)))

    second = desk.send(fields, link_id)

    assert (second.outcome, second.done, second.is_gone) == (ActionOutcome.DONE, first[0].done, first[0].is_gone)
    assert len(desk.events) == 1
    assert len(desk.posts.posts) == (action == "confirm")


@pytest.mark.parametrize("action", FORMS)
def test_of_two_people_with_the_same_page_one_acts_and_the_other_sees_who_did(action: str) -> None:
    desk = to_x()
    mine, theirs = desk.link(), desk.link("operator")
    form = desk.fields(mine, action, **FORMS[action])
    other = desk.fields(theirs, action, **FORMS[action]) | {"request": "form-0002", "name": "이서연"}
    desk.cases.meanwhile["save"].append(lambda: desk.send(other, theirs))

    acted = desk.send(form, mine)

    assert acted.outcome in {ActionOutcome.MOVED, ActionOutcome.CLOSED}
    assert [event.by for event in desk.events] == ["이서연"]
    assert len(desk.posts.posts) == (action == "confirm")


def test_a_case_that_was_saved_with_no_word_of_it_is_confirmed_again_and_then_sends() -> None:
    desk = to_x()
    browser = Browser(desk)
    shown = browser.send("answer", text=ANSWER, holding="", again="")
    desk.cases.fail_after.append("save")

    def confirmed(page: dict[str, Any]) -> dict[str, Any]:
        """The form of the confirmation, sent as a browser does."""
        return browser.send("confirm", dict(HIDDEN.findall(page["body"])), text=ANSWER)

    lost = confirmed(shown)
    assert (lost["statusCode"], desk.case.state, len(desk.posts.posts)) == (503, CaseState.QUEUED, 0)
    assert 'value="confirm"' in lost["body"]
    assert ANSWER in unescape(lost["body"])

    again = confirmed(lost)

    assert (again["statusCode"], again["headers"]["location"]) == (303, "?done=queued")
    assert [post.id for post in desk.posts.posts.values()] == [desk.case.post_id]
    assert len(desk.events) == 1


@pytest.mark.parametrize(
    ("typed", "continuation"),
    [({"text": ANSWER}, None), ({"text": ANSWER, "private": "1"}, None), ({"text": LONG}, SENTENCE)],
    ids=["one post", "into private", "two posts"],
)
def test_a_reply_that_was_saved_but_not_queued_is_queued_by_the_same_form(
    typed: dict[str, str], continuation: str | None
) -> None:
    desk = to_x()
    link_id = desk.link()
    fields = desk.fields(link_id, "confirm", **typed)
    desk.posts.busy.add("add")
    assert desk.send(fields, link_id).done == "unsure"
    desk.posts.busy.clear()

    assert desk.send(fields, link_id, now=NOW + timedelta(seconds=59)).done == "queued"
    assert (desk.post.text, desk.post.continuation) == (
        LONG.removesuffix(SENTENCE) + "…" if continuation else ANSWER,
        continuation,
    )
    assert desk.post.private_message is ("private" in typed)
    assert (desk.post.in_reply_to, desk.post.case_id, desk.post.by) == ("100", CASE.id, "박지민")


@pytest.mark.parametrize("why", ["late", "more was written", "its words are gone"])
def test_a_reply_that_was_not_queued_is_left_to_the_sweep_when_it_is_late_or_the_case_has_changed(why: str) -> None:
    desk = to_x()
    link_id = desk.link()
    fields = desk.fields(link_id, "confirm", text=ANSWER)
    desk.posts.busy.add("add")
    desk.send(fields, link_id)
    desk.posts.busy.clear()
    if why == "more was written":
        desk.have(version=desk.case.version + 1)
    if why == "its words are gone":
        desk.cases.mentions.clear()
    seconds = 60 if why == "late" else 1

    acted = desk.send(fields, link_id, now=NOW + timedelta(seconds=seconds))

    assert (acted.outcome, acted.done) == (ActionOutcome.DONE, "unsure")
    assert not desk.posts.posts


def test_a_reply_that_never_reached_the_queue_waits_as_a_draft_and_its_form_is_old() -> None:
    desk = to_x()
    link_id = desk.link()
    fields = desk.fields(link_id, "confirm", text=ANSWER)
    desk.posts.busy.add("add")
    desk.send(fields, link_id)
    desk.posts.busy.clear()

    sweep(desk, timedelta(minutes=4))
    assert desk.case.state is CaseState.QUEUED
    sweep(desk, timedelta(minutes=6))

    assert (desk.case.state, desk.case.draft) == (CaseState.DRAFTED, Draft(ANSWER, "박지민", NOW))
    again = desk.send(fields, link_id, now=NOW + timedelta(minutes=7))
    assert again.outcome is ActionOutcome.MOVED
    assert not desk.posts.posts
    whose = {
        "by": phrase("ko", "case.by.person", name="\u2068박지민\u2069"),
        "time": DeskFormatter(desk.brand).moment(NOW),
    }
    assert phrase("ko", "answer.stand.draft_here", **whose) in text_of(Browser(desk).open())
    assert desk.do("confirm", text=ANSWER, request="form-0002").done == "queued"


def test_a_form_sent_again_after_its_reply_was_published_sends_nothing_more() -> None:
    desk = to_x()
    link_id = desk.link()
    fields = desk.fields(link_id, "confirm", text=ANSWER)
    desk.send(fields, link_id)
    ReplyOutcomes(desk.cases, desk.brand).on_finished(published(desk.post, "900", NOW))

    again = desk.send(fields, link_id)

    assert (again.outcome, again.done, desk.case.state) == (ActionOutcome.DONE, "queued", CaseState.ANSWERED)
    assert len(desk.posts.posts) == 1
    assert desk.posts.calls["add"] == 1


def test_a_refusal_that_could_not_be_saved_is_found_by_the_sweep() -> None:
    desk = to_x()
    desk.do("confirm", text=ANSWER)
    desk.have(state=CaseState.OPEN, draft=None, post_id=None)  # as if the author had come back
    desk.cases.meanwhile["save"] += [lambda: None, lambda: desk.cases.busy.add("save")]

    acted = desk.do("confirm", text=ANSWER, request="form-0002")
    desk.cases.busy.clear()

    assert (acted.outcome, desk.case.state) == (ActionOutcome.UNAVAILABLE, CaseState.QUEUED)
    sweep(desk, timedelta(minutes=6))
    assert desk.case.state is CaseState.DRAFTED


def test_a_mention_that_joins_while_the_queue_refuses_does_not_keep_the_case_waiting_for_nothing() -> None:
    desk = to_x()
    desk.do("confirm", text=ANSWER)
    desk.have(state=CaseState.OPEN, draft=None, post_id=None)
    desk.cases.meanwhile["save"] += [lambda: None, lambda: desk.have(version=desk.case.version + 1)]

    acted = desk.do("confirm", text=ANSWER, request="form-0002")

    assert acted.message
    assert (acted.outcome, acted.message.key) == (ActionOutcome.INVALID, "answer.problem.same_text")
    assert (desk.case.state, desk.case.draft) == (CaseState.DRAFTED, Draft(ANSWER, "박지민", NOW))
    assert len(desk.posts.posts) == 1


def test_a_refusal_that_the_case_has_recorded_is_not_recorded_again() -> None:
    desk = to_x()
    desk.do("confirm", text=ANSWER)
    desk.have(state=CaseState.OPEN, draft=None, post_id=None)
    desk.cases.meanwhile["save"] += [lambda: None, lambda: sweep(desk, timedelta(minutes=6))]

    acted = desk.do("confirm", text=ANSWER, request="form-0002")

    assert (acted.outcome, desk.case.state) == (ActionOutcome.MOVED, CaseState.DRAFTED)
    assert [event.what for event in desk.events].count(CaseEventKind.NOT_SAID) == 1
