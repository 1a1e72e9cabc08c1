"""What a post does to promises of an update: its own, and that of the post which it follows."""

from datetime import timedelta
from typing import Any

import pytest

from desk.posts import transitions as post_steps
from desk.posts.commands import ApprovePost, Decider, MovePost, SubmitPost
from desk.posts.decisions import decide
from desk.posts.errors import NextUpdateTime, NothingToKeep
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.submit import PostSubmitter
from desk.posts.transitions import promises_after
from desk.promises.model import LONGEST_PROMISE, Ending, PromiseKind
from tests.cases import a_promise
from tests.fakes.posts import FakePostQueue, FakePosts, FakePostTimer
from tests.unit.posts.scene import NOON, a_post

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PROMISE = a_promise(NOON + HOUR, "p1", kind=PromiseKind.NEXT_UPDATE, subject="p1", made_at=NOON)
BEFORE = a_promise(NOON, "p0", kind=PromiseKind.NEXT_UPDATE, subject="p0", words="")
POST = a_post(promise=PROMISE, keeps=BEFORE)
PUBLISHED = post_steps.published(POST, "1991", NOON)
MADE, KEPT = {"p1": None}, {"p0": Ending.KEPT}


def claimed(post: Post) -> Post:
    return post_steps.claimed(post, NOON, lease=MINUTE)


def in_doubt(post: Post) -> Post:
    return post_steps.in_doubt(claimed(post), NOON)


def refused(post: Post) -> Post:
    return post_steps.refused(claimed(post), NOON, reason=PostReason.NOT_ACCEPTED, detail=None)


@pytest.mark.parametrize(
    ("seen", "post", "changes"),
    [
        (None, POST, MADE),
        (POST, claimed(POST), {}),
        (claimed(POST), in_doubt(POST), {}),
        (claimed(POST), post_steps.published(claimed(POST), "1991", NOON), KEPT),
        (in_doubt(POST), post_steps.published(in_doubt(POST), "1991", NOON), KEPT),
        (in_doubt(POST), post_steps.queued_again(in_doubt(POST), NOON), {}),
        (in_doubt(POST), post_steps.cancelled(in_doubt(POST), NOON), {"p1": Ending.NOT_POSTED}),
        (POST, post_steps.cancelled(POST, NOON), {"p1": Ending.NOT_POSTED}),
        (POST, post_steps.expired(POST, NOON), {"p1": Ending.NOT_POSTED}),
        (claimed(POST), refused(POST), {"p1": Ending.NOT_POSTED}),
        (refused(POST), post_steps.published(refused(POST), "1991", NOON), MADE | KEPT),
        (PUBLISHED, post_steps.taking_down(PUBLISHED, NOON, "지은"), {}),
        (post_steps.taking_down(PUBLISHED, NOON, "지은"), PUBLISHED, {}),
        (
            post_steps.taking_down(PUBLISHED, NOON, "지은"),
            post_steps.taken_down(PUBLISHED, NOON),
            {"p1": Ending.TAKEN_DOWN},
        ),
        (
            claimed(POST._replace(moves=True)),
            post_steps.published(claimed(POST._replace(moves=True)), "1991", NOON),
            {"p0": Ending.MOVED},
        ),
    ],
)
def test_each_step_of_a_post_makes_or_ends_the_promises_that_it_should(
    seen: Post | None, post: Post, changes: dict[str, Ending | None]
) -> None:
    assert {each.post_id: each.ending for each in promises_after(post, seen)} == changes


class Desk:
    """Accepts posts at noon."""

    def __init__(self) -> None:
        self.posts = FakePosts()
        self._submitter = PostSubmitter(
            self.posts, FakePostQueue(), FakePostTimer(), lambda: NOON, lambda _: None, approval=()
        )

    def submit(self, text: str = "오후 1시까지 다시 알려 드릴게요. 불편을 드려 죄송합니다.", **more: Any) -> Post:
        return self._submitter.submit(SubmitPost(PostKind.OUTAGE, text, "지은", **more)).post


def test_a_post_promises_an_update_in_its_own_words() -> None:
    desk = Desk()

    post = desk.submit(id="p1", next_update_at=NOON + HOUR, promise_words="오후 1시까지 다시 알려 드릴게요.")

    assert post.promise == PROMISE._replace(words="오후 1시까지 다시 알려 드릴게요.")
    assert list(desk.posts.promises.open()) == [post.promise]


@pytest.mark.parametrize("late", [timedelta(0), -MINUTE, LONGEST_PROMISE + MINUTE])
def test_an_update_is_due_after_its_post_and_not_too_far_ahead(late: timedelta) -> None:
    with pytest.raises(NextUpdateTime) as refused:
        Desk().submit(publish_at=NOON + HOUR, next_update_at=NOON + HOUR + late)

    assert (refused.value.field, refused.value.values) == ("next_update_at", {"days": 90})


def test_a_post_keeps_the_promise_of_another_one_or_moves_it_with_a_new_time() -> None:
    desk = Desk()
    first = desk.submit(id="p1", next_update_at=NOON + HOUR)
    assert first.promise

    kept = desk.submit("복구했습니다", keeps="p1")
    moved = desk.submit("두 시로 미룹니다", keeps="p1", moves=True, next_update_at=NOON + 2 * HOUR)

    assert (kept.keeps, kept.moves, kept.promise) == (first.promise._replace(words=""), False, None)
    assert (moved.keeps, moved.moves) == (first.promise._replace(words=""), True)
    assert moved.promise
    assert moved.promise.in_place_of == first.promise.key


@pytest.mark.parametrize("more", [{"keeps": "none"}, {"keeps": "p2"}, {"keeps": "p1", "moves": True}, {"moves": True}])
def test_a_post_that_keeps_no_promise_of_an_update_is_not_accepted(more: dict[str, Any]) -> None:
    desk = Desk()
    desk.submit(id="p1", next_update_at=NOON + HOUR)
    desk.submit("약속이 없는 글", id="p2")

    with pytest.raises(NothingToKeep):
        desk.submit("복구했습니다", **more)


def test_a_post_cannot_be_moved_behind_the_update_that_it_promises() -> None:
    post = POST._replace(state=PostState.SCHEDULED, publish_at=NOON + MINUTE, at=NOON + MINUTE)
    decider = Decider("지은")
    awaiting = post._replace(state=PostState.AWAITING_APPROVAL, by="미나")

    assert decide(MovePost(post.id, decider, NOON + 59 * MINUTE), post, NOON, None)
    for command, seen in (
        (MovePost(post.id, decider, NOON + HOUR), post),
        (ApprovePost(post.id, decider, NOON + HOUR), awaiting),
    ):
        with pytest.raises(NextUpdateTime):
            decide(command, seen, NOON, None)
