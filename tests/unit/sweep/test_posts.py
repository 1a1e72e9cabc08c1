from collections.abc import Callable
from datetime import timedelta

import pytest

from desk.posts.model import PostReason, PostState
from sweep.posts import PostsReport, SweepPosts
from tests.unit.posts.scene import MINUTE, NOON, SECOND, Scene, a_post


class Sweeping(Scene):
    """A desk whose posts are swept."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON + 10 * MINUTE

    def sweep(self, has_time: Callable[[], bool] = lambda: True) -> PostsReport:
        return SweepPosts(self.store, self.queue, lambda: self.now).wake(has_time)


@pytest.mark.parametrize(
    "state",
    [
        PostState.QUEUED,
        PostState.SCHEDULED,
        PostState.RECONCILING,
        PostState.PUBLISHING,
        PostState.HELD,
        PostState.AWAITING_APPROVAL,
    ],
)
def test_a_post_whose_message_was_lost_is_woken(state: PostState) -> None:
    desk, post = Sweeping(), a_post(state=state, at=NOON + 8 * MINUTE)
    desk.put(post)

    report = desk.sweep()

    assert report.woken == 1
    assert desk.queue.ids == [post.id]


@pytest.mark.parametrize("at", [NOON + 10 * MINUTE - 30 * SECOND, NOON + 11 * MINUTE])
def test_posts_that_are_just_due_or_not_yet_are_left_to_the_queue(at: object) -> None:
    desk = Sweeping()
    desk.put(a_post(at=at), a_post(state=PostState.SCHEDULED, at=at), a_post(state=PostState.PUBLISHING, at=at))

    assert desk.sweep().woken == 0


@pytest.mark.parametrize(
    "state", [PostState.PUBLISHED, PostState.IN_DOUBT, PostState.REFUSED, PostState.EXPIRED, PostState.CANCELLED]
)
def test_posts_that_are_finished_or_wait_for_a_person_are_not_woken(state: PostState) -> None:
    desk = Sweeping()
    desk.put(a_post(state=state))

    report = desk.sweep()

    assert (report.woken, report.oldest) == (0, timedelta(0))


def test_the_oldest_due_post_is_reported_even_while_it_waits_for_x() -> None:
    desk, later = Sweeping(), NOON + timedelta(days=3)
    desk.put(a_post(state=PostState.SCHEDULED, at=later, publish_at=later))
    without = desk.sweep().oldest
    desk.put(a_post(at=NOON + timedelta(hours=3), reason=PostReason.RATE_LIMITED, publish_at=NOON - MINUTE))

    assert (without, desk.sweep().oldest) == (timedelta(0), 11 * MINUTE)


@pytest.mark.parametrize("part", ["queue", "table"])
def test_a_queue_or_table_that_fails_is_tried_once(part: str) -> None:
    desk, post = Sweeping(), a_post()
    desk.put(post, a_post())
    desk.queue.down, desk.store.busy = part == "queue", {"due"} if part == "table" else set()

    report = desk.sweep()

    assert report.failures == ({post.id: post.id} if part == "queue" else {"posts": "StoreBusy: due"})


def test_without_time_nothing_is_begun() -> None:
    desk = Sweeping()
    desk.put(a_post())

    assert desk.sweep(lambda: False).woken == 0
