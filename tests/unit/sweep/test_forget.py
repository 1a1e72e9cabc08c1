from copy import replace
from datetime import timedelta

from desk.case import CaseState
from sweep.forget import Forget
from tests.unit.route.scene import TUESDAY, Scene, mention, mention_id

A_MONTH_LATER = TUESDAY + timedelta(days=30)


def test_words_of_the_day_that_falls_out_are_forgotten() -> None:
    scene = Scene()
    scene.route.run(scene.receive(mention(1, "- chat")))

    report = Forget(scene.store, scene.brand).run(A_MONTH_LATER, lambda: True)

    assert (report.forgotten, report.whole) == (1, True)


def test_a_day_earlier_they_are_kept() -> None:
    scene = Scene()
    scene.route.run(scene.receive(mention(1, "- chat")))

    report = Forget(scene.store, scene.brand).run(A_MONTH_LATER - timedelta(days=1), lambda: True)

    assert report.forgotten == 0


def test_a_missed_run_is_made_good_within_the_week() -> None:
    scene = Scene()
    scene.route.run(scene.receive(mention(1, "- chat")))

    report = Forget(scene.store, scene.brand).run(A_MONTH_LATER + timedelta(days=7), lambda: True)

    assert report.forgotten == 1


def test_what_belongs_to_an_open_case_is_kept_with_its_author() -> None:
    scene = Scene()
    scene.route.run(scene.receive(mention(1)))

    report = Forget(scene.store, scene.brand).run(A_MONTH_LATER, lambda: True)

    assert report.forgotten == 0
    assert next(iter(scene.store.kept_cases.values())).author is not None


def test_a_closed_case_loses_words_and_the_authors_name() -> None:
    scene = Scene()
    scene.route.run(scene.receive(mention(1)))
    scene.store.kept_cases = {k: replace(c, state=CaseState.CLOSED) for k, c in scene.store.kept_cases.items()}

    report = Forget(scene.store, scene.brand).run(A_MONTH_LATER, lambda: True)

    assert report.forgotten == 1
    assert mention_id(1) not in scene.store.stored
    assert next(iter(scene.store.kept_cases.values())).author is None


def test_without_time_the_report_says_that_it_is_not_whole() -> None:
    scene = Scene()

    report = Forget(scene.store, scene.brand).run(A_MONTH_LATER, lambda: False)

    assert not report.whole
