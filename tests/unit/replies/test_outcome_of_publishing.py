"""The publisher tells a case what became of its reply, and no trouble with that costs anything."""

from typing import Any

import pytest

from desk.cases.model import Case, CaseEventKind, CaseState
from desk.errors import BadRequest, DeskError, Duplicate, Gone, NotSummoned, Unavailable
from desk.posts.model import Post, PostReason, PostState
from desk.posts.settle import PublishOutcome
from tests.fakes.x import Fault
from tests.unit.posts.scene import MINUTE, SECOND, Scene, a_case, a_post, sends
from tests.unit.sweep.test_posts import Sweeping

ANSWER = "확인해 드렸습니다"
CASE = a_case()


def replying(scene: Scene, **changes: Any) -> Post:
    """A reply of CASE on its way."""
    post = sends(scene.cases, CASE, a_post(ANSWER, in_reply_to="77", **changes))
    scene.accepts(post)
    return post


def case_of(scene: Scene) -> Case:
    return scene.cases.cases[CASE.id]


def test_a_reply_that_is_said_answers_its_case_at_once() -> None:
    scene = Scene()
    post = replying(scene)

    scene.wakes(post.id)

    assert (case_of(scene).state, case_of(scene).post_id) == (CaseState.ANSWERED, post.id)
    assert scene.cases.events[CASE.id][-1].text == ANSWER


def test_a_reply_that_was_found_on_x_answers_its_case() -> None:
    scene = Scene()
    post = replying(scene)
    scene.x.faults.append(Fault(Unavailable("lost"), made=True))

    scene.wakes(post.id)
    meanwhile = case_of(scene).state
    scene.wakes_until_done(post.id)

    assert (meanwhile, case_of(scene).state) == (CaseState.QUEUED, CaseState.ANSWERED)


def test_nobody_is_told_of_an_answer_while_it_may_not_stand_on_x() -> None:
    scene = Scene()
    post = replying(scene)
    scene.x.faults.append(Fault(Unavailable("lost")))

    settled = scene.wakes_until_done(post.id)

    assert (settled.state, case_of(scene).state) == (PostState.IN_DOUBT, CaseState.QUEUED)


def test_a_reply_that_a_pause_holds_is_still_on_its_way() -> None:
    scene = Scene()
    post = replying(scene)
    scene.pauses()

    scene.wakes(post.id)

    assert (scene.store.posts[post.id].state, case_of(scene).state) == (PostState.HELD, CaseState.QUEUED)


def test_a_reply_whose_time_has_passed_is_its_cases_draft_again() -> None:
    scene = Scene()
    post = replying(scene, expires_at=scene.now + MINUTE)
    scene.passes(2 * MINUTE)

    scene.wakes(post.id)

    assert (case_of(scene).state, scene.cases.events[CASE.id][-1].text) == (CaseState.DRAFTED, "too_late")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NotSummoned("X answered 403"), PostReason.NOT_SUMMONED),
        (Gone("X answered 403"), PostReason.GONE),
        (Duplicate("X answered 403"), PostReason.DUPLICATE),
        (BadRequest("X answered 400"), PostReason.NOT_ACCEPTED),
    ],
)
def test_what_x_refuses_comes_back_as_a_draft_of_which_the_cases_people_hear(
    error: DeskError, reason: PostReason
) -> None:
    scene = Sweeping()
    post = replying(scene)
    scene.x.faults.append(Fault(error))

    settled = scene.wakes_until_done(post.id)
    scene.sweep()
    scene.sweep()

    case = case_of(scene)
    assert (settled.state, settled.reason) == (PostState.REFUSED, reason)
    assert (case.state, case.draft and case.draft.text, case.post_id) == (CaseState.DRAFTED, ANSWER, None)
    event = scene.cases.events[CASE.id][-1]
    assert (event.what, event.text) == (CaseEventKind.NOT_SAID, reason.value)
    assert scene.mails == []  # the sweep of news tells it, with text and link
    assert [(news.case_id, news.what) for news in scene.cases.entries.values()] == [(CASE.id, CaseEventKind.NOT_SAID)]


@pytest.mark.parametrize("method", ["file", "save"])
def test_a_case_that_cannot_be_told_costs_neither_the_post_nor_a_second_wake_up(
    method: str, caplog: pytest.LogCaptureFixture
) -> None:
    scene = Scene()
    post = replying(scene)
    scene.cases.busy = {method}

    report = scene.wakes(post.id)

    assert (report.failures, report.outcomes) == ({}, {PublishOutcome.PUBLISHED: 1})
    assert scene.store.posts[post.id].state is PostState.PUBLISHED
    assert case_of(scene).state is CaseState.QUEUED
    assert f"the case {CASE.id} does not know yet" in caplog.text


def test_a_refusal_that_cannot_be_told_is_a_refusal_all_the_same() -> None:
    scene = Scene()
    post = replying(scene)
    scene.x.faults.append(Fault(Gone("X answered 403")))
    scene.cases.busy = {"file"}

    report = scene.wakes(post.id)

    assert (report.failures, report.outcomes) == ({}, {PublishOutcome.REFUSED: 1})


def test_a_refusal_that_another_run_has_overtaken_is_not_told() -> None:
    """The table may have taken the first try, or somebody else has the post by now: only a new look tells."""
    scene = Scene()
    post = replying(scene, expires_at=scene.now)
    stands = post._replace(state=PostState.PUBLISHED, x_id="1990", version=2)
    scene.store.fail_before = ["save"]
    scene.store.meanwhile["save"] += [lambda: None, lambda: scene.store.put(stands)]

    scene.wakes(post.id)

    assert case_of(scene).state is CaseState.QUEUED


def test_posts_of_no_case_ask_nothing_of_the_cases() -> None:
    scene, post = Scene(), a_post()
    scene.accepts(post)

    scene.wakes(post.id)
    scene.passes(SECOND)

    assert not scene.cases.calls
