from datetime import UTC, datetime, timedelta

import pytest

from desk.errors import QueueUnavailable, StoreBusy
from desk.posts.model import CANCELLABLE, Post, PostKind, PostState
from desk.posts.pause import Pause
from desk.posts.transitions import claimed
from post_update.api.posts import PostActions, PostStateConflict
from tests.fakes.posts import FakePostQueue, FakePosts, FakePostTimer

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def a_post(state: PostState, *, publish_at: datetime = NOON) -> Post:
    return Post(
        id="p1",
        kind=PostKind.ANNOUNCEMENT,
        text="개통",
        by="cms",
        accepted_at=NOON,
        publish_at=publish_at,
        expires_at=publish_at + timedelta(days=1),
        state=state,
        at=publish_at,
        weighted_length=4,
        estimated_micro_usd=15_000,
    )


class Scene:
    """A desk that accepted one post, and what the queue or timer did not take."""

    def __init__(self, post: Post | None = None) -> None:
        self.store = FakePosts()
        self.switch = self.store.switch
        self.queue, self.timer = FakePostQueue(), FakePostTimer()
        self.now = NOON
        self.unheard: list[QueueUnavailable] = []
        if post:
            self.store.put(post)
        self.actions = PostActions(
            self.store, self.switch, self.queue, self.timer, lambda: self.now, self.unheard.append
        )  # fmt: skip

    def state(self) -> PostState:
        return self.store.posts["p1"].state


@pytest.mark.parametrize("state", sorted(CANCELLABLE))
def test_what_was_not_sent_yet_can_be_cancelled(state: PostState) -> None:
    scene = Scene(a_post(state))

    assert scene.actions.cancel("p1").state is PostState.CANCELLED
    assert scene.state() is PostState.CANCELLED


@pytest.mark.parametrize("state", sorted(set(PostState) - CANCELLABLE - {PostState.CANCELLED}))
def test_what_may_stand_on_x_or_is_over_stays_as_it_is(state: PostState) -> None:
    scene = Scene(a_post(state))

    with pytest.raises(PostStateConflict) as caught:
        scene.actions.cancel("p1")

    assert caught.value.problem()["state"] == state
    assert state.value in str(caught.value)
    assert scene.state() is state


def test_cancelling_removes_the_timer() -> None:
    scene = Scene(a_post(PostState.SCHEDULED, publish_at=NOON + timedelta(hours=2)))
    scene.timer.set("p1", NOON + timedelta(hours=2))

    scene.actions.cancel("p1")

    assert scene.timer.standing == {}


def test_cancelling_once_more_is_no_error_and_removes_a_timer_that_stayed() -> None:
    scene = Scene(a_post(PostState.SCHEDULED, publish_at=NOON + timedelta(hours=2)))
    scene.timer.set("p1", NOON + timedelta(hours=2))
    scene.timer.down = True
    scene.actions.cancel("p1")
    scene.timer.down = False

    again = scene.actions.cancel("p1")

    assert (again.state, again.version) == (PostState.CANCELLED, 2)
    assert scene.timer.standing == {}
    assert len(scene.unheard) == 1


def test_a_post_without_a_timer_costs_no_call_for_one() -> None:
    scene = Scene(a_post(PostState.QUEUED))

    scene.actions.cancel("p1")

    assert scene.timer.removed == []


def test_cancelling_while_the_publisher_claims_is_too_late() -> None:
    scene = Scene(a_post(PostState.QUEUED))
    seen = scene.store.posts["p1"]
    claim = claimed(seen, NOON, lease=timedelta(minutes=3))
    scene.store.meanwhile["save"].append(lambda: scene.store.save(claim, seen))

    with pytest.raises(PostStateConflict, match="publishing"):
        scene.actions.cancel("p1")

    assert scene.state() is PostState.PUBLISHING


def test_a_post_that_never_stands_still_is_a_busy_store() -> None:
    scene = Scene(a_post(PostState.QUEUED))

    def move() -> None:
        moved = scene.store.posts["p1"]
        scene.store.posts["p1"] = moved._replace(version=moved.version + 1)

    scene.store.meanwhile["save"] += [move] * 20

    with pytest.raises(StoreBusy):
        scene.actions.cancel("p1")


def test_a_held_post_is_let_out_after_the_pause() -> None:
    scene = Scene(a_post(PostState.HELD))

    released = scene.actions.release("p1")

    assert released.state is PostState.QUEUED
    assert scene.queue.ids == ["p1"]


@pytest.mark.parametrize("state", sorted(set(PostState) - {PostState.HELD}))
def test_only_a_held_post_can_be_released(state: PostState) -> None:
    scene = Scene(a_post(state))

    with pytest.raises(PostStateConflict, match=state.value):
        scene.actions.release("p1")

    assert scene.queue.ids == []


def test_nothing_is_let_out_while_the_desk_is_paused() -> None:
    scene = Scene(a_post(PostState.HELD))
    scene.switch.pause(Pause("outage", "editor", NOON))

    with pytest.raises(PostStateConflict, match="paused"):
        scene.actions.release("p1")

    assert scene.state() is PostState.HELD


def test_a_post_whose_time_has_passed_is_not_let_out() -> None:
    scene = Scene(a_post(PostState.HELD))
    scene.now = NOON + timedelta(days=1)

    with pytest.raises(PostStateConflict, match="expired"):
        scene.actions.release("p1")


def test_a_queue_that_is_down_leaves_the_released_post_to_the_sweep() -> None:
    scene = Scene(a_post(PostState.HELD))
    scene.queue.down = True

    assert scene.actions.release("p1").state is PostState.QUEUED
    assert len(scene.unheard) == 1
