"""Pictures in a browser: chosen, uploaded, prepared, described, moved, removed; and what goes wrong meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from werkzeug import Request, Response
from werkzeug.serving import make_server

from desk.clock import utc_now
from desk.pictures.model import AttachedPicture, PictureState
from prepare_picture.encode import encode
from prepare_picture.prepare import PicturePreparer
from tests.browser import Chromium, passes, settled
from tests.fakes.pictures import FakePictureFiles, FakePictureQueue
from tests.unit.operator_console.inbox.test_in_the_browser import Desk

pytestmark = pytest.mark.browser

GREEN, RED = (20, 140, 80), (190, 30, 40)


@dataclass
class Bucket:
    """Takes forms and shows pictures, as S3 does for a browser."""

    files: FakePictureFiles
    origins: list[str | None] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        with Request(environ) as request:
            return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        headers = {"Access-Control-Allow-Origin": request.headers.get("origin", "")}
        if request.method != "POST":
            content, content_type = self.files.prepared_files[request.path.rpartition("/")[2]]
            return Response(content, content_type=content_type)
        self.origins.append(request.headers.get("origin"))
        self.files.uploaded[request.form["key"]] = request.files["file"].read()
        return Response(status=204, headers=headers)


@dataclass
class Preparing(FakePictureQueue):
    """Prepares at once what is sent, unless it `sleeps`."""

    desk: "PictureDesk | None" = None
    sleeps: bool = False

    def send(self, picture_id: str) -> None:
        super().send(picture_id)
        assert self.desk
        if not self.sleeps:
            self.desk.prepare(picture_id)


class PictureDesk(Desk):
    bucket: Bucket
    queue_of_pictures: Preparing

    def prepare(self, picture_id: str) -> None:
        PicturePreparer(self.pictures, self.picture_files, _NoFetcher(), encode, utc_now).prepare(picture_id, 1)

    def attached(self) -> tuple[AttachedPicture, ...]:
        (post,) = self.posts.posts.values()
        return post.pictures


class _NoFetcher:
    def get(self, *_: Any) -> Any:
        raise AssertionError


@pytest.fixture
def desk(browser: Chromium) -> Iterator[PictureDesk]:
    with picture_desk(browser) as made:
        yield made


@contextmanager
def picture_desk(browser: Chromium) -> Iterator[PictureDesk]:
    """A console whose pictures are uploaded to a bucket and prepared."""
    scene = PictureDesk()
    scene.browser = browser
    scene.posts.switch = scene.switch
    scene.bucket = Bucket(scene.picture_files)
    scene.picture_queue = scene.queue_of_pictures = Preparing(desk=scene)
    server = make_server("127.0.0.1", 0, scene.bucket, threaded=True)
    Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    scene.picture_files.address = f"http://127.0.0.1:{server.server_port}"
    with scene.served() as scene.url:
        yield scene
    server.shutdown()
    server.server_close()


def image(colour: tuple[int, int, int] = GREEN, name: str = "매장.png", size: tuple[int, int] = (400, 300)) -> Any:
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": written.getvalue()}


def choose(page: Page, *files: Any) -> None:
    page.set_input_files("#picture-file", list(files))


def items(page: Page) -> Locator:
    return page.locator(".picture-item")


def ready(page: Page, count: int) -> None:
    """Wait until so many pictures are prepared."""
    expect(items(page)).to_have_count(count)
    settled(page)
    passes(page, 1_000)  # a picture that was not ready is asked for again
    expect(page.locator('.picture-state[data-state="ready"] img')).to_have_count(count)


def test_pictures_are_chosen_described_moved_with_the_keyboard_and_sent(desk: PictureDesk) -> None:
    with desk.opened(path="write") as page:
        page.locator("#write-text").fill("새 매장을 열었습니다.")
        choose(page, image(GREEN), image(RED, "간판.png"))
        ready(page, 2)
        green, red = (each.get_attribute("data-picture") or "" for each in items(page).all())
        assert page.evaluate("[...document.querySelectorAll('.picture-state img')].every((each) => each.naturalWidth)")
        items(page).nth(0).locator("textarea").fill("초록 간판의 매장")
        items(page).nth(1).locator("textarea").fill("붉은 현수막")

        page.locator("#picture-file").focus()
        items(page).nth(1).get_by_role("button", name="앞으로").focus()
        page.keyboard.press("Enter")
        assert [each.get_attribute("data-picture") for each in items(page).all()] == [red, green]
        expect(items(page).nth(0).get_by_role("button", name="뒤로")).to_be_focused()
        page.clock.run_for(700)
        expect(page.locator("#write-price")).to_contain_text("$0.025")
        expect(page.locator(".x-pictures img")).to_have_count(2)
        desk.browser.assert_accessible("a post with described pictures", page)

        page.locator("#write-text").press("Control+Enter")
        expect(page.locator("#write-status")).to_be_visible()

    assert desk.attached() == (AttachedPicture(red, "붉은 현수막"), AttachedPicture(green, "초록 간판의 매장"))
    assert set(desk.bucket.origins) == {desk.url}


def test_at_most_four_pictures_fit_and_one_that_is_removed_makes_room(desk: PictureDesk) -> None:
    with desk.opened(path="write") as page:
        choose(page, *(image(name=f"{number}.png") for number in range(5)))
        expect(page.locator("[data-picture-problem]")).to_have_text("사진은 4장까지 올릴 수 있어요.")
        ready(page, 4)
        expect(page.locator(".picture-add")).to_be_hidden()

        items(page).nth(3).get_by_role("button", name="빼기").click()
        expect(items(page)).to_have_count(3)
        expect(page.locator(".picture-add")).to_be_visible()


NO_PICTURES = (
    ("a.gif", b"GIF89a", "a.gif: JPEG, PNG, WebP 사진만 올릴 수 있어요."),
    ("b.png", bytes(5_000_001), "b.png: 5MB까지 올릴 수 있어요."),
    ("c.png", b"", "c.png: 5MB까지 올릴 수 있어요."),
)


def test_a_file_that_can_not_be_used_is_said_at_once_and_never_sent(desk: PictureDesk, tmp_path: Path) -> None:
    with desk.opened(path="write") as page:
        for name, content, sentence in NO_PICTURES:
            (tmp_path / name).write_bytes(content)
            choose(page, tmp_path / name)

            expect(page.locator("[data-picture-problem]")).to_have_text(sentence)
            expect(items(page)).to_have_count(0)

    assert desk.bucket.origins == []


def test_a_file_that_is_no_picture_is_refused_in_its_place(desk: PictureDesk) -> None:
    with desk.opened(path="write") as page:
        choose(page, {"name": "a.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"})
        expect(items(page)).to_have_count(1)
        passes(page, 1_500)

        expect(page.locator(".picture-state")).to_contain_text("사진 파일이 아니거나 손상되었어요.")


def test_an_upload_that_fails_is_tried_again_by_its_button(desk: PictureDesk) -> None:
    with desk.opened(path="write") as page:
        page.route(f"{desk.picture_files.address}/", lambda route: route.abort(), times=1)
        choose(page, image())
        again = page.get_by_role("button", name="다시 해 보기")
        expect(again).to_be_visible()

        again.click()
        ready(page, 1)


def test_a_slow_preparation_is_waited_for_also_after_a_reload(desk: PictureDesk) -> None:
    desk.queue_of_pictures.sleeps = True
    with desk.opened(path="write") as page:
        page.locator("#write-text").fill("새 매장")
        choose(page, image())
        expect(page.locator(".picture-state")).to_contain_text("준비하고 있어요")
        page.clock.run_for(700)
        expect(page.locator("#write-saved")).to_have_text("임시 저장됨")

        page.reload()
        expect(page.locator(".picture-state")).to_contain_text("준비하고 있어요")
        (picture_id,) = desk.pictures.pictures
        assert desk.pictures.pictures[picture_id].state is PictureState.WAITING
        desk.prepare(picture_id)

        ready(page, 1)


def test_without_scripts_the_page_says_that_pictures_need_them(desk: PictureDesk) -> None:
    with desk.browser.visitor(desk.url, desk.signed_in().cookies, scripts=False) as page:
        page.goto(f"{desk.url}/console/write")

        expect(page.locator("#picture-file")).to_be_hidden()
        expect(page.get_by_text("자바스크립트를 켜 주세요")).to_be_visible()
