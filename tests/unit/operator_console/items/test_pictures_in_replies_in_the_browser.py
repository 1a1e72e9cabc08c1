"""Pictures in the reply box: they belong to one case, go out with its reply, and come back with an undo."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from desk.staff.settings import PersonSettings
from tests.browser import Chromium, settled
from tests.unit.operator_console.inbox.test_in_the_browser import item, keys
from tests.unit.operator_console.scene import JIMIN
from tests.unit.operator_console.writing.test_pictures_in_the_browser import (
    RED,
    PictureDesk,
    choose,
    image,
    items,
    picture_desk,
    ready,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(browser: Chromium) -> Iterator[PictureDesk]:
    with picture_desk(browser) as made:
        made.settings.save(JIMIN.id, PersonSettings(undo_seconds=30), made.now)
        made.have_cases(2)
        yield made


def test_a_picture_stays_with_its_case_goes_out_with_the_reply_and_comes_back_with_an_undo(desk: PictureDesk) -> None:
    with desk.opened() as page:
        item(page, 0)
        page.locator(".reply-pictures summary").click()
        choose(page, image(name="요금.png"), image(RED))
        ready(page, 2)
        items(page).nth(0).locator("textarea").fill("요금 화면")
        items(page).nth(1).get_by_role("button", name="빼기").click()
        page.locator("#reply-text").fill("이렇게 보실 수 있습니다.")
        expect(page.locator("#reply-price")).to_contain_text("$0.015")
        desk.browser.assert_accessible("a reply with a picture", page)

        page.keyboard.press("Escape")
        keys(page, "j", "Enter")
        item(page, 1)
        expect(items(page)).to_have_count(0)

        page.keyboard.press("Escape")
        keys(page, "k", "Enter")
        item(page, 0)
        ready(page, 1)
        expect(items(page).locator("textarea")).to_have_value("요금 화면")

        page.locator("#reply-text").press("Control+Enter")
        item(page, 1)
        expect(items(page)).to_have_count(0)
        settled(page)
        (post,) = desk.posts.posts.values()
        assert [picture.alt for picture in post.pictures] == ["요금 화면"]

        keys(page, "z")
        item(page, 0)
        ready(page, 1)
        expect(page.locator("#reply-text")).to_have_value("이렇게 보실 수 있습니다.")
        expect(items(page).locator("textarea")).to_have_value("요금 화면")


def test_a_reply_waits_until_its_picture_is_prepared_and_says_so(desk: PictureDesk) -> None:
    desk.queue_of_pictures.sleeps = True
    with desk.opened() as page:
        item(page, 0)
        page.locator(".reply-pictures summary").click()
        choose(page, image())
        expect(items(page)).to_have_count(1)
        page.locator("#reply-text").fill("이렇게 보실 수 있습니다.")

        page.locator("#reply-text").press("Control+Enter")

        expect(page.locator("#reply-problem")).to_contain_text("사진을 준비하고 있어요.")
        assert not desk.posts.posts
        (picture_id,) = desk.pictures.pictures
        desk.prepare(picture_id)
        ready(page, 1)
        page.locator("#reply-text").press("Control+Enter")
        item(page, 1)
        settled(page)
        assert desk.attached()[0].id == picture_id
