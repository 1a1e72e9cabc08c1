"""What may have been said is looked for, and never said again without a person's word."""

from datetime import timedelta
from typing import Any, NoReturn

import pytest

from desk.errors import BreakerOpen, CreditsDepleted, Duplicate, Unavailable
from desk.posts.model import Post, PostReason, PostState
from desk.posts.publish import LEASE
from desk.posts.settle import PublishOutcome
from desk.posts.transitions import cancelled, in_doubt, queued_again
from tests.fakes.posts import Sent
from tests.fakes.x import Fault
from tests.unit.posts.scene import MINUTE, NOON, SECOND, Scene, a_post


def lost(*, made: bool) -> Fault:
    return Fault(Unavailable("no answer"), made=made)


def accepted(**changes: Any) -> tuple[Scene, Post]:
    scene, post = Scene(), a_post(**changes)
    scene.accepts(post)
    return scene, post


def test_an_answer_lost_after_the_post_was_made_is_found_in_the_timeline() -> None:
    scene, post = accepted()
    scene.x.faults.append(lost(made=True))

    report = scene.wakes(post.id)
    looking = scene.store.posts[post.id]
    settled = scene.wakes_until_done(post.id)

    assert report.outcomes == {PublishOutcome.RECONCILING: 1}
    assert (looking.state, looking.reason, looking.at) == (
        PostState.RECONCILING,
        PostReason.ANSWER_LOST,
        NOON + 10 * SECOND,
    )
    assert scene.queue.sent == [Sent(post.id, 10)]
    assert (settled.state, settled.x_id) == (PostState.PUBLISHED, scene.x.made[0].id)
    assert scene.x.attempts.total() == 1
    assert settled.spent_micro_usd == 16_000


def test_a_timeline_that_is_late_is_looked_at_again() -> None:
    scene, post = accepted()
    scene.x.late = 6 * MINUTE
    scene.x.faults.append(lost(made=True))

    settled = scene.wakes_until_done(post.id)

    assert settled.state is PostState.PUBLISHED
    assert scene.x.count("own_posts") == 4
    assert scene.x.attempts.total() == 1


@pytest.mark.parametrize("made", [True, False])
def test_what_several_looks_do_not_see_is_for_a_person(made: bool) -> None:
    scene, post = accepted()
    scene.x.late = timedelta(days=1)
    scene.x.faults.append(lost(made=made))

    settled = scene.wakes_until_done(post.id)

    assert (settled.state, settled.reason, settled.notification_pending) == (
        PostState.IN_DOUBT,
        PostReason.ANSWER_LOST,
        True,
    )
    assert scene.now == NOON + 7 * MINUTE + 10 * SECOND
    assert (scene.x.count("own_posts"), scene.x.attempts.total()) == (4, 1)


def test_uncertain_stays_uncertain_however_often_it_is_woken() -> None:
    scene, post = accepted(state=PostState.IN_DOUBT)

    for _ in range(5):
        scene.passes(timedelta(hours=6))
        scene.wakes(post.id)

    assert scene.store.posts[post.id].state is PostState.IN_DOUBT
    assert scene.x.attempts.total() == 0


def killed_after_claim(scene: Scene, post: Post, *, made: bool) -> None:
    class Killed(BaseException):
        pass

    scene.x.faults.append(Fault(Killed(), made=made))
    with pytest.raises(Killed):
        scene.wakes(post.id)


def test_killed_between_call_and_settle_it_is_found_when_the_lease_is_over() -> None:
    scene, post = accepted()
    killed_after_claim(scene, post, made=True)

    early = scene.wakes(post.id)
    scene.passes(LEASE)
    late = scene.wakes(post.id)

    assert early.outcomes == {PublishOutcome.NOTHING: 1}
    assert late.outcomes == {PublishOutcome.PUBLISHED: 1}
    assert scene.store.posts[post.id].x_id == scene.x.made[0].id
    assert scene.x.attempts.total() == 1


def test_killed_between_claim_and_call_it_is_for_a_person_who_sends_it_again() -> None:
    scene, post = accepted()
    killed_after_claim(scene, post, made=False)

    seen = scene.wakes_until_done(post.id)
    scene.accepts(queued_again(seen, scene.now))
    settled = scene.wakes_until_done(post.id)

    assert seen.state is PostState.IN_DOUBT
    assert settled.state is PostState.PUBLISHED
    assert scene.x.texts() == [post.text]


def test_what_a_person_sends_again_is_found_if_the_first_try_appears_after_all() -> None:
    scene, post = accepted()
    scene.x.late = timedelta(hours=1)
    scene.x.faults.append(lost(made=True))
    seen = scene.wakes_until_done(post.id)
    scene.passes(timedelta(hours=2))

    scene.accepts(queued_again(seen, scene.now))
    settled = scene.wakes_until_done(post.id)

    assert seen.state is PostState.IN_DOUBT
    assert settled.state is PostState.PUBLISHED
    assert scene.x.texts() == [post.text]


def test_a_duplicate_of_something_said_before_is_refused_after_looking() -> None:
    scene, post = accepted()
    scene.x.add_own_post(post.text, at=NOON - timedelta(hours=5))

    settled = scene.wakes_until_done(post.id)

    assert (settled.state, settled.reason, settled.notification_pending) == (
        PostState.REFUSED,
        PostReason.DUPLICATE,
        True,
    )
    assert settled.detail == "X answered 403: duplicate content"
    assert scene.x.texts() == [post.text]


def test_a_duplicate_after_an_earlier_try_proves_nothing_and_is_for_a_person() -> None:
    scene, post = accepted(claimed_at=NOON - timedelta(hours=1))
    scene.x.late = timedelta(days=1)
    scene.x.faults.append(Fault(Duplicate("403")))

    settled = scene.wakes_until_done(post.id)

    assert (settled.state, settled.reason) == (PostState.IN_DOUBT, PostReason.ANSWER_LOST)


def test_the_answer_of_a_slow_worker_wins_over_whoever_overtook_it() -> None:
    scene, post = accepted()
    scene.x.late = timedelta(days=1)

    def overtake() -> None:
        scene.passes(LEASE)
        scene.wakes_until_done(post.id)

    scene.x.after = overtake

    report = scene.wakes(post.id)

    settled = scene.store.posts[post.id]
    assert report.outcomes == {PublishOutcome.PUBLISHED: 1}
    assert (settled.state, settled.x_id, settled.notification_pending) == (
        PostState.PUBLISHED,
        scene.x.made[0].id,
        False,
    )
    assert scene.x.attempts.total() == 1


def test_a_claim_that_took_too_long_is_given_back_without_a_call() -> None:
    scene, post = accepted()

    def slowly() -> None:
        scene.passes(LEASE - 20 * SECOND)

    scene.store.meanwhile["save"].append(slowly)

    report = scene.wakes(post.id)

    assert report.outcomes == {PublishOutcome.WAITING: 1}
    assert scene.x.attempts.total() == 0
    assert scene.store.posts[post.id].claimed_at is None
    assert scene.wakes_until_done(post.id).state is PostState.PUBLISHED


def test_of_two_who_saw_the_same_post_one_says_it() -> None:
    scene, post = accepted()
    scene.store.meanwhile["save"].append(lambda: scene.wakes(post.id))

    report = scene.wakes(post.id)

    assert report.outcomes == {PublishOutcome.NOTHING: 1}
    assert scene.x.attempts.total() == 1
    assert scene.store.posts[post.id].state is PostState.PUBLISHED


def test_a_cancellation_that_came_first_is_obeyed() -> None:
    scene, post = accepted()
    scene.store.meanwhile["save"].append(lambda: scene.store.save(cancelled(post, scene.now), post))

    report = scene.wakes(post.id)

    assert report.outcomes == {PublishOutcome.NOTHING: 1}
    assert scene.store.posts[post.id].state is PostState.CANCELLED
    assert scene.x.attempts.total() == 0


def test_a_table_that_fails_once_after_the_call_is_asked_again() -> None:
    for way in ("fail_before", "fail_after"):
        scene, post = accepted()
        scene.x.after = lambda scene=scene, way=way: getattr(scene.store, way).append("save")  # type: ignore[misc]

        report = scene.wakes(post.id)

        assert report.outcomes == {PublishOutcome.PUBLISHED: 1}
        assert scene.store.posts[post.id].x_id == scene.x.made[0].id


def test_a_table_that_is_gone_after_the_call_costs_a_look_and_no_second_post() -> None:
    scene, post = accepted()
    scene.x.after = lambda: scene.store.busy.add("save")

    report = scene.wakes(post.id)
    scene.store.busy.clear()
    again = scene.wakes(post.id)
    settled = scene.wakes_until_done(post.id)

    assert report.failures.keys() == {post.id}
    assert again.outcomes == {PublishOutcome.NOTHING: 1}
    assert settled.state is PostState.PUBLISHED
    assert scene.x.attempts.total() == 1


@pytest.mark.parametrize("error", [Unavailable("503"), CreditsDepleted("402"), BreakerOpen("user:read", NOON)])
def test_a_look_that_x_does_not_allow_does_not_count(error: Unavailable) -> None:
    scene, post = accepted()
    scene.x.faults.append(lost(made=True))
    scene.x.timeline_error = error

    for _ in range(30):
        scene.wakes(post.id)
        scene.passes(MINUTE)
    scene.x.timeline_error = None

    looking = scene.store.posts[post.id]
    assert (looking.state, looking.reconcile_attempts) == (PostState.RECONCILING, 0)
    assert scene.wakes_until_done(post.id).state is PostState.PUBLISHED


def test_when_nobody_can_look_for_an_hour_a_person_must() -> None:
    scene, post = accepted()
    scene.x.faults.append(lost(made=True))
    scene.x.timeline_error = CreditsDepleted("402")

    settled = scene.wakes_until_done(post.id, limit=100)

    assert settled.state is PostState.IN_DOUBT
    assert scene.now - NOON < timedelta(minutes=62)


def test_looks_that_always_meet_a_defect_end_with_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, post = accepted(state=PostState.RECONCILING, claimed_at=NOON, reason=PostReason.ANSWER_LOST)

    def defect(**_: object) -> NoReturn:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(scene.x, "own_posts", defect)

    settled = scene.wakes_until_done(post.id)

    assert (settled.state, settled.notification_pending) == (PostState.IN_DOUBT, True)
    assert scene.now - NOON < timedelta(minutes=15)


def test_a_look_is_taken_by_one_run_alone() -> None:
    scene, post = accepted(state=PostState.RECONCILING, claimed_at=NOON, reason=PostReason.ANSWER_LOST)
    scene.store.meanwhile["save"].append(lambda: scene.wakes(post.id))

    scene.wakes(post.id)

    assert scene.x.count("own_posts") == 1


def test_a_person_who_settles_while_it_is_looked_for_is_not_overruled() -> None:
    scene, post = accepted(
        state=PostState.RECONCILING, claimed_at=NOON, reconcile_attempts=3, reason=PostReason.ANSWER_LOST
    )

    def decide() -> None:
        seen = scene.store.posts[post.id]
        scene.store.put(in_doubt(seen, scene.now)._replace(state=PostState.CANCELLED, version=seen.version + 1))

    scene.store.meanwhile["save"] += [lambda: None, decide]

    scene.wakes(post.id)

    assert scene.store.posts[post.id].state is PostState.CANCELLED
