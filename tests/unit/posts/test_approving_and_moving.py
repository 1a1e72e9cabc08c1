"""Posts that a second person must approve, and posts that people move to another time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from desk.errors import QueueUnavailable, StoreBusy
from desk.posts.commands import ApprovePost, Decider, MovePost, RefuseApproval, SubmitPost
from desk.posts.decisions import (
    OwnPost,
    PostChanged,
    PostDecisions,
    PostTooLate,
    TimePassed,
    WrongState,
)
from desk.posts.errors import SameText, TimeInThePast, TimeTooFar
from desk.posts.model import WRITTEN, Post, PostKind, PostReason, PostState
from desk.posts.pause import Pause, PauseScope
from desk.posts.settle import PublishOutcome
from desk.posts.submit import PostSubmitter, free_text_keys
from desk.posts.transitions import MOVABLE, WAITS_FOR_CLAIM
from tests.fakes.posts import FakePostQueue, FakePostTimer
from tests.unit.posts.scene import NOON, Scene, a_post

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AWAITING, SCHEDULED, QUEUED = PostState.AWAITING_APPROVAL, PostState.SCHEDULED, PostState.QUEUED
NOTICE = SubmitPost(PostKind.ANNOUNCEMENT, "점심 행사를 시작합니다", by="박지민", author_id="jimin")
AUTHOR, SUJIN = Decider("박지민", person_id="jimin"), Decider("이수진", person_id="sujin")


class Desk(Scene):
    """A desk on which announcements must be approved, with its publisher."""

    def __init__(self, *posts: Post) -> None:
        super().__init__(*posts)
        self.queue = FakePostQueue()
        self.timer = FakePostTimer()
        self.errors: list[QueueUnavailable] = []

    def submit(self, new: SubmitPost = NOTICE) -> Post:
        submitter = PostSubmitter(
            self.store, self.queue, self.timer, lambda: self.now, self.errors.append, approval={"announcement"}
        )
        return submitter.submit(new).post

    @property
    def decisions(self) -> PostDecisions:
        return PostDecisions(
            self.store, self.switch, self.queue, self.timer, lambda: self.now, self.errors.append, lambda _: None
        )

    def later(self, hours: float = 3) -> Post:
        """A post for later that awaits approval."""
        return self.submit(NOTICE._replace(publish_at=self.now + hours * HOUR))


# What waits


@pytest.mark.parametrize("kind", PostKind)
@pytest.mark.parametrize("hours", [0, 3])
def test_only_posts_on_the_timeline_of_the_named_kinds_await_approval(kind: PostKind, hours: int) -> None:
    desk = Desk()
    submitter = PostSubmitter(
        desk.store, desk.queue, desk.timer, lambda: NOON, desk.errors.append, approval=tuple(PostKind)
    )
    new = NOTICE._replace(kind=kind, publish_at=NOON + hours * HOUR)

    post = submitter.submit(new).post

    assert (post.state is AWAITING, desk.store.notifies(post)) == (kind in WRITTEN, kind in WRITTEN)
    is_woken = bool(desk.queue.ids or desk.timer.standing)
    assert is_woken is (kind not in WRITTEN)
    assert desk.submit(new._replace(kind=PostKind.THANKS, text="고맙습니다")).state is not AWAITING


@pytest.mark.parametrize("hours", [0, 3])
def test_the_publisher_never_claims_what_awaits_approval(hours: int) -> None:
    desk = Desk()
    post = desk.submit(NOTICE._replace(publish_at=NOON + hours * HOUR))
    assert AWAITING not in WAITS_FOR_CLAIM

    for span in (timedelta(), 3 * HOUR, 23 * HOUR):
        desk.now = NOON + span
        report = desk.wake(post.id)
        assert report.outcomes == {PublishOutcome.NOTHING: 1}

    assert (desk.post(post.id), desk.x.made) == (post, [])


def test_what_nobody_approved_in_time_expires_and_the_operator_is_to_be_notified() -> None:
    desk = Desk()
    post = desk.later()
    desk.now = post.expires_at

    desk.wake(post.id)

    after = desk.post(post.id)
    assert (after.state, after.reason, desk.store.notifies(after)) == (PostState.EXPIRED, PostReason.TOO_LATE, True)
    with pytest.raises(WrongState):
        desk.decisions.perform(ApprovePost(post.id, SUJIN, at_once=True))


# Approving


def test_a_second_person_approves_and_the_post_goes_out_at_its_time() -> None:
    desk = Desk()
    post = desk.later()

    approved = desk.decisions.perform(ApprovePost(post.id, SUJIN))

    assert (approved.approved_by, approved.approved_at, desk.store.notifies(approved)) == ("이수진", NOON, False)
    assert (approved.state, approved.at, approved.expires_at) == (SCHEDULED, post.publish_at, post.expires_at)
    assert desk.timer.standing == {post.id: post.publish_at}
    assert desk.wake_until_settled(post.id).state is PostState.PUBLISHED


@pytest.mark.parametrize(
    ("author_id", "by", "decider", "is_refused"),
    [
        ("jimin", "박지민", AUTHOR, True),
        ("jimin", "박지민", Decider("다른 이름", person_id="jimin"), True),
        ("jimin", "박지민", Decider("박지민", person_id="another"), False),  # two people may share a name
        (None, "cms", SUJIN, False),
        (None, "이수진", SUJIN, True),
    ],
)
def test_nobody_approves_a_post_of_their_own(
    author_id: str | None, by: str, decider: Decider, is_refused: bool
) -> None:
    desk = Desk()
    post = desk.submit(NOTICE._replace(author_id=author_id, by=by, publish_at=NOON + HOUR))

    if is_refused:
        with pytest.raises(OwnPost):
            desk.decisions.perform(ApprovePost(post.id, decider))
        assert desk.post(post.id) == post
    else:
        assert desk.decisions.perform(ApprovePost(post.id, decider)).state is SCHEDULED


def test_after_its_time_the_second_person_must_choose_when() -> None:
    desk = Desk()
    post = desk.later()
    desk.now = post.publish_at

    with pytest.raises(TimePassed):
        desk.decisions.perform(ApprovePost(post.id, SUJIN))
    assert desk.post(post.id) == post

    approved = desk.decisions.perform(ApprovePost(post.id, SUJIN, at_once=True))
    assert (approved.state, approved.publish_at, approved.expires_at) == (QUEUED, desk.now, post.expires_at)
    assert desk.queue.ids == [post.id]


def test_a_post_is_approved_for_another_time() -> None:
    desk = Desk()
    post = desk.later()
    desk.now = post.publish_at + HOUR

    approved = desk.decisions.perform(ApprovePost(post.id, SUJIN, publish_at=desk.now + 2 * HOUR))

    assert (approved.state, approved.publish_at) == (SCHEDULED, desk.now + 2 * HOUR)
    assert approved.expires_at - approved.publish_at == post.expires_at - post.publish_at
    assert desk.timer.standing == {post.id: approved.publish_at}


def test_a_post_for_now_is_not_stopped_by_a_pause_of_scheduled_posts_once_it_is_approved() -> None:
    desk = Desk()
    now, later = desk.submit(NOTICE._replace(text="지금 올립니다")), desk.later()
    desk.now = NOON + HOUR

    approved = desk.decisions.perform(ApprovePost(now.id, SUJIN, at_once=True))
    planned = desk.decisions.perform(ApprovePost(later.id, SUJIN))

    pause = Pause("장애", "이수진", NOON, scope=PauseScope.SCHEDULED)
    assert (pause.stops(approved), pause.stops(planned)) == (False, True)


def test_what_is_not_approved_is_cancelled_with_the_reason() -> None:
    desk = Desk()
    post = desk.later()

    after = desk.decisions.perform(RefuseApproval(post.id, SUJIN, "날짜가 틀렸어요"))

    assert (after.state, after.reason, after.detail) == (
        PostState.CANCELLED,
        PostReason.NOT_APPROVED,
        "날짜가 틀렸어요",
    )
    assert after.decided_by == "이수진"
    assert desk.submit(NOTICE._replace(publish_at=post.publish_at)).id != post.id  # its text is free again


def test_a_double_click_approves_once_and_a_page_from_before_decides_nothing_more() -> None:
    desk = Desk()
    post = desk.later()
    sujin = SUJIN._replace(seen=post.version)

    first = desk.decisions.perform(ApprovePost(post.id, sujin))

    assert (first.state, first.version) == (SCHEDULED, post.version + 1)
    assert desk.decisions.perform(ApprovePost(post.id, sujin)) == first  # a double click
    with pytest.raises(PostChanged):
        desk.decisions.perform(MovePost(post.id, Decider("민아", seen=post.version), NOON + 5 * HOUR))


def test_a_post_that_expired_but_was_not_swept_yet_is_not_approved() -> None:
    desk = Desk()
    post = desk.later()
    desk.now = post.expires_at

    for publish_at in (None, desk.now + HOUR):
        with pytest.raises(PostTooLate):
            desk.decisions.perform(ApprovePost(post.id, SUJIN, publish_at=publish_at, at_once=publish_at is None))


# Moving


def planned(state: PostState = SCHEDULED, **changes: Any) -> Post:
    expires_at = NOON + 5 * HOUR
    at = NOON + 3 * HOUR if state is SCHEDULED else expires_at
    return a_post(id="p1", state=state, at=at, publish_at=NOON + 3 * HOUR, expires_at=expires_at, **changes)


@pytest.mark.parametrize("state", sorted(MOVABLE))
def test_a_post_moves_to_another_time_and_expires_as_long_after_it(state: PostState) -> None:
    desk = Desk(planned(state))
    desk.timer.set("p1", NOON + 3 * HOUR)

    after = desk.decisions.perform(MovePost("p1", SUJIN, NOON + 9 * HOUR))

    assert (after.publish_at, after.expires_at) == (NOON + 9 * HOUR, NOON + 11 * HOUR)
    assert (after.decided_by, after.decided_at) == ("이수진", NOON)
    if state is AWAITING:
        assert (after.state, after.at, desk.timer.standing["p1"]) == (AWAITING, after.expires_at, NOON + 3 * HOUR)
    else:
        assert (after.state, after.at, desk.timer.standing["p1"]) == (SCHEDULED, after.publish_at, after.publish_at)


def test_the_old_timer_does_no_harm_and_the_new_time_counts() -> None:
    desk = Desk(planned())
    desk.decisions.perform(MovePost("p1", SUJIN, NOON + 9 * HOUR))

    desk.now = NOON + 3 * HOUR
    desk.wake("p1")
    assert (desk.post("p1").state, desk.x.made) == (SCHEDULED, [])

    desk.now = NOON + 9 * HOUR
    desk.wake("p1")
    assert desk.post("p1").state is PostState.PUBLISHED


@pytest.mark.parametrize("state", sorted(set(PostState) - MOVABLE))
def test_what_is_on_its_way_or_done_does_not_move(state: PostState) -> None:
    desk = Desk(planned(state))

    with pytest.raises(WrongState):
        desk.decisions.perform(MovePost("p1", SUJIN, NOON + 9 * HOUR))


@pytest.mark.parametrize("kind", [PostKind.GREETING, PostKind.REPLY])
def test_greetings_and_replies_do_not_move(kind: PostKind) -> None:
    with pytest.raises(WrongState):
        Desk(planned(kind=kind)).decisions.perform(MovePost("p1", SUJIN, NOON + 9 * HOUR))


@pytest.mark.parametrize(
    ("publish_at", "error"), [(NOON, TimeInThePast), (NOON - DAY, TimeInThePast), (NOON + 367 * DAY, TimeTooFar)]
)
def test_a_post_does_not_move_to_the_past_or_beyond_a_year(publish_at: datetime, error: type[Exception]) -> None:
    desk = Desk(planned(), planned(AWAITING)._replace(id="p2"))
    before = dict(desk.store.posts)

    with pytest.raises(error):
        desk.decisions.perform(MovePost("p1", SUJIN, publish_at))
    with pytest.raises(error):
        desk.decisions.perform(ApprovePost("p2", SUJIN, publish_at=publish_at))

    assert desk.store.posts == before


def test_of_two_people_who_move_one_post_the_later_sees_what_the_earlier_did() -> None:
    desk = Desk(planned())
    mina, jun = (Decider(name, seen=1) for name in ("민아", "준"))
    first = desk.decisions.perform(MovePost("p1", mina, NOON + 4 * HOUR))

    with pytest.raises(PostChanged) as refused:
        desk.decisions.perform(MovePost("p1", jun, NOON + 6 * HOUR))

    assert refused.value.post == first == desk.post("p1")
    assert desk.decisions.perform(MovePost("p1", mina, NOON + 4 * HOUR)) == first  # a double click moves nothing either


def test_two_people_at_the_very_same_time_are_two_people_one_after_the_other() -> None:
    desk = Desk(planned())
    mina, jun = (Decider(name, seen=1) for name in ("민아", "준"))
    desk.store.meanwhile["save"].append(lambda: desk.decisions.perform(MovePost("p1", mina, NOON + 4 * HOUR)))

    with pytest.raises(PostChanged):
        desk.decisions.perform(MovePost("p1", jun, NOON + 6 * HOUR))

    assert desk.post("p1").publish_at == NOON + 4 * HOUR


def test_a_moved_post_takes_the_key_of_its_text_on_the_new_day_along() -> None:
    desk = Desk()
    first = desk.submit(NOTICE._replace(kind=PostKind.THANKS, publish_at=NOON + HOUR))

    desk.decisions.perform(MovePost(first.id, SUJIN, NOON + 5 * DAY))

    with pytest.raises(SameText):
        desk.submit(NOTICE._replace(kind=PostKind.THANKS, publish_at=NOON + 5 * DAY + HOUR))
    again = desk.submit(NOTICE._replace(kind=PostKind.THANKS, publish_at=NOON + 2 * DAY))
    with pytest.raises(SameText) as refused:
        desk.decisions.perform(MovePost(first.id, SUJIN, NOON + 2 * DAY + HOUR))
    assert refused.value.earlier_id == again.id
    assert desk.post(first.id).publish_at == NOON + 5 * DAY


def test_a_text_that_somebody_takes_at_the_same_time_is_not_taken_twice() -> None:
    desk = Desk()
    new = NOTICE._replace(kind=PostKind.THANKS)
    first = desk.submit(new._replace(publish_at=NOON + HOUR))
    desk.store.meanwhile["save"].append(lambda: desk.submit(new._replace(publish_at=NOON + 4 * DAY)))

    with pytest.raises(SameText):
        desk.decisions.perform(MovePost(first.id, SUJIN, NOON + 4 * DAY + HOUR))


def test_a_post_moves_a_little_although_it_has_the_keys_of_its_text_itself() -> None:
    desk = Desk()
    post = desk.submit(NOTICE._replace(kind=PostKind.THANKS, publish_at=NOON + HOUR))

    moved = desk.decisions.perform(MovePost(post.id, SUJIN, NOON + 2 * HOUR))

    assert [key.replaces for key in free_text_keys(moved, desk.store)] == [moved, moved]
    assert {key.forget_at for key in desk.store.unique_keys[-2:]} == {moved.publish_at + 2 * DAY}


def test_an_approved_post_that_is_moved_stays_approved() -> None:
    desk = Desk()
    post = desk.later()
    desk.decisions.perform(ApprovePost(post.id, SUJIN))

    assert desk.decisions.perform(MovePost(post.id, AUTHOR, NOON + 6 * HOUR)).approved_by == "이수진"


DECIDE: dict[str, Callable[[Desk, str], Post]] = {
    "move": lambda desk, post_id: desk.decisions.perform(MovePost(post_id, SUJIN._replace(seen=1), NOON + 6 * HOUR)),
    "approve": lambda desk, post_id: desk.decisions.perform(ApprovePost(post_id, SUJIN._replace(seen=1))),
    "refuse": lambda desk, post_id: desk.decisions.perform(RefuseApproval(post_id, SUJIN._replace(seen=1), "아직요")),
}


@pytest.mark.parametrize("name", DECIDE)
def test_a_decision_whose_answer_was_lost_is_repeated_and_taken_once(name: str) -> None:
    desk = Desk()
    post = desk.later()
    desk.store.fail_after.append("save")
    with pytest.raises(StoreBusy):
        DECIDE[name](desk, post.id)

    assert DECIDE[name](desk, post.id) == desk.post(post.id)
    assert desk.post(post.id).version == 2


@pytest.mark.parametrize("fault", ["down", "loses_answers"])
def test_a_timer_that_fails_leaves_the_post_to_the_sweep(fault: str) -> None:
    desk = Desk(planned())
    setattr(desk.timer, fault, True)

    after = desk.decisions.perform(MovePost("p1", SUJIN, NOON + 9 * HOUR))

    assert (after, len(desk.errors)) == (desk.post("p1"), 1)
