"""The queue of heard posts: the most important first, seen, opened as cases that get no reply, and gone in time."""

import json
import re
from copy import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from desk.brand import ListenSettings
from desk.cases.model import CaseState, case_id_of
from desk.listening.surges import Surge
from desk.mentions.model import RoutingOutcome, Source, Stage, StoredMention
from desk.reading import Kind, Need, Reading, Urgency
from desk.x.look_ups import author_key
from desk.x.model import PostMetrics
from operator_console.shell.cached import HeardToSee
from tests.unit.operator_console.scene import BILLING, DOMAIN, JIMIN, SUJIN, VIEWER, ConsoleScene, event, html_of
from tests.unit.replies.scene import mention

RUMOUR = "제이드 다음 달에 3G 끊는다던데 진짜임?"


def scene_that_listens() -> ConsoleScene:
    scene = ConsoleScene()
    scene.brand = replace(scene.brand, listen=ListenSettings(terms=("제이드",)))
    return scene


@pytest.fixture
def scene() -> ConsoleScene:
    return scene_that_listens()


def hear(
    scene: ConsoleScene,
    number: int = 500,
    text: str = RUMOUR,
    kind: Kind = Kind.RUMOR,
    *,
    hours: float = 1,
    **metrics: int,
) -> str:
    """Have a post there that was found by listening and read, received so many hours ago; its key."""
    found = mention(number, text).mention
    reactions = PostMetrics(**{"likes": 0, "replies": 0, "reposts": 0, "quotes": 0, **metrics})
    at = scene.now - timedelta(hours=hours)
    post = found.post._replace(
        author_id=f"9{number}", author=None, conversation_id=str(number), created_at=at, metrics=reactions
    )
    reading = Reading(kind, Need.INFORMATION, "pr", Urgency.NORMAL, "ko", 0.82, ())
    heard = found._replace(post=post, received_at=at, source=Source.LISTENING)
    scene.mentions.store([heard])
    scene.mentions.stored[heard.id] = StoredMention(heard, Stage.NOTHING, RoutingOutcome(reading, None, None))
    scene.seen.heard[heard.id] = post
    return f"m{number}"


def rows(body: str) -> list[str]:
    return re.findall(r'<li id="row-(m\d+)"', body)


def queue(scene: ConsoleScene, person: Any = JIMIN) -> str:
    return html_of(scene.signed_in(person).get("inbox/heard"))


def test_the_most_important_come_first_with_text_reading_spread_and_the_post_on_x(scene: ConsoleScene) -> None:
    hear(scene, 501, "제이드 데이터 안 터짐", Kind.FAULT)
    hear(scene, 502, likes=1200, reposts=30)
    hear(scene, 503)

    body = queue(scene)

    assert rows(body) == ["m502", "m503", "m501"]
    assert RUMOUR in body
    assert "마음에 들어요 1,200 · 재게시 30" in body
    assert "사실 확인 필요, 홍보 · 분류 보통" in body
    assert "https://x.com/i/status/502" in body


def test_at_most_thirty_are_shown_and_how_many_more_there_are_is_said(scene: ConsoleScene) -> None:
    for number in range(500, 533):
        hear(scene, number)

    body = queue(scene)

    assert len(rows(body)) == 30
    assert "덜 중요한 글이 3건 더 있어요" in body
    scene.heard.is_whole = False
    assert "3건 이상 더 있어요" in queue(scene)


def test_a_surge_is_shown_above_the_posts_with_its_counts_and_its_most_important_post(scene: ConsoleScene) -> None:
    at = scene.now - timedelta(hours=1)
    scene.surges.record(Surge(0, at, at + timedelta(minutes=10), 1240, 180, ("제이드",), 5321, ("777",)))
    scene.surges.record(Surge(0, scene.now - timedelta(hours=25), scene.now, 9, 9, ("어제",)))
    scene.surges.record(Surge(1, at, at + timedelta(minutes=10), 300, 30))

    body = queue(scene)

    sentence = "11:10까지 &#39;제이드&#39; 글이 1,240건 올라왔어요(1분에 최대 180건)."
    assert sentence in body
    assert "확산은 5,321이에요" in body
    assert "https://x.com/i/status/777" in body
    assert "우리에 대한 글이 300건" in body
    assert "어제" not in body


def test_what_was_marked_is_folded_and_can_be_taken_back(scene: ConsoleScene) -> None:
    hear(scene, 501)
    hear(scene, 502)
    person = scene.signed_in()

    response = person.post("seen", {"item": ["501", "502"], "queue": "heard"}, hx_request="true")

    assert "읽은 글 2" in response["body"]
    assert "볼 글이 없어요" in response["body"]
    undo = json.loads(response["headers"]["hx-trigger"])["done"]["undo"]
    back = person.post(undo.removeprefix("/console/"), {}, hx_request="true")
    assert "읽은 글" not in back["body"]
    assert rows(back["body"]) == ["m502", "m501"]


def test_marked_twice_it_was_seen_once_by_the_first(scene: ConsoleScene) -> None:
    hear(scene, 501)
    form = {"item": "501", "queue": "heard"}
    for person in (JIMIN, SUJIN, JIMIN):
        assert scene.signed_in(person).post("seen", form)["headers"]["location"] == "/console/inbox/heard"

    assert scene.seen.seen_by["501"][0] == JIMIN.name


def test_what_is_opened_was_seen_and_says_why_it_gets_no_reply(scene: ConsoleScene) -> None:
    key = hear(scene)

    body = html_of(scene.signed_in().get(f"inbox/heard/{key}"))

    assert "작성자가 우리를 부르지 않았어요" in body
    assert 'id="reply-fields" class="bare" hidden disabled' in body
    assert scene.seen.seen_by["500"][0] == JIMIN.name


def test_opening_a_case_twice_or_by_two_people_makes_one_that_x_takes_no_reply_to(scene: ConsoleScene) -> None:
    key = hear(scene)
    case_id = case_id_of("500", "9500")

    for person in (JIMIN, SUJIN):
        response = scene.signed_in(person).post(f"heard/{key}/open", {})
        assert (response["statusCode"], response["headers"]["location"]) == (303, f"/console/inbox/all/{case_id}")

    assert scene.cases.cases[case_id].state is CaseState.OPEN
    assert rows(queue(scene)) == []
    body = html_of(scene.signed_in().get(f"inbox/all/{case_id}"))
    assert "작성자가 우리를 부르지 않았어요" in body
    assert "우리 계정을 부르지 않은 글에는 이 화면에서 답글을 달 수 없습니다" in body
    assert "https://x.com/i/status/500" in body


@pytest.mark.parametrize("address", ["send", "private", "promise"])
def test_no_form_sends_a_reply_to_it(scene: ConsoleScene, address: str) -> None:
    key = hear(scene)
    form = {"version": "0", "request": "form-0001", "text": "사실이 아닙니다", "promised_until": "2026-11-25T12:00"}

    before = scene.signed_in().post(f"case/{key}/{address}", form, hx_request="true")
    assert (before["statusCode"], scene.cases.cases.get(case_id_of("500", "9500"))) == (422, None)

    scene.signed_in().post(f"heard/{key}/open", {})
    version = {"version": "1", "request": "form-0002"}
    after = scene.signed_in().post(f"case/{case_id_of('500', '9500')}/{address}", form | version, hx_request="true")
    assert after["statusCode"] == 422
    assert "우리 계정을 부르지 않은 글에는" in after["body"]
    assert scene.posts.posts == {}


def test_an_author_who_has_a_case_in_this_conversation_is_answered_there(scene: ConsoleScene) -> None:
    key = hear(scene)
    number = case_id_of("500", "9500")
    scene.cases.put(scene.have_case(1)._replace(id=number))

    response = scene.signed_in().post(f"heard/{key}/open", {})

    assert response["statusCode"] == 409
    assert number in response["body"]


def test_after_a_day_it_is_shown_nowhere_although_the_sweep_has_not_come_yet(scene: ConsoleScene) -> None:
    key = hear(scene, hours=24)
    person = scene.signed_in()

    assert rows(queue(scene)) == []
    assert person.get(f"case/{key}")["statusCode"] == 404
    assert person.post(f"heard/{key}/open", {})["statusCode"] == 404
    hear(scene, 501)
    found = [person.get(f"search?q=https://x.com/i/status/{number}")["statusCode"] for number in (500, 501)]
    assert found == [200, 303]  # only the second leads to its post


@pytest.mark.parametrize(("change", "status"), [("gone", 404), ("a mention", 404), ("unread", 409)])
def test_what_is_no_heard_post_any_more_or_not_read_yet_opens_no_case_here(
    scene: ConsoleScene, change: str, status: int
) -> None:
    key = hear(scene)
    stored = scene.mentions.stored.pop("500")
    if change == "unread":
        scene.mentions.stored["500"] = stored._replace(stage=Stage.READING, outcome=None)
    elif change == "a mention":
        scene.mentions.stored["500"] = stored._replace(mention=stored.mention._replace(source=Source.MENTIONS))

    assert scene.signed_in().post(f"heard/{key}/open", {})["statusCode"] == status
    assert scene.cases.cases.keys() == ConsoleScene().cases.cases.keys()


def test_what_was_taken_for_advertising_is_found_by_a_search_and_can_be_opened_as_a_case(scene: ConsoleScene) -> None:
    key = hear(scene, kind=Kind.JUNK)
    assert rows(queue(scene)) == []
    assert [found for found, _ in hits(scene)] == [key]

    response = scene.signed_in().post(f"heard/{key}/open", {})

    assert response["headers"]["location"] == f"/console/inbox/all/{case_id_of('500', '9500')}"


def hits(scene: ConsoleScene, person: Any = JIMIN, typed: str = "끊는다던데") -> list[tuple[str, bool]]:
    """What a search finds today, each with whether it is marked as not addressed to us."""
    body = html_of(scene.signed_in(person).get(f"search?q={typed}"))
    found = re.findall(r'<li id="found-\d+" class="row" data-key="([^"]+)">(.*?)</li>', body, re.DOTALL)
    return [(key, "멘션 없는 언급</span>" in row) for key, row in found]


def test_a_search_finds_heard_posts_marks_them_and_leads_to_a_page_without_a_reply(scene: ConsoleScene) -> None:
    key = hear(scene)
    addressed = mention(501, RUMOUR).mention
    scene.mentions.store([addressed])
    reading = scene.mentions.stored["500"].outcome
    scene.mentions.stored["501"] = StoredMention(addressed, Stage.NOTHING, reading)

    assert sorted(hits(scene)) == [(key, True), ("m501", False)]
    body = html_of(scene.signed_in().get(f"inbox/all/{key}"))
    assert "작성자가 우리를 부르지 않았어요" in body
    assert 'id="reply-fields" class="bare" hidden disabled' in body
    assert hits(scene, BILLING) == []


def test_a_search_finds_a_heard_post_with_a_case_after_its_day_too_and_one_without_until_then(
    scene: ConsoleScene,
) -> None:
    key = hear(scene, 501, hours=24)
    hear(scene, 502, hours=23.9)
    case_id = case_id_of("502", "9502")
    scene.signed_in().post("heard/m502/open", {})
    yesterday = "끊는다던데&days=1"

    assert hits(scene, typed=yesterday) == [(case_id, True)]
    scene.now += timedelta(hours=2)
    assert hits(scene, typed=yesterday) == [(case_id, True)]
    assert key not in html_of(scene.signed_in().get(f"search?q={yesterday}"))


def test_a_busy_store_is_said_and_the_next_try_goes_on(scene: ConsoleScene) -> None:
    key = hear(scene)
    scene.heard.fail_before.append("recent")
    scene.seen.fail_after.append("mark_seen")
    person = scene.signed_in()

    assert person.get("inbox/heard")["statusCode"] == 503
    assert person.post("seen", {"item": "500", "queue": "heard"})["statusCode"] == 503
    assert person.post("seen", {"item": "500", "queue": "heard"})["statusCode"] == 303
    assert rows(queue(scene)) == [key]
    assert "읽은 글 1" in queue(scene)


def number(body: str) -> str | None:
    """The queue's number in the bar; None if it has no place for one."""
    found = re.search(r'data-number="heard"[^>]*>([^<]*)<', body)
    return found and found[1]


def test_the_column_counts_what_the_queue_shows_and_nobody_has_seen(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    assert number(html_of(person.get("trends"))) == "0"
    for key in range(500, 533):
        hear(scene, key)

    assert number(html_of(person.get("trends"))) == number(queue(scene)) == "30"
    marked = person.post("seen", {"item": ["532", "531", "530"], "queue": "heard"}, hx_request="true")
    assert number(marked["body"]) == number(html_of(person.get("trends"))) == "27"
    assert number(queue(scene, VIEWER)) == "27"
    assert number(html_of(scene.signed_in(BILLING).get("inbox/to_answer"))) is None


@pytest.mark.parametrize("open_queue", ["heard", "to_answer", "all"])
def test_a_page_that_stays_open_learns_the_number(scene: ConsoleScene, open_queue: str) -> None:
    hear(scene)

    for hidden in ("", "&hidden=1"):
        assert '"heard": "1"' in unescape(scene.signed_in().part(f"poll?queue={open_queue}{hidden}")["body"])
    assert '"heard"' not in unescape(scene.signed_in(BILLING).part(f"poll?queue={open_queue}")["body"])


def test_the_posts_are_read_every_twenty_seconds_at_most_and_kept_while_the_table_is_busy(scene: ConsoleScene) -> None:
    to_see = HeardToSee(scene.heard)
    hear(scene, 501)
    assert [to_see.at(scene.now + timedelta(seconds=second)) for second in (0, 10, 19)] == [["501"]] * 3
    assert scene.heard.calls["to_see"] == 1

    hear(scene, 502)
    scene.heard.busy.add("to_see")
    assert to_see.at(scene.now + timedelta(seconds=20)) == ["501"]
    scene.heard.busy.clear()
    assert to_see.at(scene.now + timedelta(seconds=40)) == ["502", "501"]
    to_see.keep([], scene.now + timedelta(seconds=41))
    assert to_see.at(scene.now + timedelta(seconds=60)) == []
    to_see.forget()
    assert to_see.at(scene.now + timedelta(seconds=60)) == ["502", "501"]


def test_a_page_is_shown_without_the_number_rather_than_not_at_all(scene: ConsoleScene) -> None:
    scene.heard.busy.add("to_see")

    assert number(html_of(scene.signed_in().get("trends"))) == ""


def test_a_console_that_opens_a_case_counts_anew(scene: ConsoleScene) -> None:
    key = hear(scene)
    console = scene.console
    person = scene.signed_in()

    def ask(method: str, path: str, **headers: str) -> str:
        asked = event(method, path, cookies=person.cookies, headers=headers, body="a=b" if method == "POST" else "")
        response = console.respond(asked, scene.now)
        assert response["statusCode"] in {200, 303}
        return str(response["body"])

    assert number(ask("GET", "trends")) == "1"
    ask("POST", f"heard/{key}/open", origin=f"https://{DOMAIN}", x_csrf_token=person.session.csrf)
    assert number(ask("GET", "trends")) == "0"


def test_authors_are_looked_up_when_a_person_looks(scene: ConsoleScene) -> None:
    hear(scene)
    person = scene.signed_in()

    assert "heard/authors" in queue(scene)
    response = person.post("heard/authors", {}, hx_request="true")

    assert response["statusCode"] == 200
    assert "/list/heard" in response["body"]
    assert author_key("9500") in scene.look_ups.look_ups
    assert person.post("heard/authors", {}, hx_request="true")["statusCode"] == 204


def test_departments_and_desks_that_do_not_listen_have_no_such_queue(scene: ConsoleScene) -> None:
    assert scene.signed_in(BILLING).get("inbox/heard")["statusCode"] == 404
    assert "inbox/heard" in queue(scene, VIEWER)
    scene.brand = replace(scene.brand, listen=ListenSettings())
    assert scene.signed_in().get("inbox/heard")["statusCode"] == 404
    assert "inbox/heard" not in html_of(scene.signed_in().get("inbox/to_read"))


def test_a_viewer_sees_it_and_changes_nothing(scene: ConsoleScene) -> None:
    key = hear(scene)
    viewer = scene.signed_in(VIEWER)

    assert "문의 건 열기" not in queue(scene, VIEWER)
    assert viewer.post(f"heard/{key}/open", {})["statusCode"] == 403
    viewer.get(f"inbox/heard/{key}")
    assert scene.seen.seen_by == {}
