"""People on department pages and in the console see who else has a case open, and nothing else changes."""

from datetime import timedelta
from typing import Any

import pytest

from desk.staff.model import Person, Role
from desk.staff.presence import Presence
from desk.staff.sessions import SESSION_COOKIE
from tests.unit.answer_case.browser import Browser, post
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers


@pytest.fixture
def desk() -> DeskOfAnswers:
    return DeskOfAnswers()


def mark(browser: Browser, state: str, name: str = "김지은", **more: Any) -> dict[str, Any]:
    return browser.site.respond(post(browser.link_id, {"presence": state, "name": name}, **more), NOW)


def test_the_page_shows_who_else_is_there(desk: DeskOfAnswers) -> None:
    desk.presence.mark(CASE.id, "jimin", "박지민", NOW, is_typing=True)
    desk.presence.mark(CASE.id, "sujin", "이수진", NOW, is_typing=False)

    answered = mark(Browser(desk), "opened")

    assert answered["statusCode"] == 200
    assert answered["body"] == "\u2068박지민\u2069 님이 작성 중 · \u2068이수진\u2069 님이 보는 중"
    assert answered["headers"]["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(("state", "is_typing"), [("opened", False), ("typing", True), ("<b>", False)])
def test_colleagues_see_the_person_of_the_page(desk: DeskOfAnswers, state: str, is_typing: bool) -> None:
    browser = Browser(desk)

    assert mark(browser, state)["body"] == ""

    ((other,),) = [desk.presence.others(CASE.id, "jimin", "", NOW)]
    assert (other.name, other.is_typing) == ("김지은", is_typing)
    assert browser.link_id not in other.person_id
    mark(browser, "left")
    assert not desk.presence.others(CASE.id, "jimin", "", NOW)


def test_a_person_without_a_name_is_one_of_the_department(desk: DeskOfAnswers) -> None:
    for evil in ("", "\u202e", "x" * 41):
        mark(Browser(desk), "opened", evil)

    assert {one.name for one in desk.presence.others(CASE.id, "", "", NOW)} == {"요금\u2060·\u2060청구 담당자"}


def test_the_name_of_the_cookie_counts_too(desk: DeskOfAnswers) -> None:
    mark(Browser(desk), "opened", "", cookies=["name=%EC%9D%B4%EC%84%9C%EC%97%B0"])

    assert [one.name for one in desk.presence.others(CASE.id, "", "", NOW)] == ["이서연"]


def test_a_person_of_the_console_is_the_same_one_on_the_links_page(desk: DeskOfAnswers) -> None:
    browser, jieun = Browser(desk), Person("jieun", "김지은", Role.DEPARTMENT, frozenset({"billing"}))
    desk.presence.mark(CASE.id, jieun.id, jieun.name, NOW, is_typing=False)

    assert mark(browser, "opened", "김지은")["body"] == "", "nobody sees herself"
    assert [one.name for one in desk.presence.others(CASE.id, "jimin", "박지민", NOW)] == ["김지은"]

    signed_in = f"{SESSION_COOKIE}={browser.sessions.begin(jieun, NOW, id_token='')}"
    assert mark(browser, "opened", "지은", cookies=[signed_in])["body"] == "", "whatever name she typed there"
    assert [one.name for one in desk.presence.others(CASE.id, jieun.id, jieun.name, NOW)] == []


def test_a_busy_session_is_no_error_page(desk: DeskOfAnswers) -> None:
    browser = Browser(desk)
    browser.sessions.busy.add("find")

    assert mark(browser, "opened", cookies=[f"{SESSION_COOKIE}=some-session"])["statusCode"] == 503


def test_one_link_never_fills_the_item(desk: DeskOfAnswers) -> None:
    browser = Browser(desk)
    for number in range(200):
        mark(browser, "opened", f"이름{number}")

    assert len(desk.presence.others(CASE.id, "", "", NOW)) <= 16


def test_a_mark_changes_nothing_else(desk: DeskOfAnswers) -> None:
    before = desk.case

    browser = Browser(desk)
    browser.site.respond(post(browser.link_id, browser.hidden() | {"action": "take", "presence": "opened"}), NOW)

    assert (desk.case, desk.events) == (before, [])


@pytest.mark.parametrize("why", ["unknown", "expired", "handed over"])
def test_a_link_that_no_longer_opens_the_case_shows_nobody(desk: DeskOfAnswers, why: str) -> None:
    browser, now = Browser(desk), NOW
    desk.presence.mark(CASE.id, "jimin", "박지민", NOW, is_typing=True)
    if why == "unknown":
        browser.link_id = "AAAAAAAAAAAAAAAAAA"
    elif why == "expired":
        now = NOW + timedelta(days=46)
    else:
        desk.have(department="network")

    answered = browser.site.respond(post(browser.link_id, {"presence": "opened"}), now)

    assert (answered["statusCode"], answered["body"]) == (404, "")
    assert [*desk.presence.others(CASE.id, "", "", NOW)] == [Presence("jimin", "박지민", is_typing=True)]


def test_a_busy_store_is_no_error_page(desk: DeskOfAnswers) -> None:
    desk.presence.busy.add("mark")

    answered = mark(Browser(desk), "opened")

    assert (answered["statusCode"], answered["body"]) == (503, "")
