"""A case hears what became of its reply, once, and only what is so."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, ReplyAs
from desk.cases.store import CaseMention
from desk.cases.transitions import closed
from desk.errors import CaseMoved, StoreBusy
from desk.mentions.model import Mention
from desk.posts.model import FINAL, Post, PostReason, PostState
from desk.reading import Kind, Need, Reading, Urgency
from desk.replies.outcome import ReplyOutcomes
from desk.working_time import due_at
from desk.x.model import XPost
from tests.fakes.cases import FakeCases
from tests.unit.posts.scene import BRAND, MINUTE, NOON, a_case, a_post, sends

LATER = NOON + 3 * MINUTE
ANSWER = "확인해 드렸습니다"


class Desk:
    """A case whose reply is on its way since noon."""

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


def test_a_reply_that_stands_on_x_answers_the_case() -> None:
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
    assert desk.cases.queued(limit=5) == []


def test_a_reply_of_the_desk_that_is_linked_to_counts_as_no_answer_by_hand() -> None:
    desk = Desk()
    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED, x_id="1990"))

    assert [(event.x_id, event.is_by_hand) for event in desk.events] == [("1990", False)]


def test_a_second_answer_ends_no_second_waiting() -> None:
    desk = Desk()
    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))
    again = sends(desk.cases, desk.case, a_post("덧붙이면 이렇습니다", id="r2", in_reply_to="77"))

    desk.outcomes.on_finished(again._replace(state=PostState.PUBLISHED, at=LATER))

    answered = [event for event in desk.events if event.what is CaseEventKind.ANSWERED]
    assert [event.asked_at for event in answered] == [desk.case.asked_at, None]


def test_a_holding_reply_that_stands_on_x_is_a_promise() -> None:
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
def test_a_reply_that_will_not_stand_on_x_is_the_cases_draft_again(
    state: PostState, about: dict[str, Any], why: str
) -> None:
    desk = Desk()

    assert desk.outcomes.on_finished(desk.ends(state, **about))

    assert (desk.case.state, desk.case.draft and desk.case.draft.text) == (CaseState.DRAFTED, ANSWER)
    assert (desk.case.post_id, desk.case.reply_as) == (None, ReplyAs.ANSWER)
    assert desk.events == [CaseEvent(CaseEventKind.NOT_SAID, LATER, "", why, post_id=desk.post.id)]


@pytest.mark.parametrize("state", sorted(set(PostState) - FINAL))
def test_what_is_not_at_its_end_is_no_news(state: PostState) -> None:
    desk = Desk()

    assert not desk.outcomes.on_finished(desk.ends(state))

    assert (desk.case.state, desk.events) == (CaseState.QUEUED, [])


@pytest.mark.parametrize("state", sorted(FINAL))
def test_the_same_news_twice_is_told_once(state: PostState) -> None:
    desk = Desk()
    desk.outcomes.on_finished(desk.ends(state))
    before = desk.case

    assert not desk.outcomes.on_finished(desk.ends(state))

    assert (desk.case, len(desk.events)) == (before, 1)


@pytest.mark.parametrize(
    "news", [a_post(state=PostState.PUBLISHED), a_post(state=PostState.PUBLISHED, case_id="AAAAA-BBBBB")]
)
def test_a_post_of_no_case_or_of_one_that_is_gone_is_no_news(news: Post) -> None:
    assert not Desk().outcomes.on_finished(news)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_case_that_was_closed_meanwhile_stays_so_and_knows_what_became_of_its_reply(state: PostState) -> None:
    desk = Desk()
    desk.changes(closed(desk.case))

    first, again = desk.outcomes.on_finished(desk.ends(state)), desk.outcomes.on_finished(desk.ends(state))

    assert (first, again) == (True, False)
    assert desk.case.state is CaseState.CLOSED
    told = CaseEventKind.ANSWERED if state is PostState.PUBLISHED else CaseEventKind.NOT_SAID
    assert [event.what for event in desk.events[1:]] == [told]


def test_a_case_that_was_opened_again_meanwhile_goes_on_waiting() -> None:
    desk = Desk(is_holding=True)
    desk.changes(desk.case._replace(state=CaseState.OPEN))

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert desk.case.state is CaseState.OPEN
    assert desk.events[-1].what is CaseEventKind.PROMISED


def test_an_earlier_reply_says_nothing_of_the_one_that_is_on_its_way() -> None:
    desk = Desk()
    earlier = desk.ends(PostState.PUBLISHED, id="earlier", text="먼저 드린 답")

    desk.outcomes.on_finished(earlier)

    assert (desk.case.state, desk.case.post_id) == (CaseState.QUEUED, desk.post.id)
    assert desk.events[-1].post_id == "earlier"


def test_a_reply_that_appears_after_it_was_given_up_is_recorded_and_somebody_looks() -> None:
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


def test_what_was_asked_since_waits_by_its_own_clock() -> None:
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


def test_what_the_reply_answers_is_answered_whatever_the_clocks_of_two_machines_say() -> None:
    desk = Desk()
    desk.cases.mentions["77"] = asks("77", Kind.INQUIRY, NOON + MINUTE)

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert desk.case.state is CaseState.ANSWERED


def test_what_somebody_has_answered_on_x_itself_is_not_asked_since() -> None:
    desk = Desk(mention_ids=("77", "78"))
    desk.cases.mentions["78"] = asks("78", Kind.INQUIRY, NOON + MINUTE)
    by_hand = CaseEvent(CaseEventKind.ANSWERED, NOON + 2 * MINUTE, "", ANSWER, x_id="1990", asked_at=desk.case.asked_at)
    desk.cases.save(desk.case, desk.case, by_hand)

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert (desk.case.state, desk.events[-1].asked_at) == (CaseState.ANSWERED, None)


@pytest.mark.parametrize(("asked_since", "state"), [(False, CaseState.ANSWERED), (True, CaseState.DRAFTED)])
def test_a_case_that_was_answered_on_x_itself_does_not_wait_again_since_its_own_reply_came_to_nothing(
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


def test_a_promise_stands_though_something_was_asked_since() -> None:
    desk = Desk(is_holding=True, mention_ids=("77", "78"))
    desk.cases.mentions["78"] = asks("78", Kind.FAULT, NOON + MINUTE)

    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert desk.case.state is CaseState.PROMISED


def test_a_case_that_moves_is_looked_at_again() -> None:
    desk = Desk()
    desk.cases.meanwhile["save"].append(lambda: desk.changes(desk.case._replace(holder="junho")))

    assert desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert (desk.case.state, desk.case.holder) == (CaseState.ANSWERED, "junho")


def test_a_case_that_never_stands_still_is_left_to_the_next_time() -> None:
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


def test_a_case_whose_reply_never_became_a_post_waits_again_with_its_draft() -> None:
    desk, now = Desk(), NOON + 5 * MINUTE + timedelta(seconds=1)

    assert desk.outcomes.on_never_stored(desk.case, now)

    assert (desk.case.state, desk.case.draft and desk.case.draft.text) == (CaseState.DRAFTED, ANSWER)
    assert desk.events == [CaseEvent(CaseEventKind.NOT_SAID, now, "", "not_stored", post_id=desk.post.id)]


def test_whoever_sends_a_reply_has_five_minutes_to_store_it() -> None:
    desk = Desk()

    assert not desk.outcomes.on_never_stored(desk.case, NOON + 5 * MINUTE)

    assert (desk.case.state, desk.events) == (CaseState.QUEUED, [])


def test_a_case_that_has_another_reply_since_is_left_alone() -> None:
    desk = Desk()
    seen = desk.case
    desk.changes(desk.case._replace(post_id="another"))

    assert not desk.outcomes.on_never_stored(seen, NOON + timedelta(hours=1))

    assert desk.case.state is CaseState.QUEUED


def test_a_case_that_has_heard_since_is_left_alone() -> None:
    desk = Desk()
    seen = desk.case
    desk.outcomes.on_finished(desk.ends(PostState.PUBLISHED))

    assert not desk.outcomes.on_never_stored(seen, NOON + timedelta(hours=1))

    assert desk.case.state is CaseState.ANSWERED
