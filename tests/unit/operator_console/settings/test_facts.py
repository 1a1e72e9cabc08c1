"""Facts: saved replies with a source, a department that vouches, and an end."""

import html
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from desk.brand import SeedReply
from desk.case_view.view import new_request_id
from desk.cases.model import CaseEvent, CaseEventKind
from desk.staff.saved_replies import SavedReply, seeds_of
from tests.fakes.staff import FakeSavedReplies
from tests.unit.operator_console.scene import BILLING, VIEWER, ConsoleScene, SignedIn, html_of
from tests.unit.operator_console.settings.test_saved_replies import inserted, titles
from tests.unit.replies.scene import CASE, NOW, mention

SUGGESTIONS = f"case/{CASE.id}/suggestions"
WORDS = "청구서가 두 장인 달은 이사한 달뿐입니다."
SEEDS = seeds_of([SeedReply("청구서 보는 곳", "앱에서 보실 수 있습니다.", "billing", "inquiry")])


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene(saved_replies=FakeSavedReplies(seeds=dict(SEEDS)))


@pytest.fixture
def jimin(scene: ConsoleScene) -> SignedIn:
    return scene.signed_in()


def a_fact(**changes: object) -> SavedReply:
    fact = SavedReply(
        "f1",
        "청구서 두 장",
        WORDS,
        "billing",
        last_day=date(2026, 12, 24),
        source="https://jade.example/bills",
        vouched_by="billing",
    )
    return fact._replace(**changes)  # type: ignore[arg-type]


def form(**changes: str) -> dict[str, str]:
    """A new fact as the form sends it."""
    fields = {"request": new_request_id(), "id": "", "version": "0", "title": "청구서 두 장", "text": WORDS}
    fact = {"last_day": "2026-12-24", "last_time": "", "source": "https://jade.example/bills", "vouched_by": "billing"}
    return {**fields, "department": "billing", "kind": "", **fact, **changes}


def with_a_reply_on_x(scene: ConsoleScene, text: str, **event: Any) -> None:
    scene.cases.put(CASE, mention())
    posted = CaseEvent(CaseEventKind.ANSWERED, NOW, "박지민", text, post_id="r1", x_id="555")
    scene.cases.events[CASE.id] = [posted._replace(**event)]


def test_a_fact_is_stored_with_its_source_department_and_end(scene: ConsoleScene, jimin: SignedIn) -> None:
    fields = form(last_time="18:00", is_unannounced="1", announced_at="2026-12-01T09:00")

    page = html_of(jimin.post("replies/save", fields))

    (fact,) = scene.saved_replies.stored.values()
    assert (fact.source, fact.vouched_by) == ("https://jade.example/bills", "billing")
    assert (fact.last_day, fact.last_time) == (date(2026, 12, 24), time(18))
    assert (fact.is_unannounced, fact.announced_at) == (True, datetime(2026, 12, 1, tzinfo=UTC))
    assert (
        "12월 24일(목) 오후 6:00까지 유효"
        in page.replace("\xa0", " ").replace("\u2060", "").split("아직 발표 전인 사실")[1]
    )
    edited = html_of(jimin.get(f"replies/{fact.id}"))
    assert 'value="2026-12-01T09:00"' in edited
    assert 'name="last_time" type="time" value="18:00"' in edited
    assert re.search(r'<option value="billing" selected>[^<]*</option>\s*[^"]*"(?!billing)', edited)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"source": " "}, "source", "출처가 있어야 해요"),
        ({"source": "", "vouched_by": "", "is_unannounced": "1"}, "source", "출처가 있어야 해요"),
        ({"source": "가" * 301}, "source", "301자라서 300자를 넘습니다."),
        ({"source": "박 과장 010-1234-5678"}, "source", "전화번호"),
        ({"vouched_by": ""}, "vouched_by", "확인한 부서를 골라 주세요"),
        ({"vouched_by": "nobody"}, "vouched_by", "확인한 부서를 골라 주세요"),
        ({"last_day": ""}, "last_day", "기한이 있어야 해요"),
        ({"last_day": "", "last_time": "18:00"}, "last_day", "날짜도 골라 주세요"),
        ({"last_time": "25:00"}, "last_time", "시각을 다시 적어 주세요"),
        ({"announced_at": "2026-12-25T00:00"}, "announced_at", "기한보다 늦어요"),
        ({"announced_at": "soon"}, "announced_at", "날짜를 다시 골라 주세요"),
    ],
)
def test_what_is_wrong_with_a_fact_is_said_at_its_field(
    scene: ConsoleScene, jimin: SignedIn, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = jimin.post("replies/save", form(**changes))

    assert response["statusCode"] == 422
    assert sentence in html_of(response).split(f'id="problem-{field}"')[1]
    assert not scene.saved_replies.stored


def test_a_department_writes_the_facts_that_it_vouches_for_and_no_other_reply(scene: ConsoleScene) -> None:
    billing = scene.signed_in(BILLING)

    assert billing.post("replies/save", form())["statusCode"] == 200
    (fact,) = scene.saved_replies.stored.values()
    assert (fact.vouched_by, fact.created_by) == ("billing", BILLING.name)
    assert billing.post("replies/save", form(vouched_by="network"))["statusCode"] == 403
    assert billing.post("replies/save", form(source="", vouched_by=""))["statusCode"] == 403
    others = scene.saved_replies.save(a_fact(id="f2", vouched_by="network"))
    (plain,) = SEEDS
    for reply_id, version in ((others.id, "1"), (plain, "0")):
        changed = form(id=reply_id, version=version)
        assert billing.post("replies/save", changed)["statusCode"] == 403
        assert billing.post("replies/delete", changed)["statusCode"] == 403
        assert billing.get(f"replies/{reply_id}")["statusCode"] == 403
    assert billing.post("replies/delete", form(id=fact.id, version="1"))["statusCode"] == 200
    assert f'href="/console/replies/{others.id}"' not in html_of(billing.get("replies"))


def test_the_list_shows_which_facts_end_soon_and_which_are_secret_or_ended(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    scene.saved_replies.save(a_fact(id="f1", title="곧", last_day=date(2026, 12, 1), last_time=time(12)))
    scene.saved_replies.save(a_fact(id="f2", title="나중", last_day=date(2026, 12, 1), last_time=time(12, 1)))
    scene.saved_replies.save(a_fact(id="f3", title="비밀", is_unannounced=True))
    scene.saved_replies.save(a_fact(id="f4", title="지남", last_day=date(2026, 11, 23)))

    page = html_of(jimin.get("replies"))

    soon = page.split('id="soon"')[1].split("</section>")[0]
    assert re.findall(r'href="#(\w+)"', soon) == ["f1"]
    assert {"곧", "나중"} <= set(titles(page.split("아직 발표 전인 사실")[0]))
    assert titles(page.split("아직 발표 전인 사실")[1].split("기간이 끝난 답변")[0]) == ["비밀"]
    assert titles(page.split("기간이 끝난 답변")[1]) == ["지남"]
    assert '<a href="https://jade.example/bills"' in page


def test_a_source_that_is_no_link_of_the_web_is_never_one(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.saved_replies.save(a_fact(source="javascript:alert(1)"))

    page = html_of(jimin.get("replies"))

    assert "출처: javascript:alert(1)" in page
    assert 'href="javascript' not in page


def test_a_fact_that_is_close_to_the_question_is_offered_first_with_what_stands_behind_it(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    scene.saved_replies.save(a_fact(id="f0", title="가 매장", text="주말에도 엽니다.", kind="inquiry"))
    scene.saved_replies.save(a_fact(last_day=date(2026, 11, 30)))

    part = html_of(jimin.part(SUGGESTIONS))

    assert inserted(part) == [WORDS, "주말에도 엽니다.", "앱에서 보실 수 있습니다."]
    words = html.unescape(re.sub(r"<[^>]+>", "", part)).replace("\xa0", " ").replace("\u2060", "")
    assert "요금·청구 확인 · 11월 30일(월)까지 유효 · 곧 기한이 지나요 · 출처: https://jade.example/bills" in words


def test_an_ended_or_secret_fact_is_never_offered_and_one_is_by_itself_once_it_is_announced(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    scene.saved_replies.save(a_fact(id="f1", last_day=date(2026, 11, 24), last_time=time(12)))
    scene.saved_replies.save(a_fact(id="f2", is_unannounced=True))
    scene.saved_replies.save(
        a_fact(id="f3", text="발표했습니다.", is_unannounced=True, announced_at=NOW + timedelta(minutes=1))
    )
    for path in (SUGGESTIONS, f"{SUGGESTIONS}?q=%EC%B2%AD%EA%B5%AC%EC%84%9C"):
        assert inserted(html_of(jimin.part(path))) == ["앱에서 보실 수 있습니다."]

    scene.now += timedelta(minutes=1)
    assert "발표했습니다." in inserted(html_of(jimin.part(SUGGESTIONS)))


def test_replies_that_can_not_be_read_block_neither_the_similar_answers_nor_sending(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    scene.cases.put(CASE, mention())
    scene.saved_replies.busy.add("all")

    part = jimin.part(SUGGESTIONS)
    assert part["statusCode"] == 200
    assert "지금은 자주 쓰는 답변을 불러올 수 없어요." in html_of(part)
    assert "확인하지 못했어요" in check(jimin, "고맙습니다.")
    sent = jimin.post(f"case/{CASE.id}/send", {"version": "1", "request": new_request_id(), "text": "고맙습니다."})
    assert sent["statusCode"] in (200, 303)
    assert [post.text for post in scene.posts.posts.values()] == ["고맙습니다."]


def check(visitor: SignedIn, text: str, **fields: str) -> str:
    about = {"key": CASE.id} if not fields else {}
    return html_of(visitor.post("check", {"text": text, **about, **fields}, hx_request="true"))


def test_a_reply_with_an_ended_fact_needs_a_reason_even_if_it_ended_since_it_was_typed(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    scene.cases.put(CASE, mention())
    fact = scene.saved_replies.save(a_fact())
    assert "청구서 두 장" not in check(jimin, WORDS)
    scene.saved_replies.save(fact._replace(last_day=date(2026, 11, 23), request="another"))

    fields = {"version": "1", "request": new_request_id(), "text": WORDS}
    refused = html_of(jimin.post(f"case/{CASE.id}/send", fields, hx_request="true"))

    assert "‘청구서 두 장’은 11월 23일(월)까지만 확인된 사실이에요." in refused.replace("\xa0", " ").replace(
        "\u2060", ""
    )
    assert not scene.posts.posts
    scene.now += timedelta(minutes=2)
    assert f'href="/console/replies#{fact.id}"' in check(jimin, WORDS)
    jimin.post(f"case/{CASE.id}/send", {**fields, "override_reason": "아직 맞아요"}, hx_request="true")
    (post,) = scene.posts.posts.values()
    assert (post.overridden, post.override_reason) == (("expired_fact",), "아직 맞아요")


def test_a_post_for_later_is_flagged_by_what_has_ended_when_it_appears_and_in_the_calendar(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    scene.saved_replies.save(a_fact(last_day=date(2026, 11, 24)))

    of_today = check(jimin, WORDS, kind="announcement", when="2026-11-24T18:00")
    of_tomorrow = check(jimin, WORDS, kind="announcement", when="2026-11-25T09:00")

    assert "청구서 두 장" not in of_today
    assert "‘청구서 두 장’은" in of_tomorrow
    planned = {"request": "newpost00001", "kind": "announcement", "when": "2026-11-25T09:00", "text": WORDS}
    assert "‘청구서 두 장’은" in html_of(jimin.post("write", planned, hx_request="true"))
    assert not scene.posts.posts
    scene.saved_replies.save(a_fact(version=1, request="later"))
    jimin.post("write", {**planned, "request": "newpost00002"}, hx_request="true")
    assert "‘청구서 두 장’은" not in html_of(jimin.get("calendar?day=2026-11-25"))
    scene.saved_replies.save(a_fact(version=2, last_day=date(2026, 11, 24), request="ended"))
    scene.now += timedelta(minutes=2)
    assert "‘청구서 두 장’은" in html_of(jimin.get("calendar?day=2026-11-25"))


def test_a_reply_on_x_is_kept_as_a_fact_without_what_was_the_customers(scene: ConsoleScene, jimin: SignedIn) -> None:
    with_a_reply_on_x(scene, f"@kim 김 님, @other {WORDS} https://jade.example/r?token=a1b2 https://jade.example/bills")

    assert f'href="/console/replies/new?case={CASE.id}&amp;post=555"' in jimin.get(f"case/{CASE.id}")["body"]
    page = html_of(jimin.get(f"replies/new?case={CASE.id}&post=555"))

    assert f"김 님, {WORDS} https://jade.example/bills</textarea>" in page
    assert 'name="last_day" type="date" value="2027-02-22"' in page
    assert page.count('<option value="billing" selected>') == 2
    assert "555" not in page.split("<form")[-1]


@pytest.mark.parametrize("query", [f"case={CASE.id}&post=556", f"case={CASE.id}", "case=nothing", "case=99999-00000"])
def test_what_is_no_reply_on_x_can_not_be_kept(scene: ConsoleScene, jimin: SignedIn, query: str) -> None:
    with_a_reply_on_x(scene, WORDS)

    assert jimin.get(f"replies/new?{query}")["statusCode"] == 404


def test_a_department_keeps_replies_of_its_own_cases_and_a_viewer_none(scene: ConsoleScene) -> None:
    with_a_reply_on_x(scene, WORDS)
    path = f"replies/new?case={CASE.id}&post=555"

    assert scene.signed_in(BILLING).get(path)["statusCode"] == 200
    scene.cases.put(CASE._replace(department="network"), mention())
    assert scene.signed_in(BILLING).get(path)["statusCode"] == 404
    assert scene.signed_in(VIEWER).get(path)["statusCode"] == 403
    assert "replies/new" not in scene.signed_in(VIEWER).get(f"case/{CASE.id}")["body"]
