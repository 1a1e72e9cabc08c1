from datetime import timedelta

import pytest

from answer_case.page import render_notice
from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from desk.i18n import LANGUAGES
from desk.reading import Urgency
from tests.unit.answer import examples_of_views as examples
from tests.unit.answer.examples_of_views import NOW
from tests.unit.answer.read_page import Page, page

NOTICES = ("closed_link", "unavailable", "unreadable", "handed", "handed_untold")


def test_lines_stay_lines() -> None:
    assert (
        "첫 줄\n둘째 줄\n\n셋째 줄"
        in page(examples.view(mentions=(examples.mention(1, "첫 줄\n둘째 줄\n\n\n\n\n셋째 줄"),))).html
    )


def test_the_last_mention_is_marked_and_older_ones_are_folded() -> None:
    shown = page(examples.long())

    assert shown.text.count("가장 최근 글") == 1
    assert "앞선 글 17개 보기" in shown.text
    assert shown.text.index("가장 최근 글") > shown.text.index("오후 2:10")


def test_a_case_whose_words_are_gone_still_opens() -> None:
    shown = page(examples.view(mentions=()))

    assert LANGUAGES["ko"]["answer.no_mentions"] in shown.text
    assert LANGUAGES["ko"]["answer.why"] not in shown.text


def test_pictures_are_links_to_x_with_what_their_author_says_of_them() -> None:
    shown = page(examples.urgent(), "en")

    assert "Photo 1: A phone that shows no bars" in shown.text
    assert "twimg" not in shown.html


def test_the_past_is_told_in_sentences() -> None:
    text = page(examples.answered()).text

    assert "11월 24일(화) 오전 11:50 김지은 님이 담당자가 되었습니다." in text
    assert "이서준 님이 요금·청구로 이관했습니다." in text
    assert "답글이 X에 올라가지 않았습니다. 답글을 달 글이 지워졌거나 볼 수 없습니다" in text


def test_of_a_long_past_the_page_says_how_much_it_leaves_out() -> None:
    assert "그 뒤의 일 34건은 여기에 싣지 않았습니다." in page(examples.long()).text
    assert "싣지 않았습니다" not in page(examples.answered()).text


@pytest.mark.parametrize("what", CaseEventKind)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_event_is_a_sentence(what: CaseEventKind, language: str) -> None:
    event = CaseEvent(what, NOW, "", department="billing", kind="inquiry")

    assert page(examples.view(events=(event,)), language).open == []


def test_what_was_misread_and_nobodys_went_to_no_department() -> None:
    event = CaseEvent(CaseEventKind.MISREAD, NOW, "김지은", kind="chat")

    assert (
        "김지은 님이 분류를 '인사·수다'로 고치고 답변 없이 종료했습니다." in page(examples.view(events=(event,))).text
    )


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (CaseEventKind.ANSWERED, "X에서 직접 답변했습니다. X에서 보기"),
        (CaseEventKind.PROMISED, "X에서 직접 중간 안내를 했습니다. 답변은 아직 남아 있습니다. X에서 보기"),
    ],
)
def test_an_answer_that_was_given_on_x_itself_is_told_so_and_led_to(what: CaseEventKind, sentence: str) -> None:
    shown = page(examples.view(events=(CaseEvent(what, NOW, "", x_id="1900000000000000077"),)))

    assert sentence in shown.text
    assert "https://x.com/i/status/1900000000000000077" in [link.get("href") for link in shown.all("a")]


ON_X = CaseEvent(CaseEventKind.ANSWERED, NOW, "박도윤", "네", post_id="reply-1", x_id="1900000000000000088")
TAKEN = CaseEvent(CaseEventKind.TAKEN, NOW - timedelta(hours=1), "김지은")
HANDED = CaseEvent(CaseEventKind.HANDED, NOW - timedelta(minutes=30), "김지은", department="network")


@pytest.mark.parametrize(("before", "assignee"), [((TAKEN,), "김지은"), ((), "박도윤"), ((TAKEN, HANDED), "박도윤")])
def test_our_reply_on_x_is_led_to_and_names_whoever_had_the_case(before: tuple[CaseEvent, ...], assignee: str) -> None:
    shown = page(examples.view(events=(*before, ON_X)))

    assert f"답변이 X에 올라갔습니다. 담당자: {assignee} 님 X에서 보기" in shown.text
    assert "https://x.com/i/status/1900000000000000088" in [link.get("href") for link in shown.all("a")]


def test_what_a_department_sends_itself_waits_for_no_operator() -> None:
    draft = examples.case(state=CaseState.DRAFTED)

    assert "상태다시 보내기 대기" in page(examples.view(draft, case_sends_to_x=True)).text
    assert "상태운영자 검토 대기" in page(examples.view(draft, sends_to_x=True)).text


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_state_has_a_name(state: CaseState, language: str) -> None:
    assert LANGUAGES[language][f"case.state.{state}"] in page(examples.view(examples.case(state=state)), language).text


@pytest.mark.parametrize("late", [True, False])
def test_a_deadline_that_has_passed_is_told(late: bool) -> None:
    case = examples.case(due_at=NOW.replace(hour=4 if late else 6))

    assert ("(지났습니다)" in page(examples.view(case)).text) is late


def test_once_a_reply_promised_an_answer_that_moment_counts() -> None:
    case = examples.case(state=CaseState.PROMISED, due_at=NOW.replace(hour=1), promised_until=NOW.replace(hour=9))

    text = page(examples.view(case)).text

    assert "답변 약속11월 24일(화) 오후 6:30" in text
    assert "(지났습니다)" not in text


def test_urgency_is_seen_only_where_there_is_some() -> None:
    urgent = examples.case(urgency=Urgency.HIGH)

    assert "긴급 문의" in page(examples.view(urgent)).text
    assert "긴급" not in page(examples.view()).text.partition("답변 대신")[0]


def test_a_message_is_told_to_those_who_do_not_see() -> None:
    done, problem = page(examples.answered()), page(examples.urgent(), "en")

    assert [each["role"] for each in done.all("div") if each.get("id") == "message"] == ["status"]
    assert [each["role"] for each in problem.all("div") if each.get("id") == "message"] == ["alert"]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("why", NOTICES)
def test_a_notice_says_why_in_place_of_the_case(why: str, language: str) -> None:
    shown = Page(render_notice(why, examples.brand(language)))

    assert shown.open == []
    assert LANGUAGES[language][f"answer.{why}.title"] in shown.text
    assert LANGUAGES[language][f"answer.{why}.text"] in shown.text
    assert shown.all("a") == shown.all("script") == shown.all("form") == []
