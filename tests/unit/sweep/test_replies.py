"""Whatever became of a reply, its case hears of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.transitions import closed
from desk.posts.model import FINAL, Post, PostReason, PostState
from desk.posts.transitions import cancelled, continuation_post, published, queued_again, released
from desk.replies.outcome import ReplyOutcomes
from sweep.replies import RepliesReport, SweepReplies
from tests.unit.posts.scene import BRAND, MINUTE, NOON, Scene, a_case, a_post, sends


class Replying(Scene):
    """A desk on which cases wait for their replies, ten minutes after noon."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON + 10 * MINUTE

    def replies(self, number: int = 0, *, is_stored: bool = True, **changes: Any) -> Post:
        """A reply that was sent on its way at noon or later."""
        case = a_case(f"7Q2M4-0000{number}")
        about = {"id": f"reply-{case.id}-1", "in_reply_to": "77"} | changes
        post = sends(self.cases, case, a_post(f"답 {number}", **about), at=NOON + number * timedelta(seconds=1))
        if is_stored:
            self.put(post)
        return post

    def case(self, post: Post) -> Case:
        assert post.case_id
        return self.cases.cases[post.case_id]

    def sweep(self, has_time: Callable[[], bool] = lambda: True) -> RepliesReport:
        outcomes = ReplyOutcomes(self.cases, BRAND)
        return SweepReplies(self.cases, self.store, outcomes, lambda: self.now).sweep(has_time)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_an_outcome_that_the_publisher_did_not_record_is_recorded(state: PostState) -> None:
    desk = Replying()
    post = desk.replies(state=state, at=NOON + MINUTE)

    report = desk.sweep()

    expected = CaseState.ANSWERED if state is PostState.PUBLISHED else CaseState.DRAFTED
    assert (report.updated, report.failures) == (1, {})
    assert desk.case(post).state is expected
    assert desk.sweep().updated == 0


@pytest.mark.parametrize("state", sorted(set(PostState) - FINAL))
def test_a_reply_that_is_still_on_its_way_is_left_alone(state: PostState) -> None:
    desk = Replying()
    post = desk.replies(state=state)

    report = desk.sweep()

    assert (report, desk.case(post).state) == (RepliesReport(), CaseState.QUEUED)


@pytest.mark.parametrize(
    ("settled", "state"),
    [
        (lambda post: published(post, "1990", NOON + MINUTE), CaseState.ANSWERED),
        (lambda post: cancelled(post, NOON + MINUTE), CaseState.DRAFTED),
        (lambda post: queued_again(post, NOON + MINUTE), CaseState.QUEUED),
        (lambda post: released(post, NOON + MINUTE), CaseState.QUEUED),
    ],
)
def test_the_decision_of_a_person_about_a_reply_reaches_its_case(
    settled: Callable[[Post], Post], state: CaseState
) -> None:
    desk = Replying()
    post = desk.replies(state=PostState.IN_DOUBT, reason=PostReason.ANSWER_LOST)
    desk.store.save(settled(post), post)

    desk.sweep()

    assert desk.case(post).state is state


def test_a_reply_that_an_earlier_release_stored_is_found_by_its_case() -> None:
    desk = Replying()
    post = desk.replies(state=PostState.PUBLISHED, at=NOON + MINUTE)
    desk.put(post._replace(case_id=None))

    assert desk.sweep().updated == 1
    assert desk.case(post).state is CaseState.ANSWERED


def test_a_reply_that_never_became_a_post_is_a_draft_again() -> None:
    desk = Replying()
    post = desk.replies(is_stored=False)

    report = desk.sweep()

    assert (report.updated, report.not_stored) == (0, 1)
    assert (desk.case(post).state, desk.cases.events[desk.case(post).id][-1].text) == (CaseState.DRAFTED, "not_stored")


def in_two_parts(desk: Replying, **second: Any) -> Post:
    """A reply whose first part stands; its second part is as told."""
    first = published(desk.replies(continuation="이어서"), "1990", NOON + MINUTE)
    rest = continuation_post(first, first._replace(state=PostState.PUBLISHING))
    assert rest is not None
    desk.put(first, rest._replace(**second))
    return first


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (PostState.PUBLISHED, (CaseState.ANSWERED, None)),
        (PostState.REFUSED, (CaseState.DRAFTED, "이어서")),
        (PostState.EXPIRED, (CaseState.DRAFTED, "이어서")),
        (PostState.CANCELLED, (CaseState.DRAFTED, "이어서")),
        (PostState.QUEUED, (CaseState.QUEUED, "답 0 이어서")),
        (PostState.IN_DOUBT, (CaseState.QUEUED, "답 0 이어서")),
    ],
)
def test_the_outcome_of_a_reply_in_two_parts_is_that_of_the_second(
    state: PostState, expected: tuple[CaseState, str | None]
) -> None:
    desk = Replying()
    desk.now = NOON + timedelta(hours=3)
    first = in_two_parts(desk, state=state, at=NOON + 2 * MINUTE)

    heard = desk.sweep().updated + desk.sweep().updated

    draft = desk.case(first).draft
    assert (desk.case(first).state, draft.text if draft else None) == expected
    assert (heard, len(desk.cases.events[desk.case(first).id])) == ((1, 2) if state in FINAL else (0, 1))


def test_a_closed_case_records_both_parts_as_one_reply() -> None:
    desk = Replying()
    first = in_two_parts(desk, state=PostState.PUBLISHED, x_id="1991", at=desk.now)
    seen = desk.case(first)
    desk.cases.save(closed(seen), seen, CaseEvent(CaseEventKind.CLOSED, NOON, "mina"))

    assert (desk.sweep().updated, desk.sweep().updated) == (1, 0)
    assert desk.cases.events[seen.id][-1].text == "답 0\n이어서"


def test_a_reply_that_was_sent_on_its_way_just_now_may_still_be_stored() -> None:
    desk = Replying()
    desk.now = NOON + 5 * MINUTE
    post = desk.replies(is_stored=False)

    assert desk.sweep() == RepliesReport()
    assert desk.case(post).state is CaseState.QUEUED


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(minutes=59)])
def test_a_case_that_was_closed_meanwhile_records_the_outcome(ago: timedelta) -> None:
    desk = Replying()
    post = desk.replies(state=PostState.PUBLISHED, at=desk.now - ago)
    seen = desk.case(post)
    desk.cases.save(closed(seen), seen, CaseEvent(CaseEventKind.CLOSED, NOON, "mina"))

    assert (desk.sweep().updated, desk.sweep().updated) == (1, 0)
    assert desk.case(post).state is CaseState.CLOSED
    assert desk.cases.events[seen.id][-1].what is CaseEventKind.ANSWERED


def test_a_case_that_fails_does_not_affect_the_others() -> None:
    desk = Replying()
    first, second = (desk.replies(number, state=PostState.PUBLISHED, at=NOON) for number in range(2))
    desk.cases.fail_before = ["save"]

    report = desk.sweep()

    assert report.failures == {f"case#{first.case_id}": "StoreBusy: save"}
    assert desk.case(second).state is CaseState.ANSWERED


@pytest.mark.parametrize(("store", "method"), [("cases", "queued"), ("store", "between")])
def test_a_table_that_cannot_be_listed_is_reported_and_the_other_is_read(store: str, method: str) -> None:
    desk = Replying()
    post = desk.replies(state=PostState.PUBLISHED, at=NOON)
    getattr(desk, store).busy = {method}

    report = desk.sweep()

    assert report.failures == {"replies": f"StoreBusy: {method}"}
    assert desk.case(post).state is CaseState.ANSWERED


def test_without_time_nothing_is_begun() -> None:
    desk = Replying()
    post = desk.replies(state=PostState.PUBLISHED, at=NOON)

    assert desk.sweep(lambda: False) == RepliesReport()
    assert desk.case(post).state is CaseState.QUEUED


def test_a_slow_table_does_not_take_the_time_of_the_mentions() -> None:
    desk = Replying()
    posts = [desk.replies(number, state=PostState.PUBLISHED, at=NOON) for number in range(5)]
    desk.cases.meanwhile["file"] = [lambda: desk.passes(timedelta(seconds=20))] * 10

    report = desk.sweep()

    assert report.updated == 3
    assert [desk.case(post).state for post in posts] == [CaseState.ANSWERED] * 3 + [CaseState.QUEUED] * 2
