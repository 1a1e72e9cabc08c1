"""Checks the faults that were just routed, and begins spikes."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.spikes.detection import EARLIER, LONGEST, Burst, first_burst
from desk.spikes.faults import Fault, Faults, in_order
from desk.spikes.history import DayFaults, FaultHistory
from desk.spikes.model import Spike
from desk.spikes.profile import DAYS, Usual, usual_faults
from desk.spikes.store import SpikeStore, new_spike_id

_LEARNT_FOR = timedelta(hours=1)


class LearntFaults:
    """What is usual in each department, kept in the process for an hour."""

    def __init__(self, history: FaultHistory, zone: ZoneInfo, clock: Callable[[], datetime]) -> None:
        self._history = history
        self._zone = zone
        self._clock = clock
        self._day: date | None = None
        self._until = clock()
        self._days: Mapping[date, DayFaults] = {}
        self._usual: dict[str, Usual] = {}

    def of(self, department: str, moment: datetime) -> Usual:
        """What is usual in the department, as known on the day of this moment. Raises StoreBusy."""
        day = moment.astimezone(self._zone).date()
        if day != self._day or self._clock() >= self._until:
            self._days = self._history.days([day - timedelta(days=back) for back in range(DAYS + 1)])
            self._usual, self._day, self._until = {}, day, self._clock() + _LEARNT_FOR
        if department not in self._usual:
            self._usual[department] = usual_faults(department, self._days, self._zone)
        return self._usual[department]


class Watched(NamedTuple):
    """The spikes that are open, and those among them that this run has begun."""

    open: Sequence[Spike] = ()
    begun: Sequence[Spike] = ()


class SpikeWatch:
    """Checks whether faults that were just read are part of a spike. `clock` is the wall clock.

    The faults before them come from an index that lags by seconds. If one is missing there, the run that read it still
    counts it, and so does the check of the next fault.
    """

    def __init__(self, spikes: SpikeStore, faults: Faults, usual: LearntFaults, clock: Callable[[], datetime]) -> None:
        self._spikes = spikes
        self._faults = faults
        self._usual = usual
        self._clock = clock

    def watch(self, new: Sequence[Fault]) -> Watched:
        """Begin the spikes that these faults show, and return all that are open. Raises StoreBusy.

        If every department of these faults has an open spike, this costs one query. Of two runs that find the same
        spike one begins it.
        """
        if not new:
            return Watched()
        found = tuple(self._spikes.open())
        departments = {spike.department for spike in found}
        candidates = [fault for fault in new if fault.counts and fault.department not in departments]
        if not candidates:
            return Watched(found)
        shown = self._shown_by(in_order(candidates))
        begun = tuple(spike for spike in shown if self._spikes.begin(spike))
        return Watched(tuple(self._spikes.open()), begun) if shown else Watched(found)

    def _shown_by(self, new: Sequence[Fault]) -> list[Spike]:
        """The spikes that these faults (oldest first, of departments without an open spike) are part of."""
        recent = self._around(new, new[0].posted_at - LONGEST, new[-1].posted_at)
        ids = {fault.mention_id for fault in new}
        spikes = []
        for department in dict.fromkeys(fault.department for fault in new):
            usual = self._usual.of(department, new[-1].posted_at)
            if burst := first_burst(recent[department], ids, usual, self._earlier(new, department)):
                spikes.append(self._spike(department, burst))
        return spikes

    def _earlier(self, new: Sequence[Fault], department: str) -> Callable[[], Sequence[Fault]]:
        """Reads the department's faults of the hours before those around the new ones, once."""

        @cache
        def earlier() -> Sequence[Fault]:
            until = new[0].posted_at - LONGEST
            return self._faults.between(until - EARLIER, until, department=department)

        return earlier

    def _around(self, new: Sequence[Fault], since: datetime, until: datetime) -> Mapping[str, Sequence[Fault]]:
        """The faults of this time and the new ones, by department."""
        known = {fault.mention_id: fault for fault in self._faults.between(since, until) if fault.counts}
        by_department: dict[str, list[Fault]] = defaultdict(list)
        for fault in in_order([*(known | {fault.mention_id: fault for fault in new}).values()]):
            by_department[fault.department].append(fault)
        return by_department

    def _spike(self, department: str, burst: Burst) -> Spike:
        now = self._clock()
        return Spike(
            id=new_spike_id(department, now),
            department=department,
            started_at=burst.since,
            detected_at=now,
            minutes=burst.minutes,
            faults=burst.faults,
            expected=burst.expected,
        )
