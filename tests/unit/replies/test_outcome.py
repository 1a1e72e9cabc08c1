"""The outcome of a reply changes its case once, and only as far as it is true."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, ReplyAs
from desk.cases.store import CaseMention
from desk.cases.transitions import closed
from desk.errors import CaseMoved, Duplicate, StoreBusy, Unavailable
from desk.mentions.model import Mention
from desk.posts.model import FINAL, Post, PostReason, PostState
from desk.posts.settle import PublishOutcome
from desk.reading import Kind, Need, Reading, Urgency
from desk.replies.outcome import ReplyOutcomes
from desk.working_time import due_at
from desk.x.model import XPost
from tests.fakes.cases import FakeCases
from tests.fakes.x import Fault
from tests.unit.notifications.test_sending_post_news import Sweeping
from tests.unit.posts.scene import BRAND, MINUTE, NOON, SECOND, Scene, a_case, a_post, sends

LATER = NOON + 3 * MINUTE
ANSWER = "확인해 드렸습니다"


class Desk:
    """A case whose reply was queued at noon."""

    def __init__(self, *, is_holding: bool = False, **changes: Any) -> None:
        self.cases = FakeCases()
        self.post = sends(
            self.cases, a_case(**changes), a_post(ANSWER, id="r1", in_reply_to="77"), is_holding=is_holding
        )
        self.outcomes = ReplyOutcomes(self.cases, BRAND)

    @property
    def case(self) -> Case:
        return self.cases.cases[a_case().id]

    @property
    def events(self) -> list[CaseEvent]:
        return self.cases.events[self.case.id][1:]

    def ends(self, state: PostState, **changes: Any) -> Post:
        return self.post._replace(state=state, at=LATER, **changes)

    def changes(self, after: Case) -> None:
        """Somebody takes a step with the case."""
        self.cases.save(after, self.case, CaseEvent(CaseEventKind.CLOSED, NOON + MINUTE, "mina"))


def asks(number: str, kind: Kind, received_at: datetime) -> CaseMention:
    post = XPost(number, "청구서가 이상해요", "9", received_at, "77", "ko", (number,))
    reading = Reading(kind, Need.INFORMATION, "billing", Urgency.NORMAL, "ko", 0.9, ())
    return CaseMention(Mention(post, received_at), reading)


def test_a_published_reply_answers_the_case() -> None:
    desk = Desk()

    assert desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED, x_id="1990"))

    assert (desk.case.state, desk.case.post_id, desk.case.draft) == (CaseState.ANSWERED, desk.post.id, None)
    assert desk.case.answered_at == LATER
    assert desk.events == [
        CaseEvent(
            CaseEventKind.ANSWERED,
            LATER,
            "cms",
            ANSWER,
            department="billing",
            post_id=desk.post.id,
            x_id="1990",
            asked_at=desk.case.asked_at,
        )
    ]
    assert not desk.events[0].is_external_reply
    assert desk.cases.queued(limit=5) == []


def test_a_second_answer_ends_no_second_waiting() -> None:
    desk = Desk()
    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))
    again = sends(desk.cases, desk.case, a_post("덧붙이면 이렇습니다", id="r2", in_reply_to="77"))

    desk.outcomes.on_finished(again._replace(state=PostState.PUBLISHED, at=LATER))

    answered = [event for event in desk.events if event.what is CaseEventKind.ANSWERED]
    assert [event.asked_at for event in answered] == [desk.case.asked_at, None]


def test_a_published_holding_reply_is_a_promise() -> None:
    desk = Desk(is_holding=True)

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert (desk.case.state, desk.case.promised_until) == (CaseState.PROMISED, NOON + timedelta(hours=3))
    assert [event.what for event in desk.events] == [CaseEventKind.PROMISED]


@pytest.mark.parametrize(
    ("state", "about", "why"),
    [
        (PostState.REFUSED, {"reason": PostReason.NOT_SUMMONED, "detail": "X answered 403"}, "not_summoned"),
        (PostState.EXPIRED, {"reason": PostReason.TOO_LATE}, "too_late"),
        (PostState.CANCELLED, {"reason": PostReason.DROPPED}, "dropped"),
        (PostState.REFUSED, {"detail": "X answered 403"}, "not_accepted"),
        (PostState.REFUSED, {}, "not_accepted"),
    ],
)
def test_a_reply_that_will_not_be_published_is_the_cases_draft_again(
    state: PostState, about: dict[str, Any], why: str
) -> None:
    desk = Desk()

    assert desk.outcomes.on_finished(desk.ends(state, **about))

    assert (desk.case.state, desk.case.draft and desk.case.draft.text) == (CaseState.DRAFTED, ANSWER)
    assert (desk.case.post_id, desk.case.reply_as) == (None, ReplyAs.ANSWER)
    assert desk.events == [CaseEvent(CaseEventKind.NOT_SAID, LATER, "", why, post_id=desk.post.id)]


@pytest.mark.parametrize("state", sorted(set(PostState) - FINAL))
def test_a_post_that_is_not_finished_changes_nothing(state: PostState) -> None:
    desk = Desk()

    assert not desk.outcomes.on_finished(desk.ends(state))

    assert (desk.case.state, desk.events) == (CaseState.QUEUED, [])


@pytest.mark.parametrize("state", sorted(FINAL))
def test_the_same_outcome_twice_is_recorded_once(state: PostState) -> None:
    desk = Desk()
    desk.outcomes.on_finished(desk.ends(state))
    before = desk.case

    assert not desk.outcomes.on_finished(desk.ends(state))

    assert (desk.case, len(desk.events)) == (before, 1)


@pytest.mark.parametrize(
    "news", [a_post(state=PostState.PUBLISHED), a_post(state=PostState.PUBLISHED, case_id="AAAAA-BBBBB")]
)
def test_a_post_of_no_case_or_of_a_missing_case_changes_nothing(news: Post) -> None:
    assert not Desk().outcomes.on_finished(news)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_case_that_was_closed_meanwhile_stays_closed_and_records_the_outcome(state: PostState) -> None:
    desk = Desk()
    desk.changes(closed(desk.case))

    first, again = desk.outcomes.on_finished(desk.ends(state)), desk.outcomes.on_finished(desk.ends(state))

    assert (first, again) == (True, False)
    assert desk.case.state is CaseState.CLOSED
    told = CaseEventKind.ANSWERED if state is PostState.PUBLISHED else CaseEventKind.NOT_SAID
    assert [event.what for event in desk.events[1:]] == [told]


def test_a_case_that_was_opened_again_meanwhile_stays_open() -> None:
    desk = Desk(is_holding=True)
    desk.changes(desk.case._replace(state=CaseState.OPEN))

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert desk.case.state is CaseState.OPEN
    assert desk.events[-1].what is CaseEventKind.PROMISED


def test_an_earlier_reply_does_not_settle_the_queued_one() -> None:
    desk = Desk()
    earlier = desk.ends(PostState.PUBLISHED, id="earlier", text="먼저 드린 답")

    desk.outcomes.on_finished(earlier)

    assert (desk.case.state, desk.case.post_id) == (CaseState.QUEUED, desk.post.id)
    assert desk.events[-1].post_id == "earlier"


def test_a_reply_that_appears_after_it_was_given_up_is_recorded_and_the_draft_stays() -> None:
    desk = Desk()
    desk.outcomes.on_finished(desk.ends(PostState.CANCELLED))

    assert desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert desk.case.state is CaseState.DRAFTED
    assert [event.what for event in desk.events] == [CaseEventKind.NOT_SAID, CaseEventKind.ANSWERED]


@pytest.mark.parametrize(
    ("number", "kind", "received_at", "state"),
    [
        ("78", Kind.INQUIRY, NOON + MINUTE, (CaseState.OPEN, None, None)),
        ("78", Kind.INQUIRY, NOON - MINUTE, (CaseState.OPEN, None, None)),  # routed late: nobody saw it on the page
        ("76", Kind.INQUIRY, NOON + MINUTE, (CaseState.OPEN, None, None)),  # X showed it late
        ("76", Kind.INQUIRY, NOON - MINUTE, (CaseState.ANSWERED, "r1", NOON)),
        ("78", Kind.CHAT, NOON + MINUTE, (CaseState.ANSWERED, "r1", NOON)),
    ],
)
def test_a_reply_answers_nothing_that_was_asked_since_it_was_written(
    number: str, kind: Kind, received_at: datetime, state: tuple[CaseState, str | None, datetime | None]
) -> None:
    desk = Desk(mention_ids=("77", number), promised_until=NOON)
    asked = asks(number, kind, received_at)
    desk.cases.mentions[asked.mention.id] = asked

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert (desk.case.state, desk.case.post_id, desk.case.promised_until) == state
    assert [event.what for event in desk.events] == [CaseEventKind.ANSWERED]
    assert not desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))


def test_a_later_question_has_its_own_deadlines() -> None:
    desk = Desk(mention_ids=("77", "78", "79"), due_at=NOON - MINUTE, first_due_at=NOON - MINUTE)
    asked, urgent = asks("78", Kind.INQUIRY, NOON + MINUTE), asks("79", Kind.FAULT, NOON + 2 * MINUTE)
    assert urgent.reading
    urgent = urgent._replace(reading=urgent.reading._replace(urgency=Urgency.HIGH, wakes=True))
    desk.cases.mentions |= {each.mention.id: each for each in (asked, urgent)}
    waited_before = desk.case.asked_at

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    due = due_at(urgent.mention.received_at, Kind.FAULT, Urgency.HIGH, BRAND)
    assert (desk.case.asked_at, desk.case.first_due_at, desk.case.due_at) == (NOON + MINUTE, due, due)
    assert (desk.case.urgency, desk.case.wakes) == (Urgency.HIGH, True)
    assert desk.events[-1].asked_at == waited_before


def test_the_mention_that_the_reply_answers_is_answered_even_if_clocks_differ() -> None:
    desk = Desk()
    desk.cases.mentions["77"] = asks("77", Kind.INQUIRY, NOON + MINUTE)

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert desk.case.state is CaseState.ANSWERED


def test_a_later_question_that_somebody_answered_on_x_itself_is_answered() -> None:
    desk = Desk(mention_ids=("77", "78"))
    desk.cases.mentions["78"] = asks("78", Kind.INQUIRY, NOON + MINUTE)
    by_hand = CaseEvent(CaseEventKind.ANSWERED, NOON + 2 * MINUTE, "", ANSWER, x_id="1990", asked_at=desk.case.asked_at)
    desk.cases.save(desk.case, desk.case, by_hand)

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert (desk.case.state, desk.events[-1].asked_at) == (CaseState.ANSWERED, None)


@pytest.mark.parametrize(("asked_since", "state"), [(False, CaseState.ANSWERED), (True, CaseState.DRAFTED)])
def test_a_case_that_was_answered_on_x_itself_does_not_wait_for_its_failed_reply(
    asked_since: bool, state: CaseState
) -> None:
    desk = Desk(mention_ids=("77", "78"))
    by_hand = CaseEvent(CaseEventKind.ANSWERED, NOON + MINUTE, "", ANSWER, x_id="1990", asked_at=desk.case.asked_at)
    desk.cases.save(desk.case, desk.case, by_hand)
    if asked_since:
        desk.cases.mentions["78"] = asks("78", Kind.INQUIRY, NOON + 2 * MINUTE)

    desk.outcomes.on_finished(desk.ends(PostState.EXPIRED, reason=PostReason.TOO_LATE))

    assert (desk.case.state, desk.case.draft is None) == (state, not asked_since)
    assert desk.events[-1].what is CaseEventKind.NOT_SAID


def test_a_promise_is_kept_although_something_was_asked_since() -> None:
    desk = Desk(is_holding=True, mention_ids=("77", "78"))
    desk.cases.mentions["78"] = asks("78", Kind.FAULT, NOON + MINUTE)

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert desk.case.state is CaseState.PROMISED


def test_a_case_that_changed_meanwhile_is_read_again() -> None:
    desk = Desk()
    desk.cases.meanwhile["save"].append(lambda: desk.changes(desk.case._replace(holder="junho")))

    assert desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert (desk.case.state, desk.case.holder) == (CaseState.ANSWERED, "junho")


def test_a_case_that_keeps_changing_is_left_to_the_next_time() -> None:
    desk = Desk()

    def moves() -> None:
        desk.cases.cases[desk.case.id] = desk.case._replace(version=desk.case.version + 1)

    desk.cases.meanwhile["save"].extend([moves] * 9)

    with pytest.raises(CaseMoved):
        desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert (desk.case.state, desk.events) == (CaseState.QUEUED, [])


def test_a_change_whose_answer_was_lost_is_not_made_twice() -> None:
    desk = Desk()
    desk.cases.fail_after = ["save"]

    with pytest.raises(StoreBusy):
        desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert not desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))
    assert len(desk.events) == 1


@pytest.mark.parametrize(
    ("waited", "is_lost"), [(timedelta(minutes=5), False), (timedelta(minutes=5, seconds=1), True)]
)
def test_a_case_whose_reply_was_not_stored_within_five_minutes_waits_again_with_its_draft(
    waited: timedelta, is_lost: bool
) -> None:
    desk, now = Desk(), NOON + waited

    assert desk.outcomes.on_never_stored(desk.case, now) is is_lost

    lost = CaseEvent(CaseEventKind.NOT_SAID, now, "", "not_stored", post_id=desk.post.id)
    assert (desk.case.state, desk.events) == ((CaseState.DRAFTED, [lost]) if is_lost else (CaseState.QUEUED, []))
    assert desk.case.draft
    assert desk.case.draft.text == ANSWER


@pytest.mark.parametrize("is_published", [True, False])
def test_a_case_that_has_an_outcome_or_another_reply_since_has_lost_nothing(is_published: bool) -> None:
    desk = Desk()
    seen = desk.case
    if is_published:
        desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))
    else:
        desk.changes(desk.case._replace(post_id="another"))

    assert not desk.outcomes.on_never_stored(seen, NOON + timedelta(hours=1))

    assert desk.case.state is (CaseState.ANSWERED if is_published else CaseState.QUEUED)


# As the publisher reports it


def queued_reply(scene: Scene, **changes: Any) -> Post:
    """A reply of the case that waits to be published."""
    post = sends(scene.cases, a_case(), a_post(ANSWER, in_reply_to="77", **changes))
    scene.put(post)
    return post


def case_of(scene: Scene) -> Case:
    return scene.cases.cases[a_case().id]


@pytest.mark.parametrize(
    ("made", "ends"), [(None, CaseState.ANSWERED), (True, CaseState.ANSWERED), (False, CaseState.QUEUED)]
)
def test_a_reply_answers_its_case_once_it_is_published_or_found_and_not_while_it_is_in_doubt(
    made: bool | None, ends: CaseState
) -> None:
    scene = Scene()
    post = queued_reply(scene)
    scene.x.faults.extend([] if made is None else [Fault(Unavailable("lost"), made=made)])

    scene.wake(post.id)
    meanwhile = case_of(scene).state
    settled = scene.wake_until_settled(post.id)

    assert meanwhile is (CaseState.ANSWERED if made is None else CaseState.QUEUED)
    assert (settled.state is PostState.IN_DOUBT, case_of(scene).state) == (made is False, ends)


def test_a_held_reply_is_still_queued_and_an_expired_one_is_the_draft_again() -> None:
    scene = Scene()
    post = queued_reply(scene, expires_at=NOON + MINUTE)
    scene.pause()

    scene.wake(post.id)
    while_held = case_of(scene).state
    scene.passes(2 * MINUTE)
    scene.wake(post.id)

    assert (while_held, case_of(scene).state) == (CaseState.QUEUED, CaseState.DRAFTED)
    assert scene.cases.events[a_case().id][-1].text == "too_late"


def test_of_a_refused_reply_the_people_of_the_case_are_notified_and_not_the_operator() -> None:
    scene = Sweeping()
    post = queued_reply(scene)
    scene.x.faults.append(Fault(Duplicate("X answered 403")))

    settled = scene.wake_until_settled(post.id)
    scene.sweep()

    case = case_of(scene)
    assert (settled.state, settled.reason) == (PostState.REFUSED, PostReason.DUPLICATE)
    assert (case.state, case.draft and case.draft.text, case.post_id) == (CaseState.DRAFTED, ANSWER, None)
    assert (scene.cases.events[case.id][-1].text, scene.mails) == ("duplicate", [])


@pytest.mark.parametrize("method", ["file", "save"])
def test_a_case_that_cannot_be_saved_costs_neither_the_post_nor_a_second_wake_up(
    method: str, caplog: pytest.LogCaptureFixture
) -> None:
    scene = Scene()
    post = queued_reply(scene)
    scene.cases.busy = {method}

    report = scene.wake(post.id)

    assert (report.failures, report.outcomes) == ({}, {PublishOutcome.PUBLISHED: 1})
    assert scene.store.posts[post.id].state is PostState.PUBLISHED
    assert case_of(scene).state is CaseState.QUEUED
    assert f"the case {a_case().id} does not know yet" in caplog.text


def test_a_step_that_another_run_has_overtaken_is_not_reported() -> None:
    """The table may have taken the first try, or somebody else has the post by now: only a new look tells."""
    scene = Scene()
    post = queued_reply(scene, expires_at=scene.now)
    stands = post._replace(state=PostState.PUBLISHED, x_id="1990", version=2)
    scene.store.fail_before = ["save"]
    scene.store.meanwhile["save"] += [lambda: None, lambda: scene.store.put(stands)]

    scene.wake(post.id)

    assert case_of(scene).state is CaseState.QUEUED


def test_a_post_of_no_case_reads_no_case() -> None:
    scene, post = Scene(), a_post()
    scene.put(post)

    scene.wake(post.id)
    scene.passes(SECOND)

    assert not scene.cases.calls
