"""Ends spikes that are over, finds those that routing missed, and counts the faults of days."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.errors import isolated
from desk.mentions.poll_state import WalkState
from desk.notifications.mention_news import faults_among
from desk.notifications.model import stored_entries
from desk.notifications.spike_alerts import SpikeAlerts
from desk.routing.unit_of_work import UnitOfWork
from desk.spikes.detection import QUIET, is_quiet
from desk.spikes.faults import Faults
from desk.spikes.history import DayFaults, FaultHistory, counted_by_hour
from desk.spikes.model import Spike
from desk.spikes.profile import DAYS
from desk.spikes.store import SpikeStore
from desk.spikes.watch import LearntFaults, SpikeWatch

_COUNTED_EVERY = timedelta(hours=1)
_SETTLES = timedelta(hours=1)
"""A day is counted once more this long after its end, when X has shown its last posts."""
_DAYS_A_RUN = 7

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class SpikesReport:
    """How many spikes ended, how many were found that routing had missed, and how many days were counted.

    `failures` has the reasons for what must be tried again, by `spike#<id>`, `spikes`, `unwatched` or `faults`.
    """

    ended: int = 0
    found: int = 0
    counted: int = 0
    failures: dict[str, str] = field(default_factory=dict)


class SweepSpikes:
    """Attends to spikes. Routing finds nearly all of them; this finds the others.

    Routing joins faults to a spike until it ends, so that its end is a moment of the wall clock (`clock`).
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with, each named
        self,
        spikes: SpikeStore,
        faults: Faults,
        history: FaultHistory,
        unit_of_work: UnitOfWork,
        poll: WalkState,
        usual: LearntFaults,
        watch: SpikeWatch,
        alerts: SpikeAlerts,
        brand: Brand,
        clock: Callable[[], datetime],
    ) -> None:
        self._spikes = spikes
        self._faults = faults
        self._history = history
        self._mentions = unit_of_work.mentions
        self._cases = unit_of_work.cases
        self._poll = poll
        self._usual = usual
        self._watch = watch
        self._alerts = alerts
        self._brand = brand
        self._clock = clock
        self._zone = ZoneInfo(brand.timezone)

    def sweep(self, now: datetime, has_time: Callable[[], bool]) -> SpikesReport:
        """End and find spikes, count days. Raises nothing, so that the sweep goes on with mentions."""
        report = SpikesReport()
        with isolated(report.failures, "spikes"):
            for spike in self._spikes.open():
                with isolated(report.failures, f"spike#{spike.id}"):
                    if self._is_over(spike, now):
                        report.ended += self._spikes.end(spike, self._clock())
        with isolated(report.failures, "unwatched"):
            self._find(report)
        with isolated(report.failures, "faults"):
            self._count_days(now, has_time, report)
        return report

    def _find(self, report: SpikesReport) -> None:
        """Begin the spikes that no run of routing has found: its check failed, or did not see another run's faults."""
        if mention_ids := self._watch.unwatched():
            entries = stored_entries(self._mentions.get_many(mention_ids).values(), self._cases)
            begun = self._watch.watch(faults_among(entries, self._brand)).begun
            report.found += len(begun)
            for spike in begun:
                _log.warning("routing had missed spike %s", spike.id)
                report.failures |= self._alerts.alert(spike).failures

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
