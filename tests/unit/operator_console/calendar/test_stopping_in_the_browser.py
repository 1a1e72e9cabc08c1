"""Stopping, resuming and practising in a browser: with the keyboard on a desk, with a finger on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from desk.posts.model import PostKind, PostReason, PostState
from desk.posts.pause import PauseScope
from tests.browser import PHONE, Chromium
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, keys
from tests.unit.posts.scene import a_post
from tests.unit.replies.scene import NOW

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.browser = browser
    scene.have_cases(1)
    scene.posts.switch = scene.switch
    with scene.served() as scene.url:
        yield scene


def test_an_operator_stops_and_resumes_with_the_keyboard_and_keeps_what_was_typed(desk: Desk) -> None:
    with desk.opened() as page:
        keys(page, "j", "Enter", "r")
        page.keyboard.insert_text("확인하고 있습니다")
        page.locator("[data-command=pause]").focus()
        keys(page, "Enter")
        expect(page.locator("#pause form button").first).to_be_focused()
        keys(page, "Enter")

        expect(page.locator("#paused")).to_contain_text("모든 게시가 멈춰 있어요.")
        expect(page.locator("#paused")).to_contain_text("장애 대응")
        expect(page.locator("#reply-text")).to_have_value("확인하고 있습니다")
        page.locator("[data-command=resume]").focus()
        keys(page, "Enter")
        expect(page.locator("#goes-out")).to_have_text("24시간 안에 나갈 예약 글은 없어요.")
        expect(page.locator("#paused form button")).to_be_focused()
        keys(page, "Enter")
        expect(page.locator("#paused")).to_contain_text("게시를 재개했어요")
        expect(page.locator("[data-command=pause]")).to_be_visible()
        expect(page.locator("#reply-text")).to_have_value("확인하고 있습니다")

    assert [pause.ended_by for pause in desk.switch.pauses] == ["박지민"]


def test_two_taps_on_a_phone_stop_scheduled_posts(desk: Desk) -> None:
    with desk.opened(path="stop", width=PHONE) as page:
        page.locator("[data-command=pause]").tap()
        page.locator("button[value='scheduled.outage']").tap()

        expect(page.locator("#paused")).to_contain_text("예약 글이 멈춰 있어요.")
        assert [pause.scope for pause in desk.switch.pauses] == [PauseScope.SCHEDULED]

        page.locator("[data-command=resume]").tap()
        page.locator("#paused form .primary").tap()
        expect(page.locator("#paused .paused")).to_have_count(0)

    assert desk.switch.current() is None


@variants("width", [1280, PHONE], count=1)
def test_posts_are_decided_where_they_are_listed(desk: Desk, width: int) -> None:
    held = a_post("가을 행사", id="h1", state=PostState.HELD, reason=PostReason.PAUSED, at=NOW)
    lost = a_post("확인했습니다", id="u1", state=PostState.IN_DOUBT, kind=PostKind.REPLY, in_reply_to="77", at=NOW)
    desk.posts.put(held, lost)
    with desk.opened(path="stop", width=width) as page:
        desk.browser.assert_accessible("posts to decide", page)
        page.locator("#x-id-u1").fill("모르겠음")
        page.locator("#post-u1 [data-command=published]").click()
        expect(page.locator("#problem-u1")).to_contain_text("X의 글 주소가 아니에요")
        expect(page.locator("#x-id-u1")).to_have_value("모르겠음")
        page.locator("#x-id-u1").fill("https://x.com/jade/status/5501")
        keys(page, "Enter")
        expect(page.locator("#post-u1")).to_have_count(0)
        page.locator("#post-h1 [data-command=release]").click()
        expect(page.locator("#stop .message")).to_contain_text("올리기로 했어요")

    assert {post.id: post.state for post in desk.posts.posts.values()} == {
        "h1": PostState.QUEUED,
        "u1": PostState.PUBLISHED,
    }


def test_a_newcomer_clears_the_practice_cases_with_the_keyboard(desk: Desk) -> None:
    with desk.opened(path="") as page:
        expect(page).to_have_url(f"{desk.url}/console/practice")
        desk.browser.assert_accessible("practice", page)
        keys(page, "r", "Control+Enter")  # nothing is sent that is empty
        page.keyboard.insert_text("매달 25일에 빠져나갑니다.")
        keys(page, "Control+Enter")
        expect(page).to_have_url(re.compile("after=answer"))
        keys(page, "d")
        page.locator("#hand-department").select_option("pr")
        keys(page, "Control+Enter")
        expect(page.locator("#practice-problem")).to_contain_text("골라 주세요")
        page.locator("#hand-department").select_option("billing")
        keys(page, "Control+Enter")
        expect(page).to_have_url(re.compile("after=hand"))
        keys(page, "r", "Control+Enter")
        expect(page).to_have_url(re.compile("after=draft"))
        keys(page, "s")
        page.locator("#snooze-tomorrow").check()
        keys(page, "Control+Enter")
        expect(page).to_have_url(re.compile("after=snooze"))
        keys(page, "c")
        page.locator("#misread-kind").select_option("feedback")
        keys(page, "Control+Enter")
        expect(page.locator("main")).to_contain_text("모두 마쳤어요")

    assert (desk.posts.posts, desk.queue.sent, desk.colleagues.notified) == ({}, [], [])
