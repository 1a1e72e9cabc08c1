"""A reply in two posts: the second follows once the first is published, and its case sees both as one reply."""

from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.store import CaseMention
from desk.cases.transitions import closed
from desk.errors import BadRequest, DeskError, Duplicate, Gone, NotSummoned, Unavailable
from desk.i18n import LANGUAGES
from desk.mentions.model import Mention
from desk.posts.model import NEVER_PUBLISHED, Post, PostKind, PostReason, PostState
from desk.posts.settle import whole_reply
from desk.posts.transitions import cancelled, published
from desk.reading import Kind, Need, Reading, Urgency
from desk.replies.outcome import ReplyOutcomes
from desk.x.model import Usage, XPost
from tests.fakes.x import Fault
from tests.unit.posts.scene import BRAND, MINUTE, NOON, Scene, a_case, a_post, sends

FIRST, REST = "요금은 다음 달부터 내려갑니다. …", "자세한 내용은 고객센터에서 안내해 드립니다. ^요금팀"
CASE = a_case()
DAY = timedelta(days=1)


class Replying(Scene):
    """A case whose reply in two parts was queued at noon."""

    def __init__(self, *, is_holding: bool = False, **changes: Any) -> None:
        super().__init__()
        first = a_post(FIRST, id="r1", in_reply_to="77", continuation=REST, **changes)
        self.first = sends(self.cases, CASE, first, is_holding=is_holding)
        self.put(self.first)

    @property
    def case(self) -> Case:
        return self.cases.cases[CASE.id]

    @property
    def events(self) -> list[CaseEvent]:
        return self.cases.events[CASE.id][1:]

    @property
    def second(self) -> Post:
        return self.post("r1-2")


def test_the_second_part_is_queued_as_a_reply_to_the_first_once_that_is_published() -> None:
    scene = Replying()

    report = scene.wake("r1")

    first, second = scene.post("r1"), scene.second
    assert (first.state, scene.x.texts()) == (PostState.PUBLISHED, [FIRST])
    assert (second.text, second.in_reply_to, second.kind) == (REST, first.x_id, PostKind.REPLY)
    assert (second.state, second.at, second.expires_at) == (PostState.QUEUED, NOON, NOON + DAY)
    assert (second.case_id, second.continues, second.by) == (CASE.id, "r1", "cms")
    assert (second.weighted_length, second.estimated_micro_usd) == (51, 15_000)
    assert (report.usage, scene.queue.ids) == (Usage(1, 10_000), ["r1-2"])


@pytest.mark.parametrize("answer_lost", [False, True])
def test_the_case_is_answered_when_the_second_part_is_published_and_not_before(answer_lost: bool) -> None:
    scene = Replying()
    scene.x.faults.extend([Fault(Unavailable("lost"), made=True)] if answer_lost else [])

    scene.wake_until_settled("r1")
    meanwhile = (scene.case.state, scene.events)
    report = scene.wake("r1-2")
    again = [
        ReplyOutcomes(scene.cases, BRAND).on_finished(whole_reply(post, scene.store))
        for post in scene.store.posts.values()
    ]

    assert (meanwhile, again) == ((CaseState.QUEUED, []), [False, False])
    assert (scene.case.state, scene.case.post_id, scene.case.draft) == (CaseState.ANSWERED, "r1", None)
    [event] = scene.events
    assert (event.what, event.post_id, event.text) == (CaseEventKind.ANSWERED, "r1", f"{FIRST}\n{REST}")
    assert event.asked_at == CASE.asked_at
    assert [post.in_reply_to for post in scene.x.made] == ["77", scene.x.made[0].id]
    assert report.usage == Usage(1, 15_000)  # nobody mentioned us in our own post, so X bills a post


def test_a_holding_reply_in_two_parts_is_a_promise() -> None:
    scene = Replying(is_holding=True)

    scene.wake("r1")
    scene.wake("r1-2")

    assert (scene.case.state, [event.what for event in scene.events]) == (
        CaseState.PROMISED,
        [CaseEventKind.PROMISED],
    )


def test_a_refused_first_part_has_no_second_and_the_draft_has_all_of_it() -> None:
    scene = Replying()
    whole = scene.case.draft
    scene.x.faults.append(Fault(Gone("X answered 403")))

    scene.wake("r1")

    assert list(scene.store.posts) == ["r1"]
    assert (scene.case.state, scene.case.draft, scene.events[-1].text) == (CaseState.DRAFTED, whole, "gone")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (NotSummoned("X answered 403"), "rest.not_summoned"),
        (BadRequest("X answered 400"), "rest.not_accepted"),
        (Duplicate("X answered 403"), "rest.duplicate"),
        (Gone("X answered 403"), "rest.gone"),
        (None, "rest.too_late"),
    ],
)
def test_a_second_part_that_is_not_published_is_the_draft_unless_the_first_is_gone(
    error: DeskError | None, why: str
) -> None:
    scene = Replying()
    whole = scene.case.draft
    scene.wake("r1")
    if error:
        scene.x.faults.append(Fault(error))
    else:
        scene.passes(DAY)

    scene.wake_until_settled("r1-2")

    assert (scene.case.state, scene.post("r1").state) == (CaseState.DRAFTED, PostState.PUBLISHED)
    assert scene.case.draft
    assert scene.case.draft.text == (whole.text if whole and why == "rest.gone" else REST)
    assert [(event.what, event.text, event.post_id) for event in scene.events] == [(CaseEventKind.NOT_SAID, why, "r1")]


@pytest.mark.parametrize(
    ("about", "why"),
    [({"reason": PostReason.DROPPED}, "rest.dropped"), ({"detail": "a reason of another release"}, "rest")],
)
def test_the_reason_of_the_second_part_says_that_the_first_is_published(about: dict[str, Any], why: str) -> None:
    scene = Replying()
    scene.wake("r1")
    cancelled_part = scene.second._replace(state=PostState.CANCELLED, at=NOON + MINUTE, **about)

    ReplyOutcomes(scene.cases, BRAND).on_finished(whole_reply(cancelled_part, scene.store))

    assert scene.events == [CaseEvent(CaseEventKind.NOT_SAID, NOON + MINUTE, "", why, post_id="r1")]


def test_every_reason_of_a_second_part_has_a_text_in_every_language() -> None:
    reasons = ("", ".duplicate", ".not_summoned", ".gone", ".not_accepted")

    assert all(f"post.reason.rest{reason}" in phrases for phrases in LANGUAGES.values() for reason in reasons)


def test_one_part_alone_is_no_outcome_of_the_case() -> None:
    scene = Replying()
    scene.wake("r1")
    parts = (scene.post("r1"), published(scene.second, "1991", NOON))

    changed = [ReplyOutcomes(scene.cases, BRAND).on_finished(post) for post in parts]

    assert (changed, scene.case.state, scene.events) == ([False, False], CaseState.QUEUED, [])


def test_a_case_that_was_closed_in_between_stays_closed_and_records_its_reply() -> None:
    scene = Replying()
    scene.wake("r1")
    scene.cases.save(closed(scene.case), scene.case, CaseEvent(CaseEventKind.CLOSED, NOON, "mina"))

    scene.wake("r1-2")

    assert scene.case.state is CaseState.CLOSED
    assert [event.what for event in scene.events] == [CaseEventKind.CLOSED, CaseEventKind.ANSWERED]


def test_a_question_after_the_mention_that_the_first_part_answers_opens_the_case_again() -> None:
    """The second part is a reply to our own post, which is younger than that question."""
    scene = Replying()
    post = XPost("78", "그럼 환불은요?", "9", NOON - MINUTE, "77", "ko", ("78",))
    reading = Reading(Kind.INQUIRY, Need.INFORMATION, "billing", Urgency.NORMAL, "ko", 0.9, ())
    scene.cases.put(scene.case._replace(mention_ids=("77", "78")), CaseMention(Mention(post, NOON - MINUTE), reading))

    scene.wake("r1")
    scene.wake("r1-2")

    assert scene.case.state is CaseState.OPEN


@pytest.mark.parametrize("through_pause", [True, False])
def test_a_pause_holds_the_second_part_unless_the_reply_passes_it(through_pause: bool) -> None:
    scene = Replying(through_pause=through_pause)
    scene.wake("r1")
    scene.pause()

    scene.wake("r1-2")

    assert scene.x.texts() == ([FIRST, REST] if through_pause else [FIRST])
    assert scene.second.state is (PostState.PUBLISHED if through_pause else PostState.HELD)


@pytest.mark.parametrize("state", sorted(NEVER_PUBLISHED))
def test_a_first_part_that_is_on_x_though_it_was_given_up_has_no_second(state: PostState) -> None:
    """Its case has the whole text as a draft again, and somebody may have answered in other words since."""
    scene = Replying()
    given_up = cancelled(scene.first, NOON)._replace(state=state)
    ReplyOutcomes(scene.cases, BRAND).on_finished(given_up)
    scene.store.put(given_up)

    saved = scene.store.save(published(given_up, "1990", NOON + MINUTE), given_up)
    ReplyOutcomes(scene.cases, BRAND).on_finished(whole_reply(saved, scene.store))

    assert (list(scene.store.posts), saved.continuation) == (["r1"], None)
    assert [event.what for event in scene.events] == [CaseEventKind.NOT_SAID, CaseEventKind.ANSWERED]
    assert scene.case.state is CaseState.DRAFTED


def test_a_table_whose_answer_was_lost_has_one_second_part_which_the_sweep_wakes() -> None:
    scene = Replying()
    scene.store.meanwhile["save"] = [lambda: None, lambda: scene.store.fail_after.append("save")]

    report = scene.wake("r1")

    assert (report.failures, scene.second.state, scene.queue.ids) == ({}, PostState.QUEUED, [])
    assert scene.x.attempts == {FIRST: 1}


def test_a_first_part_that_cannot_be_read_again_leaves_the_case_to_the_sweep() -> None:
    scene = Replying()
    scene.wake("r1")
    scene.store.meanwhile["get"] = [lambda: None, lambda: scene.store.fail_before.append("get")]

    report = scene.wake("r1-2")

    assert (report.failures, scene.second.state) == ({}, PostState.PUBLISHED)
    assert scene.case.state is CaseState.QUEUED
