"""A page that stays open in a browser: what ticks in it, how often it asks, and what it says when it does not know."""

import re
from collections.abc import Iterator
from copy import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from desk.formatting.formatter import DeskFormatter
from desk.reading import Safety, Urgency
from operator_console.shell.phrases import age_words, due_words, span_text
from tests.browser import POLL, Chromium, becomes, passes, polled, settled
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, item, keys, write
from tests.unit.operator_console.scene import JIMIN, SUJIN

pytestmark = pytest.mark.browser

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
LIVE = "#list .live"


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.browser = browser
    scene.cases.cases.clear()
    scene.have_cases(4)
    with scene.served() as scene.url:
        yield scene


def count(page: Page, queue: str = "to_answer") -> Any:
    return page.locator(f"#section .count[data-number={queue}]")


def badge(page: Page) -> Any:
    return page.locator("#places .badge[data-number=to_answer]")


def later(page: Page, milliseconds: int) -> None:
    """Let this time pass in one step, in which each timer of the page goes off once."""
    settled(page)
    page.clock.fast_forward(milliseconds)
    settled(page)
    passes(page, SECOND)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_says_how_long_there_is_time_in_the_same_words_as_the_server(desk: Desk, language: str) -> None:
    desk.brand = replace(desk.brand, language=language)
    random, formatter = Random(5), DeskFormatter(desk.brand)
    spans = [timedelta(seconds=random.choice([-1, 1]) * random.uniform(0, 10**each)) for each in (3, 4, 5, 6, 7)]
    rounded = [timedelta(minutes=minutes) for minutes in (-1440, -60, -1, 0, 1, 60, 720, 1440, 2880, 10080)]
    days = [timedelta(days=day, hours=random.randint(0, 23)) for day in range(9)]
    moments = [(desk.now + span).replace(microsecond=0) for span in spans * 8 + rounded + days]
    with desk.opened() as page:
        page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
        said = page.evaluate(
            """([now, moments]) => moments.map((moment) => {
                const [due, age, span] = ["data-due", "data-age", "data-span"].map((name) => {
                    const made = document.body.appendChild(document.createElement("time"));
                    made.setAttribute(name, "");
                    made.dateTime = moment;
                    return made;
                });
                desk.clock.set(now);
                desk.clock.tick();
                return [due.textContent, age.textContent, span.textContent];
            })""",
            [desk.now.isoformat(), [moment.isoformat() for moment in moments]],
        )

    expected = [
        [
            due_words(each, desk.now, formatter),
            age_words(each, desk.now, formatter),
            span_text(desk.now - each, formatter),
        ]
        for each in moments
    ]
    assert [each for each in zip(moments, said, expected, strict=True) if each[1] != each[2]] == []


def test_due_words_tick_and_a_row_becomes_overdue_without_any_answer(desk: Desk) -> None:
    with desk.opened(time_passes=False) as page:
        row = page.locator(f"#row-{desk.key(0)}")
        expect(row.locator(".due time")).to_have_text("10분 남음")
        polled(page)
        later(page, 100 * SECOND)
        expect(row.locator(".due time")).to_have_text("8분 남음")
        later(page, 12 * MINUTE + 50 * SECOND)  # to the middle of a minute: words change every half
        expect(row.locator(".due time")).to_have_text("4분 지남")
        expect(row).to_have_class(re.compile("overdue"))


def test_a_page_asks_every_three_seconds_while_it_is_used_and_less_often_otherwise(desk: Desk) -> None:
    asked: list[str] = []
    with desk.opened(time_passes=False) as page:
        page.on("request", lambda request: asked.append(request.url) if "/poll?" in request.url else None)

        def asks_in(seconds: int) -> int:
            asked.clear()
            for _ in range(seconds):
                passes(page, SECOND)
            return len(asked)

        page.keyboard.press("j")
        assert asks_in(12) in range(3, 8)
        passes(page, MINUTE)
        assert asks_in(30) in range(1, 4)
        page.keyboard.press("j")
        assert asks_in(12) in range(3, 8)


def test_an_unchanged_page_is_answered_without_a_body_and_nothing_moves(desk: Desk) -> None:
    statuses: list[int] = []
    with desk.opened() as page:
        page.on("response", lambda answer: statuses.append(answer.status) if "/poll?" in answer.url else None)
        item(page, 0)
        for _ in range(4):
            polled(page)

    assert statuses[-2:] == [304, 304]


def test_numbers_title_icon_and_rows_come_together(desk: Desk) -> None:
    with desk.opened() as page:
        expect(count(page)).to_have_text("4")
        desk.have_case(8)
        desk.have_case(9)
        desk.have_case(11, urgency=Urgency.HIGH, safety=Safety.DANGER)
        polled(page)

        expect(page.locator("#rows .row")).to_have_count(5)
        expect(count(page)).to_have_text("5")
        expect(count(page)).to_have_attribute("data-more", "+2")
        expect(page.locator("#arrivals")).to_contain_text("새 글 2건 보기")
        expect(badge(page)).to_have_text("5")
        expect(page).to_have_title(re.compile(r"^위험 1 · \(1\) "))
        expect(page.locator('link[rel="icon"]')).to_have_attribute("href", re.compile("icon-danger"))

        keys(page, ".")
        expect(page.locator("#rows .row")).to_have_count(7)
        expect(count(page)).to_have_text("7")
        expect(count(page)).to_have_attribute("data-more", "")
        first = page.locator("#rows .row").first.get_attribute("data-key")
        assert first
        desk.signed_in(SUJIN).post(f"case/{first}/close", {"version": "1", "request": "close-001", "reason": "전화"})
        polled(page)
        expect(page.locator("#rows .row")).to_have_count(6)
        expect(count(page)).to_have_text("6")
        expect(page).to_have_title(re.compile("^(?!위험)"))
        expect(page.locator('link[rel="icon"]')).to_have_attribute("href", re.compile(r"/icon\."))


def test_a_reply_that_is_being_sent_leaves_the_count_and_an_undone_one_returns(desk: Desk) -> None:
    with desk.opened() as page:
        item(page, 0)
        write(page)
        keys(page, "Control+Enter")
        expect(page.locator("#rows .sends")).to_contain_text("초 뒤 게시")
        expect(count(page)).to_have_text("3")
        keys(page, "Escape", "z")
        expect(page.locator("#rows .sends")).to_have_count(0)
        expect(count(page)).to_have_text("4")
        expect(page.locator("#rows .row")).to_have_count(4)


def test_a_row_that_changed_is_shown_anew_where_it_is_and_the_open_one_stays_until_it_is_left(desk: Desk) -> None:
    with desk.opened() as page:
        item(page, 0)
        sujin = desk.signed_in(SUJIN)
        sujin.post(f"case/{desk.key(1)}/assign", {"version": "1", "request": "assign-001", "holder": "이수진"})
        sujin.post(f"case/{desk.key(0)}/close", {"version": "1", "request": "close-001", "reason": "전화"})
        polled(page)

        expect(page.locator("#rows .row").nth(1)).to_contain_text("이수진")
        expect(page.locator(f"#row-{desk.key(0)}")).to_have_class(re.compile("gone"))
        expect(count(page)).to_have_text("3")
        keys(page, "Escape", "j", "Enter")
        item(page, 1)
        expect(page.locator(f"#row-{desk.key(0)}")).to_have_count(0)


_HOLDS_BACK_THE_BAND = """(() => {
  const { text } = Response.prototype, held = new Promise((resume) => { window.resume = resume; });
  Response.prototype.text = function () {
    if (!this.url.includes("/band?")) return text.call(this);
    return (window.band = held.then(() => text.call(this)));
  };
})()"""


def test_a_change_of_a_case_that_is_left_meanwhile_holds_no_reply_to_the_next_one(desk: Desk) -> None:
    with desk.opened() as page:
        item(page, 0)
        page.evaluate(_HOLDS_BACK_THE_BAND)
        fields = {"version": "1", "request": "note-0001", "note": "고객과 통화했습니다."}
        desk.signed_in(SUJIN).post(f"case/{desk.key(0)}/note", fields)
        with page.expect_response(re.compile(r"/band\?")):
            polled(page)
        becomes(page, lambda: page.evaluate("Boolean(window.band)"))
        keys(page, "j", "Enter")
        item(page, 1)
        page.evaluate("(resume(), band)")

        expect(page.locator("#band")).to_be_empty()
        write(page)
        keys(page, "Control+Enter")
        item(page, 2)


def test_a_lost_connection_is_said_with_since_when_and_rows_stay(desk: Desk) -> None:
    with desk.opened(time_passes=False) as page:
        expect(page.locator(LIVE)).to_contain_text("실시간")
        polled(page)
        page.route(POLL, lambda route: route.abort())
        passes(page, 20 * SECOND)
        expect(page.locator(LIVE)).to_contain_text("실시간")
        passes(page, 25 * SECOND)
        expect(page.locator(LIVE)).to_have_attribute("data-state", re.compile("late|lost"))
        later(page, MINUTE)
        later(page, MINUTE)

        expect(page.locator(LIVE)).to_contain_text("연결 끊김 12:00")
        expect(page.locator("#not-live")).to_contain_text("12:00 뒤로 바뀐 것은 아직 몰라요")
        expect(page.locator("#rows .row")).to_have_count(4)
        expect(page.locator("#rows .due time").first).to_have_text("확인 중")
        page.clock.resume()  # axe takes its time
        desk.browser.assert_accessible("a lost connection", page)

        page.unroute(POLL)
        later(page, MINUTE)
        later(page, MINUTE)
        expect(page.locator(LIVE)).to_contain_text("실시간")
        expect(page.locator("#not-live")).to_have_count(0)
        expect(page.locator("#rows .due time").first).not_to_have_text("확인 중")


def test_an_offline_browser_says_so_at_once_and_asks_at_once_when_it_is_back(desk: Desk) -> None:
    with desk.opened() as page:
        page.context.set_offline(True)
        expect(page.locator(LIVE)).to_contain_text("연결 끊김")
        desk.have_case(11, urgency=Urgency.HIGH)
        page.context.set_offline(False)
        expect(page.locator("#rows .row")).to_have_count(5)
        expect(page.locator(LIVE)).to_contain_text("실시간")


def test_a_computer_that_slept_does_not_claim_to_know(desk: Desk) -> None:
    held: list[Route] = []
    with desk.opened() as page:
        polled(page)

        def hold(route: Route) -> None:
            held.append(route)

        settled(page)
        page.route(POLL, hold)
        page.clock.fast_forward(2 * HOUR)

        expect(page.locator(LIVE)).to_contain_text("늦음")
        expect(page.locator("#rows .due time").first).to_have_text("확인 중")
        becomes(page, lambda: bool(held))
        page.unroute(POLL)  # lets those that are held go on, and those that are asked from now on
        expect(page.locator(LIVE)).to_contain_text("실시간")


def test_two_tabs_of_one_person_are_each_right_by_themselves(desk: Desk) -> None:
    with desk.opened(path="calendar") as second, desk.opened() as first:
        polled(second)
        expect(badge(second)).to_have_text("4")
        item(first, 0)
        write(first)
        keys(first, "Control+Enter")
        expect(count(first)).to_have_text("3")
        polled(second)
        expect(badge(second)).to_have_text("3")


def test_a_page_whose_session_has_ended_says_since_when_and_goes_on_after_a_sign_in(desk: Desk) -> None:
    with desk.opened() as page:
        polled(page)
        desk.sessions.sessions.clear()
        polled(page)
        expect(page.locator(LIVE)).to_contain_text("로그인 끝남 12:00")
        expect(page.locator("#signed-out")).to_contain_text("12:00 뒤로 바뀐 것은 아직 몰라요")
        name, value = next(iter(desk.signed_in(JIMIN).cookies.items()))
        page.context.add_cookies(
            [{"name": name, "value": value, "url": desk.url.replace("http:", "https:"), "secure": True}]
        )
        desk.have_case(11, urgency=Urgency.HIGH)
        page.evaluate('new BroadcastChannel("console").postMessage("signed-in")')

        expect(page.locator("#rows .row")).to_have_count(5)
        expect(page.locator(LIVE)).to_contain_text("실시간")
        expect(page.locator("#signed-out")).to_have_count(0)


def test_without_scripts_the_words_are_right_and_nothing_claims_to_be_live(desk: Desk) -> None:
    with desk.opened(scripts=False) as page:
        expect(page.locator("#rows .due time").first).to_have_text("10분 남음")
        expect(page.locator(LIVE)).to_be_hidden()
