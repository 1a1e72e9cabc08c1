"""Replies of two kinds: one that asks the author into a private conversation, and one that takes two posts."""

import pytest

from desk.cases.model import CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.transitions import reply_posted
from desk.i18n import phrase
from desk.replies.actions import ActionOutcome
from desk.x.weight import MAX_WEIGHT, weigh
from tests.unit.answer_case import examples
from tests.unit.answer_case.browser import Browser, text_of
from tests.unit.answer_case.read_page import page
from tests.unit.replies.scene import NOW, DeskOfAnswers, brand_with

ASKS = "아래 버튼을 눌러 DM으로 알려 주세요."


def to_x(signature: str = "") -> DeskOfAnswers:
    return DeskOfAnswers(brand=brand_with(to_x=True, signature=signature))


def moved() -> DeskOfAnswers:
    """The reply that leads to a private message stands on X."""
    desk = to_x()
    desk.do("confirm", text=ASKS, private="1")
    desk.have(**reply_posted(desk.case, NOW)._asdict())
    return desk


def test_it_is_shown_with_its_button_and_its_price_before_it_is_sent() -> None:
    desk = to_x()

    answered = Browser(desk).send("private", text=ASKS)

    assert answered["statusCode"] == 200
    assert phrase("ko", "answer.confirm.button") in text_of(answered)
    assert phrase("ko", "answer.confirm.private") in text_of(answered)
    assert "0.20달러" in text_of(answered)
    assert '<input type="hidden" name="private" value="1">' in answered["body"]
    assert not desk.events


def test_once_confirmed_it_goes_out_with_the_button() -> None:
    desk = to_x()

    assert desk.do("confirm", text=ASKS, private="1").done == "queued"

    assert (desk.case.state, desk.case.reply_as) == (CaseState.QUEUED, ReplyAs.PRIVATE)
    assert (desk.post.text, desk.post.private_message, desk.post.continuation) == (ASKS, True, None)
    assert reply_posted(desk.case, NOW).state is CaseState.MOVED


def test_a_moment_that_another_form_had_promised_is_none_of_its_own() -> None:
    desk = to_x()

    assert desk.do("confirm", text=ASKS, private="1", holding="1", promised_until="").done == "queued"
    assert (desk.case.reply_as, desk.case.promised_until) == (ReplyAs.PRIVATE, None)


@pytest.mark.parametrize("typed", [{"private": "1"}, {}], ids=["confirmed", "asked for"])
def test_who_does_not_send_to_x_does_not_ask_into_private(typed: dict[str, str]) -> None:
    desk = DeskOfAnswers()

    acted = desk.do("confirm" if typed else "private", text=ASKS, **typed)

    assert acted.outcome is ActionOutcome.INVALID
    assert acted.message
    assert acted.message.key == "answer.problem.not_now"
    assert not desk.events


def test_the_form_begins_with_words_in_the_authors_language() -> None:
    korean, english = (
        page(examples.view(sends_to_x=True)),
        page(examples.view(examples.case(lang="en"), sends_to_x=True)),
    )
    other = page(examples.view(examples.case(lang="ja"), sends_to_x=True))

    assert korean.values["private-text"] == phrase("ko", "answer.into_private.text")
    assert english.values["private-text"] == phrase("en", "answer.into_private.text")
    assert other.values["private-text"] == phrase("ko", "answer.into_private.text")
    assert "private" not in page(examples.view()).actions


def test_a_private_reply_that_is_edited_again_is_in_its_own_form() -> None:
    filled = {"action": "edit", "private": "1", "text": "고칠 글", "name": "김지은"}
    draft = examples.sent_back()

    shown = page(draft._replace(filled=filled))

    assert shown.values["private-text"] == "고칠 글"
    assert shown.values["answer-text"] == examples.ANSWER


def test_a_case_that_moved_is_closed_by_a_person_who_says_how_it_ended() -> None:
    desk = moved()
    browser = Browser(desk)

    assert "DM으로 안내하는 답글이 X에 올라갔어요. DM 대화가 끝나면" in text_of(browser.open())
    refused = browser.send("close", reason=" ")
    assert phrase("ko", "answer.problem.end") in text_of(refused)
    assert browser.send("close", reason="메시지로 해결")["headers"]["location"] == "?done=closed"
    assert desk.case.state is CaseState.CLOSED
    last = desk.events[-1]
    assert (last.what, last.text, last.asked_at) == (CaseEventKind.CLOSED, "메시지로 해결", None)


def test_a_case_that_moved_is_answered_once_more_or_closed_and_nothing_else() -> None:
    assert page(examples.moved()).actions == {"close", "answer", "unmask"}


# In two posts

SENTENCE = "이번 달 청구서에는 지난달 요금이 함께 들어 있습니다."
LONG = " ".join([SENTENCE] * 6)
FIRST = " ".join([SENTENCE] * 5) + " …"
SIGNATURE = "^요금팀"


def test_both_posts_are_shown_with_what_each_of_them_costs() -> None:
    acted = to_x(signature=SIGNATURE).do("answer", text=LONG)

    assert acted.outcome is ActionOutcome.SHOWN
    assert acted.confirmation
    first, second = acted.confirmation.parts
    assert (first.text, first.usd) == (FIRST, "0.01")
    assert (second.text, second.usd) == (f"{SENTENCE} {SIGNATURE}", "0.015")
    assert first.weighted_length <= MAX_WEIGHT
    assert second.weighted_length == weigh(second.text).weighted_length
    assert acted.confirmation.usd == "0.025"


def test_the_second_post_follows_the_first() -> None:
    desk = to_x(signature=SIGNATURE)

    assert desk.do("confirm", text=LONG).done == "queued"

    assert (desk.post.text, desk.post.continuation) == (FIRST, f"{SENTENCE} {SIGNATURE}")
    assert not desk.post.private_message
    assert desk.case.draft == Draft(LONG, "박지민", NOW)


def test_a_link_in_the_second_post_makes_that_one_dear() -> None:
    acted = to_x(signature=SIGNATURE).do("answer", text=f"{LONG} jade.example.com 에 있습니다.")

    assert acted.confirmation
    assert [part.usd for part in acted.confirmation.parts] == ["0.01", "0.20"]
    assert acted.confirmation.usd == "0.21"


def test_a_draft_for_the_operator_may_be_as_long_as_two_posts() -> None:
    desk = DeskOfAnswers()

    assert desk.do("answer", text=LONG).done == "drafted"
    assert desk.case.state is CaseState.DRAFTED

    desk.do("confirm", viewer="operator", text=LONG)
    assert desk.post.continuation == SENTENCE


def test_the_page_shows_the_order_and_the_prices_and_sends_the_whole() -> None:
    desk = to_x(signature=SIGNATURE)
    browser = Browser(desk)

    answered = browser.send("answer", text=LONG)

    text = text_of(answered)
    assert "글 하나에 다 들어가지 않아 글 두 개로 나누었어요." in text
    assert "글 1, 0.01달러, " in text
    assert "글 2, 0.015달러, " in text
    assert "X 이용료(예상): 0.025달러" in text
    assert f'name="text" value="{LONG}"' in answered["body"]
