"""The end of a day in a browser: posts are kept with f, the day is reviewed, and the next shift reads the note."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, Chromium, settled
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk
from tests.unit.operator_console.scene import SUJIN
from tests.unit.replies.scene import NOW

pytestmark = pytest.mark.browser


SAVED = 1_500
"""Milliseconds after the last key, until which what was typed is saved."""


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    made = Desk()
    made.browser = browser
    made.now = NOW + timedelta(hours=5, minutes=30)
    made.cases.cases.clear()
    made.have_cases(2)
    with made.served() as made.url:
        yield made


def test_f_keeps_the_selected_post_wherever_it_is_shown_and_f_again_or_z_takes_it_back(desk: Desk) -> None:
    with desk.opened() as page:
        expect(page.locator("#item")).to_be_visible()
        marks = page.locator("[data-kept] [data-mine]")
        for taking_back in ("f", "z"):
            page.keyboard.press("f")
            expect(marks).to_have_count(2)  # in the list and beside it
            page.keyboard.press(taking_back)
            expect(marks).to_have_count(0)
        settled(page)
        assert desk.favourites.stored == {}

        page.keyboard.press("Shift+F")
        expect(marks).to_have_count(2)
        page.locator("[data-kept] input[name=note]:visible").first.fill("후기 이벤트 후보")
        page.keyboard.press("Enter")
        expect(page.locator("[data-kept] .meta").first).to_have_text("후기 이벤트 후보")
        [kept] = desk.favourites.stored.values()
        assert [note.text for note in kept.notes] == ["후기 이벤트 후보"]


@variants("width", [1440, PHONE], count=1)
def test_the_day_is_reviewed_and_its_note_opens_the_next_shift_s_today(desk: Desk, width: int) -> None:
    with desk.opened(path="today/review", width=width) as page:
        page.fill("#line", "칭찬이 많은 하루였습니다")
        page.fill("#note", "강남점 건은 내일 10시에")
        page.clock.run_for(SAVED)
        expect(page.locator("#review-saved")).to_have_text("임시 저장됨")
        page.reload()
        expect(page.locator("#note")).to_have_value("강남점 건은 내일 10시에")
        desk.browser.assert_accessible("the review of a day", page)
        page.get_by_role("button", name="하루 마치기").click()
        expect(page.locator("#left")).to_be_visible()
        expect(page.locator("#note")).to_have_value("")

    with desk.opened(SUJIN, "today", width=width) as page:
        card = page.locator("#card-handover")
        expect(card).to_contain_text("강남점 건은 내일 10시에")
        card.get_by_role("button", name="읽었어요").click()
        expect(card).to_be_hidden()
