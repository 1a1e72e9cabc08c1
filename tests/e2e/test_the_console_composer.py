"""What an operator writes in the console: by its own schedule to the local X, at its time and once."""

import re
from base64 import b64decode
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import FilePayload, Route, expect

from tests.browser import Chromium
from tests.e2e.driver import SEOUL, Driver
from tests.e2e.test_pictures import photo
from tests.e2e.test_the_console import Browser, signed_in
from tests.unit.operator_console.scene import ConsoleScene

_SLOW = 120_000
"""Milliseconds. The local AWS starts a process where a function is asked for the first time."""


class Composer:
    """The composer of somebody who is signed in."""

    def __init__(self, desk: Driver, email: str = "jimin.park@emerald.example") -> None:
        self._browser: Browser = signed_in(desk.stage, email)
        page = self.see("write")
        (self._csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', page))

    def see(self, path: str) -> str:
        response = self._browser.ask("GET", f"{self._browser.console}/{path}")
        assert response.status_code == 200, response.text
        return response.text

    def post(self, path: str, **fields: str) -> requests.Response:
        return self._browser.ask("POST", f"{self._browser.console}/{path}", csrf=self._csrf, **fields)

    def send(self, text: str, **fields: str) -> str:
        """Send the form of a fresh page; the id of the post."""
        (found,) = re.findall(r'id="write-request" name="request" value="([^"]+)"', self.see("write"))
        request = str(found)
        typed = {"kind": "announcement", "when": "now", "request": request, "text": text} | fields
        responses = [self.post("write", **typed) for _ in range(2)]
        assert [one.headers["location"] for one in responses] == [f"/console/write?done={request}"] * 2
        return request


def test_an_announcement_goes_out_once_when_it_can_no_longer_be_undone(desk: Driver) -> None:
    composer = Composer(desk)

    kept = composer.send("콘솔에서 쓴 첫 공지입니다")
    taken_back = composer.send("취소할 공지입니다")
    undone = composer.post("write/undo", post=taken_back).headers["location"].removeprefix("/console/")
    desk.stage.settle()
    before = desk.on_x("콘솔에서 쓴 첫 공지입니다")
    desk.pass_time(timedelta(minutes=2))
    desk.stage.settle()

    (post,) = desk.on_x("콘솔에서 쓴 첫 공지입니다")
    assert (before, desk.on_x("취소할 공지입니다")) == ([], [])
    assert post.id in composer.see(f"write?done={kept}")
    assert "취소할 공지입니다</textarea>" in composer.see(undone)


def test_an_announcement_for_tomorrow_morning_goes_out_then_and_not_with_the_sweep(desk: Driver) -> None:
    composer = Composer(desk)
    tomorrow = (desk.now + timedelta(days=1)).astimezone(SEOUL).replace(hour=9, minute=0, second=0)

    post_id = composer.send("내일 아침 공지입니다", when="other", publish_at=tomorrow.strftime("%Y-%m-%dT%H:%M"))
    desk.pass_time(timedelta(minutes=10))
    desk.stage.settle()
    early = desk.on_x("내일 아침 공지입니다")
    desk.reach(tomorrow + timedelta(minutes=3))

    (post,) = desk.on_x("내일 아침 공지입니다")
    assert (early, post.created_at) == ([], tomorrow)
    assert "X에 올라갔어요." in Composer(desk).see(f"write?done={post_id}")  # the session has ended overnight


def _from_here(route: Route) -> None:
    """Answer with a script or style of the page, for each of which the local AWS would start a process."""
    response = ConsoleScene().get(urlsplit(route.request.url).path.removeprefix("/console/"))
    body = response["body"]
    sent = b64decode(body) if response["isBase64Encoded"] else body
    route.fulfill(status=response["statusCode"], headers=response["headers"], body=sent)


@pytest.mark.browser
def test_an_announcement_with_a_picture_that_a_browser_uploaded_is_on_x_the_next_morning(
    desk: Driver, browser: Chromium
) -> None:
    tomorrow = (desk.now + timedelta(days=1)).astimezone(SEOUL).replace(hour=9, minute=0, second=0)
    person, refused = signed_in(desk.stage), []
    with browser.visitor(person.console.removesuffix("/console"), person.cookies) as page:
        page.set_default_timeout(_SLOW)
        page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
        page.route("**/console/static/*", _from_here)
        page.goto(f"{person.console}/write")
        page.locator("#write-text").fill("사진이 있는 내일의 공지입니다")
        file = FilePayload(name="shop.jpg", mimeType="image/jpeg", buffer=photo())
        page.locator("#picture-file").set_input_files(file)
        expect(page.locator(".picture-item img")).to_be_visible(timeout=30_000)
        page.get_by_label("사진 설명").fill("초록 간판의 매장")
        page.get_by_label("직접 정하기").check()
        page.locator("#write-at").fill(tomorrow.strftime("%Y-%m-%dT%H:%M"))
        expect(page.locator("#write-preview img")).to_have_attribute("alt", "초록 간판의 매장", timeout=_SLOW)
        page.wait_for_function("document.querySelector('#write-preview img')?.naturalWidth === 600")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#write-status")).to_contain_text("예약했어요.", timeout=_SLOW)
    desk.reach(tomorrow + timedelta(minutes=3))

    (post,) = desk.on_x("사진이 있는 내일의 공지입니다")
    (medium,) = desk.stage.x.state.posts[post.id].media
    assert (refused, post.created_at) == ([], tomorrow)
    assert (medium.alt_text, medium.width, medium.height) == ("초록 간판의 매장", 600, 800)
