"""Finds what failed since the last sweep, and schedules whose runs have not ended well for too long."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.errors import isolated
from desk.health.failed_events import DeadLetters, FailedEvent, FailedEventStore
from desk.health.heartbeats import LATE_AFTER, Heartbeats, late_schedules


@dataclass(slots=True)
class HealthReport:
    """What failed and no alarm has rung for yet, the schedules that are late, and why something could not be found."""

    failed: Sequence[FailedEvent] = ()
    late: Sequence[str] = ()
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def failed_by_source(self) -> dict[str, int]:
        """How many failed of each source."""
        sources = [each.source.value for each in self.failed]
        return {source: sources.count(source) for source in sorted(set(sources))}


class SweepHealth:
    """Takes failed events out of their queues, and looks at the heartbeats."""

    def __init__(self, letters: DeadLetters, events: FailedEventStore, heartbeats: Heartbeats) -> None:
        self._letters = letters
        self._events = events
        self._heartbeats = heartbeats

    def sweep(self, now: datetime, has_time: Callable[[], bool]) -> HealthReport:
        """Find both. Raises nothing, so that the sweep goes on."""
        report = HealthReport()
        with isolated(report.failures, "dead_letters"):
            self._letters.hand_over(now, self._events.keep, has_time)
        with isolated(report.failures, "failed_events"):
            report.failed = [each for each in self._events.all() if not each.reported]
        with isolated(report.failures, "heartbeats"):
            report.late = late_schedules(self._heartbeats.last(LATE_AFTER.keys(), now), now)
        return report

    def settle(self, report: HealthReport) -> None:
        """Remember what the alarm has rung for, after the metrics: it rings twice rather than never."""
        with isolated(report.failures, "failed_events"):
            for event in report.failed:
                self._events.report(event)
