"""What people decide about posts: in which states, on which version, once, and with everything around it failing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desk.errors import QueueUnavailable, StoreBusy
from desk.posts.commands import (
    ApprovePost,
    CancelPost,
    Decider,
    MovePost,
    RefuseApproval,
    ReleasePost,
    SendAgain,
    SettlePost,
)
from desk.posts.decisions import (
    NoSuchPost,
    NoXId,
    PostChanged,
    PostDecisions,
    PostTooLate,
    StillPaused,
    WrongState,
    x_id_in,
)
from desk.posts.model import CANCELLABLE, Post, PostState
from desk.posts.pause import Pause, PauseScope
from desk.posts.transitions import DROPPABLE, MOVABLE, claimed, entries_for, published
from tests.fakes.posts import FakePostQueue, FakePosts, FakePostTimer
from tests.families import for_each
from tests.unit.posts.scene import NOON, a_post

HOUR = timedelta(hours=1)
LATER = NOON + HOUR
AWAITING = PostState.AWAITING_APPROVAL
MINA = Decider("mina")
HELD, IN_DOUBT, QUEUED, CANCELLED = PostState.HELD, PostState.IN_DOUBT, PostState.QUEUED, PostState.CANCELLED

type Decide = Callable[[PostDecisions, Decider], Post]

DECISIONS: dict[str, Decide] = {
    "drop": lambda decisions, by: decisions.perform(CancelPost("p1", by)),
    "release": lambda decisions, by: decisions.perform(ReleasePost("p1", by)),
    "published": lambda decisions, by: decisions.perform(SettlePost("p1", by, x_id_in("5501"))),
    "again": lambda decisions, by: decisions.perform(SendAgain("p1", by)),
    "move": lambda decisions, by: decisions.perform(MovePost("p1", by, LATER + HOUR)),
    "approve": lambda decisions, by: decisions.perform(ApprovePost("p1", by, at_once=True)),
    "approve for later": lambda decisions, by: decisions.perform(ApprovePost("p1", by, publish_at=LATER + HOUR)),
    "refuse": lambda decisions, by: decisions.perform(RefuseApproval("p1", by, "날짜가 틀렸어요")),
}
STATES = {
    "drop": DROPPABLE | {CANCELLED},
    "release": {HELD},
    "published": {IN_DOUBT},
    "again": {IN_DOUBT},
    "move": MOVABLE,
    "approve": {AWAITING},
    "approve for later": {AWAITING},
    "refuse": {AWAITING},
}
FROM = {
    "drop": HELD,
    "release": HELD,
    "published": IN_DOUBT,
    "again": IN_DOUBT,
    "move": HELD,
    "approve": AWAITING,
    "approve for later": AWAITING,
    "refuse": AWAITING,
}


class Scene:
    """One post that people decide about at two o'clock."""

    def __init__(self, post: Post) -> None:
        self.store, self.queue, self.timer = FakePosts(), FakePostQueue(), FakePostTimer()
        self.store.put(post)
        self.errors: list[QueueUnavailable] = []

    @property
    def decisions(self) -> PostDecisions:
        return PostDecisions(self.store, self.store.switch, self.queue, self.timer, lambda: LATER, self.errors.append)

    @property
    def post(self) -> Post:
        return self.store.posts["p1"]


def a_scene(state: PostState, **changes: Any) -> Scene:
    scene = Scene(post := a_post(id="p1", state=state, **changes))
    scene.store.outbox.put(entries_for(post, None))
    return scene


@for_each("state", sorted(PostState))
@for_each("name", DECISIONS)
def test_each_decision_is_possible_in_its_states_only(name: str, state: PostState) -> None:
    scene = a_scene(state)
    before = scene.post

    if state in STATES[name]:
        assert DECISIONS[name](scene.decisions, MINA) == scene.post
        return
    with pytest.raises(WrongState) as refused:
        DECISIONS[name](scene.decisions, MINA)
    assert (refused.value.post, scene.post, scene.queue.ids) == (before, before, [])


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_records_who_took_it_and_when(name: str) -> None:
    scene = a_scene(FROM[name])

    DECISIONS[name](scene.decisions, MINA)

    assert (scene.post.decided_by, scene.post.decided_at, scene.store.notifies(scene.post)) == ("mina", LATER, False)


@pytest.mark.parametrize("name", DECISIONS)
def test_the_same_decision_on_the_same_version_is_taken_once(name: str) -> None:
    scene = a_scene(FROM[name])
    decider = Decider("mina", seen=scene.post.version)
    first = DECISIONS[name](scene.decisions, decider)

    assert DECISIONS[name](scene.decisions, decider) == first == scene.post


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_whose_answer_was_lost_can_be_repeated(name: str) -> None:
    scene = a_scene(FROM[name])
    decider = Decider("mina", seen=scene.post.version)
    scene.store.fail_after.append("save")

    with pytest.raises(StoreBusy):
        DECISIONS[name](scene.decisions, decider)

    assert DECISIONS[name](scene.decisions, decider) == scene.post
    assert scene.post.decided_by == "mina"


@pytest.mark.parametrize("second", ["jun", "mina"])
@pytest.mark.parametrize("name", DECISIONS)
def test_of_two_people_who_decide_at_once_the_second_learns_who_was_first(name: str, second: str) -> None:
    scene = a_scene(FROM[name])
    first = Decider("mina", seen=scene.post.version, person_id="m-1")
    scene.store.meanwhile["save"].append(lambda: DECISIONS[name](scene.decisions, first))

    with pytest.raises(PostChanged) as refused:
        DECISIONS[name](scene.decisions, first._replace(by=second, person_id="j-2"))  # people may share a name

    assert refused.value.post == scene.post
    assert (scene.post.decided_by, scene.post.decided_by_id) == ("mina", "m-1")
    with pytest.raises(PostChanged):  # and again, with the form as it was
        DECISIONS[name](scene.decisions, first._replace(by=second, person_id="j-2"))


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_can_be_repeated_after_the_post_went_on(name: str) -> None:
    scene = a_scene(FROM[name])
    decider = Decider("mina", seen=scene.post.version, person_id="m-1")
    DECISIONS[name](scene.decisions, decider)
    after = scene.store.save(claimed(scene.post, LATER, lease=HOUR), scene.post)

    assert DECISIONS[name](scene.decisions, decider) == after == scene.post


def test_another_decision_of_the_same_person_on_an_old_version_is_not_taken_for_done() -> None:
    scene = a_scene(HELD)
    decider = Decider("mina", seen=scene.post.version)
    scene.decisions.perform(ReleasePost("p1", decider))

    with pytest.raises(PostChanged):
        scene.decisions.perform(CancelPost("p1", decider))

    assert scene.post.state is QUEUED


def test_a_late_decision_changes_nothing() -> None:
    scene = a_scene(IN_DOUBT)
    seen = scene.post
    scene.store.meanwhile["save"].append(lambda: scene.store.save(published(seen, "7", LATER), seen))

    with pytest.raises(WrongState):
        scene.decisions.perform(SendAgain("p1", MINA))

    assert (scene.post.x_id, scene.queue.ids) == ("7", [])


def test_dropping_while_the_publisher_claims_is_too_late() -> None:
    scene = a_scene(QUEUED)
    seen = scene.post
    claim = claimed(seen, NOON, lease=timedelta(minutes=3))
    scene.store.meanwhile["save"].append(lambda: scene.store.save(claim, seen))

    with pytest.raises(WrongState):
        scene.decisions.perform(CancelPost("p1", MINA, among=CANCELLABLE))

    assert scene.post.state is PostState.PUBLISHING


def test_a_post_that_keeps_changing_is_a_busy_store() -> None:
    scene = a_scene(QUEUED)

    def move() -> None:
        scene.store.put(scene.post._replace(version=scene.post.version + 1))

    scene.store.meanwhile["save"] += [move] * 20

    with pytest.raises(StoreBusy):
        scene.decisions.perform(CancelPost("p1", MINA))


def test_only_posts_of_the_named_states_are_dropped() -> None:
    with pytest.raises(WrongState):
        a_scene(IN_DOUBT).decisions.perform(CancelPost("p1", MINA, among=CANCELLABLE))


@pytest.mark.parametrize("post_id", ["p2", "", "text#1", "글"])
def test_a_post_that_never_was_is_not_found(post_id: str) -> None:
    with pytest.raises(NoSuchPost):
        a_scene(HELD).decisions.perform(CancelPost(post_id, MINA))


@pytest.mark.parametrize("x_id", ["5501", " 5501 ", "https://x.com/jade/status/5501", "https://x.com/i/status/5501"])
def test_a_post_in_doubt_is_settled_under_the_id_in_its_address(x_id: str) -> None:
    assert a_scene(IN_DOUBT).decisions.perform(SettlePost("p1", MINA, x_id_in(x_id))).x_id == "5501"


@pytest.mark.parametrize("x_id", ["abc", "0", "12345678901234567890", "https://x.com/jade", "-5", ""])
def test_what_is_no_id_of_x_settles_nothing(x_id: str) -> None:
    scene = a_scene(IN_DOUBT)

    with pytest.raises(NoXId):
        scene.decisions.perform(SettlePost("p1", MINA, x_id_in(x_id)))

    assert scene.post.state is IN_DOUBT


def test_nothing_is_released_while_a_pause_would_hold_it_again() -> None:
    scene = a_scene(HELD)
    scene.store.switch.pause(Pause("outage", "mina", NOON))

    with pytest.raises(StillPaused):
        scene.decisions.perform(ReleasePost("p1", MINA))


def test_a_pause_of_scheduled_posts_lets_others_be_released() -> None:
    scene = a_scene(HELD, accepted_at=NOON, publish_at=NOON)
    scene.store.switch.pause(Pause("outage", "mina", NOON, scope=PauseScope.SCHEDULED))

    assert scene.decisions.perform(ReleasePost("p1", MINA)).state is QUEUED


def test_an_expired_post_is_not_released() -> None:
    with pytest.raises(PostTooLate):
        a_scene(HELD, expires_at=LATER).decisions.perform(ReleasePost("p1", MINA))


def test_what_is_sent_on_wakes_the_publisher_and_a_queue_that_fails_leaves_it_to_the_sweep() -> None:
    scene = a_scene(HELD)
    scene.queue.down = True

    scene.decisions.perform(ReleasePost("p1", MINA))

    assert (scene.post.state, len(scene.errors)) == (QUEUED, 1)


def test_dropping_removes_the_timer_also_when_it_is_tried_again() -> None:
    scene = a_scene(PostState.SCHEDULED, publish_at=LATER + timedelta(hours=2))
    scene.timer.set("p1", LATER + timedelta(hours=2))
    scene.timer.down = True
    scene.decisions.perform(CancelPost("p1", MINA))
    scene.timer.down = False

    scene.decisions.perform(CancelPost("p1", MINA))

    assert (scene.post.version, scene.timer.standing, len(scene.errors)) == (2, {}, 1)


def test_a_post_without_a_timer_costs_no_call_for_one() -> None:
    scene = a_scene(QUEUED)

    scene.decisions.perform(CancelPost("p1", MINA))

    assert scene.timer.removed == []
