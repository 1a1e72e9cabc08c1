"""What every page shows and many pages poll, read again only after a while: open spikes, heard posts and trends.

A page is shown while they can't be read.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import TrendPlace
from desk.cases.inbox import Count
from desk.errors import StoreBusy
from desk.mentions.heard import HeardMentions
from desk.spikes.belonging import count_faults
from desk.spikes.faults import Faults
from desk.spikes.model import Spike
from desk.spikes.store import SpikeStore
from desk.staff.model import Person
from desk.trends.model import FRESH, RankedTrend, touching
from desk.trends.store import TrendStore

_FRESH = timedelta(seconds=20)
"""Open spikes and heard posts are read again after this time."""
_LASTS = timedelta(minutes=1)
"""The faults of spikes are counted, and trends are read, again after this time."""

_log = logging.getLogger(__name__)


class SpikeLine(NamedTuple):
    """An open spike, and how many faults it has so far; None if they could not be counted."""

    spike: Spike
    faults: int | None


class SpikeBanner:
    """Reads the open spikes. While they can't be read, a page shows those that were read last, rather than nothing."""

    def __init__(self, spikes: SpikeStore, faults: Faults) -> None:
        self._spikes = spikes
        self._faults = faults
        self._open: list[Spike] = []
        self._read_at: datetime | None = None
        self._counts: dict[str, tuple[datetime, int | None]] = {}

    def lines(self, person: Person, now: datetime) -> tuple[SpikeLine, ...]:
        """The lines of the departments whose cases the person sees, the earliest spike first."""
        seen = (spike for spike in self._current(now) if person.sees(spike.department))
        return tuple(SpikeLine(spike, self._count(spike, now)) for spike in seen)

    def keep(self, spike: Spike, count: int, now: datetime) -> None:
        """Use this count, which a page has just made: it must not contradict the banner above it."""
        self._counts[spike.id] = (now, count)

    def is_any_open(self, now: datetime) -> bool:
        """Whether any department has an open spike, as the banner says."""
        return bool(self._current(now))

    def _current(self, now: datetime) -> Sequence[Spike]:
        if self._read_at is None or now - self._read_at >= _FRESH:
            self._read_at = now
            self._read()
        return self._open

    def _read(self) -> None:
        try:
            self._open = list(self._spikes.open())
        except Exception:  # noqa: BLE001 - a page is more important than its banner
            _log.exception("the open spikes can't be read")
        self._counts = {spike.id: self._counts[spike.id] for spike in self._open if spike.id in self._counts}

    def _count(self, spike: Spike, now: datetime) -> int | None:
        at, count = self._counts.get(spike.id, (None, None))
        if at is None or now - at >= _LASTS:
            try:
                count = count_faults(self._faults, spike, now)
            except Exception:  # noqa: BLE001 - as above
                _log.exception("the faults of spike %s can't be counted", spike.id)
            self._counts[spike.id] = (now, count)
        return count


class HeardCount:
    """Counts the posts that the queue shows and that nobody has seen.

    The number depends on the importance of all posts of the last hours, so no count of the index gives it. While they
    can't be read, a page shows the last number, rather than nothing.
    """

    def __init__(self, heard: HeardMentions) -> None:
        self._heard = heard
        self._count: Count | None = None
        self._counted_at: datetime | None = None

    def at(self, now: datetime) -> Count | None:
        """The number, at most `_FRESH` old; None if it was never read."""
        if self._counted_at is None or now - self._counted_at >= _FRESH:
            self._counted_at = now
            try:
                self._count = Count(self._heard.count_to_see())
            except StoreBusy:
                return self._count
        return self._count

    def forget(self) -> None:
        """Read the posts again when the number is asked for next."""
        self._counted_at = None

    def keep(self, number: int, now: datetime) -> None:
        """Take the number of a queue that was read just now."""
        self._count, self._counted_at = Count(number), now


class TrendNote:
    """The trends of now that touch the brand, read once a minute: pages are opened all the time."""

    def __init__(self, trends: TrendStore, places: Sequence[TrendPlace]) -> None:
        self._trends = trends
        self._places = places
        self._touching: Sequence[RankedTrend] = ()
        self._until: datetime | None = None

    def touching(self, now: datetime) -> Sequence[RankedTrend]:
        """The trends in the last reading of each place. A page is shown without a note rather than not at all."""
        if self._until is None or now >= self._until:
            try:
                days = [self._trends.between(place.woeid, now - FRESH, now + _LASTS) for place in self._places]
            except StoreBusy:
                return ()
            read = [[reading for reading in readings if not reading.problem] for readings in days]
            self._touching = touching(readings[-1] for readings in read if readings)
            self._until = now + _LASTS
        return self._touching
