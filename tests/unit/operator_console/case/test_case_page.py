"""An opened case: the conversation in order, what is masked or gone, its context, and who may see it."""

import re
from copy import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from desk.cases.model import CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs, Review
from desk.cases.store import CaseMention
from desk.mentions.model import Mention, Parent, RoutingOutcome, Stage, StoredMention
from desk.posts.model import PostState
from desk.reading import Kind, Safety, Urgency
from desk.staff.model import Person, Role
from desk.x.look_ups import LookUp, LookUpProblem, LookUpState, author_key, thread_key
from desk.x.model import Author, DirectMessage, Media, XPost
from operator_console.items.look_ups import THREAD_PRICE
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, html_of
from tests.unit.posts.scene import a_post
from tests.unit.replies.scene import CASE, NOW, READING, mention

PATH = f"case/{CASE.id}"
DEVICES = Person("devices", "오하늘", Role.DEPARTMENT, frozenset({"devices"}))


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def put(scene: ConsoleScene, *mentions: CaseMention, **changes: Any) -> None:
    ids = tuple(one.mention.id for one in mentions)
    scene.cases.put(CASE._replace(mention_ids=ids, **changes), *mentions)


def written(text: str, number: int = 100, **changes: Any) -> CaseMention:
    one = mention(number, text)
    return CaseMention(one.mention._replace(post=one.mention.post._replace(**changes)), one.reading)


def opened(scene: ConsoleScene, path: str = PATH, person: Person = JIMIN) -> str:
    response = scene.signed_in(person).part(path)
    assert response["statusCode"] == 200
    return html_of(response)


def text_of(html: str) -> str:
    """As a reader sees it, without the marks that hold words together."""
    text = re.sub("[\u2060\u2068\u2069]", "", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\xa0", " ")
    return re.sub(r" ([.,])", r"\1", " ".join(text.split()))


def thread_in(html: str) -> str:
    """The conversation of an opened case, without its head and what stands beside it."""
    return html[html.index('class="thread"') : html.index('id="reply-values"')]


def in_order(html: str, *texts: str) -> bool:
    places = [html.find(text) for text in texts]
    return -1 not in places and places == sorted(places)


def test_the_conversation_shows_parents_posts_replies_and_notes_in_order(scene: ConsoleScene) -> None:
    parent = XPost("90", "부모 글", "8", NOW - timedelta(hours=3), "90", "ko", ("90",), author=Author("8", "lee", "이"))
    first = written("첫 질문")
    first = replace(first, mention=first.mention._replace(parent=Parent("90", parent)))
    put(scene, first, written("둘째 질문", 101, created_at=NOW + timedelta(hours=2)))
    scene.cases.events[CASE.id] += [
        CaseEvent(CaseEventKind.QUEUED, NOW + timedelta(minutes=5), "박지민", "우리 답변", post_id="r1"),
        CaseEvent(CaseEventKind.HANDED, NOW + timedelta(minutes=30), "이수진", "메모입니다", department="pr"),
        CaseEvent(
            CaseEventKind.ANSWERED, NOW + timedelta(hours=1), "박지민", "우리 답변 ^팀", post_id="r1", x_id="555"
        ),
    ]

    html = opened(scene)

    thread = thread_in(html)
    assert in_order(thread, "부모 글", "첫 질문", "메모입니다", "우리 답변", "둘째 질문")
    assert thread.count("우리 답변") == 1
    assert in_order(thread, "/jade", "/i/status/555", "우리 답변 ^팀")


NOT_SAID = CaseEvent(CaseEventKind.NOT_SAID, NOW + timedelta(hours=1), "", "not_summoned", post_id="r1")
TAKEN_DOWN = CaseEvent(CaseEventKind.TAKEN_DOWN, NOW + timedelta(hours=2), "", post_id="r1", x_id="555")
UNDONE = CaseEvent(CaseEventKind.UNDONE, NOW + timedelta(minutes=6), "박지민", post_id="r1")


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (NOT_SAID, ["우리 답변", "답글이 X에 올라가지 않았어요.", "X가 답글을 허용하지 않습니다"]),
        (TAKEN_DOWN, ["우리 답변", "답글이 X에서 삭제되었어요."]),
        (UNDONE, []),
    ],
)
def test_a_reply_stands_as_it_ended(scene: ConsoleScene, outcome: CaseEvent, expected: list[str]) -> None:
    queued = CaseEvent(CaseEventKind.QUEUED, NOW + timedelta(minutes=5), "박지민", "우리 답변", post_id="r1")
    scene.cases.events[CASE.id] += [queued, outcome]

    html = opened(scene)

    thread = thread_in(html)
    assert [text for text in ("우리 답변", *expected[1:]) if text in thread] == expected
    assert "/i/status/555" not in thread


def test_a_reply_on_its_way_says_how_its_post_stands(scene: ConsoleScene) -> None:
    scene.have(state=CaseState.QUEUED, post_id="r1")
    scene.posts.put(a_post(id="r1", state=PostState.HELD))
    scene.events.append(CaseEvent(CaseEventKind.QUEUED, NOW, "박지민", "우리 답변", post_id="r1"))

    assert "보류됨" in opened(scene)


def test_a_reply_of_ours_is_shown_once_although_the_author_replies_to_it(scene: ConsoleScene) -> None:
    ours = XPost("555", "우리 답변", scene.brand.user_id, NOW, "100", "ko", ("555",))
    back = written("다시 질문", 101, created_at=NOW + timedelta(hours=2))
    put(scene, mention(), replace(back, mention=back.mention._replace(parent=Parent("555", ours))))
    scene.cases.events[CASE.id].append(
        CaseEvent(CaseEventKind.ANSWERED, NOW + timedelta(hours=1), "박지민", "우리 답변", post_id="r1", x_id="555")
    )

    html = opened(scene)

    assert thread_in(html).count("우리 답변") == 1
    assert "look-up-authors" not in html, "nobody buys what the brand is called"


def test_a_post_looks_as_x_wants_it(scene: ConsoleScene) -> None:
    text = (
        "@jade <b>#요금</b> 보세요 https://news.example.com/a?b=1&c=2 https://example.com/@lee 그리고 me@mail.example"
    )
    put(scene, written(text))

    html = opened(scene)

    site = scene.brand.x_site
    assert f'<a href="{site}/jade" rel="noreferrer noopener" target="_blank">@jade</a> &lt;b&gt;<a' in html
    assert f'<a href="{site}/hashtag/요금" rel="noreferrer noopener" target="_blank">#요금</a>&lt;/b&gt;' in html
    assert '<a href="https://news.example.com/a?b=1&amp;c=2" rel' in html
    assert f'href="{site}/mail"' not in html
    assert f'href="{site}/lee"' not in html
    assert f'<a class="who" href="{site}/kim"' in html
    assert f'<a class="when" href="{site}/i/status/100"' in html


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,x", '"><script>alert(1)</script>'])
def test_a_hostile_text_is_only_text(scene: ConsoleScene, text: str) -> None:
    put(scene, written(text, author=Author("7", "kim", text), media=(Media("photo", text, None),)))

    html = opened(scene)

    assert "<script" not in html
    assert f'href="{text}' not in html


def test_pictures_are_shown_and_videos_lead_to_x(scene: ConsoleScene) -> None:
    media = (
        Media("photo", '밤 "하늘"', "https://pbs.example/1.jpg", 1200, 800),
        Media("video", None, "https://pbs.example/2.jpg"),
        Media("photo", None, None),
    )
    put(scene, written("사진이요", media=media))

    html = opened(scene)

    assert '<img src="https://pbs.example/1.jpg" alt="밤 &#34;하늘&#34;" width="1200" height="800"' in html
    assert html.count("<img") == 2
    assert html.count('referrerpolicy="no-referrer"') == 2
    assert f'<a class="picture video" href="{scene.brand.x_site}/i/status/100"' in html


def test_an_avatar_is_the_profile_picture_or_the_first_letter_of_the_name(scene: ConsoleScene) -> None:
    assert '<span class="avatar" aria-hidden="true">김</span>' in opened(scene)

    put(scene, written("질문", author=Author("7", "kim", "김", "https://pbs.example/me.jpg")))

    assert '<img class="avatar" src="https://pbs.example/me.jpg" alt=""' in opened(scene)


def test_private_numbers_are_masked_until_somebody_asks_for_them(scene: ConsoleScene) -> None:
    put(scene, written("제 번호는 010-1234-5678 입니다"))

    html = opened(scene)

    assert "5678" not in html
    assert f'hx-post="/console/{PATH}/unmask"' in html
    assert "unmask" not in opened(scene, person=VIEWER)


def test_danger_comes_first(scene: ConsoleScene) -> None:
    put(scene, mention(), safety=Safety.DANGER, urgency=Urgency.HIGH)

    html = opened(scene)

    assert in_order(html, 'class="danger"', 'class="thread"')


def test_the_context_has_facts_draft_reasons_and_related_cases(scene: ConsoleScene) -> None:
    scene.cases.put(CASE._replace(id="AAAAA-AAAAA", conversation_id="5", opened_at=NOW - timedelta(days=2)))
    draft = Draft("부서 답변입니다", "김지은", NOW)
    scene.events.append(CaseEvent(CaseEventKind.DRAFTED, NOW, "김지은", draft.text))
    put(scene, mention(), state=CaseState.DRAFTED, draft=draft, holder="이수진", due_at=NOW - timedelta(hours=1))

    html = opened(scene)

    assert "부서 답변입니다" not in thread_in(html)
    context = html[html.index('<aside id="context"') :]
    assert in_order(context, "부서 답변입니다", "이수진", "지났어요")
    assert 'href="/console/inbox/all/AAAAA-AAAAA"' in context
    assert 'data-draft="부서 답변입니다"' in html


def test_a_closed_case_says_why_no_reply_can_be_written(scene: ConsoleScene) -> None:
    scene.have(state=CaseState.CLOSED)

    assert 'data-reason="종료된 문의 건이라' in opened(scene)


def test_earlier_posts_are_loaded_on_demand(scene: ConsoleScene) -> None:
    mentions = [
        written(f"질문 {number}.", number, created_at=NOW + timedelta(minutes=number)) for number in range(100, 145)
    ]
    put(scene, *mentions)
    for each in mentions:
        scene.mentions.stored[each.mention.id] = StoredMention(each.mention, Stage.NOTHING)

    html = opened(scene)
    more = opened(scene, f"{PATH}/earlier?before=125")

    assert f'hx-get="/console/{PATH}/earlier?before=125"' in html
    assert "질문 124." not in html
    assert in_order(more, "before=105", "질문 105.", "질문 124.")
    assert "before=" not in opened(scene, f"{PATH}/earlier?before=105")
    assert scene.signed_in().part(f"{PATH}/earlier?before=7")["statusCode"] == 404


def test_without_scripts_the_case_is_a_page(scene: ConsoleScene) -> None:
    html = html_of(scene.signed_in().get(f"{PATH}?queue=to_answer"))

    assert html.startswith("<!doctype html>")
    assert 'data-queue="to_answer"' in html
    assert "hx-swap-oob" not in html


@pytest.mark.parametrize("person", [JIMIN, VIEWER, BILLING])
def test_a_case_is_shown_to_its_department_and_those_who_see_all(scene: ConsoleScene, person: Person) -> None:
    assert "청구서가" in opened(scene, person=person)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/earlier?before=100", "case/m100"])
def test_another_department_sees_no_case_or_mention(scene: ConsoleScene, path: str) -> None:
    scene.mentions.stored["100"] = StoredMention(mention().mention, Stage.NOTHING, RoutingOutcome(READING, None, None))

    response = scene.signed_in(DEVICES).part(path)

    assert response["statusCode"] == 404
    assert "청구서" not in response["body"]


@pytest.mark.parametrize("key", ["ZZZZZ-ZZZZZ", "m999", "m", "mx", "7q2m4-xd93k", "..", "m" + "1" * 30])
def test_an_unknown_key_is_404(scene: ConsoleScene, key: str) -> None:
    assert scene.signed_in().part(f"case/{key}")["statusCode"] == 404


def test_a_mention_without_a_case_opens_too(scene: ConsoleScene) -> None:
    reading = READING._replace(kind=Kind.CHAT, department=None)
    post = written("오늘 날씨 좋네요 010-1234-5678").mention.post
    scene.mentions.stored["100"] = StoredMention(Mention(post, NOW), Stage.NOTHING, RoutingOutcome(reading, None, None))

    html = opened(scene, "case/m100")

    assert 'data-key="m100" data-version="0"' in html
    assert "오늘 날씨 좋네요" in html
    assert "1234" not in html
    assert scene.signed_in(BILLING).part("case/m100")["statusCode"] == 404


def test_a_mention_of_a_case_leads_to_the_case(scene: ConsoleScene) -> None:
    scene.mentions.stored["100"] = StoredMention(
        mention().mention, Stage.NOTHING, RoutingOutcome(READING, None, CASE.id)
    )

    response = scene.signed_in().get("case/m100")

    assert (response["statusCode"], response["headers"]["location"]) == (303, f"/console/{PATH}")


@pytest.mark.parametrize("method", ["file", "author_cases"])
def test_a_busy_store_is_said_where_the_case_would_be(scene: ConsoleScene, method: str) -> None:
    scene.cases.busy.add(method)

    response = scene.signed_in().part(PATH)

    assert response["statusCode"] == (503 if method == "file" else 200)


def moved(scene: ConsoleScene, *texts: str) -> None:
    """Have the case moved to a private conversation with these messages of the author."""
    scene.have(state=CaseState.MOVED, reply_as=ReplyAs.PRIVATE)
    for number, text in enumerate(texts):
        message = DirectMessage(str(number), "7", "7-9", text, NOW + timedelta(minutes=number))
        scene.private_messages.add(CASE.id, message, is_ours=False)


def test_private_messages_are_shown_without_a_public_reply_box(scene: ConsoleScene) -> None:
    moved(scene, "제 번호는 010-1234-5678 입니다", "<b>급해요</b>")

    html = opened(scene)

    private = html[html.index('id="private-messages"') :]
    assert in_order(private, "●●●-●●●●-●●78", "&lt;b&gt;급해요&lt;/b&gt;", f"{scene.brand.x_site}/messages/7-9")
    assert "암호화된 대화는" in private
    assert 'data-reason=""' not in html
    assert "unmask" in html


def test_a_private_conversation_without_messages_says_so(scene: ConsoleScene) -> None:
    moved(scene)

    assert "DM이 아직 없어요." in opened(scene)


def test_private_messages_are_not_shown_once_a_public_reply_can_be_written(scene: ConsoleScene) -> None:
    moved(scene, "비밀 이야기")
    scene.have(state=CaseState.OPEN)

    html = opened(scene)

    assert "비밀 이야기" not in html
    assert 'data-reason=""' in html


def thread_of(scene: ConsoleScene, state: LookUpState, **changes: Any) -> None:
    key = thread_key("90")
    scene.look_ups.finish([LookUp(key, state, NOW, NOW + timedelta(minutes=1), **changes)])


def in_a_thread(scene: ConsoleScene) -> None:
    put(scene, written("답글로 단 질문", conversation_id="90"), conversation_id="90")


def test_earlier_posts_of_the_thread_are_offered_at_their_price(scene: ConsoleScene) -> None:
    in_a_thread(scene)

    html = opened(scene)

    assert f'hx-post="/console/{PATH}/thread?queue=all"' in html
    assert in_order(html, "이전 글 불러오기", f"최대 {THREAD_PRICE}")
    assert "이전 글 불러오기" not in opened(scene, person=VIEWER)


def test_the_first_post_of_a_conversation_has_no_earlier_ones(scene: ConsoleScene) -> None:
    assert "이전 글 불러오기" not in opened(scene)


def test_posts_of_the_thread_are_shown_in_order_with_their_authors_once(scene: ConsoleScene) -> None:
    in_a_thread(scene)
    root = XPost("90", "처음 글", "8", NOW - timedelta(hours=5), "90", "ko", ("90",))
    scene.threads.add([root, mention().mention.post._replace(conversation_id="90")], NOW)
    thread_of(scene, LookUpState.DONE, complete=True)
    author = Author("8", "lee", "이도윤", "https://pbs.example/lee.jpg")
    scene.look_ups.finish([LookUp(author_key("8"), LookUpState.DONE, NOW, NOW + timedelta(days=1), author=author)])

    html = opened(scene)

    assert in_order(html, "@lee", "처음 글", "답글로 단 질문")
    assert "청구서가" not in html, "it is the mention, as X sent it once more"
    assert 'src="https://pbs.example/lee.jpg"' in html
    assert "모두 불러왔어요" in html
    assert "look-up-authors" not in html


def test_unknown_authors_are_looked_up_when_they_are_first_shown(scene: ConsoleScene) -> None:
    parent = XPost("90", "부모 글", "8", NOW - timedelta(hours=3), "90", "ko", ("90",))
    one = mention()
    put(scene, replace(one, mention=one.mention._replace(parent=Parent("90", parent))))

    assert f'hx-post="/console/{PATH}/authors" hx-trigger="load"' in opened(scene)
    assert "look-up-authors" not in opened(scene, person=BILLING)


@pytest.mark.parametrize(
    ("state", "problem", "expected"),
    [
        (LookUpState.REQUESTED, None, "X에서 불러오는 중이에요."),
        (LookUpState.FAILED, LookUpProblem.OVER_BUDGET, "조회에 쓸 X 예산을 다 썼어요."),
    ],
)
def test_a_look_up_says_how_it_stands(
    scene: ConsoleScene, state: LookUpState, problem: LookUpProblem | None, expected: str
) -> None:
    in_a_thread(scene)
    thread_of(scene, state, problem=problem)

    assert expected in opened(scene)


def test_the_case_is_shown_although_look_ups_cannot_be_read(scene: ConsoleScene) -> None:
    scene.look_ups.busy.add("results")

    assert "청구서가" in opened(scene)


def test_a_case_to_review_is_named_as_what_it_probably_is(scene: ConsoleScene) -> None:
    put(scene, written("오늘도 화이팅"), kind=Kind.CHAT, review=Review.CHAT)

    assert "인사·수다 같음" in opened(scene)


def test_the_head_says_who_wrote_about_what_until_when_and_who_has_it(scene: ConsoleScene) -> None:
    put(scene, mention(), holder="이수진", due_at=NOW + timedelta(minutes=12))

    html = opened(scene)

    head = text_of(html[html.index('class="case-title"') : html.index('class="toolbar"')])
    assert in_order(head, "김 요금·청구 · 문의", "@kim", CASE.id, "12분 남음", "담당 이수진 님")
    assert in_order(html, 'class="toolbar"', 'class="thread"', 'id="reply-values"')


def test_a_promise_is_the_due_time_and_those_in_other_cases_stand_beside(scene: ConsoleScene) -> None:
    other = CASE._replace(id="AAAAA-AAAAA", conversation_id="5", state=CaseState.PROMISED)
    scene.cases.put(other._replace(promised_until=NOW + timedelta(minutes=40)))
    put(scene, mention(), state=CaseState.PROMISED, promised_until=NOW + timedelta(minutes=30))

    html = opened(scene)

    assert "30분 남음 답변 약속" in text_of(html[: html.index('class="toolbar"')])
    assert "약속 40분 남음 · AAAAA-AAAAA" in text_of(html[html.index('id="context"') :])


def test_of_a_contact_long_ago_there_is_one_line_without_words(scene: ConsoleScene) -> None:
    long_ago = NOW - timedelta(days=200)
    other = CASE._replace(id="AAAAA-AAAAA", conversation_id="5", state=CaseState.CLOSED, opened_at=long_ago)
    scene.cases.put(other._replace(answered_at=long_ago + timedelta(minutes=38)))

    context = text_of(opened(scene).partition('id="context"')[2])

    assert "요금·청구 · 문의 5월 8일(금) · 5월 8일(금) 오후 12:38에 답변한 뒤 종료 · AAAAA-AAAAA" in context
    assert "2번째 · 지난 문의 5월 8일(금)" in context


def test_what_turned_the_conversation_stands_in_it_by_days(scene: ConsoleScene) -> None:
    scene.cases.events[CASE.id] += [
        CaseEvent(CaseEventKind.HANDED, NOW - timedelta(days=1), "이수진", department="billing"),
        CaseEvent(CaseEventKind.TAKEN, NOW, "박지민"),
    ]

    thread = text_of(thread_in(opened(scene)))

    assert in_order(thread, "어제", "이수진 님이 요금·청구로 넘겼어요", "오늘", "청구서가")
    assert "담당자가 되었어요" not in thread
