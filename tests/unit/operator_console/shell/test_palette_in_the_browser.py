"""The palette in a browser: over any page, with the keyboard alone, in Hangul, and without a connection."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from desk.staff.settings import PersonSettings
from tests.browser import PHONE, Chromium, settled
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk
from tests.unit.operator_console.scene import BILLING, JIMIN

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.browser = browser
    scene.have_cases(3)
    with scene.served() as scene.url:
        yield scene


def options(page: Page, group: str = "") -> Any:
    """The options that are shown, of one group or of all."""
    within = f'#palette [aria-labelledby="palette-{group}"] ' if group else "#palette "
    return page.locator(f"{within}[role=option]")


def typed(page: Page, text: str) -> None:
    """Type into the palette and let it ask the server."""
    with page.expect_response("**/palette?q=*"):
        page.locator("#palette input").fill(text)
        page.clock.run_for(200)
    settled(page)


@variants("path, key", [("costs", "Control+k"), ("inbox/to_answer", "/"), ("settings", "Meta+k")], count=2)
def test_it_opens_over_any_page_closes_with_escape_and_gives_the_focus_back(desk: Desk, path: str, key: str) -> None:
    with desk.opened(path=path) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        before = page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press(key)
        field = page.locator("#palette input")
        expect(field).to_be_focused()
        assert field.get_attribute("aria-activedescendant") == options(page).first.get_attribute("id")
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).to_be_hidden()
        assert page.evaluate("document.activeElement.outerHTML") == before


def test_people_pages_and_actions_are_found_in_hangul_and_opened_with_enter(desk: Desk) -> None:
    with desk.opened(path="costs") as page:
        page.keyboard.press("Control+k")
        typed(page, "손님2")
        expect(options(page, "people")).to_have_text(["손님2@guest2 · 문의 1건"])
        expect(options(page).first).to_have_attribute("aria-selected", "true")
        typed(page, "ㄷㅂㅎ")
        expect(options(page, "pages").first).to_contain_text("답변할 글")
        page.keyboard.press("Enter")
        page.wait_for_url("**/inbox/to_answer")
        page.keyboard.press("/")
        typed(page, "어두운")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(page.locator("#undo-bar")).to_contain_text("저장했어요.")
        assert desk.settings.find(JIMIN.id).theme == "dark"
        page.keyboard.press("z")
        expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")

    assert desk.settings.find(JIMIN.id) == PersonSettings()


def test_an_enter_that_ends_a_syllable_chooses_nothing(desk: Desk) -> None:
    with desk.opened(path="costs") as page:
        page.keyboard.press("/")
        for composing in ({"isComposing": True}, {"keyCode": 229}):
            page.evaluate(
                """init => document.activeElement.dispatchEvent(
                    new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }))""",
                composing,
            )
        expect(page.locator("#palette")).to_be_visible()


def test_what_the_page_can_do_is_run_by_name_and_its_key_stands_beside_it(desk: Desk) -> None:
    with desk.opened() as page:
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("#opened .handle").first).to_be_visible()
        page.keyboard.press("Control+k")
        typed(page, "메모")
        expect(options(page, "actions").first).to_have_text("메모n")
        page.keyboard.press("Enter")
        expect(page.locator("#opened textarea[name=note]")).to_be_focused()


def test_a_department_is_offered_its_own_pages_and_people(desk: Desk) -> None:
    with desk.opened(BILLING) as page:
        page.keyboard.press("Control+k")
        expect(options(page, "pages").first).to_be_visible()
        assert not [text for text in options(page, "pages").all_text_contents() if "게시" in text or "고객" in text]
        typed(page, "손님1")
        expect(options(page, "people")).to_have_count(0)
        expect(options(page, "search")).to_have_count(1)


def test_without_a_connection_it_says_so_and_keeps_the_actions(desk: Desk) -> None:
    with desk.opened(path="costs") as page:
        page.route("**/palette*", lambda route: route.abort())
        page.keyboard.press("/")
        page.clock.run_for(200)
        expect(page.locator("#palette")).to_contain_text("연결이 끊겨 이 화면에서 할 일만 보여요.")
        expect(options(page, "actions").first).to_be_visible()


def test_it_has_no_findings_of_axe_and_fits_a_phone(desk: Desk) -> None:
    with desk.opened(path="costs", width=PHONE) as page:
        page.locator('[data-command="search"]').first.click()
        expect(options(page).first).to_be_visible()
        desk.browser.assert_accessible("the palette", page)


def test_without_scripts_the_link_leads_to_the_page_of_the_search(desk: Desk) -> None:
    with desk.opened(path="costs", scripts=False) as page:
        page.locator('[data-command="search"]').first.click()
        page.wait_for_url("**/console/search")
