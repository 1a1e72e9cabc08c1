"""Spikes in a browser: the page fits and is accessible, and a page that stays open learns of one."""

from collections.abc import Iterator
from copy import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from desk.posts.model import PostKind, PostState
from desk.reading import Urgency
from tests.browser import DESKTOP, PHONE, Chromium
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk
from tests.unit.operator_console.spikes.test_spikes import BEGAN, PAGE, SPIKE, have_fault
from tests.unit.posts.scene import a_post
from tests.unit.replies.scene import NOW

pytestmark = pytest.mark.browser

SCREENS = ((DESKTOP, "ko"), (PHONE, "en"))


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.cases.cases.clear()
    for number in range(40):
        at = BEGAN + timedelta(seconds=number * number % 1100)
        have_fault(scene, number, at, urgency=Urgency.HIGH if number % 9 == 0 else Urgency.NORMAL)
    scene.browser = browser
    with scene.served() as scene.url:
        yield scene


@variants("path, width, language", [(path, *screen) for path in (PAGE, "spikes") for screen in SCREENS], count=1)
def test_the_pages_are_accessible_and_fit(desk: Desk, path: str, width: int, language: str) -> None:
    desk.brand = replace(desk.brand, language=language)
    desk.spikes.begin(SPIKE)
    desk.spikes.spikes[SPIKE.id] = SPIKE._replace(mailed_at=BEGAN + timedelta(minutes=5), called_at=BEGAN)
    notice = a_post("지금 일부 지역에서 통화가 어렵습니다.", id="n1", kind=PostKind.OUTAGE, state=PostState.PUBLISHED)
    desk.posts.posts[notice.id] = replace(notice, at=NOW - timedelta(minutes=2), x_id="1993000000000000999")
    with desk.opened(path=path, width=width) as page:
        for folded in page.locator("main details > summary").all():
            folded.click()
        assert desk.browser.violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_current_section_is_in_view_on_a_phone(desk: Desk) -> None:
    with desk.opened(path="spikes", width=PHONE) as page:
        expect(page.locator(".section [aria-current]")).to_be_in_viewport(ratio=1)


def test_a_page_that_stays_open_learns_of_a_spike_and_leads_to_its_notice(desk: Desk) -> None:
    with desk.opened(path="inbox/to_answer") as page:
        expect(page.locator(".spike")).to_have_count(0)
        desk.spikes.begin(SPIKE)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as if somebody came back to the page
        expect(page.locator(".spike")).to_contain_text("네트워크 장애 신고 급증 오전 11:40부터 40건")
        expect(page.locator("#announcements")).to_contain_text("네트워크 장애 신고 급증")

        page.get_by_role("link", name="신고 모아 보기").click()
        expect(page.locator(".rows .row")).to_have_count(40)
        page.get_by_role("link", name="장애 발생").click()
        expect(page.locator("[name=kind][value=outage]")).to_be_checked()
