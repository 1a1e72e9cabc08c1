"""The line at the top of every page for each open spike of faults."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.spikes.belonging import count_faults
from desk.spikes.faults import Faults
from desk.spikes.model import Spike
from desk.spikes.store import SpikeStore
from desk.staff.model import Person

_FRESH = timedelta(seconds=20)
"""Open spikes are read again after this time: every page shows them, and many pages poll."""
_COUNTED = timedelta(minutes=1)
"""Their faults are counted again after this time."""

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
        if at is None or now - at >= _COUNTED:
            try:
                count = count_faults(self._faults, spike, now)
            except Exception:  # noqa: BLE001 - as above
                _log.exception("the faults of spike %s can't be counted", spike.id)
            self._counts[spike.id] = (now, count)
        return count
