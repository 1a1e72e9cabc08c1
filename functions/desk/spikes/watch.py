"""Checks faults that were read lately, and begins spikes."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.spikes.bursts import BURST_DAYS
from desk.spikes.detection import EARLIER, LONGEST, QUIET, Burst, first_burst
from desk.spikes.faults import Fault, Faults, in_order
from desk.spikes.history import DayFaults, FaultHistory
from desk.spikes.model import Spike
from desk.spikes.profile import Usual, usual_faults
from desk.spikes.store import SpikeStore, earliest_first, new_spike_id

LATE = timedelta(hours=6)
"""What the desk finds later than so long after it was posted begins no spike."""
_READ_LATELY = timedelta(minutes=30)
"""So long the faults that were read are looked at again: several sweeps may fail."""
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
            self._days = self._history.days([day - timedelta(days=back) for back in range(BURST_DAYS + 1)])
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

    Faults are stored before the others around them are read. So of two runs at the same time, the later one reads the
    faults of both. But the index from which they are read lags by seconds, and a check may fail: the sweep asks for
    what was `unwatched`.
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
        new = in_order(new)
        since = new[0].posted_at - LONGEST
        recent = self._spikes.recent(since)
        found = earliest_first(spike for spike in recent if spike.is_open)
        new = [fault for fault in new if fault.counts and _is_of_no_spike(fault, recent)]
        if not new:
            return Watched(tuple(found))
        known = self._faults.between(since, new[-1].posted_at + LONGEST)
        shown = [self._spike(department, burst) for department, burst in self._bursts(new, known, recent).items()]
        begun = tuple(spike for spike in shown if self._spikes.begin(spike))
        is_known = len(begun) == len(shown)  # another run began the others
        return Watched(tuple(earliest_first([*found, *begun]) if is_known else self._spikes.open()), begun)

    def unwatched(self) -> Sequence[str]:
        """The mentions by which the index shows a spike that no run has found, of those read lately; usually none.

        The index does not show everything: `watch` decides. Raises StoreBusy.
        """
        now = self._clock()
        since = now - LATE - _READ_LATELY
        known, recent = self._faults.between(since, now), self._spikes.recent(since)
        lately = [fault for fault in known if fault.read_at and fault.read_at >= now - _READ_LATELY]
        new = [fault for fault in lately if fault.counts and _is_of_no_spike(fault, recent)]
        bursts = self._bursts(new, known, recent) if new else {}
        return [
            fault.mention_id
            for fault in new
            if (burst := bursts.get(fault.department)) and burst.since <= fault.posted_at <= burst.until
        ]

    def _bursts(self, new: Sequence[Fault], known: Sequence[Fault], recent: Sequence[Spike]) -> Mapping[str, Burst]:
        """The spikes that the new faults (oldest first) are part of, among the known ones, by department."""
        around = {fault.mention_id: fault for fault in (*known, *new) if fault.counts}
        by_department: dict[str, list[Fault]] = defaultdict(list)
        for fault in in_order([fault for fault in around.values() if _is_of_no_spike(fault, recent)]):
            by_department[fault.department].append(fault)
        bursts = {}
        for department in dict.fromkeys(fault.department for fault in new):
            faults, usual = by_department[department], self._usual.of(department, new[-1].posted_at)
            ends = _ends_of_windows([fault for fault in new if fault.department == department], faults)
            if burst := first_burst(faults, ends, usual, self._earlier(new, department)):
                bursts[department] = burst
        return bursts

    def _earlier(self, new: Sequence[Fault], department: str) -> Callable[[], Sequence[Fault]]:
        """Reads the department's faults of the hours before those around the new ones, once."""

        @cache
        def earlier() -> Sequence[Fault]:
            until = new[0].posted_at - LONGEST
            return self._faults.between(until - EARLIER, until, department=department)

        return earlier

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


def _is_of_no_spike(fault: Fault, recent: Sequence[Spike]) -> bool:
    """Whether it may be part of a new spike: its department has none that is open or was one when it was posted.

    The half hour before a spike ended was usual, or the spike was ended after half a day: both may begin the next one.
    """
    return not any(
        spike.department == fault.department and (spike.ended_at is None or fault.posted_at <= spike.ended_at - QUIET)
        for spike in recent
    )


def _ends_of_windows(new: Sequence[Fault], faults: Sequence[Fault]) -> set[str]:
    """The faults with which a window that has a new fault in it may end: other runs may have read later ones before."""
    times = [fault.posted_at for fault in new]
    ends = set[str]()
    for fault in faults:
        place = bisect_right(times, fault.posted_at)
        if place and fault.posted_at - times[place - 1] <= LONGEST:
            ends.add(fault.mention_id)
    return ends
