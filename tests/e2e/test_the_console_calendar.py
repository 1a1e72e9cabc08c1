"""Corrections wait for a second person on this desk, and posts move."""

import re
from datetime import datetime, timedelta

import requests

from tests.e2e.conftest import APPROVED
from tests.e2e.driver import SEOUL, Driver
from tests.e2e.test_the_console import signed_in
from tests.e2e.test_the_console_composer import Composer

JIMIN, SUJIN = "jimin.park@emerald.example", "sujin.lee@emerald.example"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Calendar:
    """The calendar of somebody who is signed in."""

    def __init__(self, desk: Driver, email: str) -> None:
        self._browser = signed_in(desk.stage, email)
        (self._csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', self.see("calendar")))

    def see(self, path: str) -> str:
        response = self._browser.ask("GET", f"{self._browser.console}/{path}")
        assert response.status_code == 200, response.text
        return response.text

    def item(self, post_id: str, day: datetime) -> str:
        """The post in the agenda of its day; "" if it is not there."""
        page = self.see(f"calendar?day={day.astimezone(SEOUL).date()}")
        found = re.search(rf'<li id="post-{post_id}".*?</div>\n</li>', page, re.DOTALL)
        return found[0] if found else ""

    def decide(self, post_id: str, day: datetime, action: str, **fields: str) -> requests.Response:
        """Send a form of the page as it is now."""
        (version, *_) = re.findall(r'name="version" value="(\d+)"', self.item(post_id, day))
        address = f"{self._browser.console}/calendar/{post_id}/{action}"
        return self._browser.ask("POST", address, csrf=self._csrf, version=version, **fields)


def sent(desk: Driver, text: str, publish_at: datetime) -> str:
    """A post of Sujin's that waits for somebody else."""
    at = publish_at.astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M")
    post_id = Composer(desk, SUJIN).send(text, kind=APPROVED, when="other", publish_at=at)
    assert desk.shown(post_id)["state"] == "awaiting_approval"
    return post_id


def test_a_post_waits_is_moved_and_goes_out_at_its_new_time_once_it_is_approved(desk: Driver) -> None:
    nine = (desk.now + DAY).astimezone(SEOUL).replace(hour=9, minute=0, second=0, microsecond=0)
    half_past_ten = nine + timedelta(minutes=90)
    post_id = sent(desk, "새 요금제를 소개합니다", nine)
    desk.sweep()
    (mail,) = desk.mails_about("새 요금제를 소개합니다")
    jimin, sujin = Calendar(desk, JIMIN), Calendar(desk, SUJIN)

    sujin.decide(post_id, nine, "move", publish_at=half_past_ten.strftime("%Y-%m-%dT%H:%M"))
    jimin.decide(post_id, half_past_ten, "approve")
    desk.reach(half_past_ten - timedelta(minutes=2))
    before = desk.on_x("새 요금제를 소개합니다")
    desk.reach(half_past_ten + timedelta(minutes=2))

    assert f"/console/calendar?day={nine.date()}#post-{post_id}" in mail.body
    (post,) = desk.on_x("새 요금제를 소개합니다")
    assert (before, post.created_at) == ([], half_past_ten)
    shown = desk.shown(post_id)
    assert (shown["state"], shown["approved_by"]) == ("published", "박지민")


def test_an_approved_post_is_moved_and_its_schedule_with_it(desk: Driver) -> None:
    two = (desk.now + DAY).astimezone(SEOUL).replace(hour=14, minute=0, second=0, microsecond=0)
    post_id = sent(desk, "오후 행사를 시작합니다", two)
    jimin = Calendar(desk, JIMIN)
    jimin.decide(post_id, two, "approve")

    moved = jimin.decide(post_id, two, "move", publish_at=(two + HOUR).strftime("%Y-%m-%dT%H:%M"))
    desk.reach(two + timedelta(minutes=30))
    early = desk.on_x("오후 행사를 시작합니다")
    desk.reach(two + HOUR + timedelta(minutes=1))

    assert moved.status_code == 303
    assert early == []
    assert [post.created_at for post in desk.on_x("오후 행사를 시작합니다")] == [two + HOUR]


def test_after_its_time_nothing_appears_until_somebody_says_now_and_unapproved_posts_expire(desk: Driver) -> None:
    soon = desk.now + 2 * HOUR
    late = sent(desk, "점심 할인", soon)
    forgotten = sent(desk, "아침 할인", soon)
    desk.reach(soon + 2 * HOUR)
    desk.sweep()
    jimin = Calendar(desk, JIMIN)

    too_late = jimin.decide(late, soon, "approve")
    waiting = desk.on_x("할인")
    jimin.decide(late, soon, "approve_now")
    desk.stage.settle()
    desk.reach(soon + DAY + HOUR)
    desk.sweep()

    assert (too_late.status_code, "예정 시각이 지났어요" in too_late.text) == (422, True)
    assert waiting == []
    assert len(desk.on_x("점심 할인")) == 1
    assert desk.shown(forgotten)["state"] == "expired"
    assert desk.on_x("아침 할인") == []
