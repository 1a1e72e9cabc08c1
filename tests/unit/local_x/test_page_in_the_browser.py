"""The page of the local X in a browser: it brings its posts up to date by itself."""

from itertools import product

import pytest
from playwright.sync_api import Page

from local.x.control import XControl
from local.x.server import RunningX
from tests.browser import DESKTOP, PHONE, Chromium
from tests.families import variants

pytestmark = pytest.mark.browser

ASKS = 3_000
"""Milliseconds after which the page has asked for new posts."""


def opened(browser: Chromium, url: str) -> Page:
    """The page of the local X, whose time a test lets pass."""
    page = browser.show("about:blank").page
    page.clock.install()
    browser.show(url)
    return page


def test_a_new_post_appears_while_somebody_writes_and_nothing_they_wrote_is_lost(
    x: RunningX, control: XControl, browser: Chromium
) -> None:
    page = opened(browser, x.url)
    page.fill("#who", "anna")
    page.fill("#text", "@emeraldmobile half a sen")
    page.evaluate("document.getElementById('text').setSelectionRange(3, 7)")

    control.post("ben", "@emeraldmobile is anybody there?")
    page.clock.run_for(ASKS)
    page.get_by_text("is anybody there?").wait_for()

    assert page.input_value("#text") == "@emeraldmobile half a sen"
    assert browser.ask("document.activeElement.id") == "text"
    assert browser.ask("[document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [3, 7]


def test_a_reader_further_down_keeps_the_place_when_posts_come_and_go(
    x: RunningX, control: XControl, browser: Chromium
) -> None:
    posts = [control.post("ben", f"@emeraldmobile question {number}\n\nwith lines") for number in range(40)]
    page = opened(browser, x.url)
    page.locator(f"#p{posts[10]}").scroll_into_view_if_needed()
    page.locator(f"#p{posts[10]} button").last.focus()
    place = f"document.getElementById('p{posts[10]}').getBoundingClientRect().top"
    before = browser.ask(place)

    control.delete(posts[5], posts[38])
    control.post("anna", "@emeraldmobile the newest of all")
    page.clock.run_for(ASKS)
    page.get_by_text("the newest of all").wait_for()

    assert abs(browser.ask(place) - before) < 2
    assert browser.ask(f"document.getElementById('p{posts[10]}').contains(document.activeElement)")
    assert page.locator(f"#p{posts[5]}").count() == 0
    assert page.locator("article").count() == 39


def test_it_shows_when_the_local_x_has_ended(x: RunningX, browser: Chromium) -> None:
    page = opened(browser, f"{x.url}/?lang=ko")
    x.stop()
    page.clock.run_for(ASKS)

    page.get_by_text("로컬 X가 응답하지 않습니다.").wait_for()


@variants("path, width", product(["/", "/i/status/{post}"], [DESKTOP, PHONE]), count=1)
def test_it_is_accessible_and_fits(x: RunningX, control: XControl, browser: Chromium, path: str, width: int) -> None:
    post = control.post("anna", "@emeraldmobile " + "아주 긴 글입니다 " * 20)

    browser.show(f"{x.url}{path.format(post=post)}?lang=ko", width=width)

    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.violations_in_both_themes() == []
