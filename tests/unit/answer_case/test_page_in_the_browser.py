"""The page as a browser shows it, under the very headers with which it is sent."""

import json
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from urllib.parse import parse_qs

import pytest

from answer_case.http import html_response
from answer_case.page import render_notice, render_page
from desk.x.weight import weigh
from tests.browser import DESKTOP, FOUND, PHONE, Chromium, chromium
from tests.unit.answer_case import examples
from tests.unit.answer_case.examples import came_back

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(FOUND is None, reason="no Chromium here: apt-get install chromium fonts-nanum"),
]

PAGES = {
    "open": examples.view(),
    "to_x": examples.view(sends_to_x=True, signature="^요금팀", name="김지은"),
    "confirmed": examples.confirmed(),
    "answered": examples.answered(),
    "urgent": examples.urgent(),
    "long": examples.long(),
    "in_danger": examples.in_danger(),
    "in_two": examples.in_two(),
    "into_private": examples.into_private(),
    "moved": examples.moved(),
    "masked": examples.masked(),
    "unmasked": examples.unmasked(),
    "sent_back": examples.sent_back(),
    "returning": examples.returning(),
    "beside": examples.beside(),
    "came_back": came_back(),
}
LANGUAGES = ("ko", "en")
NARROWEST = 320


class Site:
    """Where the pages are, and the forms that were sent there."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.forms: SimpleQueue[dict[str, list[str]]] = SimpleQueue()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    htmls = {"/answer/notice-ko": render_notice("closed_link", examples.brand())}
    for language in LANGUAGES:
        for name, view in PAGES.items():
            htmls[f"/answer/{name}-{language}"] = render_page(view, examples.brand(language), examples.NOW)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path not in htmls:
                self.send_error(404)
                return
            answered = html_response(HTTPStatus.OK, htmls[self.path])
            self.send_response(answered["statusCode"])
            for name, value in answered["headers"].items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answered["body"].encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            running.forms.put(parse_qs(body, keep_blank_values=True, strict_parsing=True))
            self.do_GET()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Site(f"http://127.0.0.1:{server.server_port}/answer")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield running
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as running:
        yield running


def sent_by(browser: Chromium, site: Site, action: str) -> dict[str, list[str]]:
    """The form as it comes when this button is pressed."""
    while not site.forms.empty():
        site.forms.get()
    browser.ask(f"void setTimeout(() => document.querySelector('button[value={action}]').click())")
    return site.forms.get(timeout=20)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_narrow_phone(browser: Chromium, site: Site, name: str, language: str) -> None:
    browser.show(f"{site.url}/{name}-{language}", width=NARROWEST)
    browser.ask('document.querySelectorAll("details").forEach(each => each.open = true)')

    assert browser.ask("document.documentElement.scrollWidth") == NARROWEST


@pytest.mark.parametrize("name", ["long", "confirmed"])
def test_the_page_is_all_that_is_asked_for(browser: Chromium, site: Site, name: str) -> None:
    browser.show(f"{site.url}/{name}-ko")

    asked = [url for url in browser.requested if not url.startswith("data:")]  # the browser's own calendar
    assert [url for url in asked if not url.endswith("/favicon.ico")] == [f"{site.url}/{name}-ko"]


@pytest.mark.parametrize("name", ["open", "notice"])
def test_dark_is_dark_and_light_is_light(browser: Chromium, site: Site, name: str) -> None:
    behind = "getComputedStyle(document.body).backgroundColor"

    assert browser.show(f"{site.url}/{name}-ko").ask(behind) == "rgb(244, 247, 246)"
    assert browser.show(f"{site.url}/{name}-ko", dark=True).ask(behind) == "rgb(15, 22, 20)"


@pytest.mark.parametrize(
    "text",
    [
        "안녕하세요, 고객님!",
        "Hello there.",
        "두 줄\n셋째는 없음",
        "손 흔들기 👋🏽 가족 👨‍👩‍👧‍👦 국기 🇰🇷 하트 ❤️",
        "자세히는 https://emerald.example.com/bills/2026?x=1#a 에서",
        "주소는 emerald.co.kr/help 입니다",
        "각 (자모로 나뉜 글자)",
        "…“인용” – 줄표",
        "© 2026 Emerald ® ©️ ⭐️ ❗️ ☝️🏽",
        "가" * 141,
    ],
)
def test_the_counter_counts_as_x_does(browser: Chromium, site: Site, text: str) -> None:
    browser.show(f"{site.url}/to_x-ko")

    browser.ask(
        f"""(() => {{ const field = document.getElementById("answer-text");
        field.value = {json.dumps(text)}; field.dispatchEvent(new Event("input")); }})()"""
    )

    count = weigh(f"{text} ^요금팀").weighted_length
    told = f"한글 {(280 - count) // 2}자 남음" if count <= 280 else f"한글 {(count - 279) // 2}자 넘침"
    assert browser.ask('document.getElementById("answer-count").textContent') == told
    assert bool(browser.ask('document.getElementById("answer-over").textContent')) is (count > 280)


def test_a_form_brings_what_the_server_asks_for_and_what_was_typed(browser: Chromium, site: Site) -> None:
    browser.show(f"{site.url}/to_x-ko")
    browser.ask('document.getElementById("answer-text").value = "\\n첫 줄\\n둘째 줄"')

    form = sent_by(browser, site, "answer")

    assert form["action"] == ["answer"]
    assert form["text"] == ["\r\n첫 줄\r\n둘째 줄"]
    assert form["name"] == ["김지은"]
    assert form["version"] == ["3"]
    assert form.keys() == {"action", "text", "name", "version", "token", "request", "promised_until"}


@pytest.mark.parametrize("action", ["confirm", "edit"])
def test_the_confirmation_brings_all_of_the_answer_again(browser: Chromium, site: Site, action: str) -> None:
    browser.show(f"{site.url}/confirmed-ko")

    form = sent_by(browser, site, action)

    assert form["action"] == [action]
    assert form["text"] == [examples.ANSWER]
    assert form["promised_until"] == ["2026-11-25T15:00"]


def test_who_has_not_given_a_name_sends_nothing(browser: Chromium, site: Site) -> None:
    browser.show(f"{site.url}/open-ko")

    browser.ask("document.querySelector('button[value=take]').click()")
    browser.ask("new Promise(done => setTimeout(done, 200))")

    assert site.forms.empty()
    assert browser.ask("document.activeElement.id") == "name"


def test_the_name_that_was_typed_comes_with_every_form(browser: Chromium, site: Site) -> None:
    browser.show(f"{site.url}/open-ko")
    browser.ask('document.getElementById("name").value = "박지민"')

    assert sent_by(browser, site, "take")["name"] == ["박지민"]


def test_on_a_phone_the_reply_comes_right_after_what_was_written(browser: Chromium, site: Site) -> None:
    browser.show(f"{site.url}/open-ko", width=PHONE)
    heights = "[...document.querySelectorAll('section h2')].map(each => [each.getBoundingClientRect().top, each.id])"

    assert [name for _, name in sorted(browser.ask(heights))][:3] == ["thread", "write", "assign"]


def test_on_a_desk_the_thread_and_the_timeline_are_beside_the_forms(browser: Chromium, site: Site) -> None:
    browser.show(f"{site.url}/open-ko", width=DESKTOP)
    box = "(name => { const r = document.querySelector(name).getBoundingClientRect(); return [r.left, r.width]; })"
    thread, timeline, forms = (browser.ask(f"{box}('{name}')") for name in (".thread", ".timeline", ".actions"))

    assert thread == timeline
    assert forms[0] >= thread[0] + thread[1]
    assert forms[1] == thread[1] > DESKTOP / 4


def test_the_reader_begins_where_the_page_has_something_to_say(browser: Chromium, site: Site) -> None:
    focused = (
        """new Promise(done => setTimeout(() => requestAnimationFrame(() => done(document.activeElement.id)), 100))"""
    )

    assert browser.show(f"{site.url}/urgent-en").ask(focused) == "message"
    assert browser.show(f"{site.url}/confirmed-ko").ask(focused) == "confirm"


def test_korean_words_stay_whole(browser: Chromium, site: Site) -> None:
    broken = """(() => {
        const found = [], range = document.createRange();
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode;
            if (node.parentElement.closest("script, textarea, select, .unseen")) continue;
            const words = /[가-힣]{2,12}(?:\\u2060?·\\u2060?[가-힣]+)?|\\d+월\\s\\d+일\\u2060?\\([가-힣]\\)/g;
            for (const word of node.data.matchAll(words)) {
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].length);
                if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) found.push(word[0]);
            }
        }
        return found;
    })()"""

    for name in PAGES:
        for width in (320, 390):
            assert browser.show(f"{site.url}/{name}-ko", width=width).ask(broken) == []


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESKTOP, True)], ids=["phone, light", "desk, dark"])
@pytest.mark.parametrize("name", [*PAGES, "notice"])
def test_axe_finds_nothing(browser: Chromium, site: Site, name: str, width: int, dark: bool) -> None:
    browser.show(f"{site.url}/{name}-ko", width=width, dark=dark)
    browser.ask('document.querySelectorAll("details").forEach(each => each.open = true)')

    assert browser.violations() == []
