"""The publisher with the real X client against the local X: posts are found again as X shows them over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from desk.posts.model import Post, PostReason, PostState
from desk.posts.publish import PostPublisher
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import RunningX, start
from tests.brands import small_brand
from tests.fakes.posts import FakePostQueue, FakePosts
from tests.fakes.x import fake_stores
from tests.local_x import desk_client
from tests.unit.posts.scene import NOON, TEXT, a_post

BRAND = small_brand(user_id="2590000001")
UNDER_WAY = {PostState.QUEUED, PostState.PUBLISHING, PostState.RECONCILING}


@dataclass
class Desk:
    running: RunningX
    x: XControl
    store: FakePosts = field(default_factory=FakePosts)
    queue: FakePostQueue = field(default_factory=FakePostQueue)
    now = NOON

    def accepts(self, text: str = TEXT, in_reply_to: str | None = None) -> Post:
        post = a_post(text, in_reply_to=in_reply_to)
        self.store.put(post)
        return post

    def wakes(self, post: Post) -> Post:
        """Wake the publisher in a new process; the post as it is then."""
        PostPublisher(
            store=self.store,
            x=desk_client(
                self.running,
                fake_stores(),
                clock=lambda: self.now,
                connect=0.5,
                read=1.0,
                sleep=lambda _: None,
            ),
            queue=self.queue,
            on_finished=lambda _: None,
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

    looking = desk.wakes(post)
    settled = desk.wakes_until_done(post)

    assert (looking.state, looking.reason) == (PostState.RECONCILING, PostReason.ANSWER_LOST)
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
