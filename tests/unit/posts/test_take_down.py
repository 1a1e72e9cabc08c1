"""A published reply that a person takes down is deleted on X, and its case records it, also after failures."""

from datetime import timedelta

import pytest

from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from desk.errors import BadRequest, CreditsDepleted, DeskError, NotReached, RateLimited, Unavailable
from desk.posts.model import Post, PostReason, PostState
from desk.posts.settle import PublishOutcome
from desk.posts.transitions import taking_down
from desk.replies.outcome import ReplyOutcomes
from sweep.posts import SweepPosts
from sweep.replies import SweepReplies
from tests.unit.posts.scene import BRAND, MINUTE, NOON, SECOND, Scene, a_case, a_post, sends

HOUR = timedelta(hours=1)


class Published(Scene):
    """A reply that was published and is to be taken down by a person."""

    def __init__(self, *, continuation: str | None = None) -> None:
        super().__init__()
        post = a_post("답변입니다", in_reply_to="77", continuation=continuation)
        self.put(sends(self.cases, a_case(), post))
        self.id = post.id
        self.wake(post.id)
        if continuation:
            self.wake(f"{post.id}-2")
        self.now = NOON + HOUR
        assert self.case_state is CaseState.ANSWERED

    def take_down(self) -> None:
        for post_id, post in list(self.store.posts.items()):
            self.store.posts[post_id] = taking_down(post, self.now, "박지민")
            self.cases.events["7Q2M4-XD93K"].append(
                CaseEvent(CaseEventKind.TAKING_DOWN, self.now, "박지민", post_id=self.id)
            )

    @property
    def reply(self) -> Post:
        return self.post(self.id)

    @property
    def case_state(self) -> CaseState:
        return self.cases.cases["7Q2M4-XD93K"].state

    @property
    def results(self) -> list[CaseEventKind]:
        kinds = {CaseEventKind.TAKEN_DOWN, CaseEventKind.NOT_TAKEN_DOWN}
        return [event.what for event in self.cases.events["7Q2M4-XD93K"] if event.what in kinds]


def test_a_reply_is_deleted_on_x_and_its_case_records_that_once() -> None:
    scene = Published()
    scene.take_down()

    report = scene.wake(scene.id)
    scene.wake(scene.id)

    assert report.outcomes == {PublishOutcome.TAKEN_DOWN: 1}
    assert (scene.reply.state, scene.x.made) == (PostState.TAKEN_DOWN, [])
    assert scene.x.count("delete_post") == 1
    assert scene.results == [CaseEventKind.TAKEN_DOWN]
    assert scene.case_state is CaseState.ANSWERED
    assert scene.reply.spent_micro_usd is not None


def test_both_parts_of_a_reply_are_deleted_and_recorded_as_one() -> None:
    scene = Published(continuation="그리고 하나 더")
    scene.take_down()

    scene.wake(f"{scene.id}-2")
    assert scene.results == []
    scene.wake(scene.id)

    assert {post.state for post in scene.store.posts.values()} == {PostState.TAKEN_DOWN}
    assert scene.results == [CaseEventKind.TAKEN_DOWN]
    assert not scene.x.made


def test_a_reply_that_is_gone_already_counts_as_taken_down() -> None:
    scene = Published()
    scene.take_down()
    scene.x.made.clear()

    assert scene.wake(scene.id).outcomes == {PublishOutcome.TAKEN_DOWN: 1}


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (Unavailable("no answer"), 30 * SECOND),
        (NotReached("no route"), 30 * SECOND),
        (RateLimited("429", NOON + HOUR + 15 * MINUTE), 15 * MINUTE),
        (CreditsDepleted("402"), 10 * MINUTE),
    ],
)
def test_what_x_cannot_do_now_is_tried_again(error: DeskError, wait: timedelta) -> None:
    scene = Published()
    scene.take_down()
    scene.x.fail("delete_post", error, times=1)

    assert scene.wake(scene.id).outcomes == {PublishOutcome.WAITING: 1}

    assert (scene.reply.state, scene.reply.at) == (PostState.TAKING_DOWN, scene.now + wait)
    assert scene.wake_until_settled(scene.id).state is PostState.TAKEN_DOWN
    assert scene.results == [CaseEventKind.TAKEN_DOWN]


def test_a_delete_whose_settling_failed_is_made_up_for() -> None:
    scene = Published()
    scene.take_down()
    scene.store.meanwhile["save"] += [lambda: None, lambda: scene.store.busy.add("save")]
    assert scene.wake(scene.id).failures
    scene.store.busy.clear()

    assert scene.wake_until_settled(scene.id).state is PostState.TAKEN_DOWN
    assert scene.results == [CaseEventKind.TAKEN_DOWN]


@pytest.mark.parametrize("why", ["refused", "a day is over"])
def test_a_reply_that_x_does_not_delete_is_published_still_and_can_be_taken_down_again(why: str) -> None:
    scene = Published()
    published_at = scene.reply.at
    scene.take_down()
    scene.x.fail("delete_post", BadRequest("403") if why == "refused" else Unavailable("down"), times=1)
    scene.passes(timedelta(days=1) if why == "a day is over" else MINUTE)

    assert scene.wake(scene.id).outcomes == {PublishOutcome.NOT_TAKEN_DOWN: 1}

    assert (scene.reply.state, scene.reply.reason) == (PostState.PUBLISHED, PostReason.NOT_TAKEN_DOWN)
    assert scene.reply.at == published_at
    assert scene.results == [CaseEventKind.NOT_TAKEN_DOWN]
    scene.take_down()
    scene.wake(scene.id)
    assert scene.results == [CaseEventKind.NOT_TAKEN_DOWN, CaseEventKind.TAKEN_DOWN]


def test_a_case_that_could_not_record_it_is_brought_up_to_date_by_the_sweep() -> None:
    scene = Published()
    scene.take_down()
    scene.cases.busy.add("save")
    scene.wake(scene.id)
    scene.cases.busy.clear()
    assert scene.results == []

    outcomes = ReplyOutcomes(scene.cases, BRAND)
    for _ in range(2):
        SweepReplies(scene.cases, scene.store, outcomes, lambda: scene.now + MINUTE).sweep(lambda: True)

    assert scene.results == [CaseEventKind.TAKEN_DOWN]


def test_a_wake_up_that_was_lost_is_sent_by_the_sweep() -> None:
    scene = Published()
    scene.take_down()
    scene.queue.sent.clear()
    later = scene.now + 2 * MINUTE

    SweepPosts(scene.store, scene.queue, lambda: later).wake(lambda: True)

    assert scene.queue.ids == [scene.id]


def test_nothing_is_deleted_with_too_little_time_left() -> None:
    scene = Published()
    scene.take_down()
    scene.left = 5.0

    assert scene.wake(scene.id).outcomes == {PublishOutcome.NOTHING: 1}
    assert scene.x.count("delete_post") == 0
