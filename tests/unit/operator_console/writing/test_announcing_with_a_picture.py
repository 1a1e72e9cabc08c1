"""A story in a browser: an operator announces something with a picture for tomorrow."""

from base64 import b64decode
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from desk.pictures.model import AttachedPicture, PictureReason, PictureState
from desk.posts.model import PostState
from tests.browser import PHONE, Chromium
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, keys
from tests.unit.operator_console.writing.test_composer_in_the_browser import SAVED, announced, write

pytestmark = pytest.mark.browser

TEXT = "머리말을 쓰는 즐거움을 소개합니다."
PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
ASKED_AGAIN = 1_100
"""Milliseconds after which the page asks again how far a picture is."""


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.browser = browser
    scene.posts.switch = scene.switch
    with scene.served() as scene.url:
        yield scene


def s3(route: Route) -> None:
    """The bucket: takes what is uploaded, and shows a picture at every address."""
    if route.request.method == "POST":
        route.fulfill(status=204, headers={"access-control-allow-origin": "*"})
    else:
        route.fulfill(body=PNG, content_type="image/png")


def pick(desk: Desk, page: Page, name: str = "headline.png") -> str:
    """Pick a file; the id of its picture once it was uploaded."""
    before = dict(desk.pictures.pictures)
    page.locator("#picture-file").set_input_files({"name": name, "mimeType": "image/png", "buffer": PNG})
    expect(page.locator(".picture-item")).to_have_count(len(before) + 1)
    expect(page.locator(".picture-item").last).to_contain_text("준비하고 있어요")
    (picture_id,) = desk.pictures.pictures.keys() - before.keys()
    return picture_id


def prepare(desk: Desk, page: Page, picture_id: str) -> None:
    """The function that prepares pictures has done its work, and the page asks."""
    ready = desk.pictures.pictures[picture_id]._replace(
        state=PictureState.READY, content_type="image/png", width=1200, height=675, size=len(PNG)
    )
    desk.pictures.save(ready)
    page.clock.run_for(ASKED_AGAIN)


def test_an_announcement_with_a_picture_is_planned_for_tomorrow(desk: Desk) -> None:
    with desk.opened(path="write") as page:
        page.route("https://pictures.example/**", s3)
        write(page, TEXT)
        picture_id = pick(desk, page)
        keys(page, "Control+Enter")
        expect(page.locator("#problem-pictures")).to_contain_text("사진을 아직 준비하고 있습니다.")
        prepare(desk, page, picture_id)
        page.clock.run_for(SAVED)
        expect(page.locator("#write-preview .x-pictures img")).to_be_visible()
        expect(page.locator("#write-notes")).to_contain_text("설명이 없는 사진이 1장 있어요.")
        page.locator(f"#alt-{picture_id}").fill("편집기 화면")
        page.clock.run_for(SAVED)
        expect(page.locator("#write-notes")).not_to_contain_text("설명이 없는")
        expect(page.locator("#write-price")).to_contain_text("$0.02")
        desk.browser.assert_accessible("a post with a picture", page)

        page.get_by_label("내일 아침").check()
        keys(page, "Control+Enter")
        expect(page.locator("#write-status")).to_contain_text("11월 25일")
        expect(page.locator("#write-status")).to_contain_text("오전 9:00에 올라가요.")

    (post,) = announced(desk)
    assert (post.state, post.pictures) == (PostState.SCHEDULED, (AttachedPicture(picture_id, "편집기 화면"),))
    assert desk.timer.standing == {post.id: post.publish_at}
    assert desk.picture_queue.sent == [picture_id]


def test_pictures_and_their_words_survive_a_reload_and_keep_their_order(desk: Desk) -> None:
    with desk.opened(path="write", width=PHONE) as page:
        page.route("https://pictures.example/**", s3)
        first = pick(desk, page)
        prepare(desk, page, first)
        second = pick(desk, page, "second.png")
        prepare(desk, page, second)
        page.locator(f"#alt-{second}").fill("둘째")
        page.locator(f"[data-picture='{second}'] [data-move='-1']").tap()
        page.clock.run_for(SAVED)
        expect(page.locator("#write-preview .x-pictures.of-2 img").first).to_have_attribute("alt", "둘째")
        desk.browser.assert_accessible("a post with pictures", page)
        page.reload()
        expect(page.locator(".picture-item").first).to_have_attribute("data-picture", second)
        expect(page.locator(f"#alt-{second}")).to_have_value("둘째")
        page.locator("#write-text").fill(TEXT)
        page.locator("[data-command=send]").tap()
        expect(page.locator("#write-status")).to_contain_text("초 뒤에 올라가요.")

    (post,) = announced(desk)
    assert post.pictures == (AttachedPicture(second, "둘째"), AttachedPicture(first, ""))


def test_a_picture_that_cannot_be_used_is_taken_out_before_sending(desk: Desk) -> None:
    with desk.opened(path="write") as page:
        page.route("https://pictures.example/**", s3)
        write(page, TEXT)
        picture_id = pick(desk, page)
        picture = desk.pictures.pictures[picture_id]
        desk.pictures.save(picture._replace(state=PictureState.REFUSED, reason=PictureReason.NOT_A_PICTURE))
        page.clock.run_for(ASKED_AGAIN)
        expect(page.locator(".picture-item .problem")).to_contain_text("사진 파일이 아니거나 손상되었어요.")
        page.locator("#write-text").focus()
        keys(page, "Control+Enter")
        expect(page.locator("#problem-pictures")).to_contain_text("쓸 수 없는 사진이 있습니다.")
        page.get_by_role("button", name="빼기").click()
        page.locator("#write-text").focus()
        keys(page, "Control+Enter")
        expect(page.locator("#write-status")).to_contain_text("초 뒤에 올라가요.")

    assert [post.pictures for post in announced(desk)] == [()]
