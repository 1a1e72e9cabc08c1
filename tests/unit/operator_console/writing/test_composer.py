"""The composer: what is typed is kept, what can't be sent is said beside its field, and a form is one post."""

import json
import re
from copy import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from desk.i18n import LANGUAGES
from desk.pictures.model import AttachedPicture, Picture, PictureState
from desk.posts.announcement_drafts import AnnouncementDraft
from desk.posts.errors import PostNotAccepted
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.pause import Pause, PauseScope
from desk.posts.transitions import cancelled, claimed, published
from desk.staff.model import Person
from desk.staff.settings import PersonSettings
from tests.families import for_each
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, Response, SignedIn, html_of
from tests.unit.posts.scene import a_post
from tests.unit.replies.scene import NOW

TEXT = "오늘부터 새 편집기로 머리말을 씁니다."
TOMORROW = "2026-11-25T09:00"
FEED = AnnouncementDraft("feed-1", "머리말 쓰기의 즐거움\nhttps://blog.example.com/headline", "에메랄드 블로그", NOW)
SECONDS = timedelta(seconds=10)


@pytest.fixture
def scene() -> ConsoleScene:
    made = ConsoleScene()
    made.posts.switch = made.switch
    return made


def fields(**typed: Any) -> dict[str, Any]:
    return {"request": "form-1", "kind": "announcement", "text": TEXT, "when": "now", "sequence": "9"} | typed


def send(person: SignedIn, **typed: Any) -> Response:
    return person.post("write", fields(**typed))


def announced(scene: ConsoleScene) -> list[Post]:
    return list(scene.posts.posts.values())


def problems_in(html: str) -> dict[str, str]:
    """The sentences beside the fields."""
    found = re.findall(r'id="problem-(\w+)" class="problem-place" data-problem>(.*?)</div>', html, re.DOTALL)
    return {field: re.sub(r"<[^>]+>", "", inner).strip() for field, inner in found if inner.strip()}


# Sending


def test_a_post_for_now_waits_for_the_seconds_in_which_it_can_be_undone(scene: ConsoleScene) -> None:
    response = send(scene.signed_in())

    (post,) = announced(scene)
    assert (response["statusCode"], response["headers"]["location"]) == (303, "/console/write?done=form-1")
    assert (post.text, post.kind, post.by, post.author_id) == (TEXT, PostKind.ANNOUNCEMENT, "박지민", "jimin")
    assert (post.state, post.publish_at) == (PostState.SCHEDULED, NOW + SECONDS)
    assert scene.timer.standing == {"form-1": NOW + SECONDS}
    page = html_of(scene.signed_in().get("write?done=form-1"))
    assert 'data-seconds="10"' in page
    assert "10초 뒤에 올라가요." in page


def test_without_seconds_to_undo_it_is_queued_at_once(scene: ConsoleScene) -> None:
    scene.settings.save(JIMIN.id, PersonSettings(undo_seconds=0), NOW)

    send(scene.signed_in(), kind="outage")

    (post,) = announced(scene)
    assert (post.state, post.kind) == (PostState.QUEUED, PostKind.OUTAGE)
    assert [sent.post_id for sent in scene.queue.sent] == ["form-1"]


@pytest.mark.parametrize("when", [{"when": TOMORROW}, {"when": "other", "publish_at": TOMORROW}])
def test_a_post_for_tomorrow_has_a_schedule_of_its_own(scene: ConsoleScene, when: dict[str, str]) -> None:
    send(scene.signed_in(), **when)

    (post,) = announced(scene)
    at = NOW + timedelta(hours=21)
    assert (post.state, post.publish_at, scene.timer.standing) == (PostState.SCHEDULED, at, {"form-1": at})
    page = html_of(scene.signed_in().get("write?done=form-1"))
    assert "예약했어요." in page
    assert "11월\u00a025일\u2060(수)\u2060 오전\u00a09:00에 올라가요." in page


def test_a_form_that_is_sent_twice_is_one_post(scene: ConsoleScene) -> None:
    person = scene.signed_in()

    responses = [send(person), send(person)]

    assert [one["headers"]["location"] for one in responses] == ["/console/write?done=form-1"] * 2
    assert len(announced(scene)) == 1


def test_a_form_that_comes_again_is_not_checked_again(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    send(person)
    send(scene.signed_in(SUJIN), request="form-2", text=f"{TEXT}!!", override_reason="다시 알림")

    assert send(person)["statusCode"] == 303


def test_another_text_of_a_form_that_was_sent_needs_a_second_press(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    send(person)

    response = send(person, text="다른 글입니다.")

    page = html_of(response)
    assert response["statusCode"] == 409
    assert "이미 다른 글을 보냈습니다" in problems_in(page)["form"]
    assert 'href="/console/write?done=form-1"' in page
    (request,) = re.findall(r'name="request" value="([^"]+)"', page)
    send(person, text="다른 글입니다.", request=request)
    assert [post.text for post in announced(scene)] == [TEXT, "다른 글입니다."]


@pytest.mark.parametrize("changed", [{"kind": "thanks"}, {"when": "2026-11-26T09:00"}, {"when": "now"}])
def test_a_form_that_was_sent_for_another_time_or_kind_needs_a_second_press(
    scene: ConsoleScene, changed: dict[str, str]
) -> None:
    person = scene.signed_in()
    send(person, when=TOMORROW)

    assert send(person, **{"when": TOMORROW} | changed)["statusCode"] == 409
    assert send(person, when=TOMORROW)["statusCode"] == 303
    assert len(announced(scene)) == 1


def test_a_form_whose_post_was_cancelled_needs_a_second_press(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    send(person)
    scene.posts.put(cancelled(scene.posts.posts["form-1"], NOW))

    response = send(person)

    assert response["statusCode"] == 409
    assert "취소되었습니다" in problems_in(html_of(response))["form"]


def test_a_script_is_led_to_the_page_about_the_post(scene: ConsoleScene) -> None:
    response = scene.signed_in().post("write", fields(), hx_request="true")

    assert (response["statusCode"], response["headers"]["hx-redirect"]) == (200, "/console/write?done=form-1")


@pytest.mark.parametrize("person", [VIEWER, BILLING])
def test_only_operators_write(scene: ConsoleScene, person: Person) -> None:
    assert send(scene.signed_in(person))["statusCode"] == 403
    assert announced(scene) == []


def test_viewers_see_drafts_and_departments_nothing(scene: ConsoleScene) -> None:
    scene.announcement_drafts.add(FEED)

    page = html_of(scene.signed_in(VIEWER).get("write"))

    assert "글은 운영자만 쓸 수 있어요." in page
    assert "머리말 쓰기의 즐거움" in page
    assert "<textarea" not in page
    assert "write/remove" not in page
    assert scene.signed_in(BILLING).get("write")["statusCode"] == 403
    assert scene.signed_in(BILLING).get("write/status?post=form-1")["statusCode"] == 404


def test_a_kind_that_needs_approval_waits_for_it_and_not_to_be_undone(scene: ConsoleScene) -> None:
    scene.brand = replace(scene.brand, approval=frozenset({"correction"}))
    person = scene.signed_in()

    send(person, kind="correction")

    (post,) = announced(scene)
    assert (post.state, post.publish_at) == (PostState.AWAITING_APPROVAL, NOW)
    assert "다른 운영자가 승인하면 올라가요." in html_of(person.get("write?done=form-1"))
    assert "다른 운영자가 승인해야 올라가요." in preview(scene, kind="correction")
    assert "승인해야" not in preview(scene)


# What can't be sent


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"kind": "reply"}, "kind", "글의 종류를 골라 주세요."),
        ({"kind": ""}, "kind", "글의 종류를 골라 주세요."),
        ({"text": " \n "}, "text", "올릴 글을 써 주세요."),
        ({"text": "가" * 141}, "text", "X가 세는 길이로 280까지 올릴 수 있는데 지금은 282입니다"),
        ({"text": "a\u202eb"}, "text", "눈에 보이지 않는 문자(U+202E)"),
        ({"text": "a\ufffdb"}, "text", "읽을 수 없는 문자"),
        ({"text": "$ABC $DEF"}, "text", "$로 시작하는 종목 표시가 2개"),
        ({"text": "{지역} 안내"}, "text", "채우지 않은 자리가 있습니다: {지역}"),
        ({"url": "https://example.com"}, "title", "아직 글에 들어가지 않았습니다"),
        ({"when": "other"}, "publish_at", "올릴 날짜와 시각을 정해 주세요."),
        ({"when": "soon"}, "publish_at", "올릴 날짜와 시각을 정해 주세요."),
        ({"when": "2026-11-24T11:00"}, "publish_at", "이미 지난 시각입니다."),
        ({"when": "other", "publish_at": "2028-01-01T09:00"}, "publish_at", "366일 안의 시각"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_its_field_and_stays(
    scene: ConsoleScene, typed: dict[str, str], field: str, sentence: str
) -> None:
    person = scene.signed_in()

    response = send(person, **typed)
    part = person.post("write", fields(**typed), hx_request="true")

    page = html_of(response)
    assert (response["statusCode"], part["statusCode"], announced(scene)) == (422, 422, [])
    assert list(problems_in(page)) == [field]
    assert sentence in problems_in(page)[field]
    assert problems_in(html_of(part)) == problems_in(page)
    assert f">\n{fields(**typed)['text'].replace('\r\n', '\n')}</textarea>" in page
    assert 'name="request" value="form-1"' in page


@for_each("error", PostNotAccepted.__subclasses__())
def test_every_reason_for_which_a_post_is_not_accepted_has_a_sentence(error: type[PostNotAccepted]) -> None:
    assert f"console.write.problem.{error.code}" in LANGUAGES["ko"] or error.code in _NEVER_HERE


_NEVER_HERE = {"bad_reply_target", "request_reused"}


def test_findings_of_the_check_are_shown_and_a_reason_overrides_warnings(scene: ConsoleScene) -> None:
    person, text = scene.signed_in(), "점검은 11월 25일(목)입니다."

    page = html_of(send(person, text=text))
    part = html_of(person.post("write", fields(text=text), hx_request="true"))
    short = send(person, text=text, override_reason="-")
    sent = send(person, text=text, override_reason="작년 글 인용")

    assert "아니라" in page
    assert 'name="override_reason"' in page
    assert 'id="write-checked"' in part
    assert problems_in(page) == {}
    assert (short["statusCode"], sent["statusCode"]) == (422, 303)
    (post,) = announced(scene)
    assert (post.overridden, post.override_reason) == (("date_and_weekday",), "작년 글 인용")


def test_personal_numbers_are_never_overridden(scene: ConsoleScene) -> None:
    response = send(scene.signed_in(), text="문의: 010-1234-5678", override_reason="급해서 그대로")

    assert (response["statusCode"], announced(scene)) == (422, [])
    assert "개인 번호" in html_of(response)


def test_a_reason_without_a_warning_is_not_recorded(scene: ConsoleScene) -> None:
    send(scene.signed_in(), override_reason="이유")

    assert [(post.overridden, post.override_reason) for post in announced(scene)] == [((), None)]


def test_all_fields_are_checked_at_once(scene: ConsoleScene) -> None:
    page = html_of(send(scene.signed_in(), kind="x", text="", when="other"))

    assert list(problems_in(page)) == ["kind", "text", "publish_at"]


def test_a_text_of_the_last_day_is_refused_with_its_post(scene: ConsoleScene) -> None:
    send(scene.signed_in())

    page = html_of(send(scene.signed_in(SUJIN), request="form-2"))

    assert "같은 글이 이미 있습니다" in problems_in(page)["text"]
    assert 'href="/console/write?done=form-1"' in page


def test_a_busy_store_keeps_what_was_typed(scene: ConsoleScene) -> None:
    scene.posts.busy = {"add"}

    response = send(scene.signed_in())

    assert (response["statusCode"], response["headers"]["retry-after"]) == (503, "5")
    assert "저장소가 응답하지 않습니다" in problems_in(html_of(response))["form"]
    assert TEXT in html_of(response)


def test_a_timer_that_fails_leaves_the_post_to_the_sweep(scene: ConsoleScene) -> None:
    scene.timer.down = True

    assert send(scene.signed_in(), when=TOMORROW)["statusCode"] == 303

    assert [post.state for post in announced(scene)] == [PostState.SCHEDULED]
    assert len(scene.queue_errors) == 1


# Drafts of one's own


def test_what_is_typed_is_there_again_and_gone_once_it_is_sent(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    typed = {"kind": "thanks", "when": "other", "publish_at": TOMORROW, "title": "제목", "sequence": "5"}

    part = html_of(person.post("write/draft", fields(**typed)))

    assert "임시 저장됨" in part
    page = html_of(scene.signed_in().get("write"))
    assert f">\n{TEXT}</textarea>" in page
    assert re.search(r'value="thanks" checked', page)
    assert f'name="publish_at" aria-label="올릴 날짜와 시각" min="2026-11-24T12:00" value="{TOMORROW}"' in page
    assert 'name="title" value="제목"' in page
    assert "쓰시던 글을 다시 열었어요." in page
    assert TEXT not in html_of(scene.signed_in(SUJIN).get("write"))
    send(person, sequence="6")
    person.post("write/draft", fields(sequence="6"))
    assert TEXT not in html_of(person.get("write"))


def test_a_time_that_was_offered_yesterday_is_kept_as_a_typed_one(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    person.post("write/draft", fields(when=TOMORROW))
    scene.now += timedelta(days=1)

    page = html_of(scene.signed_in().get("write"))

    assert re.search(r'name="when" value="other" checked', page)
    assert f'value="{TOMORROW}"' in page
    assert "이미 지난 시각이에요." in page


def test_a_draft_that_cannot_be_saved_is_said_and_previewed_all_the_same(scene: ConsoleScene) -> None:
    scene.drafts.busy = {"save"}

    part = html_of(scene.signed_in().post("write/draft", fields()))

    assert "data-not-saved" in part
    assert TEXT in part


def test_a_text_that_no_draft_can_hold_is_refused(scene: ConsoleScene) -> None:
    assert scene.signed_in().post("write/draft", fields(text="가" * 20_001))["statusCode"] == 422


# The preview


def preview(scene: ConsoleScene, **typed: Any) -> str:
    return html_of(scene.signed_in().post("write/draft", fields(**typed)))


def test_the_preview_marks_what_x_makes_a_link_of_and_shortens_links(scene: ConsoleScene) -> None:
    text = "<b>새</b> #편집기 @jade a@b.example https://www.example.com/2026/11/the-fun-of-writing-the-headline"

    part = preview(scene, text=text)

    assert "&lt;b&gt;새&lt;/b&gt; " in part
    assert '<span class="x-hashtag">#편집기</span> <span class="x-mention">@jade</span> a@b.example' in part
    assert '<span class="x-link">example.com/2026/11/the-fun-of-wr…</span>' in part


def test_the_preview_says_the_price_with_and_without_a_link(scene: ConsoleScene) -> None:
    assert "게시 비용 $0.015<" in preview(scene)
    assert "게시 비용 $0.20 (링크가" in preview(scene, text="자세히: example.com")


def test_what_is_too_much_for_one_post_is_marked(scene: ConsoleScene) -> None:
    assert f"<mark>{'가' * 3}</mark>" in preview(scene, text="가" * 143)


@pytest.mark.parametrize(
    ("pause", "typed", "sentence"),
    [
        (PauseScope.ALL, {}, "보내면 보류되고"),
        (PauseScope.ALL, {"when": TOMORROW}, "재개하지 않으면 보류돼요"),
        (PauseScope.SCHEDULED, {"when": TOMORROW}, "재개하지 않으면 보류돼요"),
        (None, {"when": "2026-11-29T09:00"}, "근무 시간이 아닐 때 올라가요"),
        (None, {"when": "2026-11-24T09:00"}, "이미 지난 시각이에요."),
        (None, {"text": "{지역} 안내"}, "채우지 않은 자리가 있어요: {지역}"),
    ],
)
def test_what_to_know_before_sending_is_said(
    scene: ConsoleScene, pause: PauseScope | None, typed: dict[str, str], sentence: str
) -> None:
    if pause:
        scene.switch.pause(Pause("점검", "이수진", NOW, scope=pause))

    assert sentence in preview(scene, **typed)


def test_a_desk_in_trial_says_that_posts_go_out_all_the_same(scene: ConsoleScene) -> None:
    scene.brand = replace(scene.brand, is_in_trial=True)

    assert "시범 운영 중이지만" in preview(scene)


def test_there_is_nothing_to_say_about_a_plain_post_for_a_working_hour(scene: ConsoleScene) -> None:
    scene.switch.pause(Pause("점검", "이수진", NOW, scope=PauseScope.SCHEDULED))

    assert '<ul id="write-notes" hidden>' in preview(scene)
    scene.switch.resume(by="이수진", at=NOW)
    assert '<ul id="write-notes" hidden>' in preview(scene, when="2026-11-25T10:00")


def test_an_outage_notice_for_now_passes_a_pause_of_scheduled_posts(scene: ConsoleScene) -> None:
    scene.switch.pause(Pause("점검", "이수진", NOW, scope=PauseScope.SCHEDULED))
    send(scene.signed_in(), kind="outage")
    send(scene.signed_in(), kind="outage", request="form-2", text="내일 안내", when=TOMORROW)

    now, later = announced(scene)
    assert not scene.switch.stops(now)
    assert scene.switch.stops(later)


# Pictures


def a_picture(scene: ConsoleScene, picture_id: str, state: PictureState = PictureState.READY) -> str:
    scene.pictures.add(Picture(picture_id, "박지민", NOW, state, width=1200, height=675))
    return picture_id


def test_a_post_has_its_pictures_in_their_order_with_their_words(scene: ConsoleScene) -> None:
    first, second = (a_picture(scene, f"picture{number}") for number in (1, 2))
    typed = {"picture": [second, first], f"alt.{first}": " 편집기\r\n화면 "}

    part = preview(scene, **typed)
    send(scene.signed_in(), **typed)

    (post,) = announced(scene)
    assert post.pictures == (AttachedPicture(second), AttachedPicture(first, "편집기\n화면"))
    assert post.estimated_micro_usd == 20_000
    assert 'class="x-pictures of-2"' in part
    assert part.index(f"prepared/{second}") < part.index(f"prepared/{first}")
    assert "게시 비용 $0.02<" in part
    assert "설명이 없는 사진이 1장 있어요." in part


@pytest.mark.parametrize(
    ("pictures", "alt", "sentence"),
    [
        (["a", "b", "c", "d", "e"], "", "사진은 4장까지"),
        (["a", "unknown"], "", "쓸 수 없는 사진이 있습니다"),
        (["refused"], "", "쓸 수 없는 사진이 있습니다"),
        (["waiting"], "", "사진을 아직 준비하고 있습니다"),
        (["a"], "가" * 1_001, "사진 설명은 1000자까지"),
    ],
)
def test_pictures_that_cannot_be_sent_are_said_beside_them(
    scene: ConsoleScene, pictures: list[str], alt: str, sentence: str
) -> None:
    for each in "abcde":
        a_picture(scene, each)
    a_picture(scene, "refused", PictureState.REFUSED)
    a_picture(scene, "waiting", PictureState.WAITING)

    response = send(scene.signed_in(), picture=pictures, **{"alt.a": alt})

    assert (response["statusCode"], announced(scene)) == (422, [])
    assert sentence in problems_in(html_of(response))["pictures"]
    assert f'name="picture" value="{pictures[0]}"' in html_of(response)


def test_pictures_of_a_saved_text_and_of_a_draft_are_there_again(scene: ConsoleScene) -> None:
    mine, theirs = a_picture(scene, "mine"), a_picture(scene, "theirs")
    scene.announcement_drafts.add(FEED._replace(pictures=(AttachedPicture(theirs, "새 편집기"),)))
    person = scene.signed_in()
    person.post("write/draft", fields(text="", picture=[mine]) | {"alt.mine": "내 사진"})

    own, of_feed = html_of(person.get("write")), html_of(person.get("write?draft=feed-1"))

    assert 'name="picture" value="mine"' in own
    assert ">\n내 사진</textarea>" in own
    assert 'name="picture" value="theirs"' in of_feed
    assert ">\n새 편집기</textarea>" in of_feed


# Articles, texts to begin with, and drafts of feeds


def test_title_hashtags_and_link_become_text(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    article = {"title": "머리말 " * 60, "url": "https://blog.example.com/머리말", "hashtags": "#글쓰기, 블로그"}

    made = json.loads(person.post("write/article", fields(text="", **article), hx_request="true")["body"])["text"]
    page = html_of(person.post("write/article", fields(**article)))

    assert made.endswith("… #글쓰기 #블로그\nhttps://blog.example.com/%EB%A8%B8%EB%A6%AC%EB%A7%90")
    assert f">\n{TEXT}\n\n머리말" in page
    assert 'name="url" type="text" inputmode="url" value=""' in page
    assert announced(scene) == []


@pytest.mark.parametrize(
    ("article", "field"),
    [
        ({"url": "https://example.com"}, "title"),
        ({"title": "제목", "url": "example"}, "url"),
        ({"title": "제목", "url": "https://example.com", "hashtags": "#!"}, "hashtags"),
    ],
)
def test_what_is_no_article_is_said_beside_its_field(scene: ConsoleScene, article: dict[str, str], field: str) -> None:
    response = scene.signed_in().post("write/article", fields(**article))

    assert response["statusCode"] == 422
    assert list(problems_in(html_of(response))) == [field]
    assert TEXT in html_of(response)


def test_a_text_to_begin_with_brings_its_kind_and_its_places(scene: ConsoleScene) -> None:
    page = html_of(scene.signed_in().get("write?start=began"))

    assert re.search(r'value="outage" checked', page)
    assert "지금 {지역}에서 {서비스} 이용이 원활하지 않습니다." in page


def test_a_text_to_begin_with_goes_below_what_was_typed(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    person.post("write/draft", fields())

    assert f">\n{TEXT}\n지금 {{지역}}에서" in html_of(person.get("write?start=began"))
    assert f">\n{TEXT}</textarea>" in html_of(person.get("write?start=unknown"))


def test_a_draft_of_a_feed_becomes_one_post_and_is_gone(scene: ConsoleScene) -> None:
    scene.announcement_drafts.add(FEED)
    person = scene.signed_in()

    opened = html_of(person.get("write?draft=feed-1"))
    send(person, text=FEED.text, request="feed-1", draft="feed-1")
    late = send(scene.signed_in(SUJIN), text=f"{FEED.text} (이수진)", request="feed-1", draft="feed-1")

    assert 'name="request" value="feed-1"' in opened
    assert 'name="draft" value="feed-1"' in opened
    assert f">\n{FEED.text}</textarea>" in opened
    assert [post.id for post in announced(scene)] == ["feed-1"]
    assert late["statusCode"] == 409
    assert "이 초안은 이미 글로 보냈습니다." in problems_in(html_of(late))["form"]
    assert scene.announcement_drafts.all() == []
    assert "이미 올렸거나 버렸어요" in html_of(person.get("write?draft=feed-1"))


def test_a_draft_in_a_guessed_encoding_says_so_in_the_list_and_when_it_is_opened(scene: ConsoleScene) -> None:
    scene.announcement_drafts.add(FEED._replace(is_guessed=True))
    person, says = scene.signed_in(), "문자 인코딩을 추정해서 읽었어요."

    listed, opened = (html_of(person.get(path)) for path in ("write", "write?draft=feed-1"))
    scene.announcement_drafts.drafts["feed-1"] = FEED

    assert (listed.count(says), opened.count(says)) == (1, 2)
    assert says not in html_of(person.get("write?draft=feed-1"))


def test_a_draft_that_was_sent_but_not_removed_is_removed_when_it_is_opened(scene: ConsoleScene) -> None:
    scene.announcement_drafts.add(FEED)
    scene.posts.put(a_post(FEED.text, id="feed-1"))

    page = html_of(scene.signed_in().get("write?draft=feed-1"))

    assert "이미 올렸거나 버렸어요" in page
    assert scene.announcement_drafts.all() == []


def test_what_is_typed_into_a_draft_of_a_feed_does_not_replace_ones_own(scene: ConsoleScene) -> None:
    scene.announcement_drafts.add(FEED)
    person = scene.signed_in()
    person.post("write/draft", fields(text="내 글", sequence="1"))
    person.post("write/draft", fields(text="고친 소식", sequence="2", draft="feed-1"))

    assert ">\n내 글</textarea>" in html_of(person.get("write"))
    page = html_of(person.get("write?draft=feed-1"))
    assert ">\n고친 소식</textarea>" in page
    assert 'name="request" value="feed-1"' in page


def test_a_draft_of_a_feed_is_removed(scene: ConsoleScene) -> None:
    scene.announcement_drafts.add(FEED)

    response = scene.signed_in().post("write/remove", {"draft": "feed-1"})

    assert (response["headers"]["location"], scene.announcement_drafts.all()) == ("/console/write", [])


def test_a_post_that_was_given_up_can_be_written_anew(scene: ConsoleScene) -> None:
    scene.posts.put(a_post("고쳐 쓸 글", id="p1", kind=PostKind.CORRECTION, state=PostState.CANCELLED))
    scene.posts.put(a_post("답글", id="r1", kind=PostKind.REPLY, in_reply_to="77"))

    page = html_of(scene.signed_in().get("write?from=p1"))

    assert ">\n고쳐 쓸 글</textarea>" in page
    assert re.search(r'value="correction" checked', page)
    assert 'name="request" value="p1"' not in page
    assert "답글</textarea>" not in html_of(scene.signed_in().get("write?from=r1"))


# After sending


def test_the_page_asks_for_two_minutes_what_became_of_the_post(scene: ConsoleScene) -> None:
    scene.posts.put(a_post(TEXT, id="p1", state=PostState.QUEUED))

    assert "hx-get" in html_of(scene.signed_in().part("write/status?post=p1"))
    scene.now += timedelta(minutes=2)
    assert "hx-get" not in html_of(scene.signed_in().part("write/status?post=p1"))


def test_a_post_is_taken_back_and_its_text_is_in_the_box_again(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    send(person)
    scene.now += timedelta(seconds=3)

    response = person.post("write/undo", {"post": "form-1"})

    (post,) = announced(scene)
    assert (post.state, post.reason) == (PostState.CANCELLED, PostReason.UNDONE)
    assert response["headers"]["location"] == "/console/write?undone=1"
    page = html_of(person.get("write?undone=1"))
    assert f">\n{TEXT}</textarea>" in page
    assert "취소했어요." in page
    scene.now += timedelta(seconds=1)
    (request,) = re.findall(r'id="write-request" name="request" value="([^"]+)"', page)
    assert send(person, request=request)["statusCode"] == 303
    assert len(announced(scene)) == 2


def test_taking_a_post_back_does_not_replace_what_was_typed_meanwhile(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    send(person)
    person.post("write/draft", fields(text="다음 글", sequence="10"))

    response = person.post("write/undo", {"post": "form-1"})

    assert response["headers"]["location"] == "/console/write?from=form-1&undone=1"
    assert f">\n{TEXT}</textarea>" in html_of(person.get("write?from=form-1&undone=1"))
    assert ">\n다음 글</textarea>" in html_of(person.get("write"))


def test_a_browser_whose_clock_is_fast_gets_the_text_back_all_the_same(scene: ConsoleScene) -> None:
    person, next_year = scene.signed_in(), 1_830_000_000_000
    send(person, sequence=str(next_year))

    with_script = person.post("write/undo", {"post": "form-1", "sequence": str(next_year + 1)})

    assert with_script["headers"]["location"] == "/console/write?undone=1"
    send(person, request="form-2", sequence=str(next_year + 2))
    without = person.post("write/undo", {"post": "form-2"})
    assert without["headers"]["location"] == "/console/write?from=form-2&undone=1"
    assert f">\n{TEXT}</textarea>" in html_of(person.get("write?from=form-2&undone=1"))


def test_it_is_too_late_once_the_post_was_taken_up_for_x(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    send(person)
    claim = scene.posts.save(claimed(scene.posts.posts["form-1"], NOW, lease=SECONDS), scene.posts.posts["form-1"])
    scene.posts.save(published(claim, "5501", NOW), claim)

    response = person.post("write/undo", {"post": "form-1"})

    assert response["headers"]["location"] == "/console/write?done=form-1&late=1"
    page = html_of(person.get("write?done=form-1&late=1"))
    assert "취소하지 못했어요" in page
    assert "/i/status/5501" in page


def test_nobody_else_takes_it_back_or_sends_it_early(scene: ConsoleScene) -> None:
    send(scene.signed_in())
    other = scene.signed_in(SUJIN)

    other.post("write/undo", {"post": "form-1"})
    other.post("write/send_now", {"post": "form-1"})

    assert [post.state for post in announced(scene)] == [PostState.SCHEDULED]
    assert "write/undo" not in html_of(other.get("write?done=form-1"))


def test_the_page_sends_the_post_when_the_seconds_are_over(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    send(person)
    scene.now += SECONDS

    parts = [person.post("write/send_now", {"post": "form-1"}, hx_request="true") for _ in range(2)]

    assert [sent.post_id for sent in scene.queue.sent] == ["form-1"]
    assert ["X에 올리는 중이에요." in html_of(part) for part in parts] == [True, True]
    assert 'hx-get="/console/write/status?post=form-1"' in html_of(parts[0])


@pytest.mark.parametrize(
    ("state", "changes", "sentence"),
    [
        (PostState.PUBLISHED, {"x_id": "5501"}, "X에 올라갔어요."),
        (PostState.AWAITING_APPROVAL, {}, "다른 운영자가 승인하면 올라가요."),
        (PostState.HELD, {"reason": PostReason.PAUSED}, "게시 중지 중이라 보류했습니다"),
        (PostState.REFUSED, {"reason": PostReason.NOT_ACCEPTED, "detail": "no"}, "X가 글을 받지 않았습니다"),
        (PostState.QUEUED, {"reason": PostReason.PICTURE_NOT_READY}, "사진을 아직 준비하고 있습니다"),
        (PostState.IN_DOUBT, {"reason": PostReason.ANSWER_LOST}, "게시 여부 확인 필요"),
    ],
)
def test_the_page_says_what_became_of_the_post(
    scene: ConsoleScene, state: PostState, changes: dict[str, Any], sentence: str
) -> None:
    scene.posts.put(a_post(TEXT, id="p1", state=state, **changes))

    assert sentence in html_of(scene.signed_in().get("write?done=p1"))
    assert sentence in html_of(scene.signed_in().part("write/status?post=p1"))


PROMISES = "통화 장애의 원인을 찾고 있습니다. 오후 3시까지 다시 알려 드리겠습니다."
WORDS = {"promise_words": "오후 3시까지 다시 알려 드리겠습니다."}


def test_a_notice_that_promises_an_update_is_sent_once_somebody_has_decided_about_it(scene: ConsoleScene) -> None:
    form = {"request": "newpost00001", "kind": "outage", "when": "now", "text": PROMISES}

    asked = scene.signed_in().post("write", form)
    assert asked["statusCode"] == 422
    page = unescape(asked["body"])
    assert "‘오후 3시’ 약속이 있습니다." in page
    assert 'name="promises" value="1" checked' in page
    assert 'name="next_update_at"' in page

    offered = {"promises": "1", "next_update_at": "2026-11-24T15:00", **WORDS}
    assert scene.signed_in().post("write", {**form, **offered})["statusCode"] == 303
    (promise,) = scene.promises.open()
    assert (promise.subject, promise.words, promise.made_by_id) == ("newpost00001", WORDS["promise_words"], JIMIN.id)


def test_a_notice_whose_promise_was_switched_off_promises_nothing(scene: ConsoleScene) -> None:
    form = {"request": "newpost00001", "kind": "outage", "when": "now", "text": PROMISES, **WORDS}

    assert scene.signed_in().post("write", form)["statusCode"] == 303
    assert scene.promises.open() == []


def test_a_post_says_which_promise_it_keeps(scene: ConsoleScene) -> None:
    first = {"request": "newpost00001", "kind": "outage", "when": "now", "text": PROMISES}
    offered = {"promises": "1", "next_update_at": "2026-11-24T15:00", **WORDS}
    scene.signed_in().post("write", {**first, **offered})

    assert '<option value="newpost00001" selected>' in scene.signed_in().get("write?keeps=newpost00001")["body"]

    second = {"request": "newpost00002", "kind": "outage", "when": "now", "text": "복구를 마쳤습니다."}
    scene.signed_in().post("write", {**second, "keeps": "newpost00001"})
    keeps = scene.posts.posts["newpost00002"].keeps
    assert keeps
    assert keeps.subject == "newpost00001"
