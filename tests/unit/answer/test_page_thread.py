"""What the author's words answer, under which name they were written, and when the author came back."""

from datetime import timedelta

import pytest

from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.store import CaseFile, CaseMention
from desk.replies.view import View
from desk.x.model import Author, XPost
from tests.unit.answer import examples_of_views as examples
from tests.unit.answer.examples_of_threads import RENAMED, ROAMING, post, replying
from tests.unit.answer.examples_of_views import NOW
from tests.unit.answer.read_page import page


def talking(*mentions: CaseMention) -> View:
    return examples.view(mentions=mentions)


@pytest.mark.parametrize(
    ("parent", "who"),
    [
        (post(7, examples.brand().user_id), "우리 계정(@emeraldmobile)"),
        (post(7, examples.AUTHOR.id), "같은 작성자"),
        (post(7, "77", author=Author("77", "bora_99", "보라")), "@bora_99"),
        (post(7, "77"), "다른 분"),
    ],
)
def test_what_a_mention_replies_to_stands_before_it_with_who_wrote_it(parent: XPost, who: str) -> None:
    shown = page(talking(replying(parent)))

    assert f"답글을 단 글: {who}, 11월 24일(화) 오후 2:10 {ROAMING} X에서 보기" in shown.text
    assert shown.text.index(ROAMING) < shown.text.index("그거 아직도")
    assert f"https://x.com/i/status/{parent.id}" in [link.get("href") for link in shown.all("a")]


def test_what_can_not_be_seen_any_more_is_said_to_be_so() -> None:
    assert "답글을 단 글은 지워졌거나 비공개여서 볼 수 없습니다." in page(talking(replying(None))).text


def test_what_several_reply_to_stands_there_once_and_a_mention_of_the_case_not_twice() -> None:
    first = replying(post(7, "77"))
    shown = page(talking(first, replying(post(7, "77"), 2), replying(first.mention.post, 3)))

    assert shown.text.count("답글을 단 글") == 1
    assert shown.text.count(ROAMING) == 1


def test_what_others_wrote_is_masked_like_the_mention_itself_and_is_text() -> None:
    number = post(7, "77", "<b>문의</b>\u202e 010-1234-5678로 주세요")
    view = talking(replying(number))

    assert "010-1234-5678" not in page(view).html
    assert "<b>" not in page(view).html
    assert "\u202e" not in page(view).html
    assert "010-1234-5678" in page(view._replace(unmasked=True)).text


@pytest.mark.parametrize(("text", "hides"), [("010-1234-5678로 주세요", True), (ROAMING, False)])
def test_a_number_in_it_can_be_asked_for(text: str, hides: bool) -> None:
    file = CaseFile(examples.case(), (replying(post(7, "77", text)),), ())

    assert examples.view_of_file(file).has_private_numbers is hides


@pytest.mark.parametrize("language", ["ko", "en"])
def test_twenty_long_ones_leave_the_page_whole_and_small(language: str) -> None:
    shown = page(talking(*(replying(post(place, "77", '<"가&' * 5_000), place) for place in range(20))), language)

    assert shown.open == []
    assert len(shown.html.encode()) <= 60_000


def test_an_author_who_took_another_name_is_told_to_be_the_same() -> None:
    texts = [examples.mention(1, "첫 글"), examples.mention(2, "둘째 글", author=RENAMED)]
    later = [examples.mention(3, "셋째 글", author=None), examples.mention(4, "넷째 글", author=RENAMED)]
    shown = page(talking(*texts, *later))

    assert shown.text.count("계정 이름을 바꿨습니다. 앞선 이름: @haneul_0412") == 1
    assert shown.text.index("바꿨습니다") > shown.text.index("@gaeul_1103")
    assert "바꿨습니다" not in page(talking(*texts[:1], *later[:1])).text


def test_when_the_author_came_back_stands_among_what_happened() -> None:
    opened, answered, again = (NOW - timedelta(hours=hours) for hours in (5, 4, 3))
    answer = CaseEvent(CaseEventKind.ANSWERED, answered, "", asked_at=opened, post_id="reply-1")
    taken = CaseEvent(CaseEventKind.TAKEN, NOW - timedelta(hours=2), "김지은")
    came_back = "작성자가 다시 문의했습니다."

    waiting = page(examples.view(examples.case(opened_at=opened, asked_at=again), events=(answer, taken))).text
    ended = answer._replace(at=NOW, asked_at=again)
    over = page(examples.view(examples.case(opened_at=opened, asked_at=again), events=(answer, taken, ended))).text
    third = page(examples.view(examples.case(opened_at=opened, asked_at=NOW), events=(answer, taken, ended))).text
    first = page(examples.view(examples.case(opened_at=opened, asked_at=opened), events=(answer, taken))).text

    for text in (waiting, over):
        assert text.count(came_back) == 1
        assert text.index("X에 올라갔습니다.") < text.index(came_back) < text.index("담당자가 되었습니다.")
    assert came_back not in first
    assert third.count(came_back) == 2
