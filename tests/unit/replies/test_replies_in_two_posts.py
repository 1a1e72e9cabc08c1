"""An answer that is too long for one post goes out as two, which are shown before."""

import pytest

from desk.cases.model import CaseState, Draft
from desk.replies.actions import ActionOutcome
from desk.x.weight import MAX_WEIGHT, weigh
from tests.unit.answer_case.browser import Browser, text_of
from tests.unit.replies.scene import NOW, DeskOfAnswers, brand_with

SENTENCE = "이번 달 청구서에는 지난달 요금이 함께 들어 있습니다."
LONG = " ".join([SENTENCE] * 6)
FIRST = " ".join([SENTENCE] * 5) + " …"
SIGNATURE = "^요금팀"


def to_x() -> DeskOfAnswers:
    return DeskOfAnswers(brand=brand_with(to_x=True, signature=SIGNATURE))


def test_both_posts_are_shown_with_what_each_of_them_costs() -> None:
    acted = to_x().do("answer", text=LONG)

    assert acted.outcome is ActionOutcome.SHOWN
    assert acted.confirmation
    first, second = acted.confirmation.parts
    assert (first.text, first.usd) == (FIRST, "0.01")
    assert (second.text, second.usd) == (f"{SENTENCE} {SIGNATURE}", "0.015")
    assert first.weighted_length <= MAX_WEIGHT
    assert second.weighted_length == weigh(second.text).weighted_length
    assert acted.confirmation.usd == "0.025"


def test_the_second_post_follows_the_first() -> None:
    desk = to_x()

    assert desk.do("confirm", text=LONG).done == "queued"

    assert (desk.post.text, desk.post.continuation) == (FIRST, f"{SENTENCE} {SIGNATURE}")
    assert not desk.post.private_message
    assert desk.case.draft == Draft(LONG, "박지민", NOW)


def test_a_link_in_the_second_post_makes_that_one_dear() -> None:
    acted = to_x().do("answer", text=f"{LONG} jade.example.com 에 있습니다.")

    assert acted.confirmation
    assert [part.usd for part in acted.confirmation.parts] == ["0.01", "0.20"]
    assert acted.confirmation.usd == "0.21"


@pytest.mark.parametrize("again", [True, False])
def test_what_was_cut_off_before_the_queue_is_finished_with_both_posts(again: bool) -> None:
    desk = to_x()
    desk.posts.fail_before.append("add")
    link_id = desk.link()
    fields = desk.fields(link_id, "confirm", text=LONG)

    assert desk.send(fields, link_id).done == "unsure"
    assert not desk.posts.posts
    if again:
        assert desk.send(fields, link_id).done == "queued"
        assert desk.post.continuation == f"{SENTENCE} {SIGNATURE}"


def test_a_draft_for_the_operator_may_be_as_long_as_two_posts() -> None:
    desk = DeskOfAnswers()

    assert desk.do("answer", text=LONG).done == "drafted"
    assert desk.case.state is CaseState.DRAFTED

    desk.do("confirm", viewer="operator", text=LONG)
    assert desk.post.continuation == SENTENCE


def test_the_page_shows_the_order_and_the_prices_and_sends_the_whole() -> None:
    desk = to_x()
    browser = Browser(desk)

    answered = browser.send("answer", text=LONG)

    text = text_of(answered)
    assert "글 하나에 다 들어가지 않아 글 두 개로 나누었습니다." in text
    assert "글 1, 0.01달러, " in text
    assert "글 2, 0.015달러, " in text
    assert "X 이용료(예상): 0.025달러" in text
    assert f'name="text" value="{LONG}"' in answered["body"]
