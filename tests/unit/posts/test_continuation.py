"""A reply in two posts: the second follows once the first stands, and the case hears of both as of one."""

from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.store import CaseMention
from desk.cases.transitions import closed
from desk.errors import BadRequest, DeskError, Duplicate, Gone, NotSummoned, StoreBusy, Unavailable
from desk.i18n import LANGUAGES
from desk.mentions.model import Mention
from desk.posts.model import NEVER_PUBLISHED, Post, PostKind, PostReason, PostState
from desk.posts.settle import whole_reply
from desk.posts.transitions import cancelled, continuation_id, continuation_post, published, released
from desk.reading import Kind, Need, Reading, Urgency
from desk.replies.outcome import ReplyOutcomes
from desk.x.model import Usage, XPost
from tests.fakes.x import Fault
from tests.unit.posts.scene import BRAND, MINUTE, NOON, Scene, a_case, a_post, sends

FIRST, REST = "요금은 다음 달부터 내려갑니다. …", "자세한 내용은 고객센터에서 안내해 드립니다. ^요금팀"
CASE = a_case()
DAY = timedelta(days=1)


class Replying(Scene):
    """A case whose reply in two parts is on its way since noon."""

    def __init__(self, *, is_holding: bool = False, **changes: Any) -> None:
        super().__init__()
        first = a_post(FIRST, id="r1", in_reply_to="77", continuation=REST, **changes)
        self.first = sends(self.cases, CASE, first, is_holding=is_holding)
        self.accepts(self.first)

    @property
    def case(self) -> Case:
        return self.cases.cases[CASE.id]

    @property
    def told(self) -> list[CaseEvent]:
        return self.cases.events[CASE.id][1:]

    @property
    def second(self) -> Post:
        return self.store.posts["r1-2"]

    def ends(self, second: Post) -> bool:
        """The second part comes to its end, and the case is told by whoever finds out."""
        self.store.put(self.second._replace(**second._asdict()))
        return ReplyOutcomes(self.cases, BRAND).on_finished(whole_reply(self.second, self.store))


def test_once_the_first_part_stands_the_second_is_queued_under_it_and_woken() -> None:
    scene = Replying()

    scene.wakes("r1")

    first, second = scene.store.posts["r1"], scene.second
    assert (first.state, scene.x.texts()) == (PostState.PUBLISHED, [FIRST])
    assert (second.text, second.in_reply_to, second.kind) == (REST, first.x_id, PostKind.REPLY)
    assert (second.state, second.at, second.expires_at) == (PostState.QUEUED, NOON, NOON + DAY)
    assert (second.case_id, second.continues, second.by) == (CASE.id, "r1", "cms")
    assert (second.weighted_length, second.estimated_micro_usd) == (51, 15_000)
    assert scene.queue.ids == ["r1-2"]


def test_the_case_is_answered_when_the_second_part_stands_and_not_before() -> None:
    scene = Replying()

    scene.wakes("r1")
    meanwhile = (scene.case.state, scene.told)
    scene.wakes("r1-2")

    assert meanwhile == (CaseState.QUEUED, [])
    assert (scene.case.state, scene.case.post_id, scene.case.draft) == (CaseState.ANSWERED, "r1", None)
    [event] = scene.told
    assert (event.what, event.post_id, event.text) == (CaseEventKind.ANSWERED, "r1", f"{FIRST}\n{REST}")
    assert event.asked_at == CASE.asked_at
    assert [post.in_reply_to for post in scene.x.made] == ["77", scene.x.made[0].id]


def test_a_holding_reply_in_two_parts_is_a_promise() -> None:
    scene = Replying(is_holding=True)

    scene.wakes("r1")
    scene.wakes("r1-2")

    assert (scene.case.state, [event.what for event in scene.told]) == (CaseState.PROMISED, [CaseEventKind.PROMISED])


def test_under_our_own_post_nobody_has_called_us_and_x_bills_a_post() -> None:
    scene = Replying()

    scene.wakes("r1")
    report = scene.wakes("r1-2")

    assert report.usage == Usage(1, 15_000)


def test_a_first_part_that_was_found_on_x_is_followed_too() -> None:
    scene = Replying()
    scene.x.faults.append(Fault(Unavailable("lost"), made=True))

    scene.wakes_until_done("r1")
    scene.wakes("r1-2")

    assert (scene.x.texts(), scene.case.state) == ([FIRST, REST], CaseState.ANSWERED)


@pytest.mark.parametrize("error", [Gone("X answered 403"), NotSummoned("X answered 403"), BadRequest("X answered 400")])
def test_a_first_part_that_x_refuses_has_no_second_and_the_draft_has_all_of_it(error: DeskError) -> None:
    scene = Replying()
    whole = scene.case.draft
    scene.x.faults.append(Fault(error))

    scene.wakes("r1")

    assert list(scene.store.posts) == ["r1"]
    assert (scene.case.state, scene.case.draft) == (CaseState.DRAFTED, whole)
    assert scene.told[-1].text in {"gone", "not_summoned", "not_accepted"}


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (NotSummoned("X answered 403"), "rest.not_summoned"),
        (BadRequest("X answered 400"), "rest.not_accepted"),
        (Duplicate("X answered 403"), "rest.duplicate"),
    ],
)
def test_a_second_part_that_x_refuses_is_all_that_waits_to_be_said(error: DeskError, why: str) -> None:
    scene = Replying()
    scene.wakes("r1")
    scene.x.faults.append(Fault(error))

    scene.wakes_until_done("r1-2")

    assert (scene.case.state, scene.case.draft and scene.case.draft.text) == (CaseState.DRAFTED, REST)
    assert [(event.what, event.text, event.post_id) for event in scene.told] == [(CaseEventKind.NOT_SAID, why, "r1")]
    assert scene.store.posts["r1"].state is PostState.PUBLISHED


def test_where_the_first_part_was_deleted_the_draft_has_all_of_it() -> None:
    scene = Replying()
    whole = scene.case.draft
    scene.wakes("r1")
    scene.x.faults.append(Fault(Gone("X answered 403")))

    scene.wakes("r1-2")

    assert (scene.case.draft, scene.told[-1].text) == (whole, "rest.gone")


def test_a_second_part_has_a_day_and_then_it_waits_as_a_draft() -> None:
    scene = Replying()
    scene.wakes("r1")
    scene.passes(DAY)

    scene.wakes("r1-2")

    assert scene.x.texts() == [FIRST]
    assert (scene.case.draft and scene.case.draft.text, scene.told[-1].text) == (REST, "rest.too_late")


@pytest.mark.parametrize(
    ("about", "why"),
    [({"reason": PostReason.DROPPED}, "rest.dropped"), ({"detail": "a reason of another release"}, "rest")],
)
def test_why_the_second_part_is_not_there_says_that_the_first_is(about: dict[str, Any], why: str) -> None:
    scene = Replying()
    scene.wakes("r1")

    scene.ends(scene.second._replace(state=PostState.CANCELLED, at=NOON + MINUTE, **about))

    assert scene.told == [CaseEvent(CaseEventKind.NOT_SAID, NOON + MINUTE, "", why, post_id="r1")]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize(
    "reason", ["", *(f".{each}" for each in ("duplicate", "not_summoned", "gone", "not_accepted"))]
)
def test_people_are_told_in_their_language_that_only_a_part_stands(language: str, reason: str) -> None:
    assert f"post.reason.rest{reason}" in LANGUAGES[language]


def test_the_same_news_of_either_part_is_told_once() -> None:
    scene = Replying()
    scene.wakes("r1")
    scene.wakes("r1-2")

    again = [
        ReplyOutcomes(scene.cases, BRAND).on_finished(whole_reply(post, scene.store))
        for post in scene.store.posts.values()
    ]

    assert (again, len(scene.told)) == ([False, False], 1)


def test_one_part_alone_is_no_news() -> None:
    scene = Replying()
    scene.wakes("r1")
    second = published(scene.second, "1991", NOON)

    heard = [ReplyOutcomes(scene.cases, BRAND).on_finished(post) for post in (scene.store.posts["r1"], second)]

    assert (heard, scene.case.state, scene.told) == ([False, False], CaseState.QUEUED, [])


def test_a_case_that_was_closed_in_between_stays_so_and_knows_what_became_of_its_reply() -> None:
    scene = Replying()
    scene.wakes("r1")
    scene.cases.save(closed(scene.case), scene.case, CaseEvent(CaseEventKind.CLOSED, NOON, "mina"))

    scene.wakes("r1-2")

    assert scene.case.state is CaseState.CLOSED
    assert [event.what for event in scene.told] == [CaseEventKind.CLOSED, CaseEventKind.ANSWERED]


def test_what_was_asked_after_the_mention_under_which_the_first_part_stands_opens_the_case_again() -> None:
    """The second part stands under our own post, which is younger than all that."""
    scene = Replying()
    post = XPost("78", "그럼 환불은요?", "9", NOON - MINUTE, "77", "ko", ("78",))
    reading = Reading(Kind.INQUIRY, Need.INFORMATION, "billing", Urgency.NORMAL, "ko", 0.9, ())
    scene.cases.put(scene.case._replace(mention_ids=("77", "78")), CaseMention(Mention(post, NOON - MINUTE), reading))

    scene.wakes("r1")
    scene.wakes("r1-2")

    assert scene.case.state is CaseState.OPEN


def test_a_pause_holds_the_second_part_as_any_post() -> None:
    scene = Replying()
    scene.wakes("r1")
    scene.pauses()

    scene.wakes("r1-2")
    held = (scene.second.state, scene.case.state)
    scene.switch.resume(by="mina", at=NOON)
    scene.store.save(released(scene.second, NOON), scene.second)
    scene.wakes("r1-2")

    assert held == (PostState.HELD, CaseState.QUEUED)
    assert scene.case.state is CaseState.ANSWERED


def test_what_a_person_sent_through_the_pause_goes_through_it_whole() -> None:
    scene = Replying(through_pause=True)
    scene.pauses()

    scene.wakes("r1")
    scene.wakes("r1-2")

    assert scene.x.texts() == [FIRST, REST]


@pytest.mark.parametrize("state", sorted(NEVER_PUBLISHED))
def test_a_first_part_that_stands_though_it_was_given_up_is_not_followed(state: PostState) -> None:
    """Its case has the whole text as a draft again, and somebody may have said it otherwise since."""
    scene = Replying()
    given_up = cancelled(scene.first, NOON)._replace(state=state)
    ReplyOutcomes(scene.cases, BRAND).on_finished(given_up)
    scene.store.put(given_up)

    saved = scene.store.save(published(given_up, "1990", NOON + MINUTE), given_up)
    ReplyOutcomes(scene.cases, BRAND).on_finished(whole_reply(saved, scene.store))

    assert (list(scene.store.posts), saved.continuation) == (["r1"], None)
    assert [event.what for event in scene.told] == [CaseEventKind.NOT_SAID, CaseEventKind.ANSWERED]
    assert scene.case.state is CaseState.DRAFTED


def test_only_the_step_to_x_has_something_follow() -> None:
    first = published(a_post(FIRST, id="r1", continuation=REST), "1990", NOON)

    assert continuation_post(first, a_post()) is not None
    assert continuation_post(first, first) is None
    assert continuation_post(first._replace(state=PostState.REFUSED), a_post()) is None
    assert continuation_post(first._replace(continuation=None), a_post()) is None
    assert continuation_id("r1") == "r1-2"


def test_a_table_whose_answer_was_lost_has_one_second_part_which_the_sweep_wakes() -> None:
    scene = Replying()
    scene.store.meanwhile["save"] = [lambda: None, lambda: scene.store.fail_after.append("save")]

    report = scene.wakes("r1")

    assert (report.failures, scene.second.state, scene.queue.ids) == ({}, PostState.QUEUED, [])
    assert scene.x.attempts == {FIRST: 1}


def test_a_queue_that_is_down_costs_nothing() -> None:
    scene = Replying()
    scene.queue.down = True

    assert scene.wakes("r1").failures == {}
    assert scene.second.state is PostState.QUEUED


def test_a_first_part_that_cannot_be_read_again_leaves_the_case_to_the_sweep() -> None:
    scene = Replying()
    scene.wakes("r1")
    scene.store.meanwhile["get"] = [lambda: None, lambda: scene.store.fail_before.append("get")]

    report = scene.wakes("r1-2")

    assert (report.failures, scene.second.state) == ({}, PostState.PUBLISHED)
    assert scene.case.state is CaseState.QUEUED


def test_a_table_that_never_takes_the_step_leaves_neither_half_of_it() -> None:
    scene = Replying()
    mine = scene.first._replace(state=PostState.PUBLISHING)
    scene.store.put(mine)
    scene.store.fail_before = ["save"]

    with pytest.raises(StoreBusy):
        scene.store.save(published(mine, "1990", NOON), mine)

    assert scene.store.posts == {"r1": mine}
