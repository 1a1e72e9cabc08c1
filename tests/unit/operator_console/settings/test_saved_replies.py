"""Saved replies are managed on a page of their own, and offered where they fit."""

import html
import re
from copy import replace
from datetime import date, timedelta

import pytest

from desk.brand import SeedReply
from desk.mentions.model import RoutingOutcome, Stage, StoredMention
from desk.staff.saved_replies import OnlyWhen, SavedReply, seeds_of
from tests.fakes.staff import FakeSavedReplies
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, SignedIn, html_of
from tests.unit.replies.scene import CASE, NOW, READING, mention

SEEDS = seeds_of(
    [
        SeedReply("칭찬 감사", "감사합니다, {name} 님.", "", "feedback"),
        SeedReply("청구서 보는 곳", "{문의 번호} 건: 앱에서 보실 수 있습니다.", "billing", "inquiry"),
        SeedReply("장애 확인 중", "{지역} 통신을 확인하고 있습니다.", "network", "fault"),
        SeedReply("확인 후 답변", "{부서}에서 {약속 시각}까지 답변드릴게요.", promise="due"),
    ]
)


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene(saved_replies=FakeSavedReplies(seeds=dict(SEEDS)))


@pytest.fixture
def jimin(scene: ConsoleScene) -> SignedIn:
    return scene.signed_in()


def form(**changes: str) -> dict[str, str]:
    """A new reply as the form sends it."""
    fields = {"request": "request-1", "id": "", "version": "0", "title": "환불", "text": "사흘 안에 환불됩니다."}
    return {**fields, "department": "billing", "kind": "inquiry", "last_day": "", **changes}


def titles(body: str) -> list[str]:
    return [html.unescape(re.sub(r"<[^>]+>", "", each)) for each in re.findall(r"<h3>(.*?)</h3>", body)]


def inserted(body: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r'data-command="insert" data-text="([^"]*)"', body)]


def test_a_person_creates_changes_and_deletes_a_reply(scene: ConsoleScene, jimin: SignedIn) -> None:
    assert jimin.post("replies/save", form())["statusCode"] == 200
    (reply,) = scene.saved_replies.stored.values()
    assert (reply.title, reply.department, reply.created_by, reply.at) == ("환불", "billing", "박지민", NOW)

    changed = form(id=reply.id, version="1", text="나흘 안에 환불됩니다.", last_day="2026-12-01", request="request-2")
    assert scene.signed_in(SUJIN).post("replies/save", changed)["statusCode"] == 200
    (reply,) = scene.saved_replies.stored.values()
    assert (reply.text, reply.last_day, reply.by, reply.created_by) == (
        "나흘 안에 환불됩니다.",
        date(2026, 12, 1),
        "이수진",
        "박지민",
    )

    gone = {"request": "request-3", "id": reply.id, "version": "2"}
    assert [jimin.post("replies/delete", gone)["statusCode"] for _ in range(2)] == [200, 303]
    assert "환불" not in titles(html_of(jimin.get("replies")))


def test_creating_changing_and_deleting_a_reply_are_each_taken_back(scene: ConsoleScene, jimin: SignedIn) -> None:
    def undo(body: str) -> None:
        action, fields = re.findall(r'action="/console/(replies/\w+)">(.*?)</form>', body, re.DOTALL)[0]
        sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', fields))
        assert jimin.post(action, {name: html.unescape(value) for name, value in sent.items()})["statusCode"] == 200

    undo(html_of(jimin.post("replies/save", form())))
    assert "환불" not in titles(html_of(jimin.get("replies")))

    first = scene.saved_replies.save(SavedReply("r1", "환불", "사흘\n안에", "billing", "inquiry", created_by="이수진"))
    undo(html_of(jimin.post("replies/save", form(id="r1", version="1", text="나흘", request="request-2"))))
    assert scene.saved_replies.stored["r1"].text == first.text

    undo(html_of(jimin.post("replies/delete", {"request": "request-3", "id": "r1", "version": "3"})))
    assert (scene.saved_replies.stored["r1"].text, scene.saved_replies.stored["r1"].removed) == (first.text, False)
    forged = jimin.post("replies/save", form(id="r9", version="0", restores="1", request="request-4"))
    assert forged["statusCode"] == 409


def test_a_person_says_that_a_reply_is_not_true_during_a_spike(scene: ConsoleScene, jimin: SignedIn) -> None:
    jimin.post("replies/save", form(only_when="no_spike"))
    (reply,) = scene.saved_replies.stored.values()
    assert reply.only_when == OnlyWhen.NO_SPIKE
    assert "급증하는 동안에는 맨 뒤" in html_of(jimin.get("replies"))
    assert re.search(r'name="only_when" value="no_spike" checked', html_of(jimin.get(f"replies/{reply.id}")))

    jimin.post("replies/save", form(id=reply.id, version="1", request="request-2"))
    assert [each.only_when for each in scene.saved_replies.stored.values()] == [""]


def test_a_reply_promises_by_a_time_and_keeps_the_promise_when_it_is_taken_back(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    page = html_of(jimin.post("replies/save", form(text="{약속 시각}까지 알려 드릴게요.", promise="30분")))
    (reply,) = scene.saved_replies.stored.values()
    assert reply.promise == "30m"
    assert "답변 약속: 30분" in page
    assert re.search(r'name="promise" value="30분"', html_of(jimin.get(f"replies/{reply.id}")))

    undo = html_of(jimin.post("replies/delete", {"request": "request-2", "id": reply.id, "version": "1"}))
    assert 'name="promise" value="30분"' in undo


def test_inserting_a_reply_offers_its_promise_with_the_moment_in_the_language_of_the_text(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    texts = {"en": "Back with you by {time}. Thank you."}
    scene.saved_replies.save(
        SavedReply("r1", "곧", "{time}쯤 뵐게요. 고맙습니다.", "billing", "inquiry", texts=texts, promise="30m")
    )

    part = html_of(jimin.part(f"case/{CASE.id}/suggestions?q=%EA%B3%A7"))

    assert inserted(part) == ["11월 24일(화) 오후 12:30쯤 뵐게요. 고맙습니다."]
    assert 'data-promise-own data-promise-until="2026-11-24T12:30"' in part
    assert 'data-promise-words="11월 24일(화) 오후 12:30쯤 뵐게요."' in part

    one = mention()
    scene.cases.put(CASE, replace(one, mention=one.mention._replace(post=replace(one.mention.post, lang="en"))))
    part = html_of(jimin.part(f"case/{CASE.id}/suggestions?q=%EA%B3%A7"))
    assert inserted(part) == ["Back with you by Tue 24 Nov, 12:30 pm. Thank you."]


def test_a_promise_whose_time_has_passed_is_not_offered_and_its_place_is_left_to_a_person(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    scene.cases.put(CASE._replace(due_at=NOW), mention())

    part = html_of(jimin.part(f"case/{CASE.id}/suggestions"))

    assert "요금·청구에서 {약속 시각}까지 답변드릴게요." in inserted(part)
    assert "data-promise" not in part


def test_a_form_that_is_sent_twice_creates_one_reply(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.saved_replies.fail_after.append("save")

    assert [jimin.post("replies/save", form())["statusCode"] for _ in range(3)] == [503, 200, 200]
    assert len(scene.saved_replies.stored) == 1


def test_the_slower_of_two_people_sees_the_other_text_and_keeps_their_own(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.saved_replies.save(SavedReply("r1", "환불", "처음", by="박지민", request="a"))
    scene.signed_in(SUJIN).post("replies/save", form(id="r1", version="1", text="수진이 쓴 글"))

    late = jimin.post("replies/save", form(id="r1", version="1", text="지민이 쓴 글", request="request-9"))

    assert late["statusCode"] == 409
    body = html_of(late)
    assert "이수진" in body
    assert "수진이 쓴 글" in body
    assert "지민이 쓴 글</textarea>" in body
    assert 'name="version" value="2"' in body
    stale = {"request": "request-8", "id": "r1", "version": "1"}
    assert jimin.post("replies/delete", stale)["statusCode"] == 409


def test_a_reply_that_somebody_deleted_can_be_neither_opened_nor_changed(jimin: SignedIn) -> None:
    assert jimin.get("replies/r9")["statusCode"] == 404
    assert jimin.post("replies/save", form(id="r9", version="1"))["statusCode"] == 409


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": " "}, "제목을 적어 주세요."),
        ({"title": "가" * 41}, "41자라서 40자를 넘습니다."),
        ({"text": ""}, "답글을 써 주세요."),
        ({"text": "가" * 300}, "넘치고"),
        ({"text": "010-1234-5678로 전화 주세요"}, "전화번호"),
        ({"text": "\u202e뒤집힌 글"}, "눈에 보이지 않는 문자"),
        ({"department": "nobody"}, "부서를 골라 주세요"),
        ({"kind": "junk"}, "맞는 분류를 골라 주세요."),
        ({"last_day": "2026-13-01"}, "날짜를 다시 골라 주세요."),
        ({"text": "{time}까지", "promise": "곧"}, "‘곧’은 읽을 수 없어요. 30분, 2시간, 오늘, 마감, 기한"),
        ({"promise": "30분"}, "약속하는 답변에는 {약속 시각}을 넣어 주세요."),
        ({"text": "{time}까지", "promise": "30분", "text.en": "soon"}, "약속하는 답변에는 {약속 시각}을 넣어 주세요."),
        ({"text": "{time}까지 알려 드릴게요."}, "언제까지 약속하는지 적어 주세요."),
        ({"request": ""}, "화면이 오래되어"),
        ({"version": "x"}, "화면이 오래되어"),
    ],
)
def test_what_is_wrong_is_said_on_the_form_and_nothing_is_stored(
    scene: ConsoleScene, jimin: SignedIn, changes: dict[str, str], sentence: str
) -> None:
    fields = form(**changes)

    response = jimin.post("replies/save", fields)

    assert response["statusCode"] == 422
    assert sentence in html_of(response)
    assert html.escape(fields["text"], quote=False) in response["body"]
    assert not scene.saved_replies.stored


@pytest.mark.parametrize("person", [VIEWER, BILLING])
def test_only_operators_change_saved_replies_but_all_see_them(scene: ConsoleScene, person: object) -> None:
    somebody = scene.signed_in(person)  # type: ignore[arg-type]

    assert somebody.post("replies/save", form())["statusCode"] == 403
    assert somebody.get(f"replies/{next(iter(SEEDS))}")["statusCode"] == 403
    body = html_of(somebody.get("replies"))
    assert "청구서 보는 곳" in titles(body)
    assert "replies/seed-" not in body


def test_the_list_is_searched_by_words_and_shows_ended_replies_apart(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.saved_replies.save(SavedReply("r1", "가을 행사", "행사는 끝났습니다.", last_day=date(2026, 11, 23)))

    assert titles(html_of(jimin.get("replies?q=%EC%95%B1%20%EA%B1%B4"))) == ["청구서 보는 곳"]
    whole = html_of(jimin.get("replies"))
    assert "가을 행사" in titles(whole.split("기간이 끝난 답변")[1])


def test_hostile_text_stays_text(scene: ConsoleScene, jimin: SignedIn) -> None:
    hostile = '"><script>alert(1)</script>{{ 7*7 }}'
    jimin.post("replies/save", form(title=hostile[:38], text=hostile, kind=""))

    for path in ("replies", f"case/{CASE.id}/suggestions", f"replies/{next(iter(scene.saved_replies.stored))}"):
        body = html_of(jimin.get(path))
        assert "<script>alert" not in body
        assert "49" not in re.sub(r"<[^>]+>", "", body)
    part = html_of(jimin.part(f"case/{CASE.id}/suggestions"))
    assert "<script>alert" not in part
    assert hostile in inserted(part)


def test_a_case_is_offered_what_fits_it_with_its_places_filled(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.cases.put(CASE._replace(due_at=NOW + timedelta(hours=9)), mention())

    part = jimin.part(f"case/{CASE.id}/suggestions")

    assert part["headers"]["hx-reswap"] == "outerHTML"
    assert inserted(part["body"]) == [
        f"{CASE.id} 건: 앱에서 보실 수 있습니다.",
        "요금·청구에서 11월 24일(화) 오후 9:00까지 답변드릴게요.",
    ]
    assert "<kbd>Alt+1</kbd>" in part["body"]


def test_a_search_finds_replies_for_others_too_and_marks_what_is_to_be_filled(jimin: SignedIn) -> None:
    body = html_of(jimin.part(f"case/{CASE.id}/suggestions?q=%ED%86%B5%EC%8B%A0"))

    assert inserted(body) == ["{지역} 통신을 확인하고 있습니다."]
    assert "<mark>{지역}</mark>" in body


def test_an_ended_reply_is_offered_until_its_last_day(scene: ConsoleScene, jimin: SignedIn) -> None:
    reply = scene.saved_replies.save(SavedReply("r1", "행사", "오늘까지입니다.", last_day=date(2026, 11, 24)))

    assert reply.text in inserted(html_of(jimin.part(f"case/{CASE.id}/suggestions")))
    scene.saved_replies.save(reply._replace(last_day=date(2026, 11, 23)))
    assert reply.text not in inserted(html_of(jimin.part(f"case/{CASE.id}/suggestions")))


def test_a_mention_without_a_case_is_offered_replies_too(scene: ConsoleScene, jimin: SignedIn) -> None:
    one = mention(700)
    scene.mentions.stored["700"] = StoredMention(one.mention, Stage.NOTHING, RoutingOutcome(READING, None, None))

    assert "{문의 번호} 건: 앱에서 보실 수 있습니다." in inserted(html_of(jimin.part("case/m700/suggestions")))
    assert jimin.part("case/m701/suggestions")["statusCode"] == 404


def test_a_department_gets_no_suggestions_for_a_case_of_another(scene: ConsoleScene) -> None:
    scene.cases.put(CASE._replace(department="network"), mention())

    assert scene.signed_in(BILLING).part(f"case/{CASE.id}/suggestions")["statusCode"] == 404
    assert scene.signed_in(JIMIN).part("case/0000000000/suggestions")["statusCode"] == 404


LANGUAGES = {
    "text.en": "You get it back within three days.",
    "text.zh": "三天内退款。",
    "text.ja": "三日以内に返金します。",
}


def test_a_reply_has_a_text_for_each_language_that_somebody_wrote(scene: ConsoleScene, jimin: SignedIn) -> None:
    assert (
        jimin.post("replies/save", form(**LANGUAGES, **{"text.ko": "다른 글", "text.fr": "non"}))["statusCode"] == 200
    )

    (reply,) = scene.saved_replies.stored.values()
    assert reply.text == "사흘 안에 환불됩니다."
    assert reply.texts == {"en": LANGUAGES["text.en"], "zh": LANGUAGES["text.zh"], "ja": LANGUAGES["text.ja"]}
    page = html_of(jimin.get(f"replies/{reply.id}"))
    assert all(text in page for text in LANGUAGES.values())
    assert "text-ko" not in page
    assert "三天内退款。" in html_of(jimin.get("replies?q=退款"))

    without = form(id=reply.id, version="1", request="request-2", **{**LANGUAGES, "text.zh": " "})
    assert jimin.post("replies/save", without)["statusCode"] == 200
    (reply,) = scene.saved_replies.stored.values()
    assert set(reply.texts) == {"en", "ja"}


@pytest.mark.parametrize(
    ("typed", "sentence"), [("Call 010-1234-5678", "들어 있어 보낼 수 없습니다"), ("word " * 200, "줄여 주세요")]
)
def test_each_of_its_texts_is_checked_beside_its_field(
    scene: ConsoleScene, jimin: SignedIn, typed: str, sentence: str
) -> None:
    refused = jimin.post("replies/save", form(**{**LANGUAGES, "text.en": typed}))

    page = html_of(refused)
    assert refused["statusCode"] == 422
    assert sentence in page.partition('id="problem-text.en"')[2]
    assert all(text in page for text in ("三天内退款。", "사흘 안에 환불됩니다."))
    assert not scene.saved_replies.stored


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ko", "나흘 안에 환불됩니다."),
        ("en", "You get it back, 김."),
        ("zh-TW", "四天内退款。"),
        ("ja", "나흘 안에 환불됩니다."),
        ("und", "나흘 안에 환불됩니다."),
        ("vi", "나흘 안에 환불됩니다."),
    ],
)
def test_the_case_offers_the_text_in_the_language_of_the_newest_post(lang: str, text: str) -> None:
    texts = {"en": "You get it back, {name}.", "zh": "四天内退款。"}
    reply = SavedReply("r-1", "환불", "나흘 안에 환불됩니다.", "billing", "inquiry", texts=texts)
    scene = ConsoleScene(saved_replies=FakeSavedReplies(seeds={"r-1": reply}))
    one = mention()
    post = replace(one.mention.post, lang=lang)
    scene.cases.put(CASE, replace(one, mention=one.mention._replace(post=post)))
    stored = StoredMention(
        one.mention._replace(post=replace(post, id="700")), Stage.NOTHING, RoutingOutcome(READING, None, None)
    )
    scene.mentions.stored["700"] = stored

    for key in (CASE.id, "m700"):
        assert inserted(html_of(scene.signed_in().part(f"case/{key}/suggestions"))) == [text]
