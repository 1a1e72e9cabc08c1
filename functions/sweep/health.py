"""Finds what failed since the last sweep, and schedules whose runs have not ended well for too long."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from desk.errors import isolated
from desk.health.failed_events import DeadLetters, FailedEvent, FailedEventStore
from desk.health.heartbeats import Heartbeats

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)

LATE_AFTER: Mapping[str, timedelta] = MappingProxyType(
    {
        "chase-cases": 35 * _MINUTE,
        "check-subscriptions": 50 * _MINUTE,
        "look-up": 60 * _MINUTE,
        "read-feeds": 60 * _MINUTE,
        "read-trends": 90 * _MINUTE,
        "measure-posts": 120 * _MINUTE,
        "reviewed-digest": 60 * _MINUTE,
        "listen": _DAY,
        "own-replies": 15 * _MINUTE,
        "greet": 26 * 60 * _MINUTE,
        "retention": 26 * 60 * _MINUTE,
        "index-answers": 26 * 60 * _MINUTE,
        "mail-feedback": 26 * 60 * _MINUTE,
        "morning-digest": 26 * 60 * _MINUTE,
        "evening-digest": 26 * 60 * _MINUTE,
        "weekly-digest": 8 * _DAY,
        "monthly-digest": 32 * _DAY,
    }
)
"""How long after its last heartbeat each schedule counts as late: more than one run was missed, or a day's only one.

`own-replies` is the second half of a poll. Metrics watch polls, calls in emergencies, deletions on X and this sweep.
"""


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
            last = self._heartbeats.last(LATE_AFTER.keys(), now)
            report.late = sorted(name for name, at in last.items() if now - at > LATE_AFTER[name])
        return report

    def settle(self, report: HealthReport) -> None:
        """Remember what the alarm has rung for, after the metrics: it rings twice rather than never."""
        with isolated(report.failures, "failed_events"):
            for event in report.failed:
                self._events.report(event)
