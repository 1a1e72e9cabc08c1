"""Today in a browser: the night is read with the thumb and with Space, and the cards change while somebody looks."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from desk.cases.model import Review
from desk.reading import Safety, Urgency
from tests.browser import DESKTOP, PHONE, Chromium, becomes
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, keys
from tests.unit.operator_console.scene import JIMIN
from tests.unit.operator_console.today.scene import TodayScene

pytestmark = pytest.mark.browser

ASKS = 3_500
"""Milliseconds after which the page has asked for what is new."""
LONG = 24
"""Posts of a night of which not all are sent at once."""


class TodayDesk(TodayScene, Desk):
    """A morning that is served."""


@pytest.fixture
def desk(browser: Chromium) -> Iterator[TodayDesk]:
    scene = TodayDesk()
    scene.browser = browser
    with scene.served() as scene.url:
        yield scene


def swipe(page: Page, by: int) -> None:
    """Move the thumb across the page that is read."""
    page.evaluate(
        """(by) => {
          const page = document.querySelector(".night-page.current");
          const at = (x) => new Touch({ identifier: 1, target: page, clientX: x, clientY: 300 });
          const move = (kind, touches, x) =>
            page.dispatchEvent(new TouchEvent(kind, { bubbles: true, touches, changedTouches: [at(x)] }));
          move("touchstart", [at(200)], 200);
          move("touchend", [], 200 + by);
        }""",
        by,
    )


def reads(page: Page, words: str) -> None:
    """Wait until this post is the one that is read."""
    expect(page.locator(".night-page.current")).to_contain_text(words)
    expect(page.locator(".night-page:visible")).to_have_count(1)


def test_a_night_is_read_with_the_thumb_back_and_forth_and_goes_on_after_the_phone_was_locked(desk: TodayDesk) -> None:
    ids = desk.have_a_night()
    with desk.opened(path="today", width=PHONE, height=844) as page:
        page.get_by_role("link", name="읽기 시작").tap()
        page.wait_for_url("**/today/night**")
        reads(page, "아이 키즈폰 위치가")  # may be at risk: going on marks nothing
        page.get_by_role("link", name="다음").tap()
        reads(page, "내일 아침 출국인데")
        with page.expect_response("**/seen"):
            page.get_by_role("button", name="읽었어요").tap()
        reads(page, "로밍은 어떻게")
        swipe(page, 120)
        reads(page, "내일 아침 출국인데")
        with page.expect_response("**/seen"):
            swipe(page, -120)
        reads(page, "로밍은 어떻게")

        page.reload()
        reads(page, "로밍은 어떻게")
        for words in ("오늘도 야근이네요", "지금 팔로우하고"):
            with page.expect_response("**/seen"):
                page.get_by_role("button", name="읽었어요").tap()
            reads(page, words)
        with page.expect_response("**/seen"):
            page.get_by_role("button", name="읽었어요").tap()
        reads(page, "모두 읽으셨어요")
        expect(page.get_by_text("열어 보지 않은 위험·안전 확인 글이 1건")).to_be_visible()
        desk.browser.assert_accessible("the end of a night", page)

    assert desk.seen.seen_by.keys() == set(ids.values()) - {ids["check"]}


def test_a_long_night_is_read_with_space_and_what_was_read_without_a_connection_is_marked_later(
    desk: TodayDesk,
) -> None:
    ids = [desk.overnight(number, f"밤 {number}번") for number in range(1, LONG + 1)]
    with desk.opened(path="today/night") as page:
        reads(page, "밤 1번")
        page.context.set_offline(True)
        page.keyboard.press("Space")
        reads(page, "밤 2번")
        page.keyboard.press("Space")
        reads(page, "밤 3번")
        assert not desk.seen.seen_by
        with page.expect_response("**/seen"):
            page.context.set_offline(False)
        for number in range(3, LONG + 1):
            reads(page, f"밤 {number}번")
            page.keyboard.press("Space")
        reads(page, "모두 읽으셨어요")
        page.keyboard.press("z")
        reads(page, f"밤 {LONG}번")
        expect(page).to_have_url(re.compile(rf"at=m{ids[-1]}"))
        becomes(page, lambda: page.evaluate("localStorage.getItem('night-seen')") == "[]")

    assert desk.seen.seen_by.keys() == set(ids)


def test_the_cards_follow_what_happens_and_danger_is_taken_where_it_stands(desk: TodayDesk) -> None:
    with desk.opened(path="today") as page:
        expect(page.locator("#card-danger")).to_be_hidden()
        case = desk.have_case(9, "network", safety=Safety.DANGER, urgency=Urgency.HIGH)
        desk.have_case(10)
        page.clock.run_for(ASKS)
        expect(page.locator("#card-danger li")).to_have_count(1)
        expect(page.locator("#card-answers .number")).to_have_text("1")
        page.locator("#card-danger").get_by_role("button", name="맡기").click()
        expect(page.locator("#danger-strip .has-it")).to_contain_text("박지민")
        page.clock.run_for(ASKS)
        expect(page.locator("#card-danger").get_by_role("link", name="열기")).to_be_visible()

    assert desk.cases.cases[case.id].holder == JIMIN.name


def test_an_answer_leads_to_the_next_thing_of_today_whatever_its_queue_and_after_the_last_back_to_it(
    desk: TodayDesk,
) -> None:
    first = desk.have_case(1)
    second = desk.have_case(2, review=Review.CHAT)
    desk.have_case(3, holder="이수진")  # of the queue, but nothing of this person's today
    with desk.opened(path="today") as page:
        page.locator(f'#card-answers [data-key="{first.id}"]').get_by_role("link", name="답하기").click()
        expect(page.locator("#item")).to_have_attribute("data-key", first.id)
        answers(page)
        expect(page.locator("#item")).to_have_attribute("data-key", second.id)
        answers(page)
        expect(page.locator("#today")).to_contain_text("마지막")
        expect(page.locator(".row.sending")).to_have_count(1)
        page.clock.run_for(11_000)
        expect(page).to_have_url(re.compile(r"/console/today$"))
        expect(page.locator("#card-answers li")).to_have_count(0)


def answers(page: Page) -> None:
    """Answer what is open."""
    page.locator("#reply-text").fill("확인했습니다. 고맙습니다.")
    with page.expect_response("**/send"):
        keys(page, "Control+Enter")


@variants("width", [1440, DESKTOP // 2, PHONE], count=1)
def test_the_page_is_whole_at_every_width_and_at_twice_its_size(desk: TodayDesk, width: int) -> None:
    desk.have_a_night()
    desk.have_cases(7)
    with desk.opened(path="today", width=width) as page:
        assert desk.browser.violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
