"""The day of a clerk from 08:40 to 18:00, with a phone and a desk, two people, and the end of a shift."""

from collections.abc import Iterator
from copy import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from desk.posts.model import PostState, greeting_id
from desk.promises.model import PromiseState
from desk.reading import Safety, Urgency
from desk.replies.outcome import ReplyOutcomes
from desk.staff.settings import PersonSettings
from tests.browser import PHONE, Chromium, passes, settled
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, keys
from tests.unit.operator_console.morning_scene import GREETING as ON_X
from tests.unit.operator_console.morning_scene import NINE, TODAY
from tests.unit.operator_console.scene import JIMIN, SUJIN
from tests.unit.operator_console.today.scene import TodayScene

pytestmark = pytest.mark.browser

PROMISE = "확인하고 오후 3시까지 알려 드릴게요."
GREETING = "첫눈이 왔어요. 조심히 오세요!"
GUESTS = 3
CHECKED = 1_000
"""Milliseconds after which the page has asked what the text promises."""


class ClerksDay(TodayScene, Desk):
    """A desk that is served from the way to work until its end."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.at(-20)
        later = {"publish_at": NINE, "at": NINE, "expires_at": NINE + timedelta(hours=2)}
        self.greet(TODAY, state=PostState.SCHEDULED, x_id=None, **later)
        for person in (JIMIN, SUJIN):
            self.settings.save(person.id, PersonSettings(undo_seconds=0), self.now)

    def at(self, minutes: float) -> None:
        """It is so many minutes after nine."""
        self.now = NINE + timedelta(minutes=minutes)

    @property
    def greeting(self) -> str:
        """The text of this morning's greeting."""
        return self.posts.posts[greeting_id(TODAY)].text

    def greets(self) -> None:
        """The greeting is on X, as somebody left it."""
        draft = self.posts.posts[greeting_id(TODAY)]
        self.posts.put(replace(draft, state=PostState.PUBLISHED, x_id=ON_X))

    def publishes(self) -> None:
        """What was answered is on X."""
        outcomes = ReplyOutcomes(self.cases, self.brand)
        for number, post in enumerate(self.posts.posts.values()):
            if post.case_id and post.state is PostState.QUEUED:
                done = replace(post, state=PostState.PUBLISHED, x_id=f"199{number}", at=self.now)
                self.posts.put(done)
                outcomes.on_finished(done)


@pytest.fixture
def desk(browser: Chromium) -> Iterator[ClerksDay]:
    scene = ClerksDay()
    scene.browser = browser
    with scene.served() as scene.url:
        yield scene


def answer(page: Page, text: str) -> None:
    """Write this into the box of the open case and send it."""
    keys(page, "r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.insert_text(text)
    passes(page, CHECKED)
    with page.expect_response("**/send"):
        keys(page, "Control+Enter")
    settled(page)


def test_a_day_from_the_way_to_work_to_the_end_of_the_shift(desk: ClerksDay) -> None:
    ids = desk.have_a_night()
    with desk.opened(path="today", width=PHONE, height=844) as phone:
        _read_the_night(phone)
        _change_the_greeting(phone)
    assert desk.seen.seen_by.keys() == set(ids.values()) - {ids["check"]}
    assert desk.greeting == GREETING

    desk.at(20)
    desk.greets()
    for number in range(GUESTS):
        desk.guest(number)
    with desk.opened(path="people") as page:
        _greet_back(page)
    assert len([post for post in desk.posts.posts.values() if post.case_id]) == GUESTS

    desk.at(60)
    danger = desk.have_case(90, "network", urgency=Urgency.HIGH, safety=Safety.DANGER, asked_at=desk.now)
    with desk.opened(path="today") as page, desk.opened(SUJIN, "today") as other:
        _take_danger(other)
        page.reload()
        expect(page.locator("#danger-strip")).to_contain_text("이수진")
        page.goto(f"{desk.url}/console/inbox/to_answer")
        keys(page, "f")
        expect(page.locator("[data-kept] [data-mine]").first).to_be_visible()
        answer(page, PROMISE)
    assert desk.cases.cases[danger.id].holder == SUJIN.name
    (promise,) = desk.promises.open()
    desk.publishes()

    desk.at(350)  # ten minutes before three
    with desk.opened(path="today") as page:
        row = page.locator("#card-promises li")
        expect(row).to_contain_text(PROMISE)
        row.get_by_role("link").last.click()
        answer(page, "확인했습니다. 오늘 안으로 환불됩니다.")
    desk.publishes()
    assert desk.promises.open() == []
    assert desk.promises.get_many([promise.key])[promise.key].state is PromiseState.KEPT

    desk.at(510)
    with desk.opened(path="today/review") as page:
        _end_the_day(page)
    desk.at(539)
    with desk.opened(SUJIN, "today", width=PHONE, height=844) as phone:
        card = phone.locator("#card-handover")
        expect(card).to_contain_text("키즈폰 건은 네트워크가 봅니다")
        card.get_by_role("button", name="읽었어요").tap()
        expect(card).to_be_hidden()


def _read_the_night(phone: Page) -> None:
    phone.get_by_role("link", name="읽기 시작").tap()
    phone.wait_for_url("**/today/night**")
    phone.get_by_role("link", name="다음").tap()  # somebody may be at risk: only opening marks it
    for words in ("내일 아침 출국인데", "로밍은 어떻게", "오늘도 야근이네요", "지금 팔로우하고"):
        expect(phone.locator(".night-page.current")).to_contain_text(words)
        phone.get_by_role("button", name="읽었어요").tap()
        settled(phone)
    expect(phone.locator(".night-page.current")).to_contain_text("모두 읽으셨어요")


def _change_the_greeting(phone: Page) -> None:
    phone.locator("#page-end").get_by_role("link", name="오늘 할 일 보기").tap()
    card = phone.locator("#card-greeting")
    card.locator("summary").tap()
    card.locator("textarea").fill(GREETING)
    card.get_by_role("button", name="고치기").tap()
    expect(phone.locator("#card-greeting blockquote")).to_have_text(GREETING)


def _greet_back(page: Page) -> None:
    keys(page, "j", "r")
    for number in range(GUESTS):
        expect(page.locator(f"#text-{7000 + number}")).to_be_focused()
        keys(page, "Control+Enter")
    expect(page.locator("#attendees .sent")).to_have_count(GUESTS)
    settled(page)


def _take_danger(page: Page) -> None:
    page.locator("#card-danger li", has_text="90번째").get_by_role("button", name="맡기").click()
    expect(page.locator("#danger-strip .has-it")).to_contain_text("이수진")


def _end_the_day(page: Page) -> None:
    expect(page.locator("main")).to_contain_text("오늘 남긴 글")
    page.fill("#line", "첫눈 인사에 반응이 좋았습니다")
    page.fill("#note", "키즈폰 건은 네트워크가 봅니다")
    page.get_by_role("button", name="하루 마치기").click()
    expect(page.locator("#left")).to_be_visible()
