"""The page as a browser shows it, under the very headers with which it is sent."""

import threading
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import Any

import pytest

from daily_digest.model import Digest
from daily_digest.report import render_report
from desk.reports.store import ReportKind, ReportName
from desk.web.response import api_response, link_page_headers
from open_report.http import notice, response_of
from open_report.open import LinkOutcome, Opened
from tests.browser import DESKTOP, PHONE, Chromium
from tests.families import for_each, variants
from tests.unit.daily_digest import examples

pytestmark = pytest.mark.browser

PAGES: dict[str, Digest] = {
    "evening": examples.evening(),
    "morning": examples.morning(),
    "weekly": examples.weekly(),
    "quiet": examples.quiet(),
    "huge": examples.huge(),
}
LANGUAGES = ("ko", "en")
NARROWEST = 360


def sent(content: bytes, language: str) -> dict[str, Any]:
    opened = Opened(LinkOutcome.OPENED, ReportName("evening", examples.TODAY), content)
    response = response_of(opened, ReportKind.PAGE, examples.brand(language), accepts="gzip")
    return api_response(response._replace(headers={**link_page_headers(), **response.headers}))


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    answers: dict[str, dict[str, Any]] = {}
    for language in LANGUAGES:
        brand = examples.brand(language)
        for name, digest in PAGES.items():
            answers[f"/reports/{name}-{language}"] = sent(render_report(digest, brand).encode(), language)
        answers[f"/reports/closed-{language}"] = sent(notice("closed", brand).encode(), language)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answered = answers.get(self.path)
            if answered is None:
                self.send_error(404)
                return
            self.send_response(answered["statusCode"])
            for name, value in answered["headers"].items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b64decode(answered["body"]))

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/reports"
    server.shutdown()
    server.server_close()


@for_each("language", LANGUAGES)
@for_each("name", [*PAGES, "closed"])
def test_nothing_is_wider_than_a_narrow_phone(browser: Chromium, site: str, name: str, language: str) -> None:
    browser.show(f"{site}/{name}-{language}", width=NARROWEST)

    assert browser.ask("document.documentElement.scrollWidth") == NARROWEST
    too_wide = """[...document.querySelectorAll("main *")]
        .filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest("caption")
            && getComputedStyle(e).position !== "absolute")
        .map(e => e.outerHTML.slice(0, 80))"""
    assert browser.ask(too_wide) == []


@for_each("name", PAGES)
def test_the_page_is_all_that_is_asked_for(browser: Chromium, site: str, name: str) -> None:
    browser.show(f"{site}/{name}-ko")

    assert [url for url in browser.requested if not url.endswith("/favicon.ico")] == [f"{site}/{name}-ko"]
    assert browser.ask('performance.getEntriesByType("resource").length') == 0


@for_each("name", ["evening", "closed"])
def test_dark_is_dark_and_light_is_light(browser: Chromium, site: str, name: str) -> None:
    colours = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"

    light = browser.show(f"{site}/{name}-ko").ask(colours)
    browser.page.emulate_media(color_scheme="dark")
    dark = browser.ask(colours)

    assert brightness(light[0]) > 0.9
    assert brightness(light[1]) < 0.3
    assert brightness(dark[0]) < 0.1
    assert brightness(dark[1]) > 0.8


def test_the_charts_follow_light_and_dark(browser: Chromium, site: str) -> None:
    ask = '[...document.querySelectorAll("svg")].map(s => getComputedStyle(s.querySelector(".bar")).fill)'

    light = browser.show(f"{site}/evening-ko").ask(ask)
    dark = browser.show(f"{site}/evening-ko", dark=True).ask(ask)

    assert len(light) == len(dark) == 6
    assert "rgb(0, 0, 0)" not in {*light, *dark}
    assert not {*light} & {*dark}


def test_no_letter_of_a_chart_runs_out_of_it(browser: Chromium, site: str) -> None:
    outside = """[...document.querySelectorAll("svg text")].filter(t => {
        const [text, card] = [t.getBoundingClientRect(), t.closest("section").getBoundingClientRect()];
        return text.left < card.left || text.right > card.right;
    }).map(t => t.textContent)"""

    for page in ("evening-ko", "evening-en", "huge-ko", "huge-en"):
        for width in (NARROWEST, 1280):
            assert browser.show(f"{site}/{page}", width=width).ask(outside) == []


@for_each("name", PAGES)
def test_on_paper_every_table_and_number_is_there(browser: Chromium, site: str, name: str) -> None:
    unseen = """[...document.querySelectorAll("table, tr, li, h2")]
        .filter(e => !e.checkVisibility({contentVisibilityAuto: true}) || !e.getBoundingClientRect().height)
        .map(e => e.textContent.slice(0, 40))"""

    browser.show(f"{site}/{name}-ko", width=794, media="print", dark=True)

    assert browser.ask(unseen) == []
    assert brightness(browser.ask("getComputedStyle(document.body).backgroundColor")) > 0.99
    if name == "huge":
        assert browser.printed().startswith(b"%PDF-")


def test_on_a_screen_the_table_of_each_chart_waits_until_it_is_asked_for(browser: Chromium, site: str) -> None:
    seen = """[...document.querySelectorAll("table")].filter(e => e.checkVisibility({contentVisibilityAuto: true}))
        .map(e => e.caption.textContent)"""
    browser.show(f"{site}/evening-ko")

    assert browser.ask(seen) == ["부서별 답변", "게시 중지"]
    assert browser.ask('[...document.querySelectorAll("figure ~ details > summary")].length') == 5
    browser.ask('document.querySelectorAll("figure ~ details > summary").forEach(each => each.click())')
    assert browser.ask(seen) == [
        "부서별 답변", "원하신 것", "평소와 비교", "부서", "종류", "붐빈 시간", "게시 중지",
    ]  # fmt: skip


def test_the_list_of_overdue_inquiries_opens_without_a_script(browser: Chromium, site: str) -> None:
    count = """[...document.querySelectorAll(".opens li")].filter(e => e.checkVisibility()).length"""
    browser.show(f"{site}/evening-ko")

    urgent = browser.ask(count)
    browser.page.get_by_text("답변 기한이 지난 문의").click()

    assert (urgent, browser.ask(count)) == (2, 2 + 7)
    assert browser.ask("document.scripts.length") == 0


def test_a_phone_shows_the_departments_for_which_somebody_waits_and_says_how_many_others_there_are(
    browser: Chromium, site: str
) -> None:
    names = """[...document.querySelectorAll(".paired tbody th")].filter(e => e.checkVisibility())
        .map(e => e.textContent)"""
    zeros = '[...document.querySelectorAll(".paired .zero")].filter(e => e.checkVisibility()).length'
    note = '[...document.querySelectorAll(".on-phones")].filter(e => e.checkVisibility()).map(e => e.textContent)'

    desk = browser.show(f"{site}/evening-ko")
    assert (desk.ask(names)[-1], desk.ask(zeros) > 0, desk.ask(note)) == ("홈", True, [])
    phone = browser.show(f"{site}/evening-ko", width=PHONE)
    assert phone.ask(names) == ["네트워크", "요금제·부가", "요금·청구", "앱·멤버십"]
    assert phone.ask(zeros) == 0
    assert phone.ask(note) == ["기다리는 문의가 없는 부서 1곳은 휴대전화 화면에서 줄였습니다. CSV에 모두 있습니다."]


def test_zeros_are_dimmer_than_other_numbers_and_can_still_be_read(browser: Chromium, site: str) -> None:
    colour = "getComputedStyle(document.querySelector('.paired tbody .n{}')).color"

    for dark in (False, True):
        browser.show(f"{site}/evening-ko", dark=dark)
        assert browser.ask(colour.format(".zero")) == browser.ask(
            "getComputedStyle(document.querySelector('.faint')).color"
        )
        assert browser.ask(colour.format(":not(.zero)")) == browser.ask("getComputedStyle(document.body).color")


def test_korean_words_stay_whole_and_dates_in_one_line(browser: Chromium, site: str) -> None:
    broken = """(() => {
        const found = [], range = document.createRange();
        const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode;
            if (node.parentElement.closest("svg, details, caption")) continue;
            for (const word of node.data.matchAll(/[가-힣]{2,12}|\\d+월\\s\\d+일\\u2060?\\([가-힣]\\)/g)) {
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].length);
                const lines = new Set([...range.getClientRects()].map(r => Math.round(r.top)));
                if (lines.size > 1) found.push(word[0]);
            }
        }
        return found;
    })()"""

    browser.show(f"{site}/evening-ko", width=NARROWEST)
    for width in range(320, 440, 24):
        browser.page.set_viewport_size({"width": width, "height": 900})
        assert browser.ask(broken) == []
    for name in ("weekly", "quiet"):
        assert browser.show(f"{site}/{name}-ko", width=NARROWEST).ask(broken) == []


def brightness(colour: str) -> float:
    """0 black to 1 white, of a colour as the browser computes it."""
    red, green, blue = (int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])
    return (red + green + blue) / (3 * 255)


@variants("name, width", product(["morning", "weekly", "closed"], [DESKTOP, PHONE]), count=1)
def test_axe_finds_nothing(browser: Chromium, site: str, name: str, width: int) -> None:
    browser.show(f"{site}/{name}-ko", width=width)
    browser.ask('document.querySelectorAll("details").forEach(each => each.open = true)')

    assert browser.violations_in_both_themes() == []
