"""A reply can be undone for some seconds; after every interruption the case has its reply or its text."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from desk.cases.model import CaseEvent, CaseEventKind, CaseState, Draft
from desk.cases.transitions import drafted
from desk.errors import StoreBusy
from desk.posts.model import PostReason, PostState
from desk.posts.queue import UndoTimer
from desk.posts.submit import PostSubmitter
from desk.posts.transitions import claimed, published
from desk.posts.undo import UndoOutcome
from desk.replies.actions import ActionResult, CaseActions
from desk.replies.forms import FormRequest
from desk.replies.outcome import ReplyOutcomes
from desk.replies.perform import CaseCommands
from desk.replies.undo import PendingReplies
from desk.staff.model import Person, Role
from sweep.posts import SweepPosts
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers
from tests.unit.replies.test_interrupted_actions import sweep

JIMIN = Person("jimin", "박지민", Role.OPERATOR)
ANSWER = "한 장은 지난달 것입니다."
SECONDS = timedelta(seconds=10)


class Desk(DeskOfAnswers):
    @property
    def pending(self) -> PendingReplies:
        return PendingReplies(self.posts, self.queue, ReplyOutcomes(self.cases, self.brand))

    @property
    def actions(self) -> CaseActions:
        submitter = PostSubmitter(
            self.posts, self.queue, UndoTimer(), lambda: NOW, self.queue_errors.append, approval=()
        )
        commands = CaseCommands(self.cases, submitter, self._colleagues_of, self.brand)
        return CaseActions(self.open_case, commands, self.brand)

    def answer(
        self,
        *,
        undo_for: timedelta = SECONDS,
        version: str = "",
        request: str = "form-0001",
        fields: Mapping[str, str] = {},
    ) -> ActionResult:
        fields = {"action": "confirm", "text": ANSWER, "name": "박지민", **fields}
        fields |= {"version": version or str(self.case.version), "request": request}
        form = FormRequest("", fields, NOW, "https://desk.example", JIMIN, CASE.id, undo_for)
        return self.actions.perform(form)

    def undo(self, by: str = "박지민") -> UndoOutcome:
        return self.pending.undo(CASE.id, self.case.post_id or self.post.id, by, NOW + timedelta(seconds=3))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_nothing_is_in_the_queue_while_a_reply_can_be_undone(desk: Desk) -> None:
    assert desk.answer().done == "queued"

    assert (desk.post.state, desk.post.publish_at) == (PostState.SCHEDULED, NOW + SECONDS)
    assert not desk.queue.sent
    assert not desk.queue_errors


def test_without_time_to_undo_a_reply_is_queued_at_once(desk: Desk) -> None:
    desk.answer(undo_for=timedelta(0))

    assert (desk.post.state, desk.queue.ids) == (PostState.QUEUED, [desk.post.id])


def test_when_the_time_is_over_the_reply_is_queued_once(desk: Desk) -> None:
    desk.answer()

    for _ in range(2):
        desk.pending.send_now(CASE.id, desk.post.id, NOW + SECONDS)

    assert (desk.post.state, desk.queue.ids) == (PostState.QUEUED, [desk.post.id])


def test_an_undone_reply_leaves_the_case_as_it_was_and_its_text_to_whoever_wrote_it(desk: Desk) -> None:
    desk.answer()

    assert desk.undo(by="이수진") is UndoOutcome.UNDONE

    assert (desk.post.state, desk.post.reason) == (PostState.CANCELLED, PostReason.UNDONE)
    assert (desk.case.state, desk.case.review, desk.case.post_id) == (CaseState.OPEN, None, None)
    own = desk.case.draft_for("박지민")
    assert own
    assert own.text == ANSWER
    assert desk.case.draft_for("이수진") is None
    assert [(event.what, event.by) for event in desk.events] == [
        (CaseEventKind.QUEUED, "박지민"),
        (CaseEventKind.UNDONE, "이수진"),
    ]
    assert not desk.cases.entries


@pytest.mark.parametrize("times", [1, 2])
def test_a_departments_draft_waits_again_when_the_reply_that_was_made_of_it_is_undone(desk: Desk, times: int) -> None:
    draft = Draft("부서의 답변입니다.", "김지은", NOW)
    event = CaseEvent(CaseEventKind.DRAFTED, NOW, "김지은", draft.text, "billing")
    desk.cases.save(drafted(desk.case, draft), desk.case, event)

    for number in range(times):
        desk.answer(request=f"form-000{number}")
        desk.undo()

    assert (desk.case.state, desk.case.draft) == (CaseState.DRAFTED, draft)


def test_a_promise_that_was_not_made_is_none_when_it_is_undone(desk: Desk) -> None:
    fields = {"holding": "1", "promised_until": "2026-11-25T18:00"}
    desk.answer(fields=fields)
    desk.undo()

    assert (desk.case.state, desk.case.promised_until) == (CaseState.OPEN, None)


def test_undoing_twice_undoes_once_and_then_the_text_can_be_sent_again(desk: Desk) -> None:
    desk.answer()
    first = desk.post.id

    assert [desk.pending.undo(CASE.id, first, "박지민", NOW) for _ in range(2)] == [UndoOutcome.UNDONE] * 2
    assert [event.what for event in desk.events].count(CaseEventKind.UNDONE) == 1
    assert desk.answer(request="form-0002").done == "queued"
    assert len(desk.posts.posts) == 2


def test_a_form_that_is_repeated_after_its_reply_was_undone_sends_nothing(desk: Desk) -> None:
    version = str(desk.case.version)
    desk.answer(version=version)
    desk.undo()

    assert desk.answer(version=version).outcome == "moved"
    assert len(desk.posts.posts) == 1


@pytest.mark.parametrize("stage", ["claimed", "published"])
def test_what_x_may_have_is_not_undone(desk: Desk, stage: str) -> None:
    desk.answer()
    desk.pending.send_now(CASE.id, desk.post.id, NOW)
    taken = claimed(desk.post, NOW, lease=SECONDS)
    desk.posts.put(taken if stage == "claimed" else published(taken, "900", NOW))

    assert desk.undo() is UndoOutcome.TOO_LATE
    assert desk.case.state is CaseState.QUEUED


def test_a_reply_that_is_queued_but_not_claimed_can_still_be_undone(desk: Desk) -> None:
    desk.answer(undo_for=timedelta(0))

    assert desk.undo() is UndoOutcome.UNDONE


def test_the_publisher_that_claims_meanwhile_is_first(desk: Desk) -> None:
    desk.answer(undo_for=timedelta(0))
    desk.posts.meanwhile["save"].append(
        lambda: desk.posts.put(claimed(desk.post, NOW, lease=SECONDS)._replace(version=2))
    )

    assert desk.undo() is UndoOutcome.TOO_LATE


@pytest.mark.parametrize("post_id", ["", "reply-of-another-case", "text#1", "a" * 3_000])
def test_a_reply_of_another_case_or_one_that_is_not_stored_is_left_alone(desk: Desk, post_id: str) -> None:
    desk.answer()
    desk.posts.put(desk.post._replace(id="reply-of-another-case", case_id="OTHER"))
    desk.posts.busy |= {"text#1", "a" * 3_000}

    desk.pending.send_now(CASE.id, post_id, NOW)
    assert desk.pending.undo(CASE.id, post_id, "박지민", NOW) is UndoOutcome.UNKNOWN
    assert not desk.queue.sent


def test_an_undo_that_is_cut_off_before_the_case_was_saved_is_finished_by_the_sweep(desk: Desk) -> None:
    desk.answer()
    desk.cases.busy.add("save")
    with pytest.raises(StoreBusy):
        desk.undo()
    desk.cases.busy.clear()
    assert (desk.post.state, desk.case.state) == (PostState.CANCELLED, CaseState.QUEUED)

    sweep(desk, timedelta(minutes=1))

    assert (desk.case.state, desk.case.review) == (CaseState.OPEN, None)
    assert (desk.events[-1].what, desk.events[-1].by) == (CaseEventKind.UNDONE, "박지민")


def test_a_reply_whose_page_was_closed_is_woken_by_the_sweep(desk: Desk) -> None:
    desk.answer()

    later = NOW + timedelta(minutes=2)
    SweepPosts(desk.posts, desk.queue, lambda: later).wake(lambda: True)

    assert desk.queue.ids == [desk.post.id]


def test_a_reply_that_was_released_while_the_queue_was_down_is_woken_by_the_sweep(desk: Desk) -> None:
    desk.answer()
    desk.queue.down = True
    desk.pending.send_now(CASE.id, desk.post.id, NOW + SECONDS)
    desk.queue.down = False
    assert desk.post.state is PostState.QUEUED

    later = NOW + timedelta(minutes=2)
    SweepPosts(desk.posts, desk.queue, lambda: later).wake(lambda: True)

    assert desk.queue.ids == [desk.post.id]


def test_a_reply_that_was_saved_but_not_stored_keeps_its_time_to_undo_when_the_form_is_sent_again(desk: Desk) -> None:
    version = str(desk.case.version)
    desk.posts.busy.add("add")
    assert desk.answer(version=version).done == "unsure"
    desk.posts.busy.clear()

    assert desk.answer(version=version).done == "queued"
    assert (desk.post.state, desk.queue.sent) == (PostState.SCHEDULED, [])
