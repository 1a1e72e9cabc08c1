"""What the page says: mentions, their parents, the timeline, danger, states and deadlines."""

from datetime import timedelta
from typing import Any

import pytest

from answer_case.page import render_notice, render_page
from desk.case_view.view import View
from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from desk.cases.store import CaseFile, CaseMention
from desk.i18n import LANGUAGES
from desk.mentions.model import Parent
from desk.pictures.model import AttachedPicture
from desk.reader.explain import SafetyNote
from desk.reading import Safety, Urgency
from desk.x.model import Author, Media, XPost
from tests.families import for_each
from tests.unit.answer_case import examples
from tests.unit.answer_case.examples import (
    NOW,
    RENAMED,
    ROAMING,
    brand,
    case,
    mention,
    post,
    replying,
    view_of_file,
)
from tests.unit.answer_case.read_page import Page, page

NOTICES = ("closed_link", "unavailable", "unreadable", "handed", "handed_not_notified")


def test_lines_stay_lines() -> None:
    assert (
        "첫 줄\n둘째 줄\n\n셋째 줄"
        in page(examples.view(mentions=(examples.mention(1, "첫 줄\n둘째 줄\n\n\n\n\n셋째 줄"),))).html
    )


def test_older_posts_are_folded_and_the_oldest_of_very_many_are_left_out() -> None:
    few = page(examples.view(mentions=[mention(number, "글") for number in range(6)])).text
    many = page(examples.view(mentions=[replying(post(number, "77"), number) for number in range(21)])).text

    assert "앞선 글 1개 보기" in few
    assert "생략했어요" not in few
    assert "더 앞선 글 2개는 여기에서 생략했어요." in many


def test_pictures_are_shown_with_what_their_author_says_of_them_and_without_the_pages_address() -> None:
    shown = page(examples.urgent(), "en")

    pictures = [known for known in shown.all("img") if known.get("alt") == "A phone that shows no bars"]
    assert [each["src"] for each in pictures] == ["https://pbs.twimg.com/media/x.jpg"]
    assert all(each["referrerpolicy"] == "no-referrer" for each in shown.all("img"))


def test_a_picture_without_an_address_is_a_link_to_its_post() -> None:
    media = (Media("photo", "청구서 010-1234-5678", None),)

    shown = page(examples.view(mentions=[examples.mention(1, "이거요", media=media)]))

    assert "사진 1: 청구서 ●●●-●●●●-●●78" in shown.text
    assert shown.all("img") == []


def test_pictures_of_our_replies_are_said_by_their_descriptions() -> None:
    queued = CaseEvent(
        CaseEventKind.QUEUED,
        NOW,
        "지은",
        "이렇게 보여요.",
        post_id="r",
        pictures=(AttachedPicture("7q2m4xd93k0p7q2m4xd9", "요금 화면"),),
    )

    shown = page(examples.view(events=(queued,)))

    assert "사진 1: 요금 화면" in shown.text
    assert "7q2m4xd93k0p7q2m4xd9" not in shown.html


def test_the_timeline_consists_of_sentences() -> None:
    text = page(examples.answered()).text

    assert "11월 24일(화) 오전 11:50 김지은 님이 담당자가 되었어요." in text
    assert "이서준 님이 요금·청구로 넘겼어요." in text
    assert "답글이 X에 올라가지 않았어요. 답글을 달 글이 지워졌거나 볼 수 없습니다" in text


def test_a_long_timeline_says_how_much_it_leaves_out() -> None:
    assert "이력 91건은 여기에서 생략했어요." in page(examples.long()).text
    assert "여기에서 생략했어요" not in page(examples.answered()).text


@for_each("what", CaseEventKind)
@for_each("language", ["ko", "en"])
def test_every_event_is_a_sentence(what: CaseEventKind, language: str) -> None:
    event = CaseEvent(what, NOW, "", department="billing", kind="inquiry")

    assert page(examples.view(events=(event,)), language).open == []


def test_a_correction_without_answer_names_no_department() -> None:
    event = CaseEvent(CaseEventKind.MISREAD, NOW, "김지은", kind="chat")

    assert "김지은 님이 분류를 '인사·수다'로 고치고 답변 없이 종료했어요." in page(examples.view(events=(event,))).text


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (CaseEventKind.ANSWERED, "X에서 직접 답변했어요. X에서 보기"),
        (CaseEventKind.PROMISED, "X에서 직접 답변을 약속했어요. 답변은 아직 남아 있어요. X에서 보기"),
    ],
)
def test_an_external_reply_is_named_and_linked(what: CaseEventKind, sentence: str) -> None:
    shown = page(examples.view(events=(CaseEvent(what, NOW, "", x_id="1900000000000000077"),)))

    assert sentence in shown.text
    assert "https://x.com/i/status/1900000000000000077" in [link.get("href") for link in shown.all("a")]


ON_X = CaseEvent(CaseEventKind.ANSWERED, NOW, "박도윤", "네", post_id="reply-1", x_id="1900000000000000088")
TAKEN = CaseEvent(CaseEventKind.TAKEN, NOW - timedelta(hours=1), "김지은")
HANDED = CaseEvent(CaseEventKind.HANDED, NOW - timedelta(minutes=30), "김지은", department="network")


@pytest.mark.parametrize(("before", "assignee"), [((TAKEN,), "김지은"), ((), "박도윤"), ((TAKEN, HANDED), "박도윤")])
def test_our_reply_on_x_is_linked_and_names_the_assignee(before: tuple[CaseEvent, ...], assignee: str) -> None:
    shown = page(examples.view(events=(*before, ON_X)))

    assert f"답변이 X에 올라갔어요. 담당자: {assignee} 님 X에서 보기" in shown.text
    assert "https://x.com/i/status/1900000000000000088" in [link.get("href") for link in shown.all("a")]


def test_a_draft_of_a_department_that_sends_to_x_waits_for_no_operator() -> None:
    draft = examples.case(state=CaseState.DRAFTED)

    assert "상태다시 보내기 대기" in page(examples.view(draft, case_sends_to_x=True)).text
    assert "상태운영자 검토 대기" in page(examples.view(draft, sends_to_x=True)).text


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_state_has_a_name(state: CaseState, language: str) -> None:
    assert LANGUAGES[language][f"case.state.{state}"] in page(examples.view(examples.case(state=state)), language).text


def test_once_a_reply_promised_an_answer_that_moment_counts() -> None:
    case = examples.case(state=CaseState.PROMISED, due_at=NOW.replace(hour=1), promised_until=NOW.replace(hour=9))

    text = page(examples.view(case)).text

    assert "답변 약속11월 24일(화) 오후 6:30" in text
    assert "(지났어요)" not in text


def test_urgency_is_seen_only_where_there_is_some() -> None:
    urgent = examples.case(urgency=Urgency.HIGH)

    assert "긴급 문의" in page(examples.view(urgent)).text
    assert "긴급" not in page(examples.view()).text.partition("더 보기")[0]


def test_a_message_is_announced_to_screen_readers() -> None:
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
def test_the_post_that_a_mention_replies_to_is_shown_before_it_with_its_author(parent: XPost, who: str) -> None:
    shown = page(talking(replying(parent)))

    assert f"오후 2:10, X에서 보기 답글을 단 글: {who} {ROAMING}" in shown.text
    assert shown.text.index(ROAMING) < shown.text.index("그거 아직도")
    assert f"https://x.com/i/status/{parent.id}" in [link.get("href") for link in shown.all("a")]


def test_a_deleted_post_is_named_as_such() -> None:
    assert "답글을 단 글은 지워졌거나 비공개여서 볼 수 없어요." in page(talking(replying(None))).text


def test_a_post_that_several_mentions_reply_to_is_shown_once() -> None:
    first = replying(post(7, "77"))
    shown = page(talking(first, replying(post(7, "77"), 2), replying(first.mention.post, 3)))

    assert shown.text.count("답글을 단 글") == 1
    assert shown.text.count(ROAMING) == 1


def test_posts_of_others_are_masked_and_escaped_like_mentions() -> None:
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
    assert len(shown.html.encode()) <= 90_000


def test_a_renamed_author_is_shown_with_the_former_name() -> None:
    texts = [examples.mention(1, "첫 글"), examples.mention(2, "둘째 글", author=RENAMED)]
    later = [examples.mention(3, "셋째 글", author=None), examples.mention(4, "넷째 글", author=RENAMED)]
    shown = page(talking(*texts, *later))

    assert shown.text.count("계정 이름을 바꿨어요. 앞선 이름: @haneul_0412") == 1
    assert shown.text.index("바꿨어요") > shown.text.index("@gaeul_1103")
    assert "바꿨어요" not in page(talking(*texts[:1], *later[:1])).text


def test_the_timeline_shows_when_the_author_came_back() -> None:
    opened, answered, again = (NOW - timedelta(hours=hours) for hours in (5, 4, 3))
    answer = CaseEvent(CaseEventKind.ANSWERED, answered, "", asked_at=opened, post_id="reply-1")
    taken = CaseEvent(CaseEventKind.TAKEN, NOW - timedelta(hours=2), "김지은")
    came_back = "작성자가 다시 문의했어요."

    waiting = page(examples.view(examples.case(opened_at=opened, asked_at=again), events=(answer, taken))).text
    ended = answer._replace(at=NOW, asked_at=again)
    over = page(examples.view(examples.case(opened_at=opened, asked_at=again), events=(answer, taken, ended))).text
    third = page(examples.view(examples.case(opened_at=opened, asked_at=NOW), events=(answer, taken, ended))).text
    first = page(examples.view(examples.case(opened_at=opened, asked_at=opened), events=(answer, taken))).text

    for text in (waiting, over):
        assert text.count(came_back) == 1
        assert text.index("X에 올라갔어요.") < text.index(came_back) < text.index("담당자가 되었어요.")
    assert came_back not in first
    assert third.count(came_back) == 2


SUICIDAL = mention(1, "@emeraldmobile 이제 그만 죽고 싶어요")
CALM = mention(2, "@emeraldmobile 네")


def file_of(*mentions: CaseMention, **changes: Any) -> CaseFile:
    return CaseFile(case(**changes), mentions, [])


def shown(file: CaseFile, language: str = "ko", *, is_related: bool = False) -> Page:
    view = examples.view_of_file(file, "operator", language, is_related=is_related)
    return Page(render_page(view, brand(language), NOW))


def test_a_note_on_self_harm_is_above_everything_else() -> None:
    page = shown(file_of(SUICIDAL, CALM))

    note, words = page.text.index("자살·자해와 관련된 글로 보입니다."), page.text.index("이제 그만 죽고 싶어요")
    assert note < words
    assert "자살예방상담전화 109(24시간)를 알려 주시고" in page.text
    assert "자동 답글이 나가지 않습니다" in page.text


def test_the_note_on_self_harm_is_there_in_english() -> None:
    page = shown(file_of(SUICIDAL), "en")

    assert "This seems to be about suicide or self-harm." in page.text
    assert "109 (day and night)" in page.text


def test_a_post_that_the_author_points_to_counts() -> None:
    parent = Parent("9", SUICIDAL.mention.post._replace(id="9", author_id="77"))
    pointing = CALM._replace(mention=CALM.mention._replace(parent=parent))

    assert "109" in shown(file_of(pointing)).text


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"safety": Safety.DANGER, "urgency": Urgency.HIGH}, SafetyNote.PEOPLE),
        ({"safety": Safety.DANGER, "urgency": Urgency.NORMAL}, None),
        ({"urgency": Urgency.HIGH}, None),
        ({"safety": Safety.CHECK}, SafetyNote.CHECK),
    ],
)
def test_other_danger_is_noted_while_the_case_is_urgent_and_a_check_until_it_is_cleared(
    changes: dict[str, object], note: SafetyNote | None
) -> None:
    page = shown(file_of(CALM, **changes))

    assert ("사람이 위험할 수 있는 글입니다." in page.text) == (note is SafetyNote.PEOPLE)
    assert ("안전 확인 필요: " in page.text) == (note is SafetyNote.CHECK)
    assert ("109" in page.text) == (note is SafetyNote.CHECK)


def test_words_that_are_gone_leave_no_note_of_self_harm_behind() -> None:
    assert "자살" not in shown(file_of(safety=Safety.DANGER, urgency=Urgency.HIGH)).text


def test_another_case_of_the_author_is_read_without_a_note() -> None:
    assert "109" not in shown(file_of(SUICIDAL), is_related=True).text
    assert "109" not in Page(render_page(examples.returning(), brand(), NOW)).text


def test_numbers_in_notes_of_colleagues_are_masked_until_somebody_asks_for_them() -> None:
    note = CaseEvent(CaseEventKind.HANDED, NOW, "김지은", "010-1234-5678로 연락하시면 됩니다", department="billing")
    asked = view_of_file(CaseFile(case(), [mention(1, "왜죠?")], [note]))

    assert "1234" not in render_page(asked, brand(), NOW)
    assert asked.has_private_numbers
    assert "010-1234-5678" in render_page(asked._replace(unmasked=True), brand(), NOW)
