"""A fact from a sent reply to its end, in a browser."""

import pytest
from playwright.sync_api import expect

from desk.cases.model import CaseEvent, CaseEventKind
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, desk, item, keys
from tests.unit.operator_console.items.test_checks_in_the_browser import findings
from tests.unit.replies.scene import NOW

__all__ = ["desk"]

pytestmark = pytest.mark.browser

WORDS = "제주 매장은 이달 말까지 오전 9시에 엽니다."


def test_a_sent_reply_is_kept_as_a_fact_suggested_and_questioned_once_it_has_ended(desk: Desk) -> None:
    replied = CaseEvent(CaseEventKind.ANSWERED, NOW, "박지민", f"@guest0 {WORDS}", post_id="r1", x_id="555")
    desk.cases.events.setdefault(desk.key(0), []).append(replied)
    with desk.opened(path=f"case/{desk.key(0)}") as page:
        page.get_by_role("link", name="확인된 사실로 남기기").click()
        expect(page.get_by_label("답변", exact=True)).to_have_value(WORDS)
        page.get_by_label("제목").fill("제주 매장 시간")
        page.get_by_label("출처").fill("매장 운영팀 공지")
        page.locator("#last_day").fill("2026-11-24")
        page.locator("#last_time").fill("12:10")
        page.get_by_role("button", name="저장", exact=True).click()
        expect(page.locator("#soon")).to_be_visible()

        page.goto(f"{desk.url}/console/inbox/to_answer/{desk.key(1)}")
        item(page, 1)
        keys(page, "r")
        expect(page.locator("#reply-text")).to_be_focused()
        page.keyboard.type("/")
        expect(page.locator("#slash [data-command=insert]")).to_contain_text("매장 운영팀 공지")
        keys(page, "Enter")
        expect(page.locator("#reply-text")).to_have_value(WORDS)

        desk.now = NOW.replace(minute=10)
        page.keyboard.type(" 네!")
        expect(page.locator(findings(page))).to_contain_text("‘제주 매장 시간’")
        keys(page, "Control+Enter")
        expect(page.get_by_label("그대로 보내는 이유")).to_be_focused()
        page.clock.fast_forward(600_000)
        page.locator("#reply-text").focus()
        keys(page, "Control+a")
        page.keyboard.type("/")
        expect(page.locator("#slash [data-command=insert]")).to_have_count(0)

    assert desk.texts == []
