"""Faults that are routed begin spikes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from desk.errors import StoreBusy
from desk.spikes.faults import Fault, in_order
from desk.spikes.watch import LearntFaults, SpikeWatch, Watched
from tests.fakes.mentions import SEOUL
from tests.fakes.spikes import FakeFaultHistory, FakeSpikes
from tests.unit.spikes.scene import MINUTE, NOON, fault, history


class Index:
    """Faults as the index has them; `asked` are the questions."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.asked: list[tuple[datetime, datetime]] = []

    def between(self, since: datetime, until: datetime, *, department: str | None = None) -> Sequence[Fault]:
        self.asked.append((since, until))
        within = (each for each in self.faults if since <= each.posted_at <= until)
        return in_order([each for each in within if department in (None, each.department)])

    def count(self, since: datetime, until: datetime, *, department: str) -> int:
        raise AssertionError("nobody asks")


class Scene:
    """A desk at noon. `now` is the machine's time."""

    def __init__(self, spikes: FakeSpikes | None = None) -> None:
        self.now = NOON + MINUTE
        self.spikes = spikes or FakeSpikes()
        self.index, self.history = Index(), FakeFaultHistory(kept=history({12: 1}))
        learnt = LearntFaults(self.history, SEOUL, lambda: self.now)
        self.watch = SpikeWatch(self.spikes, self.index, learnt, lambda: self.now)

    def read(self, *faults: Fault, indexed: bool = True) -> Watched:
        """These faults are read; by default the index shows them at once."""
        if indexed:
            self.index.faults += faults
        return self.watch.watch(faults)


def some(count: int, *, department: str = "network") -> list[Fault]:
    return [fault(-number / 10, department=department) for number in range(count)]


def test_many_faults_at_once_are_one_spike() -> None:
    scene = Scene()

    watched = scene.read(*some(8))

    (spike,) = watched.begun
    assert watched.open == (spike,) == tuple(scene.spikes.open())
    assert (spike.department, spike.minutes, spike.faults, spike.detected_at) == ("network", 3, 5, scene.now)
    assert spike.started_at == NOON - 0.7 * MINUTE


def test_faults_of_earlier_batches_count_and_those_that_the_index_does_not_show_yet() -> None:
    scene = Scene()

    assert scene.read(*some(3)) == Watched()
    assert [spike.faults for spike in scene.read(*some(2), indexed=False).begun] == [5]


def test_a_fault_counts_once_whether_the_index_shows_it_or_not() -> None:
    scene = Scene()

    assert scene.read(*some(4)) == Watched()
    assert scene.read(*scene.index.faults, indexed=False) == Watched()


def test_while_a_spike_is_open_its_department_costs_no_more_questions() -> None:
    scene = Scene()
    (spike,) = scene.read(*some(8)).begun
    asked = len(scene.index.asked)

    assert scene.read(*some(8)) == Watched((spike,))
    assert len(scene.index.asked) == asked


def test_no_fault_costs_no_question_at_all() -> None:
    scene = Scene()

    assert scene.read() == Watched()
    assert (scene.spikes.calls.total(), scene.index.asked) == (0, [])


def test_after_hours_with_more_faults_than_usual_more_are_needed() -> None:
    scene, usual = Scene(), Scene()
    scene.history.kept = usual.history.kept = history(dict.fromkeys(range(24), 18))
    scene.index.faults = [fault(-minutes) for minutes in range(30, 270)]
    outage = [fault(-number / 6) for number in range(15)]

    assert scene.read(*outage).begun == ()
    assert len(usual.read(*outage).begun) == 1


def test_each_department_has_a_spike_of_its_own() -> None:
    scene = Scene()

    watched = scene.read(*some(3), *some(30, department="billing"))

    assert [spike.department for spike in watched.begun] == ["billing"]
    assert [spike.department for spike in scene.read(*some(30)).open] == ["billing", "network"]


def test_of_two_runs_that_find_a_spike_one_begins_it() -> None:
    scene, faults = Scene(), some(8)
    other = Scene(scene.spikes)
    other.now += MINUTE / 60
    scene.spikes.meanwhile["begin"].append(lambda: other.read(*faults))

    watched = scene.read(*faults)

    (spike,) = scene.spikes.open()
    assert watched == Watched((spike,), ())
    assert other.read(*faults) == Watched((spike,))


def test_faults_that_were_posted_before_those_that_another_run_has_read_show_the_same_spike() -> None:
    scene = Scene()
    faults = in_order(some(8))

    assert scene.read(*faults[4:]) == Watched()
    assert [spike.faults for spike in scene.read(*faults[:4]).begun] == [5]


def test_faults_of_a_spike_that_has_ended_show_no_other_one() -> None:
    scene = Scene()
    (spike,) = scene.read(*some(8)).begun
    scene.spikes.end(spike, NOON + 35 * MINUTE)

    assert scene.read(*some(4)) == Watched()
    assert len(scene.read(*(fault(36 + number / 10) for number in range(8))).begun) == 1


def test_the_last_half_hour_before_a_spike_ended_may_begin_the_next_one() -> None:
    scene = Scene()
    (spike,) = scene.read(*some(8)).begun
    scene.spikes.end(spike, NOON + 35 * MINUTE)

    assert len(scene.read(*(fault(34 + number / 10) for number in range(8))).begun) == 1


def test_what_no_run_has_watched_is_found_in_the_index_for_half_an_hour() -> None:
    scene = Scene()
    faults = [each._replace(read_at=scene.now) for each in some(8)]
    scene.index.faults += faults

    assert set(scene.watch.unwatched()) == {each.mention_id for each in in_order(faults)[:5]}
    scene.now += 30 * MINUTE
    assert scene.watch.unwatched()
    scene.now += MINUTE
    assert scene.watch.unwatched() == []


def test_what_was_watched_or_is_no_spike_is_not_found_again() -> None:
    scene = Scene()
    scene.index.faults += [each._replace(read_at=scene.now) for each in some(4)]
    assert scene.watch.unwatched() == []

    assert scene.read(*(each._replace(read_at=scene.now) for each in some(8))).begun
    assert scene.watch.unwatched() == []


@pytest.mark.parametrize("wrong", [{"backlog": True}, {"department": "billing"}])
def test_backlog_and_other_departments_do_not_count(wrong: dict[str, object]) -> None:
    scene = Scene()
    others = [fault(-number / 10, **wrong) for number in range(4)]  # type: ignore[arg-type]

    assert scene.read(*others, *some(4)).begun == ()


def test_what_was_only_heard_does_not_count() -> None:
    scene = Scene()

    assert scene.read(*(each._replace(case_id=None) for each in some(9))) == Watched()


def test_what_is_usual_is_read_once_an_hour() -> None:
    scene = Scene()
    for minutes in (0, 30, 59):
        scene.now = NOON + minutes * MINUTE
        scene.read(fault(minutes))
    assert scene.history.calls["days"] == 1

    scene.now = NOON + timedelta(hours=2)
    scene.read(fault(120))
    assert scene.history.calls["days"] == 2


@pytest.mark.parametrize("method", ["recent", "begin"])
def test_a_busy_store_is_no_spike(method: str) -> None:
    scene = Scene()
    scene.spikes.fail_before.append(method)

    with pytest.raises(StoreBusy):
        scene.read(*some(8))
    assert len(scene.read(*some(1)).begun) == 1
