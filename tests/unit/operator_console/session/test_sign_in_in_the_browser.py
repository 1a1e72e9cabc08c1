"""Signing in in a browser: what it looks like, and how the small window ends."""

import pytest

from tests.browser import DESKTOP, PHONE, Chromium, becomes
from tests.families import variants
from tests.unit.operator_console.scene import ConsoleScene

pytestmark = pytest.mark.browser


@variants("width", [DESKTOP, PHONE], count=1)
def test_a_page_of_the_sign_in_has_no_violations_on_any_screen(browser: Chromium, width: int) -> None:
    scene = ConsoleScene()
    scene.issuer.down.add("/.well-known/openid-configuration")
    with scene.served() as url:
        browser.show(f"{url}/console/sign-in", width=width)
        assert browser.violations_in_both_themes() == []
        assert browser.page.get_by_role("link", name="로그인").is_visible()


def test_the_small_window_tells_every_page_of_the_console_and_closes(browser: Chromium) -> None:
    scene = ConsoleScene()
    with scene.served() as url, browser.visitor(url, {}) as page:
        page.goto(f"{url}/console/signed-out")
        page.evaluate(
            "() => { heard = []; new BroadcastChannel('console').onmessage = (event) => heard.push(event.data) }"
        )
        with page.expect_popup() as opened:
            page.evaluate("window.open('/console/signed-in', 'sign-in', 'popup') && null")
        popup = opened.value
        if not popup.is_closed():
            popup.wait_for_event("close")
        becomes(page, lambda: page.evaluate("heard.includes('signed-in')"))
