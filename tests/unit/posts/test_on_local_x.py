"""The publisher with the real X client against the local X: posts are found again as X shows them over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from PIL import Image

from desk.pictures.model import AttachedPicture, Picture, PictureState
from desk.posts.attachments import Attachments
from desk.posts.model import Post, PostReason, PostState
from desk.posts.publish import PostPublisher
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import RunningX, start
from tests.brands import small_brand
from tests.fakes.pictures import FakePictureFiles, FakePictureQueue, FakePictures
from tests.fakes.posts import FakePostQueue, FakePosts
from tests.fakes.x import fake_stores
from tests.families import variants
from tests.local_x import desk_client
from tests.unit.posts.scene import NOON, TEXT, a_post

BRAND = small_brand(user_id="2590000001")
PICTURE = Picture("a" * 20, "박지민", NOON, PictureState.READY, content_type="image/jpeg", width=40, height=30, size=1)
UNDER_WAY = {PostState.QUEUED, PostState.PUBLISHING, PostState.RECONCILING}


@dataclass
class Desk:
    running: RunningX
    x: XControl
    store: FakePosts = field(default_factory=FakePosts)
    queue: FakePostQueue = field(default_factory=FakePostQueue)
    pictures: FakePictures = field(default_factory=FakePictures)
    files: FakePictureFiles = field(default_factory=FakePictureFiles)
    now = NOON

    def accepts(self, text: str = TEXT, in_reply_to: str | None = None) -> Post:
        post = a_post(text, in_reply_to=in_reply_to)
        self.store.put(post)
        return post

    def wakes(self, post: Post) -> Post:
        """Wake the publisher in a new process; the post as it is then."""
        x = desk_client(
            self.running, fake_stores(), clock=lambda: self.now, connect=0.5, read=1.0, sleep=lambda _: None
        )
        PostPublisher(
            store=self.store,
            x=x,
            queue=self.queue,
            on_finished=lambda _: None,
            attachments=Attachments(self.pictures, self.files, FakePictureQueue(), x, lambda: self.now),
            clock=lambda: self.now,
        ).publish_due([post.id])
        return self.store.posts[post.id]

    def wakes_until_done(self, post: Post, limit: int = 20) -> Post:
        for _ in range(limit):
            seen = self.store.posts[post.id]
            if seen.state not in UNDER_WAY:
                return seen
            self.now = max(self.now, seen.at)
            self.x.set_clock(self.now)
            self.wakes(post)
        raise AssertionError(f"it goes on for ever: {self.store.posts[post.id]}")

    def on_x(self) -> list[str]:
        """The ids of the account's own posts."""
        return [each["id"] for each in self.x.state()["posts"] if each["author_id"] == BRAND.user_id]


@pytest.fixture
def desk() -> Iterator[Desk]:
    account = Account(username=BRAND.handle, user_id=BRAND.user_id)
    with start(account=account, now=NOON) as running:
        control = XControl(running.url)
        yield Desk(running, control)
        control.close()


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        '안내 & <공지> "인용" https://emerald.com/notice?a=1&b=%EC%95%88\n둘째 줄  두 칸',
        "자세한 내용은 emerald.com 에서 확인해 주세요!",
        "👨‍👩‍👧‍👦 🇰🇷 각",
    ],
)
def test_a_post_whose_answer_was_lost_is_found_however_x_writes_its_text(desk: Desk, text: str) -> None:
    post = desk.accepts(text)
    desk.x.fault("create_post", drop=True, after_commit=True)

    reconciling = desk.wakes(post)
    settled = desk.wakes_until_done(post)

    assert (reconciling.state, reconciling.reason) == (PostState.RECONCILING, PostReason.ANSWER_LOST)
    assert settled.state is PostState.PUBLISHED
    assert desk.on_x() == [settled.x_id]
    assert desk.x.counts()["create_post"] == 1


def test_a_reply_in_two_parts_that_leads_into_private_is_a_thread_though_both_answers_are_lost(desk: Desk) -> None:
    mention = desk.x.post("minji", "@jade 청구서가 이상해요")
    first = a_post("비공개로 …", in_reply_to=mention, continuation="안내해 드릴게요", private_message=True)
    desk.store.put(first)
    desk.x.fault("create_post", drop=True, after_commit=True)
    desk.wakes_until_done(first)
    second = desk.store.posts[f"{first.id}-2"]
    desk.x.fault("create_post", drop=True, after_commit=True)

    settled = [desk.store.posts[first.id], desk.wakes_until_done(second)]

    assert [post.state for post in settled] == [PostState.PUBLISHED] * 2
    assert desk.on_x() == [post.x_id for post in settled]
    assert [bool(post["private_message"]) for post in desk.x.state()["posts"]] == [False, True, False]
    assert desk.x.state()["posts"][2]["references"] == [{"type": "replied_to", "id": settled[0].x_id}]


def test_a_reply_whose_answer_was_lost_is_found_at_its_place(desk: Desk) -> None:
    mention = desk.x.post("minji", "@jade 청구서가 이상해요")
    other = desk.x.post("hana", "@jade 저도요")
    answered = desk.accepts("확인 후 안내드릴게요", in_reply_to=other)
    desk.wakes(answered)
    post = desk.accepts("확인 후 안내드릴게요", in_reply_to=mention)
    desk.x.fault("create_post", status=503, after_commit=True)

    desk.wakes(post)
    settled = desk.wakes_until_done(post)

    assert settled.state is PostState.PUBLISHED
    assert settled.x_id != desk.store.posts[answered.id].x_id
    assert len(desk.on_x()) == 2


# Pictures


def with_picture(desk: Desk, text: str = TEXT) -> Post:
    written = BytesIO()
    Image.new("RGB", (40, 30), (0, 120, 60)).save(written, "JPEG")
    desk.files.put_prepared(PICTURE.id, written.getvalue(), "image/jpeg")
    desk.pictures.add(PICTURE)
    post = a_post(text)._replace(pictures=(AttachedPicture(PICTURE.id, "초록 지붕"),))
    desk.store.put(post)
    return post


def test_a_post_appears_with_its_picture_which_is_signed_uploaded_and_described(desk: Desk) -> None:
    published = desk.wakes(with_picture(desk))

    (shown,) = desk.running.state.posts.values()
    (medium,) = shown.media
    assert (published.state, published.x_id) == (PostState.PUBLISHED, shown.id)
    assert medium.alt_text == "초록 지붕"
    assert desk.x.counts() == {"media_upload": 1, "media_metadata": 1, "create_post": 1}


def test_a_post_with_a_picture_whose_answer_was_lost_is_found_and_not_sent_again(desk: Desk) -> None:
    desk.x.fault("create_post", drop=True, after_commit=True)

    published = desk.wakes_until_done(with_picture(desk))

    assert published.state is PostState.PUBLISHED
    assert len(desk.running.state.posts) == 1


UPLOAD_FAULTS: list[dict[str, Any]] = [
    {"status": 503},
    {"drop": True},
    {"drop": True, "after_commit": True},
    {"delay": 3.0},
    {"status": 429},
]


@variants("endpoint, fault", product(["media_upload", "media_metadata"], UPLOAD_FAULTS), 3)
def test_an_upload_that_fails_in_any_way_is_made_again_and_the_post_made_once(
    desk: Desk, endpoint: str, fault: dict[str, Any]
) -> None:
    desk.x.fault(endpoint, **fault)

    published = desk.wakes_until_done(with_picture(desk))

    assert published.state is PostState.PUBLISHED
    assert len(desk.running.state.posts) == 1


def test_a_picture_that_expired_on_x_before_the_post_is_uploaded_again(desk: Desk) -> None:
    post = with_picture(desk)
    desk.x.fault("create_post", status=429)
    waiting = desk.wakes(post)
    assert waiting.state is PostState.QUEUED
    desk.running.state.uploads.clear()

    published = desk.wakes_until_done(post)

    assert published.state is PostState.PUBLISHED
    assert desk.x.counts()["media_upload"] == 2


def test_a_picture_that_x_refuses_refuses_the_post_with_its_words(desk: Desk) -> None:
    post = with_picture(desk)
    desk.files.put_prepared(PICTURE.id, b"no picture", "image/jpeg")

    refused = desk.wakes(post)

    assert (refused.state, refused.reason) == (PostState.REFUSED, PostReason.PICTURE_REFUSED)
    assert "unrecognized" in (refused.detail or "")
