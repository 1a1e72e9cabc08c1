"""The page in a browser, under the headers with which it is sent: its layout, and how people answer on it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from queue import SimpleQueue
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from answer_case.http import headers
from answer_case.page import render_notice, render_page
from desk.cases.model import CaseState
from desk.web.response import api_response, html
from desk.x.weight import weigh
from tests.browser import DESKTOP, PHONE, Chromium
from tests.families import for_each, variants
from tests.unit.answer_case import examples
from tests.unit.answer_case.browser import SITES, Browser, get, post
from tests.unit.answer_case.examples import came_back
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers, brand_with, mention

pytestmark = pytest.mark.browser

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
ANSWER = "한 장은 지난달 것입니다. 이번 달 것만 내시면 됩니다."
WAYS = [pytest.param(DESKTOP, True, id="desk, scripts"), pytest.param(PHONE, False, id="phone, no scripts")]

type Response = dict[str, Any]
"""A response as API Gateway takes it from a function."""


@contextmanager
def serving(respond: Callable[[BaseHTTPRequestHandler], Response]) -> Iterator[str]:
    """Serve these responses on this machine; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            response = respond(self)
            self.send_response(response["statusCode"])
            for name, value in response["headers"].items():
                self.send_header(name, value)
            for cookie in response["cookies"]:
                self.send_header("set-cookie", cookie)
            self.end_headers()
            self.wfile.write(response["body"].encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/answer"
    server.shutdown()
    server.server_close()


def body_of(request: BaseHTTPRequestHandler) -> str:
    return request.rfile.read(int(request.headers["content-length"])).decode()


def sent(status: HTTPStatus, page: str) -> Response:
    return api_response(html(page, status, **headers(SITES)))


class Site:
    """Example pages, and the forms that were sent to them."""

    def __init__(self) -> None:
        self.url = ""
        self.forms: SimpleQueue[dict[str, list[str]]] = SimpleQueue()
        self.htmls = {"notice-ko": render_notice("closed_link", examples.brand())}
        for language in LANGUAGES:
            for name, view in PAGES.items():
                self.htmls[f"{name}-{language}"] = render_page(view, examples.brand(language), examples.NOW)

    def forget(self) -> None:
        """Forget the forms that were sent so far."""
        while not self.forms.empty():
            self.forms.get()

    def respond(self, request: BaseHTTPRequestHandler) -> Response:
        if request.command == "POST":
            form = parse_qs(body_of(request), keep_blank_values=True, strict_parsing=True)
            if "presence" in form:
                return sent(HTTPStatus.OK, "")
            self.forms.put(form)
        page = self.htmls.get(request.path.rpartition("/")[2])
        return sent(HTTPStatus.OK if page else HTTPStatus.NOT_FOUND, page or "")


class DeskSite:
    """The pages of a desk in memory, which may be another one for each test."""

    def __init__(self) -> None:
        self.url = ""
        self.reader = Browser(DeskOfAnswers())

    def respond(self, request: BaseHTTPRequestHandler) -> Response:
        address, cookies = urlsplit(request.path), request.headers.get("cookie", "").split("; ")
        link_id = address.path.rpartition("/")[2]
        if request.command == "POST":
            event = post(link_id, dict(parse_qsl(body_of(request), keep_blank_values=True)), cookies=cookies)
        else:
            event = get(link_id, done=dict(parse_qsl(address.query)).get("done", ""), cookies=cookies)
        return self.reader.site.respond(event, NOW)

    def open(self, browser: Chromium, desk: DeskOfAnswers, viewer: str = "billing", **how: Any) -> None:
        """Open the link in the mail to this department, on a device that remembers nobody's name."""
        self.reader = Browser(desk, viewer)
        url = f"{self.url}/{self.reader.link_id}"
        browser.show(url, **how)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    with serving(site.respond) as site.url:
        yield site


@pytest.fixture(scope="module")
def desk_site() -> Iterator[DeskSite]:
    site = DeskSite()
    with serving(site.respond) as site.url:
        yield site


def sent_by(browser: Chromium, site: Site, action: str) -> dict[str, list[str]]:
    """The form as it comes when this button is pressed."""
    site.forget()
    browser.ask(f"void setTimeout(() => document.querySelector('button[value={action}]').click())")
    return site.forms.get(timeout=20)


UNFOLD = 'document.querySelectorAll("details").forEach(each => { each.name = ""; each.open = true; })'
"""Opens everything that is folded. Of forms with one name only one can be open."""

BROKEN_WORDS = """(() => {
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


@variants("name, language", product(PAGES, LANGUAGES), count=4)
def test_on_a_narrow_phone_nothing_is_too_wide_and_korean_words_stay_whole(
    browser: Chromium, site: Site, name: str, language: str
) -> None:
    browser.show(f"{site.url}/{name}-{language}", width=NARROWEST).ask(UNFOLD)
    for width in (NARROWEST, PHONE):
        browser.page.set_viewport_size({"width": width, "height": 900})

        assert (browser.ask(BROKEN_WORDS), browser.ask("document.documentElement.scrollWidth")) == ([], width)


@pytest.mark.parametrize("name", ["long", "confirmed"])
def test_the_page_is_all_that_is_asked_for(browser: Chromium, site: Site, name: str) -> None:
    browser.show("about:blank").show(f"{site.url}/{name}-ko")

    asked = [url for url in browser.requested if not url.startswith("data:")]  # the browser's own calendar
    assert {url for url in asked if not url.endswith("/favicon.ico")} == {f"{site.url}/{name}-ko"}


@for_each("name", ["open", "notice"])
def test_dark_is_dark_and_light_is_light(browser: Chromium, site: Site, name: str) -> None:
    behind = "getComputedStyle(document.body).backgroundColor"

    assert browser.show(f"{site.url}/{name}-ko").ask(behind) == "rgb(246, 244, 239)"
    browser.page.emulate_media(color_scheme="dark")
    assert browser.ask(behind) == "rgb(19, 22, 20)"


@pytest.fixture
def to_x_page(browser: Chromium, site: Site) -> Chromium:
    """The page of a case whose answers go to X."""
    return browser.show(f"{site.url}/to_x-ko")


@for_each(
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
def test_the_counter_counts_as_x_does(to_x_page: Chromium, text: str) -> None:
    to_x_page.ask(
        f"""(() => {{ const field = document.getElementById("answer-text");
        field.value = {json.dumps(text)}; field.dispatchEvent(new Event("input", {{ bubbles: true }})); }})()"""
    )

    count = weigh(f"{text} ^요금팀").weighted_length
    told = f"한글 {(280 - count) // 2}자 남음" if count <= 280 else f"한글 {(count - 279) // 2}자 넘침"
    assert to_x_page.ask('document.getElementById("answer-count").textContent') == told
    assert bool(to_x_page.ask('document.getElementById("answer-over").textContent')) is (count > 280)


def test_a_form_brings_what_the_server_asks_for_and_what_was_typed(browser: Chromium, site: Site) -> None:
    browser.show(f"{site.url}/to_x-ko")
    browser.ask('document.getElementById("answer-text").value = "\\n첫 줄\\n둘째 줄"')

    form = sent_by(browser, site, "answer")

    assert form["action"] == ["answer"]
    assert form["text"] == ["\r\n첫 줄\r\n둘째 줄"]
    assert form["name"] == ["김지은"]
    assert form["version"] == ["3"]
    assert form.keys() == {"action", "text", "name", "version", "token", "request", "promised_until", "promise_words"}


@pytest.mark.parametrize("action", ["confirm", "edit"])
def test_the_confirmation_brings_all_of_the_answer_again(browser: Chromium, site: Site, action: str) -> None:
    browser.show(f"{site.url}/confirmed-ko")

    form = sent_by(browser, site, action)

    assert form["action"] == [action]
    assert form["text"] == [examples.ANSWER]
    assert form["promised_until"] == ["2026-11-25T15:00"]


def test_who_has_not_given_a_name_sends_nothing_and_a_name_comes_with_every_form(browser: Chromium, site: Site) -> None:
    browser.show(f"{site.url}/open-ko")
    site.forget()

    browser.ask("document.querySelector('button[value=take]').click()")
    assert browser.ask("document.activeElement.id") == "name"
    browser.ask('document.getElementById("name").value = "박지민"')
    browser.ask("void setTimeout(() => document.querySelector('button[value=take]').click())")

    assert site.forms.get(timeout=20)["name"] == ["박지민"], "the first form that was sent"


def test_on_a_phone_the_reply_comes_right_after_what_was_written(browser: Chromium, site: Site) -> None:
    browser.show(f"{site.url}/open-ko", width=PHONE)
    heights = "[...document.querySelectorAll('section h2')].map(each => [each.getBoundingClientRect().top, each.id])"

    assert [name for _, name in sorted(browser.ask(heights))][:3] == ["thread", "write", "why"]


def test_on_a_desk_the_thread_and_the_timeline_are_beside_the_forms(browser: Chromium, site: Site) -> None:
    browser.show(f"{site.url}/open-ko", width=DESKTOP)
    box = "(name => { const r = document.querySelector(name).getBoundingClientRect(); return [r.left, r.width]; })"
    thread, about, forms = (browser.ask(f"{box}('{name}')") for name in (".thread", ".about", ".answering"))

    assert thread == about
    assert forms[0] >= thread[0] + thread[1]
    assert forms[1] == thread[1] > DESKTOP / 4


def test_the_reader_begins_where_the_page_has_something_to_say(browser: Chromium, site: Site) -> None:
    focused = (
        """new Promise(done => setTimeout(() => requestAnimationFrame(() => done(document.activeElement.id)), 100))"""
    )

    assert browser.show(f"{site.url}/urgent-en").ask(focused) == "message"
    assert browser.show(f"{site.url}/confirmed-ko").ask(focused) == "confirm"


@variants("name, width", product([*PAGES, "notice"], [DESKTOP, PHONE]), count=2)
def test_axe_finds_nothing(browser: Chromium, site: Site, name: str, width: int) -> None:
    browser.show(f"{site.url}/{name}-ko", width=width)
    browser.ask(UNFOLD)

    assert browser.violations_in_both_themes() == []


# People answer


@pytest.fixture
def to_x() -> DeskOfAnswers:
    return DeskOfAnswers(brand=brand_with(to_x=True, signature="^요금팀"))


def fill(browser: Chromium, field: str, text: str, *, name: str = "박지민") -> None:
    """Type an answer into this field, and the name."""
    browser.page.locator(f"#{field}").fill(text)
    browser.page.locator("#name").fill(name)


def press(browser: Chromium, action: str) -> None:
    button = browser.page.locator(f"button[value={action}]")
    if not button.is_visible():
        browser.page.get_by_text("더 보기").click()
    button.click()


def press_with_name(browser: Chromium, action: str, name: str, *, scripts: bool) -> None:
    """Act by a form other than the one that has the field for the name; without a script it is asked for once more."""
    browser.page.locator("#name").fill(name)
    press(browser, action)
    if not scripts:
        assert "이름을 적어 주세요" in message_of(browser)
        browser.page.locator("#name").fill(name)
        press(browser, action)


def message_of(browser: Chromium) -> str:
    return browser.page.locator("#message").inner_text()


@pytest.mark.parametrize(("width", "scripts"), WAYS)
def test_a_department_writes_and_the_operator_gets_it(
    browser: Chromium, desk_site: DeskSite, width: int, scripts: bool
) -> None:
    desk = DeskOfAnswers()
    desk_site.open(browser, desk, width=width, scripts=scripts)

    fill(browser, "answer-text", ANSWER)
    press(browser, "answer")

    assert "답변을 운영자에게 보냈어요" in message_of(browser)
    assert (desk.case.state, desk.case.draft and desk.case.draft.text) == (CaseState.DRAFTED, ANSWER)
    assert desk.colleagues.notified == [("drafted", ANSWER)]


@pytest.mark.parametrize(("width", "scripts"), WAYS)
def test_a_trusted_department_sees_its_post_before_it_goes_out(
    browser: Chromium, desk_site: DeskSite, to_x: DeskOfAnswers, width: int, scripts: bool
) -> None:
    desk_site.open(browser, to_x, width=width, scripts=scripts)

    fill(browser, "answer-text", ANSWER)
    press(browser, "answer")
    assert browser.page.locator("figure blockquote").inner_text() == f"{ANSWER} ^요금팀"
    assert to_x.posts.posts == {}
    press(browser, "confirm")

    assert "답글을 보냈어요" in message_of(browser)
    assert (to_x.post.text, to_x.post.in_reply_to) == (f"{ANSWER} ^요금팀", "100")


@pytest.mark.parametrize(("width", "scripts"), WAYS)
def test_a_problem_is_shown_and_no_typed_text_is_lost(
    browser: Chromium, desk_site: DeskSite, to_x: DeskOfAnswers, width: int, scripts: bool
) -> None:
    desk_site.open(browser, to_x, width=width, scripts=scripts)

    fill(browser, "answer-text", "010-1234-5678로 전화 주세요")
    press(browser, "answer")

    assert "전화번호" in message_of(browser)
    assert browser.page.locator("#answer-text").input_value() == "010-1234-5678로 전화 주세요"
    assert browser.page.locator("#name").input_value() == "박지민"
    if scripts:
        browser.assert_accessible("an answer that cannot be sent")


@pytest.mark.parametrize("scripts", [True, False])
def test_masked_numbers_take_one_click_once_the_name_is_known(
    browser: Chromium, desk_site: DeskSite, scripts: bool
) -> None:
    desk = DeskOfAnswers()
    desk.cases.put(desk.case, mention(text="@jade 제 번호는 010-2345-6789입니다. 연락 주세요"))
    desk_site.open(browser, desk, width=PHONE, scripts=scripts)
    assert "2345" not in browser.page.content()

    press_with_name(browser, "unmask", "박지민", scripts=scripts)

    assert "010-2345-6789" in browser.page.locator("main").inner_text()
    assert [(event.what, event.by) for event in desk.events] == [("unmasked", "박지민")]
    assert "2345" not in browser.page.goto(browser.page.url).text()  # type: ignore[union-attr]


def test_the_name_is_asked_for_once(browser: Chromium, desk_site: DeskSite) -> None:
    desk = DeskOfAnswers()
    desk_site.open(browser, desk)
    press_with_name(browser, "take", "이서연", scripts=True)

    assert browser.page.locator("#name").input_value() == "이서연"


def test_the_whole_answer_can_be_given_by_keys_alone(
    browser: Chromium, desk_site: DeskSite, to_x: DeskOfAnswers
) -> None:
    desk_site.open(browser, to_x)
    keys = browser.page.keyboard

    def focused() -> str:
        return str(browser.ask("(e => e.tagName === 'BUTTON' ? `press ${e.value}` : e.id)(document.activeElement)"))

    def go_to(wanted: str) -> None:
        for _ in range(40):
            if focused() == wanted:
                return
            keys.press("Tab")
        raise AssertionError(f"{wanted} can't be reached by Tab")

    go_to("answer-text")
    keys.type("네, 맞습니다.")
    go_to("name")
    keys.type("박지민")
    go_to("press answer")
    keys.press("Enter")
    browser.page.locator("section.confirm").wait_for()
    go_to("press confirm")
    keys.press("Enter")

    browser.page.locator("#message").wait_for()
    assert to_x.post.text == "네, 맞습니다. ^요금팀"


def test_two_clicks_send_one_reply(browser: Chromium, desk_site: DeskSite, to_x: DeskOfAnswers) -> None:
    desk_site.open(browser, to_x)
    fill(browser, "answer-text", ANSWER)
    press(browser, "answer")

    browser.page.locator("button[value=confirm]").dblclick()

    assert "답글을 보냈어요" in message_of(browser)
    assert len(to_x.posts.posts) == 1


def test_people_who_have_the_case_open_see_each_other(browser: Chromium, desk_site: DeskSite) -> None:
    desk = DeskOfAnswers()
    desk.presence.mark(CASE.id, "sujin", "이수진", NOW, is_typing=True)
    desk_site.open(browser, desk)

    shown = browser.page.locator("#presence")
    shown.wait_for(state="visible")
    assert "이수진" in shown.inner_text()
    with browser.page.expect_response(lambda response: response.request.method == "POST"):
        browser.page.locator("#answer-text").type("확")
    assert [one.is_typing for one in desk.presence.others(CASE.id, "sujin", "", NOW)] == [True]
