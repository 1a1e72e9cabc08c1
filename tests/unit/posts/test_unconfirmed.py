"""While X's answer about one post is missing, nothing else is sent: an ill X makes one post uncertain, not all."""

from datetime import timedelta
from typing import Any, NoReturn

import pytest

from desk.errors import StoreBusy, Unavailable
from desk.posts.model import Post, PostReason, PostState
from desk.posts.settle import PublishOutcome
from tests.fakes.posts import Sent
from tests.fakes.x import Fault
from tests.unit.posts.scene import MINUTE, NOON, SECOND, Scene, a_post


def looked_for(**changes: Any) -> Post:
    """A post that is looked for, its next look in half a minute."""
    return a_post(
        "먼저",
        **{
            "state": PostState.RECONCILING,
            "reason": PostReason.ANSWER_LOST,
            "claimed_at": NOON - MINUTE,
            "at": NOON + 30 * SECOND,
            "reconcile_attempts": 1,
        }
        | changes,
    )


def with_one_looked_for(**changes: Any) -> tuple[Scene, Post, Post]:
    scene, lost, post = Scene(), looked_for(**changes), a_post("다음")
    scene.accepts(lost, post)
    return scene, lost, post


def test_a_post_waits_a_minute_while_another_is_looked_for() -> None:
    scene, _, post = with_one_looked_for()

    report = scene.wakes(post.id)

    waiting = scene.store.posts[post.id]
    assert report.outcomes == {PublishOutcome.WAITING: 1}
    assert (waiting.state, waiting.at, waiting.reason) == (
        PostState.QUEUED,
        NOON + MINUTE,
        PostReason.EARLIER_LOOKED_FOR,
    )
    assert (waiting.claimed_at, waiting.detail) == (None, None)
    assert scene.queue.sent == [Sent(post.id, 60)]
    assert scene.x.attempts.total() == 0


def test_a_post_is_said_once_the_other_is_found() -> None:
    scene, lost, post = with_one_looked_for()
    scene.x.add_own_post(lost.text)
    scene.wakes(post.id)
    scene.passes(MINUTE)

    report = scene.wakes(lost.id, post.id)

    assert report.outcomes == {PublishOutcome.PUBLISHED: 2}
    assert scene.x.texts() == [lost.text, post.text]


def test_a_post_is_said_once_the_other_is_for_a_person() -> None:
    scene, lost, post = with_one_looked_for()

    uncertain = scene.wakes_until_done(lost.id)
    settled = scene.wakes_until_done(post.id)

    assert (uncertain.state, settled.state) == (PostState.IN_DOUBT, PostState.PUBLISHED)


def test_within_one_run_a_lost_answer_keeps_the_others_back() -> None:
    scene, posts = Scene(), [a_post(text) for text in ("가", "나", "다")]
    scene.accepts(*posts)
    scene.x.faults.append(Fault(Unavailable("503")))

    report = scene.wakes(*(post.id for post in posts))

    assert report.outcomes == {PublishOutcome.RECONCILING: 1, PublishOutcome.WAITING: 2}
    assert scene.x.attempts.total() == 1


def test_a_claim_that_outlived_its_lease_keeps_the_others_back_from_the_first_look_on() -> None:
    scene, dead, post = with_one_looked_for(state=PostState.PUBLISHING, reason=None, at=NOON, reconcile_attempts=0)

    report = scene.wakes(dead.id, post.id)

    assert report.outcomes == {PublishOutcome.RECONCILING: 1, PublishOutcome.WAITING: 1}


def test_a_duplicate_that_is_looked_for_in_this_run_keeps_nobody_back() -> None:
    scene, duplicate, post = with_one_looked_for(reason=PostReason.DUPLICATE, at=NOON)

    report = scene.wakes(duplicate.id, post.id)

    assert report.outcomes == {PublishOutcome.RECONCILING: 1, PublishOutcome.PUBLISHED: 1}


def test_one_that_others_have_moved_meanwhile_is_woken_by_them() -> None:
    scene, _, post = with_one_looked_for()
    scene.store.meanwhile["save"].append(lambda: scene.store.put(post._replace(version=2)))

    report = scene.wakes(post.id)

    assert (report.outcomes, scene.queue.sent) == ({PublishOutcome.NOTHING: 1}, [])


def test_nobody_who_was_not_woken_is_put_off() -> None:
    scene, _, post = with_one_looked_for()
    earlier = a_post("이전", publish_at=NOON - MINUTE)
    scene.accepts(earlier)

    scene.wakes(post.id)

    assert scene.store.posts[earlier.id] == earlier
    assert scene.queue.sent == [Sent(post.id, 60)]


def test_a_wait_does_not_reach_beyond_the_posts_time() -> None:
    scene, _, post = with_one_looked_for()
    short = a_post("짧게", expires_at=NOON + 20 * SECOND)
    scene.accepts(short)

    scene.wakes(short.id, post.id)

    assert scene.store.posts[short.id].at == NOON + 20 * SECOND


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": PostReason.DUPLICATE},
        {"at": NOON - timedelta(minutes=16)},
        {"state": PostState.IN_DOUBT},
    ],
    ids=["X has answered", "nobody looks", "a person decides"],
)
def test_what_tells_nothing_about_x_keeps_nobody_back(changes: dict[str, Any]) -> None:
    scene, _, post = with_one_looked_for(**changes)

    assert scene.wakes(post.id).outcomes == {PublishOutcome.PUBLISHED: 1}


def test_what_a_person_sends_again_does_not_wait_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index may still show it as it was a moment ago."""
    scene, lost, _ = with_one_looked_for()
    again = lost._replace(state=PostState.QUEUED, at=NOON, reason=None, version=2)

    scene.accepts(again)
    monkeypatch.setattr(scene.store, "between", lambda *_, **__: [lost])

    assert scene.wakes(lost.id).outcomes == {PublishOutcome.PUBLISHED: 1}


def test_one_question_a_run_however_many_posts() -> None:
    scene, _, _ = with_one_looked_for()
    posts = [a_post(str(number)) for number in range(5)]
    scene.accepts(*posts)

    scene.wakes(*(post.id for post in posts))

    assert scene.store.calls["between"] == 1


@pytest.mark.parametrize("error", [StoreBusy("between"), PermissionError("AccessDenied")])
def test_a_question_that_fails_keeps_nobody_back(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, _, post = with_one_looked_for()

    def fails(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(scene.store, "between", fails)

    assert scene.wakes(post.id).outcomes == {PublishOutcome.PUBLISHED: 1}
