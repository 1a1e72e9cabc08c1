from copy import replace
from datetime import UTC, datetime, timedelta

import pytest

from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from sweep.forget import Forget
from tests.fakes.cases import FakeCases
from tests.unit.route.scene import TUESDAY, Scene, mention, mention_id

A_MONTH_LATER = TUESDAY + timedelta(days=30)


def forgetting(scene: Scene, days: FakeCases | None = None) -> Forget:
    return Forget(scene.store, days or FakeCases(), scene.brand)


def closed(scene: Scene, at: datetime) -> FakeCases:
    """All cases closed at a moment, and what tells of it."""
    days = FakeCases()
    for key, case in scene.store.kept_cases.items():
        scene.store.kept_cases[key] = replace(case, state=CaseState.CLOSED, version=case.version + 1)
        scene.store.happened[key] = at
        days.events[key].append(CaseEvent(CaseEventKind.CLOSED, at, "mina"))
    return days


def test_words_of_the_day_that_falls_out_are_forgotten() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1, "- chat")))

    report = forgetting(scene).forget(A_MONTH_LATER, lambda: True)

    assert (report.forgotten, report.whole) == (1, True)


def test_a_day_earlier_they_are_kept() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1, "- chat")))

    report = forgetting(scene).forget(A_MONTH_LATER - timedelta(days=1), lambda: True)

    assert report.forgotten == 0


def test_a_missed_run_is_made_good_within_the_week() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1, "- chat")))

    report = forgetting(scene).forget(A_MONTH_LATER + timedelta(days=7), lambda: True)

    assert report.forgotten == 1


def test_what_belongs_to_an_open_case_is_kept_with_its_author() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1)))

    report = forgetting(scene).forget(A_MONTH_LATER, lambda: True)

    assert report.forgotten == 0
    assert next(iter(scene.store.kept_cases.values())).author is not None


def test_a_closed_case_loses_words_and_the_authors_name() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1)))
    scene.store.kept_cases = {k: replace(c, state=CaseState.CLOSED) for k, c in scene.store.kept_cases.items()}

    report = forgetting(scene).forget(A_MONTH_LATER, lambda: True)

    assert report.forgotten == 1
    assert mention_id(1) not in scene.store.stored
    assert next(iter(scene.store.kept_cases.values())).author is None


def test_without_time_the_report_says_that_it_is_not_whole() -> None:
    scene = Scene()

    report = forgetting(scene).forget(A_MONTH_LATER, lambda: False)

    assert not report.whole


@pytest.mark.parametrize("answered_after", [timedelta(days=2), timedelta(days=31), timedelta(days=200)])
def test_a_case_is_forgotten_so_long_after_it_ended_however_long_that_took(answered_after: timedelta) -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1)))
    days = closed(scene, TUESDAY + answered_after)
    due = A_MONTH_LATER + answered_after

    early = [forgetting(scene, days).forget(due - timedelta(days=ago), lambda: True).forgotten for ago in (8, 2, 1)]
    kept = mention_id(1) in scene.store.stored
    report = forgetting(scene, days).forget(due, lambda: True)

    assert (early, kept) == ([0, 0, 0], True)
    assert (report.forgotten, report.whole) == (1, True)
    assert mention_id(1) not in scene.store.stored


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_whatever_hour_a_case_ended_at_a_week_of_missed_runs_is_made_good(hour: int) -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1)))
    ended = datetime(2027, 1, 5, hour, 30, tzinfo=UTC)
    days = closed(scene, ended)

    report = forgetting(scene, days).forget(ended + timedelta(days=37), lambda: True)

    assert report.forgotten == 1


def test_a_case_that_waits_again_is_kept_with_all_it_has() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1)))
    days = closed(scene, TUESDAY)
    [(key, case)] = scene.store.kept_cases.items()
    scene.store.kept_cases[key] = replace(case, state=CaseState.OPEN)

    assert forgetting(scene, days).forget(A_MONTH_LATER, lambda: True).forgotten == 0


def test_thanks_that_came_later_keep_the_whole_case_as_long_as_they_are_kept_themselves() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1, author="7", conversation=1)))
    days = closed(scene, TUESDAY)
    thanks = mention(2, "- chat", author="7", conversation=1, received_at=TUESDAY + timedelta(days=5))
    thanks = thanks._replace(post=thanks.post._replace(created_at=thanks.received_at))
    scene.router.route(scene.receive(thanks))

    early = forgetting(scene, days).forget(A_MONTH_LATER + timedelta(days=4), lambda: True)
    report = forgetting(scene, days).forget(A_MONTH_LATER + timedelta(days=5), lambda: True)

    assert (early.forgotten, report.forgotten) == (0, 2)


def test_time_that_ends_between_two_cases_is_reported_and_the_next_run_goes_on() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1), mention(2)))
    days, left = closed(scene, TUESDAY), [True] * 9

    report = forgetting(scene, days).forget(A_MONTH_LATER, lambda: bool(left) and left.pop())
    rest = forgetting(scene, days).forget(A_MONTH_LATER + timedelta(days=1), lambda: True)

    assert (report.forgotten, report.whole) == (1, False)
    assert (rest.forgotten, rest.whole) == (1, True)


def test_a_case_whose_author_comes_back_while_others_are_forgotten_keeps_its_words() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1), mention(2, author="8", conversation=2)))
    closed(scene, TUESDAY)
    first, second = sorted(scene.store.kept_cases)
    forget_case = scene.store.forget_case

    def forgets(case_id: str) -> int:
        back = scene.store.kept_cases[second]
        scene.store.kept_cases[second] = replace(back, state=CaseState.OPEN, version=back.version + 1)
        return forget_case(case_id)

    scene.store.forget_case = forgets  # type: ignore[method-assign]

    report = forgetting(scene).forget(A_MONTH_LATER, lambda: True)

    assert report.forgotten == 1
    assert scene.store.kept_cases[first].author is None
    assert scene.store.kept_cases[second].author is not None
    assert set(scene.store.kept_cases[second].mention_ids) <= scene.store.stored.keys()


def test_a_case_that_can_never_be_forgotten_keeps_no_other_ones_words() -> None:
    scene = Scene()
    scene.router.route(scene.receive(mention(1), mention(2, author="8", conversation=2)))
    closed(scene, TUESDAY)
    first, second = sorted(scene.store.kept_cases)
    forget_case = scene.store.forget_case

    def forgets(case_id: str) -> int:
        if case_id == first:
            raise ValueError("malformed")
        return forget_case(case_id)

    scene.store.forget_case = forgets  # type: ignore[method-assign]

    report = forgetting(scene).forget(A_MONTH_LATER, lambda: True)

    assert (report.forgotten, report.failures) == (1, {f"case#{first}": "ValueError: malformed"})
    assert scene.store.kept_cases[second].author is None
