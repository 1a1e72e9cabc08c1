"""On the page of a case nobody answers an author who does not want it, until the author calls again."""

import pytest

from desk.i18n import phrase
from tests.unit.answer_case.browser import Browser, text_of
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers, brand_with

ANSWER = "한 장은 지난달 것입니다."
REFUSAL = phrase("ko", "answer.refusal.opted_out")


@pytest.mark.parametrize("to_x", [False, True], ids=["to operator", "to x"])
def test_neither_draft_nor_reply_is_taken_for_who_wants_none(to_x: bool) -> None:
    desk = DeskOfAnswers(brand_with(to_x=to_x))
    desk.opt_outs.record(CASE.author_id, "100", NOW)

    acted = desk.do("confirm" if to_x else "answer", text=ANSWER)

    assert acted.message
    assert acted.message.key == "answer.refusal.opted_out"
    assert desk.case == CASE
    assert desk.posts.posts == {}


def test_the_page_says_so_from_the_start_and_lets_people_close_the_case() -> None:
    desk = DeskOfAnswers()
    desk.opt_outs.record(CASE.author_id, "100", NOW)

    answered = Browser(desk).open()

    assert REFUSAL in text_of(answered)
    assert 'name="text"' not in answered["body"]
    assert 'value="close"' in answered["body"]


def test_another_author_is_answered_as_ever() -> None:
    desk = DeskOfAnswers(brand_with(to_x=True))
    desk.opt_outs.record("8", "100", NOW)

    assert REFUSAL not in text_of(Browser(desk).open())
    assert desk.do("confirm", text=ANSWER).done == "queued"


def test_while_nobody_knows_who_wants_no_replies_the_page_asks_for_patience() -> None:
    desk = DeskOfAnswers()
    desk.opt_outs.busy = True

    assert Browser(desk).open()["statusCode"] == 503
    assert desk.do("answer", text=ANSWER).outcome == "unavailable"
