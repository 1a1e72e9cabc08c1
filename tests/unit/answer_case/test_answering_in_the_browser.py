"""People answer on the page itself: on a desk and on a phone, with scripts and without, with a mouse and by keys."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from desk.cases.model import CaseState, ReplyAs
from tests.browser import DESKTOP, FOUND, PHONE, Chromium, chromium
from tests.unit.answer_case.browser import Browser, get, post
from tests.unit.replies.scene import NOW, DeskOfAnswers, brand_with, mention

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(FOUND is None, reason="no Chromium here: apt-get install chromium fonts-nanum"),
]

ANSWER = "한 장은 지난달 것입니다. 이번 달 것만 내시면 됩니다."
LONG = "지난달 청구서가 우편 사정으로 늦게 도착해서 두 장을 한꺼번에 받으신 것으로 보입니다. " * 6
WAYS = [pytest.param(DESKTOP, True, id="desk, scripts"), pytest.param(PHONE, False, id="phone, no scripts")]


class Site:
    """The pages of a desk in memory at an address of this machine; `desk` may be another one for each test."""

    def __init__(self) -> None:
        self.reader = Browser(DeskOfAnswers())
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                done = dict(parse_qsl(urlsplit(self.path).query)).get("done", "")
                self.answer(get(self.link(), done=done, cookies=self.kept()))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                fields = dict(parse_qsl(body, keep_blank_values=True))
                self.answer(post(self.link(), fields, cookies=self.kept()))

            def link(self) -> str:
                return urlsplit(self.path).path.rpartition("/")[2]

            def kept(self) -> list[str]:
                return self.headers.get("cookie", "").split("; ")

            def answer(self, event: dict[str, Any]) -> None:
                answered = site.reader.site.respond(event, NOW)
                self.send_response(answered["statusCode"])
                for name, value in answered["headers"].items():
                    self.send_header(name, value)
                for cookie in answered["cookies"]:
                    self.send_header("set-cookie", cookie)
                self.end_headers()
                self.wfile.write(answered["body"].encode())

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def open(self, browser: Chromium, desk: DeskOfAnswers, viewer: str = "billing", **how: Any) -> None:
        """Open the link in the mail to this department, on a device that remembers nobody's name."""
        self.reader = Browser(desk, viewer)
        url = f"http://127.0.0.1:{self.server.server_port}/answer/{self.reader.link_id}"
        browser.show(url, **how)
        browser.page.context.clear_cookies()
        browser.show(url, **how)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as running:
        yield running


@pytest.fixture
def to_x() -> DeskOfAnswers:
    return DeskOfAnswers(brand=brand_with(to_x=True, signature="^요금팀"))


def fill(browser: Chromium, field: str, text: str, *, name: str = "박지민") -> None:
    """Type an answer into this field, and the name."""
    browser.page.locator(f"#{field}").fill(text)
    browser.page.locator("#name").fill(name)


def press(browser: Chromium, action: str) -> None:
    browser.page.locator(f"button[value={action}]").click()


def press_with_name(browser: Chromium, action: str, name: str, *, scripts: bool) -> None:
    """Act by a form other than the one that has the field for the name; without a script it is asked for once more."""
    browser.page.locator("#name").fill(name)
    press(browser, action)
    if not scripts:
        assert "이름을 적어 주세요" in says(browser)
        browser.page.locator("#name").fill(name)
        press(browser, action)


def says(browser: Chromium) -> str:
    return browser.page.locator("#message").inner_text()


@pytest.mark.parametrize(("width", "scripts"), WAYS)
def test_a_department_writes_and_the_operator_gets_it(browser: Chromium, site: Site, width: int, scripts: bool) -> None:
    desk = DeskOfAnswers()
    site.open(browser, desk, width=width, scripts=scripts)

    fill(browser, "answer-text", ANSWER)
    press(browser, "answer")

    assert "답변을 운영자에게 보냈습니다" in says(browser)
    assert (desk.case.state, desk.case.draft and desk.case.draft.text) == (CaseState.DRAFTED, ANSWER)
    assert desk.colleagues.told == [("drafted", ANSWER)]


@pytest.mark.parametrize(("width", "scripts"), WAYS)
def test_a_trusted_department_sees_its_post_before_it_goes_out(
    browser: Chromium, site: Site, to_x: DeskOfAnswers, width: int, scripts: bool
) -> None:
    site.open(browser, to_x, width=width, scripts=scripts)

    fill(browser, "answer-text", ANSWER)
    press(browser, "answer")
    assert browser.page.locator("figure blockquote").inner_text() == f"{ANSWER} ^요금팀"
    assert to_x.posts.posts == {}
    press(browser, "confirm")

    assert "답글을 보냈습니다" in says(browser)
    assert (to_x.post.text, to_x.post.in_reply_to) == (f"{ANSWER} ^요금팀", "100")


@pytest.mark.parametrize(("width", "scripts"), WAYS)
def test_what_is_too_long_for_one_is_shown_and_sent_as_two(
    browser: Chromium, site: Site, to_x: DeskOfAnswers, width: int, scripts: bool
) -> None:
    site.open(browser, to_x, width=width, scripts=scripts)

    fill(browser, "answer-text", LONG)
    press(browser, "answer")
    first, second = browser.page.locator("figure blockquote").all_inner_texts()
    press(browser, "confirm")

    assert (to_x.post.text, to_x.post.continuation) == (first, second)
    assert second.endswith("^요금팀")


@pytest.mark.parametrize(("width", "scripts"), WAYS)
def test_what_has_to_be_mended_is_said_and_nothing_typed_is_lost(
    browser: Chromium, site: Site, to_x: DeskOfAnswers, width: int, scripts: bool
) -> None:
    site.open(browser, to_x, width=width, scripts=scripts)

    fill(browser, "answer-text", "010-1234-5678로 전화 주세요")
    press(browser, "answer")

    assert "전화번호" in says(browser)
    assert browser.page.locator("#answer-text").input_value() == "010-1234-5678로 전화 주세요"
    assert browser.page.locator("#name").input_value() == "박지민"
    if scripts:
        assert browser.violations() == []


@pytest.mark.parametrize(("width", "scripts"), WAYS)
def test_who_leads_into_private_sees_the_button_and_what_it_costs(
    browser: Chromium, site: Site, width: int, scripts: bool
) -> None:
    desk = DeskOfAnswers()
    site.open(browser, desk, viewer="operator", width=width, scripts=scripts)
    browser.page.locator("summary", has_text="비공개로 안내").click()
    press_with_name(browser, "private", "운영자", scripts=scripts)
    assert "비공개 메시지 보내기" in browser.page.locator("figure").inner_text()
    assert "0.2" in browser.page.locator("section.confirm").inner_text()
    press(browser, "confirm")

    assert (desk.post.private_message, desk.case.reply_as) == (True, ReplyAs.PRIVATE)


@pytest.mark.parametrize("scripts", [True, False])
def test_masked_numbers_take_one_click_once_the_name_is_known(browser: Chromium, site: Site, scripts: bool) -> None:
    desk = DeskOfAnswers()
    desk.cases.put(desk.case, mention(text="@jade 제 번호는 010-2345-6789입니다. 연락 주세요"))
    site.open(browser, desk, width=PHONE, scripts=scripts)
    assert "2345" not in browser.page.content()

    press_with_name(browser, "unmask", "박지민", scripts=scripts)

    assert "010-2345-6789" in browser.page.locator("main").inner_text()
    assert [(event.what, event.by) for event in desk.events] == [("unmasked", "박지민")]
    assert "2345" not in browser.page.goto(browser.page.url).text()  # type: ignore[union-attr]


def test_the_name_is_asked_for_once(browser: Chromium, site: Site) -> None:
    desk = DeskOfAnswers()
    site.open(browser, desk)
    press_with_name(browser, "take", "이서연", scripts=True)

    assert browser.page.locator("#name").input_value() == "이서연"


def test_the_whole_answer_can_be_given_by_keys_alone(browser: Chromium, site: Site, to_x: DeskOfAnswers) -> None:
    site.open(browser, to_x)
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


def test_two_clicks_send_one_reply(browser: Chromium, site: Site, to_x: DeskOfAnswers) -> None:
    site.open(browser, to_x)
    fill(browser, "answer-text", ANSWER)
    press(browser, "answer")

    browser.page.locator("button[value=confirm]").dblclick()

    assert "답글을 보냈습니다" in says(browser)
    assert len(to_x.posts.posts) == 1


def test_the_second_of_two_people_is_told_and_keeps_what_was_typed(browser: Chromium, site: Site) -> None:
    desk = DeskOfAnswers()
    site.open(browser, desk)
    fill(browser, "answer-text", ANSWER)
    desk.do("close", name="이서연", reason="전화로 답변함")

    press(browser, "answer")

    assert "이서연" in says(browser)
    assert ANSWER in browser.page.content()
    assert desk.case.state is CaseState.CLOSED
    assert browser.violations() == []
