"""What an operator writes in the console: by its own schedule to the local X, at its time and once."""

import re
from datetime import timedelta

import requests

from tests.e2e.driver import SEOUL, Driver
from tests.e2e.test_the_console import Browser, signed_in


class Composer:
    """The composer of somebody who is signed in."""

    def __init__(self, desk: Driver) -> None:
        self._browser: Browser = signed_in(desk.stage)
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
    composer.post("write/undo", post=taken_back)
    desk.stage.settle()
    before = desk.on_x("콘솔에서 쓴 첫 공지입니다")
    desk.pass_time(timedelta(minutes=2))
    desk.stage.settle()

    (post,) = desk.on_x("콘솔에서 쓴 첫 공지입니다")
    assert (before, desk.on_x("취소할 공지입니다")) == ([], [])
    assert post.id in composer.see(f"write?done={kept}")
    assert "취소할 공지입니다</textarea>" in composer.see("write")


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
    assert "X에 올라갔습니다." in Composer(desk).see(f"write?done={post_id}")  # the session has ended overnight
