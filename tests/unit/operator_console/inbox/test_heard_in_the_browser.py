"""The queue of heard posts in a browser: with the keyboard, on a phone, and without scripts."""

from collections.abc import Iterator
from copy import replace
from itertools import product

import pytest
from playwright.sync_api import expect

from desk.brand import ListenSettings
from desk.cases.model import case_id_of
from desk.reading import Kind
from tests.browser import DESKTOP, PHONE, POLL, Chromium, passes, polled
from tests.families import variants
from tests.unit.operator_console.inbox.test_heard import hear
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, keys

pytestmark = pytest.mark.browser


class Listening(Desk):
    """The console of a desk that heard three posts."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.brand = replace(self.brand, listen=ListenSettings(terms=("제이드",)))
        hear(self, 901, likes=1240, reposts=310, quotes=12, replies=55)
        hear(self, 902, "지하철에서 제이드 또 안 터지네", Kind.FAULT, likes=3)
        hear(self, 903, "제이드 광고 노래 계속 머리에 맴돈다 ㅋㅋ", Kind.CHAT)


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Listening]:
    scene = Listening()
    scene.browser = browser
    with scene.served() as scene.url:
        yield scene


def test_with_keys_the_queue_is_read_a_post_opened_as_a_case_and_the_rest_marked(desk: Listening) -> None:
    with desk.opened(path="trends") as page:
        expect(page.locator("#section [data-number=heard]")).to_have_text("3")
        keys(page, "g", "7")
        expect(page.locator("#rows .row")).to_have_count(3)
        keys(page, "j", "Enter")
        expect(page.locator("#unsummoned")).to_be_visible()
        expect(page.locator("#reply-reason")).to_contain_text("우리 계정을 부르지 않은 글")
        expect(page.locator("#reply-text")).to_be_hidden()

        page.locator("#opened [data-command=open_case]").click()
        expect(page.locator("#item")).to_have_attribute("data-key", case_id_of("901", "9901"))
        expect(page.locator("#unsummoned")).to_be_visible()
        expect(page.locator("#reply-text")).to_be_hidden()

        keys(page, "g", "7")
        page.wait_for_url("**/inbox/heard")
        expect(page.locator("#rows .row")).to_have_count(2)
        keys(page, "Space")
        expect(page.locator("#list .empty")).to_be_visible()
        expect(page.locator("#section [data-number=heard]")).to_have_text("0")
        passes(page, 1_000)  # the page asks again within a second
        page.route(POLL, lambda route: route.abort())  # none asks between the undo and its response
        keys(page, "z")
        expect(page.locator("#rows > .row")).to_have_count(2)
        page.unroute(POLL)
        polled(page)
        expect(page.locator("#section [data-number=heard]")).to_have_text("2")


@variants("path, width", product(["inbox/heard", "inbox/heard/m902", "search?q=제이드"], [DESKTOP, PHONE]), count=1)
def test_the_queue_an_opened_post_and_found_ones_are_accessible_and_fit(desk: Listening, path: str, width: int) -> None:
    with desk.opened(path=path, width=width) as page:
        expect(page.locator(".row").first).to_be_attached()

        assert desk.browser.violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_same_is_done_with_forms(desk: Listening) -> None:
    with desk.opened(scripts=False, path="inbox/heard") as page:
        page.locator("#row-m901 form button").click()
        expect(page.locator("#unsummoned")).to_be_visible()
        page.goto(f"{desk.url}/console/inbox/heard")
        page.locator("[data-command=seen]").click()
        expect(page.locator("#list .empty")).to_be_visible()
    assert set(desk.seen.seen_by) >= {"902", "903"}
