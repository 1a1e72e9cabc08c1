"""Posts that are due are claimed, sent to X once, and settled; the others wait, are held or expire."""

from datetime import timedelta
from typing import Any, NoReturn

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
    StoreBusy,
    Unavailable,
)
from desk.i18n import LANGUAGES
from desk.posts.model import Post, PostReason, PostState, acknowledgement_id
from desk.posts.pause import Pause, PauseScope
from desk.posts.publish import LEASE
from desk.posts.settle import PublishOutcome
from desk.posts.transitions import cancelled, released
from desk.reading import Safety
from desk.x.model import Usage
from tests.fakes.posts import Sent
from tests.fakes.x import Fault
from tests.unit.posts.scene import MINUTE, NOON, SECOND, Scene, a_case, a_post, sends

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)


def test_a_due_post_is_claimed_published_and_settled_with_its_cost() -> None:
    scene = Scene(post := a_post())

    report = scene.wake(post.id)

    settled = scene.post(post.id)
    assert (report.outcomes, report.usage) == ({PublishOutcome.PUBLISHED: 1}, Usage(1, 15_000))
    assert scene.x.texts() == [post.text]
    assert (settled.state, settled.x_id, settled.at) == (PostState.PUBLISHED, scene.x.made[0].id, NOON)
    assert (settled.claimed_at, scene.store.notifies(settled), settled.reason) == (NOON, False, None)
    assert settled.spent_micro_usd == 15_000


def test_the_same_reply_goes_to_two_people_under_their_own_posts() -> None:
    scene = Scene(*(posts := [a_post("확인 후 안내드릴게요", in_reply_to=mention) for mention in ("77", "78")]))

    scene.wake(*(post.id for post in posts))

    assert [post.in_reply_to for post in scene.x.made] == ["77", "78"]


def test_repeated_wake_ups_publish_once_and_a_wake_up_for_an_unknown_post_is_done() -> None:
    scene = Scene(post := a_post())

    scene.wake(post.id, post.id)
    scene.wake(post.id)
    scene.passes(HOUR)
    report = scene.wake(post.id, "gone")

    assert (report.failures, report.outcomes) == ({}, {PublishOutcome.NOTHING: 1})
    assert scene.x.texts() == [post.text]


def test_a_scheduled_post_is_published_at_its_time_and_a_wake_up_seconds_early_is_repeated() -> None:
    soon, far = (
        a_post(text, state=PostState.SCHEDULED, at=NOON + span, publish_at=NOON + span)
        for text, span in (("곧", 20 * SECOND), ("나중에", 20 * MINUTE))
    )
    scene = Scene(soon, far)

    scene.wake(soon.id, far.id)
    assert (scene.x.made, scene.queue.sent) == ([], [Sent(soon.id, 20)])

    scene.passes(20 * SECOND)
    scene.wake(soon.id, far.id)
    assert scene.x.texts() == ["곧"]


def test_of_two_runs_that_read_the_same_post_one_publishes_it() -> None:
    scene = Scene(post := a_post())
    scene.store.meanwhile["save"].append(lambda: scene.wake(post.id))

    report = scene.wake(post.id)

    assert report.outcomes == {PublishOutcome.NOTHING: 1}
    assert (scene.x.attempts.total(), scene.post(post.id).state) == (1, PostState.PUBLISHED)


def test_a_cancellation_that_comes_before_the_claim_wins() -> None:
    scene = Scene(post := a_post())
    scene.store.meanwhile["save"].append(lambda: scene.store.save(cancelled(post, scene.now), post))

    scene.wake(post.id)

    assert (scene.x.attempts.total(), scene.post(post.id).state) == (0, PostState.CANCELLED)


# Order


def test_the_post_that_is_due_first_is_published_first_whichever_is_woken() -> None:
    first, second, third = (
        a_post(text, publish_at=NOON - minutes * MINUTE) for text, minutes in zip("가나다", (9, 5, 1), strict=True)
    )
    scene = Scene(third, second, first)

    scene.wake(third.id)

    assert scene.x.texts() == ["가", "나", "다"]


def test_a_reply_waits_for_no_post_and_no_post_waits_for_a_reply() -> None:
    early_reply = a_post("이른 답글", in_reply_to="77", publish_at=NOON - 9 * MINUTE)
    announcement = a_post("공지", publish_at=NOON - 5 * MINUTE)
    late_reply = a_post("늦은 답글", in_reply_to="78", publish_at=NOON - MINUTE)
    scene = Scene(early_reply, announcement, late_reply)

    scene.wake(late_reply.id)
    after_the_reply = scene.x.texts()
    scene.wake(announcement.id)

    assert (after_the_reply, scene.x.texts()) == (["늦은 답글"], ["늦은 답글", "공지"])


def test_while_x_takes_nothing_no_other_post_is_tried_in_its_place() -> None:
    scene = Scene(*(posts := [a_post(f"글 {number}", publish_at=NOON - number * MINUTE) for number in range(4)]))
    scene.x.faults.extend([Fault(CreditsDepleted("402"))] * 9)

    scene.wake(posts[0].id)

    assert scene.x.attempts.total() == 2  # the earliest one, and the one that was woken


@pytest.mark.parametrize("method", ["due", "between"])
@pytest.mark.parametrize("error", [StoreBusy("busy"), PermissionError("AccessDenied")])
def test_a_list_that_cannot_be_read_stops_no_post(
    method: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the order nor the posts that are unconfirmed must be known to publish."""
    scene = Scene(post := a_post())

    def fails(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(scene.store, method, fails)

    assert scene.wake(post.id).outcomes == {PublishOutcome.PUBLISHED: 1}


# Errors of X


@pytest.mark.parametrize(
    ("error", "wait", "reason"),
    [
        (NotReached("no route"), 30 * SECOND, PostReason.NOT_REACHED),
        (RateLimited("429", NOON + 7 * MINUTE), 7 * MINUTE, PostReason.RATE_LIMITED),
        (RateLimited("429", NOON - MINUTE), SECOND, PostReason.RATE_LIMITED),
        (BreakerOpen("user:write: credits_depleted", NOON + 9 * MINUTE), 9 * MINUTE, PostReason.CREDITS_DEPLETED),
        (BreakerOpen("user:write: plan_limit", NOON + 9 * MINUTE), 9 * MINUTE, PostReason.CREDITS_DEPLETED),
        (BreakerOpen("user:write:create: rate_limited", NOON + 9 * MINUTE), 9 * MINUTE, PostReason.RATE_LIMITED),
        (CreditsDepleted("402"), 10 * MINUTE, PostReason.CREDITS_DEPLETED),
        (NotAuthorised("401"), 10 * MINUTE, PostReason.NOT_AUTHORISED),
        (SettingsError("the secret is empty"), 10 * MINUTE, PostReason.NOT_AUTHORISED),
    ],
)
def test_a_post_that_x_certainly_did_not_make_waits_and_is_published_later(
    error: DeskError, wait: timedelta, reason: PostReason
) -> None:
    scene = Scene(post := a_post())
    scene.x.faults.append(Fault(error))

    report = scene.wake(post.id)

    waiting = scene.post(post.id)
    assert (report.outcomes, report.failures) == ({PublishOutcome.WAITING: 1}, {})
    assert (waiting.state, waiting.at, waiting.reason) == (PostState.QUEUED, NOON + wait, reason)
    assert waiting.claimed_at is None
    assert scene.queue.sent == [Sent(post.id, wait // SECOND)]
    assert scene.wake_until_settled(post.id).state is PostState.PUBLISHED
    assert scene.x.texts() == [post.text]


def test_a_long_wait_is_left_to_the_sweep_and_ends_when_the_post_expires() -> None:
    scene = Scene(post := a_post(), short := a_post(expires_at=NOON + 20 * MINUTE))
    scene.x.faults.extend([Fault(RateLimited("429", NOON + 2 * HOUR))] * 2)

    report = scene.wake(post.id, short.id)

    assert (report.failures, scene.queue.sent) == ({}, [])
    assert (scene.post(post.id).at, scene.post(short.id).at) == (NOON + 2 * HOUR, NOON + 20 * MINUTE)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NotSummoned("403"), PostReason.NOT_SUMMONED),
        (Gone("403"), PostReason.GONE),
        (BadRequest("400: text too long"), PostReason.NOT_ACCEPTED),
    ],
)
def test_a_post_that_x_refuses_is_refused_with_xs_message_and_the_operator_is_to_be_notified(
    error: DeskError, reason: PostReason
) -> None:
    scene = Scene(post := a_post(in_reply_to="77"))
    scene.x.faults.append(Fault(error))

    report = scene.wake(post.id)

    refused = scene.post(post.id)
    assert report.outcomes == {PublishOutcome.REFUSED: 1}
    assert (refused.state, refused.reason, refused.detail) == (PostState.REFUSED, reason, str(error))
    assert scene.store.notifies(refused)


def test_days_without_credits_end_as_expired_and_not_as_stale_news() -> None:
    scene = Scene(post := a_post())
    scene.x.faults.extend([Fault(CreditsDepleted("402"))] * 144)

    expired = scene.wake_until_settled(post.id, limit=200)

    assert (expired.state, expired.reason, scene.store.notifies(expired)) == (
        PostState.EXPIRED,
        PostReason.TOO_LATE,
        True,
    )
    assert (expired.at, scene.x.made) == (NOON + DAY, [])


def test_in_an_outage_the_publisher_wakes_itself_until_the_post_expires_and_never_at_once() -> None:
    scene = Scene(post := a_post(expires_at=NOON + HOUR))
    scene.x.faults.extend([Fault(NotReached("no answer"))] * 200)

    expired = scene.wake_until_settled(post.id, limit=200)
    wake_ups = list(scene.queue.sent)
    scene.wake(post.id)

    assert expired.state is PostState.EXPIRED
    assert len(wake_ups) > 16  # after which Lambda would end the chain: hence RecursiveLoop in the template
    assert min(sent.delay_seconds for sent in wake_ups) >= 1
    assert scene.queue.sent == wake_ups


# Time


@pytest.mark.parametrize("state", [PostState.QUEUED, PostState.SCHEDULED, PostState.HELD])
def test_a_post_that_is_too_late_expires_and_is_never_published(state: PostState) -> None:
    scene = Scene(post := a_post(state=state, expires_at=NOON))

    report = scene.wake(post.id)

    assert report.outcomes == {PublishOutcome.EXPIRED: 1}
    assert (scene.store.notifies(post), scene.x.attempts.total()) == (True, 0)


def test_a_step_whose_answer_was_lost_is_reported_as_taken() -> None:
    scene = Scene(post := a_post(expires_at=NOON))
    scene.store.fail_after.append("save")

    assert scene.wake(post.id).outcomes == {PublishOutcome.EXPIRED: 1}


def test_without_time_the_next_run_is_woken_and_nothing_is_claimed() -> None:
    scene = Scene(post := a_post())
    scene.left = 10

    report = scene.wake(post.id)

    assert report.outcomes == {PublishOutcome.NOTHING: 1}
    assert (scene.post(post.id), scene.queue.sent) == (post, [Sent(post.id, 0)])


@pytest.mark.parametrize(
    ("expires_at", "took", "ends"),
    [
        (NOON + DAY, LEASE - 20 * SECOND, PostState.PUBLISHED),  # the lease would end during the call
        (NOON + MINUTE, MINUTE, PostState.EXPIRED),
    ],
)
def test_a_claim_that_took_too_long_is_given_back_without_a_call(
    expires_at: Any, took: timedelta, ends: PostState
) -> None:
    scene = Scene(post := a_post(expires_at=expires_at))
    scene.store.meanwhile["save"].append(lambda: scene.passes(took))

    report = scene.wake(post.id)

    assert report.outcomes == {PublishOutcome.WAITING: 1}
    assert (scene.x.attempts.total(), scene.post(post.id).claimed_at) == (0, None)
    assert scene.wake_until_settled(post.id).state is ends


# Failures of our own


def test_a_queue_that_fails_leaves_the_next_step_to_the_sweep() -> None:
    scene = Scene(post := a_post())
    scene.x.faults.append(Fault(NotReached("no route")))
    scene.queue.down = True

    report = scene.wake(post.id)

    assert (report.failures, scene.post(post.id).state) == ({}, PostState.QUEUED)


def test_a_defect_fails_the_wake_up_of_the_post_concerned_and_no_other() -> None:
    first, second = a_post("가"), a_post("나")
    scene = Scene(first, second)
    scene.x.faults.append(Fault(ZeroDivisionError("a defect")))

    report = scene.wake(first.id, second.id)

    assert report.failures.keys() == {first.id}
    assert scene.x.texts() == ["나"]


@pytest.mark.parametrize("method", ["get", "save"])
def test_a_busy_table_fails_the_wake_up_and_publishes_nothing(method: str) -> None:
    scene = Scene(post := a_post())
    scene.store.busy = {method}

    report = scene.wake(post.id)

    assert (list(report.failures), scene.x.attempts.total()) == ([post.id], 0)


# Pause and danger


def test_a_pause_holds_due_posts_until_a_person_releases_them() -> None:
    scene = Scene(post := a_post())
    scene.store.meanwhile["save"].append(scene.pause)  # between reading and claiming

    report = scene.wake(post.id)
    held = scene.post(post.id)
    scene.switch.resume(by="someone", at=scene.now)
    scene.passes(HOUR)
    scene.wake(post.id)
    still, is_notified = scene.post(post.id), scene.store.notifies(post)
    scene.put(released(still, scene.now))
    scene.wake(post.id)

    assert report.outcomes == {PublishOutcome.HELD: 1}
    assert (held.state, held.reason, held.at) == (PostState.HELD, PostReason.PAUSED, post.expires_at)
    assert (is_notified, still) == (True, held)
    assert scene.post(post.id).state is PostState.PUBLISHED


def test_a_pause_of_scheduled_posts_lets_an_outage_notice_and_a_reply_out() -> None:
    planned = a_post("가을 행사", accepted_at=NOON - HOUR)
    notice, reply = a_post("장애를 확인하고 있습니다", accepted_at=NOON), a_post("확인 중입니다", in_reply_to="77")
    scene = Scene(planned, notice, reply)
    scene.switch.pause(Pause("outage", "someone", NOON, scope=PauseScope.SCHEDULED))

    scene.wake(planned.id, notice.id, reply.id)

    states = [scene.post(each.id).state for each in (planned, notice, reply)]
    assert states == [PostState.HELD, PostState.PUBLISHED, PostState.PUBLISHED]


def test_a_pause_does_not_stop_claimed_posts_confirmed_replies_and_reconciliation() -> None:
    claimed, confirmed = a_post("먼저"), a_post("확인했습니다", in_reply_to="77", through_pause=True)
    lost = a_post("나중", state=PostState.RECONCILING, claimed_at=NOON, reason=PostReason.DUPLICATE)
    scene = Scene(claimed, confirmed, lost)
    scene.x.add_own_post(lost.text)
    scene.x.before = scene.pause

    for post in (claimed, confirmed, lost):
        scene.wake(post.id)

    assert {post.state for post in scene.store.posts.values()} == {PostState.PUBLISHED}


def acknowledgement(scene: Scene, *, safety: Safety | None) -> Post:
    """An acknowledgement of a case that waits to be published."""
    case = a_case(safety=safety)
    scene.cases.put(case)
    post = a_post("잘 받았습니다.", id=acknowledgement_id(case.id), in_reply_to="77", by="")
    scene.put(post)
    return post


@pytest.mark.parametrize("safety", Safety)
def test_an_acknowledgement_is_withdrawn_once_somebody_in_its_case_may_be_at_risk(safety: Safety) -> None:
    scene = Scene()
    post = acknowledgement(scene, safety=safety)

    report = scene.wake(post.id)

    withdrawn = scene.post(post.id)
    assert scene.x.made == []
    assert (withdrawn.state, withdrawn.reason) == (PostState.CANCELLED, PostReason.IN_DANGER)
    assert (scene.store.notifies(withdrawn), report.outcomes[PublishOutcome.WITHDRAWN]) == (False, 1)
    assert all(phrases["post.reason.in_danger"] for phrases in LANGUAGES.values())


def test_a_persons_reply_is_published_to_somebody_in_danger() -> None:
    scene = Scene()
    post = sends(scene.cases, a_case(safety=Safety.DANGER), a_post("곁에 있겠습니다.", in_reply_to="77"))
    scene.put(post)

    scene.wake(post.id)

    assert scene.post(post.id).state is PostState.PUBLISHED


def test_an_acknowledgement_waits_while_its_case_cannot_be_read() -> None:
    scene = Scene()
    post = acknowledgement(scene, safety=None)
    scene.cases.busy.add("get")

    report = scene.wake(post.id)
    waited = scene.x.made == []
    scene.cases.busy.clear()
    scene.wake(post.id)

    assert (list(report.failures), waited) == ([post.id], True)
    assert scene.post(post.id).state is PostState.PUBLISHED


# While X's answer about one post is missing, no other post is sent: a failing X brings one post in doubt, not all.


def unconfirmed_scene(**changes: Any) -> tuple[Scene, Post, Post]:
    """A post whose next reconciliation is due in half a minute, and one that is due now."""
    lost = a_post(
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
    post = a_post("다음")
    return Scene(lost, post), lost, post


def test_a_post_waits_a_minute_while_another_is_unconfirmed() -> None:
    scene, _, post = unconfirmed_scene()
    short = a_post("짧게", expires_at=NOON + 20 * SECOND)
    earlier = a_post("이전", publish_at=NOON - MINUTE)
    scene.put(short, earlier)

    report = scene.wake(post.id, short.id)

    waiting = scene.post(post.id)
    assert report.outcomes == {PublishOutcome.WAITING: 2}
    assert (waiting.state, waiting.at) == (PostState.QUEUED, NOON + MINUTE)
    assert (waiting.reason, waiting.claimed_at, waiting.detail) == (PostReason.EARLIER_LOOKED_FOR, None, None)
    assert scene.post(short.id).at == NOON + 20 * SECOND
    assert scene.post(earlier.id) == earlier  # it was not woken, so it is not made to wait
    assert scene.queue.sent == [Sent(post.id, 60), Sent(short.id, 20)]
    assert (scene.x.attempts.total(), scene.store.calls["between"]) == (0, 1)


def test_a_post_is_published_in_the_run_in_which_the_other_is_found() -> None:
    scene, lost, post = unconfirmed_scene(at=NOON)
    scene.x.add_own_post(lost.text)

    report = scene.wake(lost.id, post.id)

    assert report.outcomes == {PublishOutcome.PUBLISHED: 2}
    assert scene.x.texts() == [lost.text, post.text]


def test_a_post_is_published_once_the_other_is_in_doubt() -> None:
    scene, lost, post = unconfirmed_scene()

    in_doubt, settled = scene.wake_until_settled(lost.id), scene.wake_until_settled(post.id)

    assert (in_doubt.state, settled.state) == (PostState.IN_DOUBT, PostState.PUBLISHED)


def test_a_lost_answer_and_an_expired_lease_stop_the_others_of_the_same_run() -> None:
    scene = Scene(*(posts := [a_post(text) for text in ("가", "나", "다")]))
    scene.x.faults.append(Fault(Unavailable("503")))
    of_a_lost_answer = scene.wake(*(post.id for post in posts)).outcomes
    other, dead, post = unconfirmed_scene(state=PostState.PUBLISHING, reason=None, at=NOON, reconcile_attempts=0)
    of_an_expired_lease = other.wake(dead.id, post.id).outcomes

    assert of_a_lost_answer == {PublishOutcome.RECONCILING: 1, PublishOutcome.WAITING: 2}
    assert of_an_expired_lease == {PublishOutcome.RECONCILING: 1, PublishOutcome.WAITING: 1}
    assert (scene.x.attempts.total(), other.x.attempts.total()) == (1, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": PostReason.DUPLICATE},
        {"reason": PostReason.DUPLICATE, "at": NOON},
        {"at": NOON - timedelta(minutes=16)},
        {"state": PostState.IN_DOUBT},
    ],
    ids=["X has answered", "X has answered, in this run", "nobody reconciles", "a person decides"],
)
def test_posts_that_say_nothing_about_x_stop_no_other(changes: dict[str, Any]) -> None:
    scene, lost, post = unconfirmed_scene(**changes)
    woken = [lost.id, post.id] if changes.get("at") == NOON else [post.id]

    assert scene.wake(*woken).outcomes[PublishOutcome.PUBLISHED] == 1


def test_a_post_that_a_person_queued_again_does_not_wait_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index may still show it as it was a moment ago."""
    scene, lost, _ = unconfirmed_scene()
    scene.put(lost._replace(state=PostState.QUEUED, at=NOON, reason=None, version=2))
    monkeypatch.setattr(scene.store, "between", lambda *_, **__: [lost])

    assert scene.wake(lost.id).outcomes == {PublishOutcome.PUBLISHED: 1}


def test_a_post_that_another_run_has_moved_meanwhile_is_not_woken_again() -> None:
    scene, _, post = unconfirmed_scene()
    scene.store.meanwhile["save"].append(lambda: scene.store.put(post._replace(version=2)))

    report = scene.wake(post.id)

    assert (report.outcomes, scene.queue.sent) == ({PublishOutcome.NOTHING: 1}, [])
