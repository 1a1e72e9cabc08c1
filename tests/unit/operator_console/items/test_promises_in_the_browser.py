"""The switch of a promise follows the text, and keeps what somebody chose."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from desk.staff.saved_replies import SavedReply
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, desk, keys

__all__ = ["desk"]

pytestmark = pytest.mark.browser

THREE = datetime(2026, 11, 24, 15, 0, tzinfo=ZoneInfo("Asia/Seoul"))
TEXT = "확인하고 오후 3시까지 알려 드릴게요."


def begin(page: Page) -> None:
    page.locator("#rows .row").first.click()
    keys(page, "r")
    expect(page.locator("#reply-text")).to_be_focused()


def checked(page: Page) -> None:
    with page.expect_response("**/check"):
        page.clock.run_for(1_000)


def test_the_switch_is_on_while_the_text_promises_and_what_was_switched_off_stays_off(desk: Desk) -> None:
    with desk.opened() as page:
        begin(page)
        page.keyboard.insert_text(TEXT)
        checked(page)
        expect(page.locator("#reply-holding")).to_be_checked()
        expect(page.locator("#reply-promised_until")).to_have_value("2026-11-24T15:00")
        expect(page.locator("[data-promise-said]")).to_contain_text("오후 3:00")

        keys(page, "Alt+p")
        expect(page.locator("#reply-holding")).not_to_be_checked()
        page.locator("#reply-text").focus()
        page.keyboard.insert_text(" 고맙습니다.")
        checked(page)
        expect(page.locator("#reply-holding")).not_to_be_checked()

        page.locator("#reply-text").fill("확인하고 오후 4시까지 알려 드릴게요.")
        checked(page)
        expect(page.locator("#reply-holding")).to_be_checked()
        page.locator("#reply-text").fill("확인하고 알려 드릴게요.")
        checked(page)
        expect(page.locator("#reply-holding")).not_to_be_checked()


def test_a_saved_reply_brings_its_promise_at_once(desk: Desk) -> None:
    desk.saved_replies.save(SavedReply("wait", "기다려 주세요", TEXT))
    with desk.opened() as page:
        begin(page)
        keys(page, "Alt+1")
        expect(page.locator("#reply-text")).to_have_value(TEXT)
        expect(page.locator("#reply-holding")).to_be_checked()
        keys(page, "Control+Enter")
        expect(page.locator("body")).to_contain_text("초 뒤 게시")

    (promise,) = desk.promises.open()
    assert (promise.due_at, promise.words) == (THREE, TEXT)


def test_the_promise_of_a_saved_reply_stays_on_while_its_sentence_does(desk: Desk) -> None:
    desk.saved_replies.save(SavedReply("back", "다시", "답변은 {약속 시각}입니다.", promise="30m"))
    with desk.opened() as page:
        begin(page)
        keys(page, "Alt+1")
        expect(page.locator("#reply-text")).to_have_value("답변은 11월 24일(화) 오후 12:30입니다.")
        expect(page.locator("#reply-holding")).to_be_checked()
        checked(page)
        expect(page.locator("#reply-holding")).to_be_checked()
        expect(page.locator("#reply-promised_until")).to_have_value("2026-11-24T12:30")

        page.locator("#reply-text").fill("확인하고 알려 드릴게요.")
        checked(page)
        expect(page.locator("#reply-holding")).not_to_be_checked()
