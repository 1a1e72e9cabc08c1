"""Saved replies are found and inserted with the keyboard, beside the open case."""

import pytest
from playwright.sync_api import expect

from desk.reading import Safety, Urgency
from desk.spikes.model import Spike
from desk.staff.saved_replies import SavedReply
from tests.browser import NEEDS_CHROMIUM
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, desk, keys

__all__ = ["desk"]

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]


def test_a_saved_reply_for_others_is_found_by_a_word_and_its_place_is_filled_by_typing(desk: Desk) -> None:
    desk.saved_replies.save(SavedReply("area", "장애 확인 중", "{지역} 통신을 확인하고 있습니다.", "network"))
    with desk.opened() as page:
        page.locator("#rows .row").first.click()
        expect(page.locator("#saved-replies")).to_be_visible()
        expect(page.locator("#saved-replies [data-command=insert]")).to_have_count(0)

        page.fill("#saved-reply-words", "장애")
        page.clock.run_for(1_000)
        found = page.locator("#saved-replies [data-command=insert]")
        expect(found).to_have_count(1)
        keys(page, "Enter", "Tab")
        expect(found).to_be_focused()
        keys(page, "Enter")
        page.keyboard.type("마포")

        expect(page.locator("#reply-text")).to_have_value("마포 통신을 확인하고 있습니다.")
        assert "/inbox/" in page.url


def test_a_reply_that_says_it_is_over_has_no_key_while_a_spike_is_open_and_none_is_there_in_danger(desk: Desk) -> None:
    desk.saved_replies.save(SavedReply("over", "복구", "복구되었습니다.", only_when="no_spike"))
    desk.spikes.begin(Spike("s1", "network", desk.now, desk.now, 10, 12, 0.4))
    trapped = desk.have_case(5, safety=Safety.DANGER, urgency=Urgency.HIGH)
    with desk.opened() as page:
        page.locator(f"#row-{desk.key(0)}").click()
        expect(page.locator("#saved-replies [data-command=insert]")).to_have_count(1)
        keys(page, "r", "Alt+Digit1")
        expect(page.locator("#reply-text")).to_have_value("")
        page.locator("#saved-replies [data-command=insert]").click()
        expect(page.locator("#reply-text")).to_have_value("복구되었습니다.")

        page.locator(f"#row-{trapped.id}").click()
        expect(page.locator("#suggestions")).to_contain_text("사람의 안전에 관한 글일 수 있어")
        keys(page, "r", "Alt+Digit1")
        expect(page.locator("#reply-text")).to_have_value("")
        expect(page.locator("#context [data-command=insert]")).to_have_count(0)


def test_a_reply_with_a_place_that_nobody_filled_is_not_sent_and_says_which(desk: Desk) -> None:
    desk.saved_replies.save(SavedReply("area", "장애 확인 중", "{지역} 통신을 확인하고 있습니다."))
    with desk.opened() as page:
        page.locator("#rows .row").first.click()
        expect(page.locator("#saved-replies [data-command=insert]")).to_have_count(1)
        keys(page, "r", "Alt+Digit1", "Control+Enter")

        expect(page.get_by_text("{지역}").last).to_be_visible()
        expect(page.locator("#reply-text")).to_have_value("{지역} 통신을 확인하고 있습니다.")
        assert desk.texts == []
