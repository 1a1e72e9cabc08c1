"""What the sweep finds wrong with the desk: failed events that are new, and schedules that are late."""

from datetime import UTC, datetime, timedelta

from desk.health.failed_events import FailedEvent, FailedSource
from desk.health.heartbeats import LATE_AFTER
from sweep.health import SweepHealth
from tests.fakes.health import FakeDeadLetters, FakeFailedEvents, FakeHeartbeats

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FAILED = FailedEvent("posts#1", FailedSource.POSTS, NOW, '{"post_id": "p"}', {})


class Scene:
    def __init__(self) -> None:
        self.letters = FakeDeadLetters(FAILED)
        self.events = FakeFailedEvents()
        self.heartbeats = FakeHeartbeats()
        self.health = SweepHealth(self.letters, self.events, self.heartbeats)

    def new(self, *, settles: bool = True) -> dict[str, int]:
        report = self.health.sweep(NOW, lambda: True)
        if settles:
            self.health.settle(report)
        return report.failed_by_source


def test_a_failure_is_new_in_one_sweep_and_stays_until_somebody_has_dealt_with_it() -> None:
    scene = Scene()

    assert [scene.new(), scene.new()] == [{"posts": 1}, {}]
    assert len(scene.events.all()) == 1


def test_a_sweep_that_ends_before_it_has_rung_leaves_it_to_the_next() -> None:
    scene = Scene()

    assert [scene.new(settles=False), scene.new(), scene.new()] == [{"posts": 1}, {"posts": 1}, {}]


def test_a_message_that_stays_in_its_queue_after_it_was_kept_counts_once() -> None:
    scene = Scene()
    scene.letters.fails = True

    report = scene.health.sweep(NOW, lambda: True)
    scene.health.settle(report)

    assert (report.failed_by_source, list(report.failures)) == ({"posts": 1}, ["dead_letters"])
    assert scene.new() == {}
    assert scene.letters.waiting == []


def test_one_failure_that_is_gone_does_not_hide_a_new_one() -> None:
    """A count of what lies in a queue would be the same."""
    scene = Scene()
    scene.new()
    scene.events.remove(scene.events.all()[0])
    scene.letters.waiting.append(FAILED._replace(id="posts#2"))

    assert scene.new() == {"posts": 1}


def test_a_schedule_is_late_after_its_time_and_a_busy_table_is_no_end() -> None:
    scene = Scene()
    scene.heartbeats.beats = dict.fromkeys(LATE_AFTER, NOW - timedelta(minutes=40))
    scene.heartbeats.beats["listen"] = NOW - timedelta(hours=25)

    report = scene.health.sweep(NOW, lambda: True)

    assert report.late == ["chase-cases", "listen", "own-replies"]
