"""A clerk's day, once with the keyboard alone and once with the thumb alone: nothing else is touched."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from desk.cases.model import CaseState
from desk.posts.model import PostState
from desk.reading import Safety, Urgency
from desk.staff.saved_replies import SavedReply
from desk.staff.settings import PersonSettings
from tests.browser import PHONE, Chromium, polled
from tests.unit.operator_console.inbox.test_in_the_browser import item, keys, write
from tests.unit.operator_console.scene import JIMIN
from tests.unit.operator_console.writing.test_pictures_in_the_browser import (
    PictureDesk,
    choose,
    image,
    picture_desk,
    ready,
)

pytestmark = pytest.mark.browser

ANSWERS = 8


@pytest.fixture
def desk(browser: Chromium) -> Iterator[PictureDesk]:
    with picture_desk(browser) as made:
        made.have_cases(ANSWERS + 2)
        made.settings.save(JIMIN.id, PersonSettings(undo_seconds=300), made.now)
        made.saved_replies.save(SavedReply("bill", "청구서", "{name} 님, 한 장은 지난달 것입니다."))
        yield made


def add_a_picture(page: Page) -> None:
    """What the device's own dialog does once its button was pressed."""
    choose(page, image())
    ready(page, 1)


def danger_comes(desk: PictureDesk, page: Page) -> str:
    """Somebody in danger writes to another department; the page learns of it. The case's id."""
    case = desk.have_case(90, "network", urgency=Urgency.HIGH, safety=Safety.DANGER, asked_at=desk.now)
    polled(page)
    expect(page.locator("#danger-strip")).to_contain_text("90번째 질문입니다")
    return case.id


def test_with_the_keyboard_alone(desk: PictureDesk) -> None:
    with desk.opened() as page:
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url) if request.is_navigation_request() else None)
        item(page, 0)  # opens by itself
        for number in range(ANSWERS):
            keys(page, "r", "Alt+1")
            expect(page.locator("#reply-text")).to_have_value(f"손님{number} 님, 한 장은 지난달 것입니다.")
            keys(page, "Control+Enter")
            item(page, number + 1)
        keys(page, "z")
        expect(page.locator("#reply-text")).to_have_value(f"손님{ANSWERS - 1} 님, 한 장은 지난달 것입니다.")
        item(page, ANSWERS - 1)
        expect(page.locator("#undo-bar p:visible")).to_have_count(1)
        keys(page, "Escape", "d")
        expect(page.locator(".toolbar select:focus")).to_have_count(1)
        keys(page, "ArrowDown", "Control+Enter")
        expect(page.locator("#undo-bar")).to_contain_text("넘겼어요")
        item(page, ANSWERS)
        page.locator(".reply-pictures summary").focus()
        keys(page, "Enter")
        add_a_picture(page)
        keys(page, "Escape")
        write(page, "이 화면에서 보실 수 있어요.")
        keys(page, "Control+Enter")
        item(page, ANSWERS + 1)

        danger = danger_comes(desk, page)
        assert loaded == []
        keys(page, "g", "d")
        item(page, 90)
        write(page, "지금 바로 119에 신고해 주십시오.")
        keys(page, "Control+Enter")
        expect(page.locator("#undo-bar")).to_contain_text("손님90")
        assert page.evaluate("document.activeElement !== document.body")

    handed = desk.cases.cases[desk.key(ANSWERS - 1)]
    assert handed.department != "operator"
    replies = [post for post in desk.posts.posts.values() if post.state is not PostState.CANCELLED]
    assert len(replies) == ANSWERS + 1
    assert sum(len(post.pictures) for post in replies) == 1
    assert sum(post.case_id == danger for post in replies) == 1
    assert desk.cases.cases[danger].state is not CaseState.OPEN


def test_with_the_thumb_alone(desk: PictureDesk) -> None:
    with desk.opened(width=PHONE, height=844) as page:
        danger = danger_comes(desk, page)
        page.locator("#danger-strip button").first.tap()
        expect(page.locator("#danger-strip")).to_contain_text("맡았습니다")

        page.locator("#rows .row > a").first.tap()
        item(page, 0)
        page.locator(".toolbar summary").first.tap()
        page.locator(".toolbar details[open] .panel select").select_option("billing")
        page.locator(".toolbar details[open] .panel button").last.tap()
        expect(page.locator("#undo-bar")).to_contain_text("넘겼어요")
        page.locator("#undo-bar button").first.tap()
        item(page, 0)
        page.locator(".reply-pictures summary").tap()
        add_a_picture(page)
        page.locator("#reply-text").tap()
        page.keyboard.insert_text("손님0 님, 확인했어요.")
        page.locator("#reply [data-command=send]").tap()
        item(page, 1)
        page.locator("[data-command=back]").tap()
        expect(page.locator("#places")).to_be_in_viewport()
        page.locator("#places a", has_text="게시").tap()
        expect(page.locator("#write-text")).to_be_visible()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == PHONE

    assert desk.cases.cases[danger].holder == JIMIN.name
    assert desk.cases.cases[desk.key(0)].department == "operator"
    assert desk.texts == ["손님0 님, 확인했어요."]
    assert len(desk.attached()) == 1
