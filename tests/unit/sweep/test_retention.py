from collections.abc import Callable
from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from desk.cases.transitions import closed
from desk.mentions.heard import HEARD_FOR
from desk.mentions.model import Source
from sweep.retention import RetentionReport, RetentionSweep
from tests.fakes.retention import FakeRetention
from tests.unit.routing.scene import TUESDAY, Scene, mention, mention_id

A_MONTH_LATER = TUESDAY + timedelta(days=30)


@dataclass
class Desk(Scene):
    """Routing, and the words that are forgotten some time afterwards."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.retention = FakeRetention(self.mentions, self.cases)

    def remove_old(self, now: datetime, has_time: Callable[[], bool] = lambda: True) -> RetentionReport:
        return RetentionSweep(self.retention, self.cases, self.brand).remove_old(now, has_time)

    def close_cases(self, at: datetime) -> None:
        for case in list(self.cases.cases.values()):
            self.cases.save(closed(case), case, CaseEvent(CaseEventKind.CLOSED, at, "mina"))


@pytest.mark.parametrize(("days", "removed"), [(-1, 0), (0, 1), (7, 1)])
def test_words_are_forgotten_after_a_month_or_with_the_next_run_within_a_week(days: int, removed: int) -> None:
    desk = Desk()
    desk.router.route(desk.receive(mention(1, "- chat")))

    report = desk.remove_old(A_MONTH_LATER + timedelta(days=days))

    assert (report.removed, report.whole) == (removed, True)


def test_texts_of_an_open_case_are_kept_with_the_authors_name() -> None:
    desk = Desk()
    desk.router.route(desk.receive(mention(1)))

    report = desk.remove_old(A_MONTH_LATER)

    assert report.removed == 0
    assert next(iter(desk.cases.cases.values())).author is not None


def test_a_closed_case_loses_words_and_the_authors_name() -> None:
    desk = Desk()
    desk.router.route(desk.receive(mention(1)))
    desk.cases.cases = {k: replace(c, state=CaseState.CLOSED) for k, c in desk.cases.cases.items()}

    report = desk.remove_old(A_MONTH_LATER)

    assert report.removed == 1
    assert mention_id(1) not in desk.mentions.stored
    assert next(iter(desk.cases.cases.values())).author is None


def test_without_time_the_report_says_that_it_is_not_whole() -> None:
    desk = Desk()

    report = desk.remove_old(A_MONTH_LATER, lambda: False)

    assert not report.whole


@pytest.mark.parametrize("answered_after", [timedelta(days=2), timedelta(days=31), timedelta(days=200)])
def test_a_case_is_forgotten_so_long_after_it_ended_however_long_that_took(answered_after: timedelta) -> None:
    desk = Desk()
    desk.router.route(desk.receive(mention(1)))
    desk.close_cases(TUESDAY + answered_after)
    due = A_MONTH_LATER + answered_after

    early = [desk.remove_old(due - timedelta(days=ago)).removed for ago in (8, 2, 1)]
    kept = mention_id(1) in desk.mentions.stored
    report = desk.remove_old(due)

    assert (early, kept) == ([0, 0, 0], True)
    assert (report.removed, report.whole) == (1, True)
    assert mention_id(1) not in desk.mentions.stored


@pytest.mark.parametrize("hour", [0, 9, 15, 21])
def test_a_week_of_missed_runs_is_made_up_for_at_any_hour(hour: int) -> None:
    desk = Desk()
    desk.router.route(desk.receive(mention(1)))
    ended = datetime(2027, 1, 5, hour, 30, tzinfo=UTC)
    desk.close_cases(ended)

    report = desk.remove_old(ended + timedelta(days=37))

    assert report.removed == 1


def test_a_case_that_waits_again_is_kept_with_all_it_has() -> None:
    desk = Desk()
    desk.router.route(desk.receive(mention(1)))
    desk.close_cases(TUESDAY)
    [(key, case)] = desk.cases.cases.items()
    desk.cases.cases[key] = replace(case, state=CaseState.OPEN)

    assert desk.remove_old(A_MONTH_LATER).removed == 0


def test_later_thanks_keep_the_whole_case_as_long_as_they_are_kept() -> None:
    desk = Desk()
    desk.router.route(desk.receive(mention(1, author="7", conversation=1)))
    desk.close_cases(TUESDAY)
    thanks = mention(2, "- chat", author="7", conversation=1, received_at=TUESDAY + timedelta(days=5))
    thanks = thanks._replace(post=thanks.post._replace(created_at=thanks.received_at))
    desk.router.route(desk.receive(thanks))

    early = desk.remove_old(A_MONTH_LATER + timedelta(days=4))
    report = desk.remove_old(A_MONTH_LATER + timedelta(days=5))

    assert (early.removed, report.removed) == (0, 2)


def test_time_that_ends_between_two_cases_is_reported_and_the_next_run_goes_on() -> None:
    desk = Desk()
    desk.router.route(desk.receive(mention(1), mention(2)))
    desk.close_cases(TUESDAY)
    left = [True] * 9

    report = desk.remove_old(A_MONTH_LATER, lambda: bool(left) and left.pop())
    rest = desk.remove_old(A_MONTH_LATER + timedelta(days=1))

    assert (report.removed, report.whole) == (1, False)
    assert (rest.removed, rest.whole) == (1, True)


def test_a_case_whose_author_comes_back_while_others_are_forgotten_keeps_its_words() -> None:
    desk = Desk()
    desk.router.route(desk.receive(mention(1), mention(2, author="8", conversation=2)))
    desk.close_cases(TUESDAY)
    first, second = sorted(desk.cases.cases)
    remove_case_words = desk.retention.remove_case_words

    def removes(case_id: str, until: datetime) -> int:
        back = desk.cases.cases[second]
        desk.cases.cases[second] = replace(back, state=CaseState.OPEN, version=back.version + 1)
        return remove_case_words(case_id, until)

    desk.retention.remove_case_words = removes  # type: ignore[method-assign]

    report = desk.remove_old(A_MONTH_LATER)

    assert report.removed == 1
    assert desk.cases.cases[first].author is None
    assert desk.cases.cases[second].author is not None
    assert set(desk.cases.cases[second].mention_ids) <= desk.mentions.stored.keys()


def test_a_case_that_always_fails_does_not_keep_the_texts_of_others() -> None:
    desk = Desk()
    desk.router.route(desk.receive(mention(1), mention(2, author="8", conversation=2)))
    desk.close_cases(TUESDAY)
    first, second = sorted(desk.cases.cases)
    remove_case_words = desk.retention.remove_case_words

    def removes(case_id: str, until: datetime) -> int:
        if case_id == first:
            raise ValueError("malformed")
        return remove_case_words(case_id, until)

    desk.retention.remove_case_words = removes  # type: ignore[method-assign]

    report = desk.remove_old(A_MONTH_LATER)

    assert (report.removed, report.failures) == (1, {f"case#{first}": "ValueError"})
    assert desk.cases.cases[second].author is None


def heard(desk: Desk, *numbers: int) -> list[str]:
    """Posts of the scene's Tuesday that were found by listening, and read."""
    ids = desk.receive(*(mention(number, "billing rumor", source=Source.LISTENING) for number in numbers))
    desk.router.route(ids)
    return ids


def remove_heard(desk: Desk, now: datetime, has_time: Callable[[], bool] = lambda: True) -> RetentionReport:
    return RetentionSweep(desk.retention, desk.cases, desk.brand).remove_heard(now, has_time)


def test_a_heard_post_loses_its_words_after_a_day_and_a_mention_does_not() -> None:
    desk = Desk()
    ids = heard(desk, 1, 2)
    desk.router.route(desk.receive(mention(3, "- chat")))

    assert remove_heard(desk, TUESDAY + HEARD_FOR - timedelta(seconds=1)).removed == 0
    assert remove_heard(desk, TUESDAY + HEARD_FOR).removed == 2
    assert not set(ids) & desk.mentions.stored.keys()
    assert mention_id(3) in desk.mentions.stored


def test_one_heard_post_that_is_not_forgotten_holds_up_no_other_and_is_tried_again() -> None:
    desk = Desk()
    first, second = heard(desk, 1, 2)
    desk.retention.busy = frozenset({first})

    report = remove_heard(desk, TUESDAY + HEARD_FOR)

    assert (report.removed, list(report.failures)) == (1, [f"heard#{first}"])
    assert second not in desk.mentions.stored
    desk.retention.busy = frozenset()
    assert remove_heard(desk, TUESDAY + HEARD_FOR).removed == 1


def test_without_time_heard_posts_are_left_to_the_next_sweep() -> None:
    desk = Desk()
    heard(desk, 1)

    report = remove_heard(desk, TUESDAY + HEARD_FOR, lambda: False)

    assert (report.removed, report.whole) == (0, False)
