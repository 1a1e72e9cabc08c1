"""The publisher with the real X client against the local X: what X does over HTTP comes out as the scenes assume."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from desk.posts.model import Post, PostReason, PostState
from desk.posts.publish import LEASE, PostPublisher
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import RunningX, start
from tests.brands import small_brand
from tests.fakes.posts import FakePostQueue, FakePosts
from tests.fakes.x import FakeBreakers, fake_stores
from tests.local_x import desk_client
from tests.unit.posts.scene import MINUTE, NOON, TEXT, a_post

BRAND = small_brand(user_id="2590000001")
UNDER_WAY = {PostState.QUEUED, PostState.PUBLISHING, PostState.RECONCILING}


@dataclass
class Desk:
    running: RunningX
    x: XControl
    store: FakePosts = field(default_factory=FakePosts)
    queue: FakePostQueue = field(default_factory=FakePostQueue)
    breakers: FakeBreakers = field(default_factory=FakeBreakers)
    now = NOON
    url = ""

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
                fake_stores(self.breakers),
                url=self.url,
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
def test_an_answer_lost_after_the_post_was_made_is_found_whatever_x_makes_of_the_text(desk: Desk, text: str) -> None:
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


def test_a_late_timeline_is_waited_for(desk: Desk) -> None:
    post = desk.accepts()
    desk.x.own_posts_late(200)
    desk.x.fault("create_post", status=500, after_commit=True)

    desk.wakes(post)
    settled = desk.wakes_until_done(post)

    assert settled.state is PostState.PUBLISHED
    assert desk.x.counts() == {"create_post": 1, "own_posts": 4}


def test_a_timeline_that_never_shows_it_leaves_it_to_a_person(desk: Desk) -> None:
    post = desk.accepts()
    desk.x.own_posts_late(100_000)
    desk.x.fault("create_post", drop=True, after_commit=True)

    desk.wakes(post)
    settled = desk.wakes_until_done(post)

    assert settled.state is PostState.IN_DOUBT
    assert desk.x.counts()["create_post"] == 1


def test_a_503_that_did_nothing_is_looked_for_and_left_to_a_person(desk: Desk) -> None:
    post = desk.accepts()
    desk.x.fault("create_post", status=503)

    desk.wakes(post)
    settled = desk.wakes_until_done(post)

    assert settled.state is PostState.IN_DOUBT
    assert desk.on_x() == []


def test_an_x_that_cannot_be_reached_makes_the_post_wait(desk: Desk) -> None:
    post = desk.accepts()
    desk.url = "http://127.0.0.1:1"

    waiting = desk.wakes(post)
    desk.url = ""
    settled = desk.wakes_until_done(post)

    assert (waiting.state, waiting.reason) == (PostState.QUEUED, PostReason.NOT_REACHED)
    assert settled.state is PostState.PUBLISHED
    assert desk.x.counts()["create_post"] == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"status": 402, "title": "CreditsDepleted"}, PostReason.CREDITS_DEPLETED),
        ({"status": 429, "title": "UsageCapExceeded"}, PostReason.CREDITS_DEPLETED),
        ({"status": 429, "headers": {"x-rate-limit-reset": str(int(NOON.timestamp()) + 420)}}, PostReason.RATE_LIMITED),
        ({"status": 401, "times": 2}, PostReason.NOT_AUTHORISED),
    ],
)
def test_what_x_takes_later_waits_and_is_said(desk: Desk, fault: dict[str, Any], reason: PostReason) -> None:
    post = desk.accepts()
    desk.x.fault("create_post", **fault)

    waiting = desk.wakes(post)
    settled = desk.wakes_until_done(post)

    assert (waiting.state, waiting.reason) == (PostState.QUEUED, reason)
    assert settled.state is PostState.PUBLISHED
    assert len(desk.on_x()) == 1


def test_while_a_breaker_is_open_x_is_not_called_and_the_post_waits_for_its_reason(desk: Desk) -> None:
    first, second = desk.accepts("가"), desk.accepts("나")
    desk.x.fault("create_post", status=402, title="CreditsDepleted", times=50)
    desk.wakes(first)
    desk.x.forget_calls()

    waiting = desk.wakes(second)

    assert desk.x.counts() == {}
    assert (waiting.state, waiting.reason) == (PostState.QUEUED, PostReason.CREDITS_DEPLETED)
    assert waiting.at == NOON + 15 * MINUTE


def test_a_reply_to_who_never_called_us_is_refused(desk: Desk) -> None:
    rumour = desk.x.post("minji", "제이드가 문을 닫는대요")
    post = desk.accepts("아닙니다", in_reply_to=rumour)

    settled = desk.wakes(post)

    assert (settled.state, settled.reason) == (PostState.REFUSED, PostReason.NOT_SUMMONED)
    assert "only reply to or quote posts where you are mentioned" in (settled.detail or "")


def test_a_reply_to_what_is_deleted_is_refused(desk: Desk) -> None:
    mention = desk.x.post("minji", "@jade 청구서")
    desk.x.delete(mention)

    settled = desk.wakes(desk.accepts("확인해 볼게요", in_reply_to=mention))

    assert (settled.state, settled.reason) == (PostState.REFUSED, PostReason.GONE)


def test_a_text_that_somebody_posted_by_hand_is_a_duplicate_for_the_operator(desk: Desk) -> None:
    post = desk.accepts()
    desk.x.set_clock(NOON - timedelta(hours=1))
    by_hand = desk.x.post("jade", post.text)
    desk.x.set_clock(NOON)

    settled = desk.wakes_until_done(post)

    assert (settled.state, settled.reason) == (PostState.REFUSED, PostReason.DUPLICATE)
    assert desk.on_x() == [by_hand]


def test_a_worker_killed_before_it_settled_is_made_good_by_the_next(desk: Desk) -> None:
    post = desk.accepts()
    seen = desk.wakes(post)
    desk.store.put(post._replace(state=PostState.PUBLISHING, at=NOON + LEASE, claimed_at=NOON, version=9))

    settled = desk.wakes_until_done(post)

    assert (settled.state, settled.x_id) == (PostState.PUBLISHED, seen.x_id)
    assert desk.x.counts()["create_post"] == 1
