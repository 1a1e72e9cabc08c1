"""Similar answers and saved replies are found and inserted with the keyboard, from the menu above the reply box."""

import pytest
from playwright.sync_api import Page, expect

from desk.reading import Safety, Urgency
from desk.spikes.model import Spike
from desk.staff.saved_replies import SavedReply
from tests.browser import PHONE
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, desk, keys

__all__ = ["desk"]

pytestmark = pytest.mark.browser

INSERTS = "#slash [data-command=insert]"
CHECKING = SavedReply("area", "장애 확인 중", "{지역} 통신을 {날짜}까지 확인하겠습니다.", "network")


def begin(page: Page, number: int = 0) -> None:
    page.locator("#rows .row").nth(number).click()
    keys(page, "r")
    expect(page.locator("#reply-text")).to_be_focused()


def find(page: Page, typed: str) -> None:
    page.keyboard.insert_text(typed)
    page.clock.run_for(1_000)


def test_a_saved_reply_for_others_is_found_by_a_word_and_its_places_are_filled_one_after_the_other(desk: Desk) -> None:
    desk.saved_replies.save(CHECKING)
    with desk.opened() as page:
        begin(page)
        page.keyboard.type("/")
        expect(page.locator("#slash .panel")).to_contain_text("이 문의에 맞는 답변이 없어요")
        find(page, "장ㅇ")
        expect(page.locator(INSERTS)).to_have_count(1)
        find(page, "")
        keys(page, "Enter")
        expect(page.locator("#slash .panel")).to_be_hidden()
        page.keyboard.type("마포")
        keys(page, "Tab")
        page.keyboard.type("내일")

        expect(page.locator("#reply-text")).to_have_value("마포 통신을 내일까지 확인하겠습니다.")
        assert "/inbox/" in page.url


def test_arrows_choose_and_what_was_written_before_and_after_stays(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.saved_replies.save(SavedReply(f"r{number}", f"답변 {number}", f"답변 {number}입니다."))
    with desk.opened() as page:
        begin(page)
        page.keyboard.type("안녕하세요. /")
        chosen = page.locator(f"{INSERTS}[aria-selected=true]")
        expect(chosen).to_contain_text("답변 1")
        keys(page, "ArrowDown", "ArrowDown", "ArrowUp")
        expect(chosen).to_contain_text("답변 2")
        assert page.locator("#reply-text").get_attribute("aria-activedescendant") == chosen.get_attribute("id")
        keys(page, "Enter")

        expect(page.locator("#reply-text")).to_have_value("안녕하세요. 답변 2입니다.")


def test_escape_closes_the_menu_alone_and_a_slash_within_a_word_opens_none(desk: Desk) -> None:
    desk.saved_replies.save(SavedReply("a", "인사", "안녕하세요."))
    with desk.opened() as page:
        begin(page)
        page.keyboard.type("24/7 https://a.example/b")
        expect(page.locator("#slash .panel")).to_be_hidden()
        page.keyboard.type(" /")
        expect(page.locator(INSERTS)).to_have_count(1)
        keys(page, "Escape")

        expect(page.locator("#slash .panel")).to_be_hidden()
        expect(page.locator("#reply-text")).to_be_focused()


@variants("width", [1280, PHONE], count=1)
def test_the_button_opens_the_menu_and_leaves_no_sign_behind(width: int, desk: Desk) -> None:
    desk.saved_replies.save(SavedReply("a", "인사", "안녕하세요."))
    with desk.opened(path=f"inbox/to_answer/{desk.key(0)}", width=width, height=844) as page:
        page.locator("#slash summary").click()
        expect(page.locator(INSERTS)).to_have_count(1)
        keys(page, "Escape")
        expect(page.locator("#reply-text")).to_have_value("")
        page.locator("#slash summary").click()
        page.locator(INSERTS).click()

        expect(page.locator("#reply-text")).to_have_value("안녕하세요.")


def test_a_reply_that_says_it_is_over_has_no_key_while_a_spike_is_open_and_none_is_there_in_danger(desk: Desk) -> None:
    desk.saved_replies.save(SavedReply("over", "복구", "복구되었습니다.", only_when="no_spike"))
    desk.spikes.begin(Spike("s1", "network", desk.now, desk.now, 10, 12, 0.4))
    trapped = desk.have_case(5, safety=Safety.DANGER, urgency=Urgency.HIGH)
    with desk.opened() as page:
        page.locator(f"#row-{desk.key(0)}").click()
        keys(page, "r", "Alt+Digit1")
        expect(page.locator(INSERTS)).to_have_count(1)
        expect(page.locator("#reply-text")).to_have_value("")
        page.keyboard.type("/")
        page.locator(INSERTS).click()
        expect(page.locator("#reply-text")).to_have_value("복구되었습니다.")

        page.locator(f"#row-{trapped.id}").click()
        keys(page, "r", "Alt+Digit1")
        page.keyboard.type("/")
        expect(page.locator("#slash")).to_contain_text("사람의 안전에 관한 글일 수 있어")
        expect(page.locator(INSERTS)).to_have_count(0)


def test_a_reply_with_a_place_that_nobody_filled_is_not_sent_and_says_which(desk: Desk) -> None:
    desk.saved_replies.save(SavedReply("area", "장애 확인 중", "{지역} 통신을 확인하고 있습니다."))
    with desk.opened() as page:
        begin(page)
        keys(page, "Alt+Digit1")
        expect(page.locator("#reply-text")).to_have_value("{지역} 통신을 확인하고 있습니다.")
        keys(page, "Control+Enter")

        expect(page.locator("#reply-problem")).to_contain_text("{지역}")
        expect(page.locator("#reply-text")).to_have_value("{지역} 통신을 확인하고 있습니다.")
        assert desk.texts == []
