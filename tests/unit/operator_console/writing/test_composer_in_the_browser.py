"""Writing for the timeline in a browser: nothing typed is lost, nothing is sent twice, and it can be taken back."""

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from playwright.sync_api import Page, Route, expect

from desk.posts.announcement_drafts import AnnouncementDraft
from desk.posts.model import Post, PostKind, PostState
from desk.staff.settings import PersonSettings
from tests.browser import DESKTOP, PHONE, Chromium, passes
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, keys
from tests.unit.operator_console.scene import JIMIN
from tests.unit.replies.scene import NOW

pytestmark = pytest.mark.browser

TEXT = "오늘부터 새 편집기로 머리말을 씁니다."
SAVED = 700
"""Milliseconds after the last key, until which what was typed is saved."""


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.browser = browser
    scene.posts.switch = scene.switch
    with scene.served() as scene.url:
        yield scene


def announced(desk: Desk) -> list[Post]:
    return list(desk.posts.posts.values())


def write(page: Page, text: str = TEXT) -> None:
    """Write into the box with the keyboard."""
    keys(page, "r")
    expect(page.locator("#write-text")).to_be_focused()
    page.keyboard.insert_text(text)


def previewed(page: Page, text: str = TEXT) -> None:
    """Wait until what was typed is saved and previewed."""
    page.clock.run_for(SAVED)
    expect(page.locator("#write-preview .x-text")).to_have_text(text)


def seconds_left(page: Page) -> int:
    """The seconds until the post goes up, as the page says."""
    (seconds,) = re.findall(r"(\d+)초 뒤에", page.locator("#write-status").inner_text())
    return int(seconds)


def test_a_post_is_written_previewed_taken_back_and_sent_with_the_keyboard_alone(desk: Desk) -> None:
    desk.settings.save(JIMIN.id, PersonSettings(undo_seconds=30), desk.now)
    with desk.opened(path="write") as page:
        write(page)
        expect(page.locator("#write-count")).to_have_text("한글 121자 남음")
        previewed(page)
        expect(page.locator("#write-saved")).to_have_text("임시 저장됨")
        keys(page, "Control+Enter")
        expect(page.locator("#write-status")).to_contain_text("초 뒤에 올라가요.")
        expect(page.locator("#write-text")).to_have_value("")
        began = seconds_left(page)
        page.clock.run_for(4_000)
        assert seconds_left(page) <= began - 4

        keys(page, "z")

        expect(page.locator(".message")).to_contain_text("취소했어요.")
        expect(page.locator("#write-text")).to_have_value(TEXT)
        keys(page, "r", "Control+Enter")
        expect(page.locator("#write-status")).to_contain_text("초 뒤에 올라가요.")
        passes(page, 30_000)
        expect(page.locator("#write-status")).to_contain_text("X에 올리는 중이에요.")
        (_, sent) = announced(desk)
        desk.posts.put(sent._replace(state=PostState.PUBLISHED, x_id="5501"))
        page.clock.run_for(2_000)
        expect(page.locator("#write-status")).to_contain_text("X에 올라갔어요.")

    assert [post.state for post in announced(desk)] == [PostState.CANCELLED, PostState.PUBLISHED]


def test_control_enter_within_a_syllable_sends_the_whole_text_once(desk: Desk) -> None:
    with desk.opened(path="write") as page:
        write(page, "안내합니")
        session = page.context.new_cdp_session(page)
        session.send("Input.imeSetComposition", {"text": "다", "selectionStart": 1, "selectionEnd": 1})
        composing = {"code": "Enter", "key": "Process", "windowsVirtualKeyCode": 229, "modifiers": 2}
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **composing})
        enter = {"code": "Enter", "key": "Enter", "windowsVirtualKeyCode": 13, "modifiers": 2}
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})

        expect(page.locator("#write-status")).to_contain_text("초 뒤에 올라가요.")

    assert desk.texts == ["안내합니다"]


def test_what_is_typed_survives_a_reload_before_and_after_it_was_saved(desk: Desk) -> None:
    with desk.opened(path="write") as page:
        page.get_by_label("감사 인사").check()
        write(page)
        previewed(page)
        page.reload()
        expect(page.locator("#write-text")).to_have_value(TEXT)
        expect(page.get_by_label("감사 인사")).to_be_checked()

        page.route("**/write/draft", lambda route: route.abort())
        page.locator("#write-text").press("End")
        page.keyboard.insert_text(" 더")
        page.clock.run_for(SAVED)
        expect(page.locator("#write-saved")).to_contain_text("임시 저장하지 못했어요.")
        page.reload()
        expect(page.locator("#write-text")).to_have_value(f"{TEXT} 더")


def test_what_cannot_be_sent_is_said_beside_its_field_while_everything_typed_stays(desk: Desk) -> None:
    with desk.opened(path="write") as page:
        write(page, "{지역} 안내")
        page.get_by_label("직접 정하기").check()
        keys(page, "Control+Enter")

        expect(page.locator("#problem-text")).to_contain_text("채우지 않은 자리가 있습니다: {지역}")
        expect(page.locator("#problem-publish_at")).to_contain_text("올릴 날짜와 시각을 정해 주세요.")
        expect(page.locator("#write-text")).to_be_focused()
        desk.browser.assert_accessible("a post that cannot be sent", page)
        page.keyboard.insert_text("서울")
        expect(page.locator("#write-text")).to_have_value("서울 안내")
        page.locator("#write-at").fill("2026-11-25T09:00")
        keys(page, "Control+Enter")
        expect(page.locator("#write-status")).to_contain_text("11월 25일")

    assert desk.texts == ["서울 안내"]


@pytest.mark.parametrize("is_hasty", [True, False])
def test_a_warning_asks_for_a_reason_and_the_second_press_sends(desk: Desk, is_hasty: bool) -> None:
    with desk.opened(path="write") as page:
        write(page, "점검은 11월 25일(목)입니다.")
        if not is_hasty:
            page.clock.run_for(SAVED)
            expect(page.locator(".findings")).to_contain_text("아니라")
        keys(page, "Control+Enter")
        expect(page.locator("#override-reason")).to_be_focused()
        desk.browser.assert_accessible("a post that needs a reason", page)
        page.keyboard.insert_text("작년 글 인용")
        keys(page, "Enter")
        expect(page.locator("#write-status")).to_contain_text("초 뒤에 올라가요.")

    assert [post.override_reason for post in announced(desk)] == ["작년 글 인용"]


def test_two_presses_and_a_lost_response_are_one_post(desk: Desk) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        response = route.fetch()
        if lost:
            route.fulfill(response=response)
        else:
            lost.append(response.headers["hx-redirect"])
            route.abort()

    with desk.opened(path="write") as page:
        page.route(
            re.compile("/write$"),
            lambda route: lose_the_first(route) if route.request.method == "POST" else route.continue_(),
        )
        write(page)
        page.locator("[data-command=send]").dblclick()
        expect(page.locator("#not-sent")).to_contain_text("쓰신 글은 그대로 있어요")
        expect(page.locator("#write-text")).to_have_value(TEXT)
        keys(page, "Control+Enter")
        expect(page.locator("#write-status")).to_contain_text("초 뒤에 올라가요.")

    assert len(announced(desk)) == 1


def test_an_ended_session_asks_to_sign_in_and_then_sends_what_was_typed(desk: Desk) -> None:
    with desk.opened(path="write") as page:
        write(page)
        desk.sessions.sessions.clear()
        keys(page, "Control+Enter")
        expect(page.get_by_role("button", name="다시 로그인")).to_be_visible()
        name, value = next(iter(desk.signed_in().cookies.items()))
        secure_url = desk.url.replace("http:", "https:")
        page.context.add_cookies([{"name": name, "value": value, "url": secure_url, "secure": True}])

        page.evaluate('new BroadcastChannel("console").postMessage("signed-in")')

        expect(page.locator("#write-status")).to_contain_text("초 뒤에 올라가요.")

    assert desk.texts == [TEXT]


def test_texts_to_begin_with_and_articles_go_into_the_box(desk: Desk) -> None:
    with desk.opened(path="write") as page:
        page.get_by_text("예문", exact=True).click()
        page.get_by_text("장애 안내: 장애 발생").click()
        expect(page.get_by_label("장애 안내")).to_be_checked()
        page.keyboard.insert_text("서울")
        expect(page.locator("#write-text")).to_have_value(re.compile("^지금 서울에서 {서비스} 이용이"))

        page.locator("#write-text").fill("")
        page.get_by_text("제목과 링크로").click()
        page.get_by_label("제목", exact=True).fill("머리말 쓰기의 즐거움")
        page.get_by_label("링크", exact=True).fill("blog")
        keys(page, "Enter")
        expect(page.locator("#problem-url")).to_contain_text("링크로 쓸 수 없는 주소입니다.")
        page.get_by_label("링크", exact=True).fill("https://blog.example.com/headline")
        page.get_by_role("button", name="글에 넣기").click()
        expect(page.locator("#write-text")).to_have_value("머리말 쓰기의 즐거움\nhttps://blog.example.com/headline")
        expect(page.locator("#problem-url")).to_have_text("")
        page.clock.run_for(SAVED)
        expect(page.locator("#write-price")).to_contain_text("$0.20")

    assert announced(desk) == []


@variants("width", [DESKTOP, PHONE], count=1)
def test_the_page_fits_its_screen_and_can_be_read_by_everybody(desk: Desk, width: int) -> None:
    draft = AnnouncementDraft("feed-1", "머리말\nhttps://blog.example.com/headline" + "a" * 200, "블로그", NOW)
    desk.announcement_drafts.add(draft)
    with desk.opened(path="write?draft=feed-1", width=width) as page:
        page.locator("#write-text").fill("가" * 150 + " https://example.com/" + "b" * 200)
        page.clock.run_for(SAVED)
        expect(page.locator("#write-preview mark")).to_be_visible()
        assert desk.browser.violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_phone_sends_with_a_finger_and_the_time_of_its_choice(desk: Desk) -> None:
    with desk.opened(path="write", width=PHONE) as page:
        page.locator("#write-text").fill(TEXT)
        page.get_by_text("내일 아침").tap()
        expect(page.locator("[data-command=send]")).to_have_text(re.compile("예약하기"))
        page.locator("[data-command=send]").tap()
        expect(page.locator("#write-status")).to_contain_text("예약했어요.")
        desk.browser.assert_accessible("a planned post", page)

    assert [post.state for post in announced(desk)] == [PostState.SCHEDULED]


def test_without_scripts_a_post_is_written_taken_back_and_sent(desk: Desk) -> None:
    with desk.browser.visitor(desk.url, desk.signed_in().cookies, scripts=False) as page:
        page.goto(f"{desk.url}/console/write")
        page.get_by_label("장애 안내").check()
        page.locator("#write-text").fill("{지역} 안내")
        page.locator("[data-command=send]").click()
        expect(page.locator("#problem-text")).to_contain_text("{지역}")
        page.locator("#write-text").fill(TEXT)
        page.locator("[data-command=send]").click()
        expect(page.locator("#write-status")).to_contain_text("초 뒤에 올라가요.")
        page.get_by_role("button", name="취소").click()
        expect(page.locator("#write-text")).to_have_value(TEXT)
        page.get_by_label("내일 아침").check()
        answer = page.expect_response(re.compile("write$"))
        with answer as response:
            page.locator("[data-command=send]").click()
        assert response.value.status == HTTPStatus.SEE_OTHER
        expect(page.locator("#write-status")).to_contain_text("예약했어요.")

    assert [(post.kind, post.state) for post in announced(desk)] == [
        (PostKind.OUTAGE, PostState.CANCELLED),
        (PostKind.OUTAGE, PostState.SCHEDULED),
    ]
