"""Saying an answer, whoever asks for it: the page or a program."""

import pytest

from desk.cases import transitions as case_steps
from desk.cases.model import CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseFile
from desk.errors import CaseMoved, QueueUnavailable, StoreBusy
from desk.i18n import phrase
from desk.posts.errors import SameText
from desk.posts.model import NewPost, PostKind
from desk.posts.submit import PostSubmitter
from desk.replies.send import SendReply, done_event, waits_for
from tests.fakes.posts import FakePostTimer
from tests.unit.answer.desk_of_answers import CASE, NOW, DeskOfAnswers, RefusingQueue

TEXT = "한 장은 지난달 것입니다."
POST = NewPost(PostKind.REPLY, TEXT, "김", in_reply_to="100", case_id=CASE.id, id="reply-1")
EVENT = CaseEvent(CaseEventKind.QUEUED, NOW, "김", TEXT, post_id="reply-1", request="r1")
AFTER = case_steps.queued(CASE, "reply-1", Draft(TEXT, "김", NOW), ReplyAs.ANSWER)


def say_of(desk: DeskOfAnswers, *, refuses: Exception | None = None) -> SendReply:
    def unheard(exc: QueueUnavailable) -> None:
        desk.unheard.append(exc)

    accept = PostSubmitter(desk.posts, desk.queue, FakePostTimer(), lambda: NOW, unheard)
    return SendReply(desk.cases, RefusingQueue(refuses) if refuses else accept, "ko")


def test_the_case_waits_for_its_reply_which_is_on_its_way() -> None:
    desk = DeskOfAnswers()

    said = say_of(desk).save_and_queue(AFTER, CASE, EVENT, POST)

    assert said.case == desk.case == AFTER._replace(version=2)
    assert said.post == desk.post
    assert (said.error, said.not_said, said.unsure) == (None, None, "")
    assert waits_for(EVENT, desk.case)


@pytest.mark.parametrize("error", [CaseMoved("x"), StoreBusy("x")])
def test_nothing_is_queued_for_a_case_that_was_not_saved(error: Exception) -> None:
    desk = DeskOfAnswers()
    if isinstance(error, StoreBusy):
        desk.cases.busy.add("save")
    else:
        desk.have(version=7)

    with pytest.raises(type(error)):
        say_of(desk).save_and_queue(AFTER, CASE, EVENT, POST)

    assert not desk.posts.posts


def test_what_the_queue_refuses_waits_as_a_draft_with_the_reason_in_the_history() -> None:
    desk = DeskOfAnswers()

    said = say_of(desk, refuses=SameText("earlier")).save_and_queue(AFTER, CASE, EVENT, POST)

    assert isinstance(said.error, SameText)
    assert said.post is None
    assert said.case == desk.case
    assert (desk.case.state, desk.case.post_id) == (CaseState.DRAFTED, None)
    assert desk.case.draft == Draft(TEXT, "김", NOW)
    assert desk.events[-1] == said.not_said
    assert said.not_said
    assert (said.not_said.by, said.not_said.text) == ("", phrase("ko", "answer.problem.same_text"))
    assert done_event(_file(desk), "r1") is None


def test_a_refusal_reaches_a_case_that_moved_on_meanwhile() -> None:
    desk = DeskOfAnswers()
    say = say_of(desk, refuses=SameText("earlier"))
    saved = desk.cases.save(AFTER, CASE, EVENT)
    desk.cases.meanwhile["save"].append(lambda: desk.have(mention_ids=("100", "101"), version=3))

    said = say.queue(saved, EVENT, POST)

    assert (said.case.state, said.case.mention_ids) == (CaseState.DRAFTED, ("100", "101"))


def test_a_case_that_knows_already_is_not_told_again() -> None:
    desk = DeskOfAnswers()
    saved = desk.cases.save(AFTER, CASE, EVENT)
    desk.have(state=CaseState.DRAFTED, post_id=None, version=3)

    with pytest.raises(CaseMoved):
        say_of(desk, refuses=SameText("earlier")).queue(saved, EVENT, POST)


def test_a_reply_of_which_nobody_knows_is_left_to_the_sweep() -> None:
    desk = DeskOfAnswers()

    said = say_of(desk, refuses=StoreBusy("ill")).save_and_queue(AFTER, CASE, EVENT, POST)

    assert (said.post, said.error, said.unsure) == (None, None, "StoreBusy: ill")
    assert desk.case.state is CaseState.QUEUED


def test_the_same_request_is_known_again() -> None:
    desk = DeskOfAnswers()
    say_of(desk).save_and_queue(AFTER, CASE, EVENT, POST)

    assert done_event(_file(desk), "r1") == EVENT
    assert done_event(_file(desk), "r2") is None


def _file(desk: DeskOfAnswers) -> CaseFile:
    file = desk.cases.file(CASE.id)
    assert file
    return file
