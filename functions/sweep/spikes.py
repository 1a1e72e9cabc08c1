"""Ends spikes that are over, repeats notifications that failed, and counts the faults of days."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.errors import isolated
from desk.mentions.poll_state import WalkState
from desk.mentions.store import MentionStore
from desk.notifications.spike_alerts import SpikeAlerts
from desk.spikes.detection import QUIET, is_quiet
from desk.spikes.faults import Faults
from desk.spikes.history import DayFaults, FaultHistory, counted_by_hour
from desk.spikes.model import Spike
from desk.spikes.profile import DAYS
from desk.spikes.store import SpikeStore
from desk.spikes.watch import LearntFaults

_REPEATED_FOR = timedelta(days=1)
"""How long after a spike's end people are still notified of it."""
_COUNTED_EVERY = timedelta(hours=1)
_SETTLES = timedelta(hours=1)
"""A day is counted once more this long after its end, when X has shown its last posts."""
_DAYS_A_RUN = 7


@dataclass(slots=True)
class SpikesReport:
    """How many spikes ended, and how many days were counted.

    `failures` has the reasons for what must be tried again, by `spike#<id>`, `spikes` or `faults`.
    """

    ended: int = 0
    counted: int = 0
    failures: dict[str, str] = field(default_factory=dict)


class SweepSpikes:
    """Attends to open spikes; only routing begins new ones."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with, each named
        self,
        spikes: SpikeStore,
        faults: Faults,
        history: FaultHistory,
        mentions: MentionStore,
        poll: WalkState,
        usual: LearntFaults,
        alerts: SpikeAlerts,
        brand: Brand,
    ) -> None:
        self._spikes = spikes
        self._faults = faults
        self._history = history
        self._mentions = mentions
        self._poll = poll
        self._usual = usual
        self._alerts = alerts
        self._zone = ZoneInfo(brand.timezone)

    def sweep(self, now: datetime, has_time: Callable[[], bool]) -> SpikesReport:
        """End spikes, notify people, count days. Raises nothing, so that the sweep goes on with mentions."""
        report = SpikesReport()
        with isolated(report.failures, "spikes"):
            for spike in self._spikes.recent(now - _REPEATED_FOR):
                with isolated(report.failures, f"spike#{spike.id}"):
                    self._attend(spike, now, report)
        with isolated(report.failures, "faults"):
            self._count_days(now, has_time, report)
        return report

    def _attend(self, spike: Spike, now: datetime, report: SpikesReport) -> None:
        if self._alerts.needs_alert(spike):
            report.failures |= self._alerts.alert(spike, now).failures
        if spike.is_open and self._is_over(spike, now):
            report.ended += self._spikes.end(spike, now)
            spike = spike._replace(ended_at=now)
        if not spike.is_open and spike.end_mailed_at is None:
            report.failures |= self._alerts.ended(spike, now).failures

    def _is_over(self, spike: Spike, now: datetime) -> bool:
        """Whether it is over, by the mentions that were read: failing polls do not make faults usual."""
        if spike.is_too_long(now):
            return True
        checkpoint = self._poll.load().checkpoint
        until = min(now, checkpoint.walked_at) if checkpoint else now
        recent = self._faults.between(until - QUIET, until, department=spike.department)
        return is_quiet(recent, spike.started_at, until, self._usual.of(spike.department, now))

    def _count_days(self, now: datetime, has_time: Callable[[], bool], report: SpikesReport) -> None:
        """Count today every hour, and the days before until they are settled, the latest first, a few in each run."""
        today = now.astimezone(self._zone).date()
        days = [today - timedelta(days=back) for back in range(DAYS + 1)]
        kept = self._history.days(days)
        due = [day for day in days if self._is_due(day, kept.get(day), now)]
        first = min(self._mentions.polled(days), default=today) if due else today
        for day in [day for day in due if day >= first][:_DAYS_A_RUN]:
            if not has_time():
                break
            begin = datetime.combine(day, time(), self._zone)
            faults = self._faults.between(begin, min(now, _end_of(day, self._zone)))
            in_day = [fault for fault in faults if fault.posted_at.astimezone(self._zone).date() == day]
            self._history.keep(day, counted_by_hour(in_day, now, self._zone))
            report.counted += 1

    def _is_due(self, day: date, kept: DayFaults | None, now: datetime) -> bool:
        if kept is None:
            return True
        settled = _end_of(day, self._zone) + _SETTLES
        return kept.until < settled and (now >= settled or now - kept.until >= _COUNTED_EVERY)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)
