from datetime import timedelta
from typing import NoReturn

import pytest

from desk.errors import (
    BadRequest,
    BreakerOpen,
    CreditsDepleted,
    DeskError,
    Gone,
    NotAuthorised,
    NotReached,
    NotSummoned,
    RateLimited,
    SettingsError,
)
from desk.posts.model import PostReason, PostState
from desk.posts.settle import PublishOutcome
from desk.x.model import Usage
from tests.fakes.posts import Sent
from tests.fakes.x import Fault
from tests.unit.posts.scene import MINUTE, NOON, SECOND, Scene, a_post


def test_a_due_post_is_claimed_said_and_settled() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)

    report = scene.wakes(post.id)

    settled = scene.store.posts[post.id]
    assert report.outcomes == {PublishOutcome.PUBLISHED: 1}
    assert scene.x.texts() == [post.text]
    assert (settled.state, settled.x_id, settled.at) == (PostState.PUBLISHED, scene.x.made[0].id, NOON)
    assert (settled.claimed_at, settled.notification_pending, settled.reason) == (NOON, False, None)


def test_a_reply_goes_to_what_it_replies_to() -> None:
    scene, post = Scene(), a_post("확인해 볼게요", in_reply_to="77")
    scene.accepts(post)

    scene.wakes(post.id)

    assert scene.x.made[0].in_reply_to == "77"


def test_the_price_is_recorded_at_the_post() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)

    report = scene.wakes(post.id)

    assert scene.store.posts[post.id].spent_micro_usd == 15_000
    assert report.usage == Usage(1, 15_000)


def test_the_same_message_twice_and_an_hour_later_says_it_once() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)

    scene.wakes(post.id, post.id)
    scene.wakes(post.id)
    scene.passes(timedelta(hours=1))
    report = scene.wakes(post.id)

    assert report.outcomes == {PublishOutcome.NOTHING: 1}
    assert scene.x.texts() == [post.text]


def test_the_same_standard_answer_goes_to_two_people() -> None:
    scene = Scene()
    posts = [a_post("확인 후 안내드릴게요", in_reply_to=mention) for mention in ("77", "78")]
    scene.accepts(*posts)

    scene.wakes(*(post.id for post in posts))

    assert [post.in_reply_to for post in scene.x.made] == ["77", "78"]


def test_a_message_about_nothing_is_done() -> None:
    report = Scene().wakes("gone")

    assert (report.failures, report.outcomes) == ({}, {})


def test_nothing_is_said_before_its_time_and_a_message_seconds_early_comes_again() -> None:
    scene = Scene()
    soon = a_post("곧", state=PostState.SCHEDULED, at=NOON + 20 * SECOND, publish_at=NOON + 20 * SECOND)
    far = a_post("나중에", state=PostState.SCHEDULED, at=NOON + 20 * MINUTE, publish_at=NOON + 20 * MINUTE)
    scene.accepts(soon, far)

    scene.wakes(soon.id, far.id)

    assert scene.x.made == []
    assert scene.queue.sent == [Sent(soon.id, 20)]


def test_a_scheduled_post_is_said_at_its_time() -> None:
    scene, post = Scene(), a_post(state=PostState.SCHEDULED, at=NOON + MINUTE, publish_at=NOON + MINUTE)
    scene.accepts(post)
    scene.passes(MINUTE)

    scene.wakes(post.id)

    assert scene.x.texts() == [post.text]


def test_what_is_due_earlier_is_said_first_whichever_is_woken() -> None:
    scene = Scene()
    first, second, third = (
        a_post(text, publish_at=NOON - minutes * MINUTE) for text, minutes in zip("가나다", (9, 5, 1), strict=True)
    )
    scene.accepts(third, second, first)

    scene.wakes(third.id)

    assert scene.x.texts() == ["가", "나", "다"]


def test_a_reply_waits_for_nothing_and_nothing_for_a_reply() -> None:
    scene = Scene()
    early_reply = a_post("이른 답글", in_reply_to="77", publish_at=NOON - 9 * MINUTE)
    announcement = a_post("공지", publish_at=NOON - 5 * MINUTE)
    late_reply = a_post("늦은 답글", in_reply_to="78", publish_at=NOON - MINUTE)
    scene.accepts(early_reply, announcement, late_reply)

    scene.wakes(late_reply.id)
    after_the_reply = scene.x.texts()
    scene.wakes(announcement.id)

    assert after_the_reply == ["늦은 답글"]
    assert scene.x.texts() == ["늦은 답글", "공지"]


def test_while_x_takes_nothing_no_other_post_is_tried_in_its_place() -> None:
    scene = Scene()
    posts = [a_post(f"글 {number}", publish_at=NOON - number * MINUTE) for number in range(4)]
    scene.accepts(*posts)
    scene.x.faults.extend([Fault(CreditsDepleted("402"))] * 9)

    scene.wakes(posts[0].id)

    assert scene.x.attempts.total() == 2  # the earliest, and the one that was woken


def test_an_order_that_cannot_be_read_does_not_hold_up_the_post() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.store.busy = {"due"}

    scene.wakes(post.id)

    assert scene.x.texts() == [post.text]


WAITS = [
    (NotReached("no route"), 30 * SECOND, PostReason.NOT_REACHED),
    (RateLimited("429", NOON + 7 * MINUTE), 7 * MINUTE, PostReason.RATE_LIMITED),
    (RateLimited("429", NOON - MINUTE), SECOND, PostReason.RATE_LIMITED),
    (BreakerOpen("user:write: credits_depleted", NOON + 9 * MINUTE), 9 * MINUTE, PostReason.CREDITS_DEPLETED),
    (BreakerOpen("user:write:create: rate_limited", NOON + 9 * MINUTE), 9 * MINUTE, PostReason.RATE_LIMITED),
    (CreditsDepleted("402"), 10 * MINUTE, PostReason.CREDITS_DEPLETED),
    (NotAuthorised("401"), 10 * MINUTE, PostReason.NOT_AUTHORISED),
    (SettingsError("the secret is empty"), 10 * MINUTE, PostReason.NOT_AUTHORISED),
]


@pytest.mark.parametrize(("error", "wait", "reason"), WAITS)
def test_what_x_certainly_did_not_do_waits_and_is_said_later(
    error: DeskError, wait: timedelta, reason: PostReason
) -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.x.faults.append(Fault(error))

    report = scene.wakes(post.id)

    waiting = scene.store.posts[post.id]
    assert report.outcomes == {PublishOutcome.WAITING: 1}
    assert report.failures == {}
    assert (waiting.state, waiting.at, waiting.reason) == (PostState.QUEUED, NOON + wait, reason)
    assert waiting.claimed_at is None
    assert scene.queue.sent == [Sent(post.id, wait // SECOND)]
    assert scene.wakes_until_done(post.id).state is PostState.PUBLISHED
    assert scene.x.texts() == [post.text]


def test_a_wait_longer_than_a_message_can_wait_is_the_sweeps() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.x.faults.append(Fault(RateLimited("429", NOON + timedelta(hours=2))))

    report = scene.wakes(post.id)

    assert report.failures == {}
    assert scene.queue.sent == []
    assert scene.store.posts[post.id].at == NOON + timedelta(hours=2)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NotSummoned("403"), PostReason.NOT_SUMMONED),
        (Gone("403"), PostReason.GONE),
        (BadRequest("400: text too long"), PostReason.NOT_ACCEPTED),
    ],
)
def test_what_x_will_not_have_is_refused_with_its_word_and_the_operator_is_to_hear_of_it(
    error: DeskError, reason: PostReason
) -> None:
    scene, post = Scene(), a_post(in_reply_to="77")
    scene.accepts(post)
    scene.x.faults.append(Fault(error))

    report = scene.wakes(post.id)

    refused = scene.store.posts[post.id]
    assert report.outcomes == {PublishOutcome.REFUSED: 1}
    assert (refused.state, refused.reason, refused.detail) == (PostState.REFUSED, reason, str(error))
    assert refused.notification_pending


def test_three_days_without_credits_end_as_expired_and_told_not_as_stale_news() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.x.faults.extend([Fault(CreditsDepleted("402"))] * 432)

    while scene.now < NOON + timedelta(days=3):
        scene.wakes(post.id)
        scene.passes(10 * MINUTE)
    scene.x.faults.clear()
    scene.wakes(post.id)

    expired = scene.store.posts[post.id]
    assert (expired.state, expired.reason, expired.notification_pending) == (
        PostState.EXPIRED,
        PostReason.TOO_LATE,
        True,
    )
    assert expired.at == NOON + timedelta(hours=24)
    assert scene.x.made == []


def test_a_wait_never_reaches_beyond_the_end_so_that_the_end_is_told_in_time() -> None:
    scene, post = Scene(), a_post(expires_at=NOON + 5 * MINUTE)
    scene.accepts(post)
    scene.x.faults.append(Fault(RateLimited("429", NOON + timedelta(hours=2))))

    scene.wakes(post.id)

    assert scene.store.posts[post.id].at == NOON + 5 * MINUTE


def test_credits_that_come_back_in_time_say_it_after_all() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.x.faults.extend([Fault(CreditsDepleted("402"))] * 100)

    settled = scene.wakes_until_done(post.id, limit=120)

    assert settled.state is PostState.PUBLISHED
    assert scene.x.texts() == [post.text]


@pytest.mark.parametrize("state", [PostState.QUEUED, PostState.SCHEDULED, PostState.HELD])
def test_what_comes_too_late_is_reported_and_never_said(state: PostState) -> None:
    scene, post = Scene(), a_post(state=state, expires_at=NOON)
    scene.accepts(post)

    report = scene.wakes(post.id)

    assert report.outcomes == {PublishOutcome.EXPIRED: 1}
    assert scene.store.posts[post.id].notification_pending
    assert scene.x.attempts.total() == 0


def test_without_time_the_next_run_is_woken_and_nothing_is_claimed() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.left = 10

    report = scene.wakes(post.id)

    assert report.outcomes == {PublishOutcome.NOTHING: 1}
    assert scene.store.posts[post.id] == post
    assert scene.queue.sent == [Sent(post.id, 0)]


def test_a_claim_that_took_until_the_end_of_the_posts_time_is_given_back_and_expires() -> None:
    scene, post = Scene(), a_post(expires_at=NOON + MINUTE)
    scene.accepts(post)
    scene.store.meanwhile["save"].append(lambda: scene.passes(MINUTE))

    scene.wakes(post.id)
    report = scene.wakes(post.id)

    assert report.outcomes == {PublishOutcome.EXPIRED: 1}
    assert scene.x.attempts.total() == 0


def test_an_order_that_cannot_be_read_at_all_costs_no_post(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)

    def denied(*_: object, **__: object) -> NoReturn:
        raise PermissionError("AccessDenied")

    monkeypatch.setattr(scene.store, "due", denied)

    assert scene.wakes(post.id).outcomes == {PublishOutcome.PUBLISHED: 1}


def test_a_queue_that_takes_nothing_leaves_the_next_step_to_the_sweep() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.x.faults.append(Fault(NotReached("no route")))
    scene.queue.down = True

    report = scene.wakes(post.id)

    assert report.failures == {}
    assert scene.store.posts[post.id].state is PostState.QUEUED


def test_a_defect_fails_the_message_of_the_post_that_met_it_and_no_other() -> None:
    scene = Scene()
    first, second = a_post("가"), a_post("나")
    scene.accepts(first, second)
    scene.x.faults.append(Fault(ZeroDivisionError("a defect")))

    report = scene.wakes(first.id, second.id)

    assert report.failures.keys() == {first.id}
    assert scene.x.texts() == ["나"]


@pytest.mark.parametrize("method", ["get", "save"])
def test_a_busy_table_fails_the_message_and_says_nothing(method: str) -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)
    scene.store.busy = {method}

    report = scene.wakes(post.id)

    assert report.failures.keys() == {post.id}
    assert scene.x.attempts.total() == 0
