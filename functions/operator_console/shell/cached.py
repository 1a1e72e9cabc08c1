"""What every page shows and many pages poll, read again only after a while: open spikes and heard posts.

A page is shown while they can't be read.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.errors import StoreBusy
from desk.mentions.heard import HeardMentions
from desk.spikes.belonging import count_faults
from desk.spikes.faults import Faults
from desk.spikes.model import Spike
from desk.spikes.store import SpikeStore
from desk.staff.model import Person

_FRESH = timedelta(seconds=20)
"""Open spikes and heard posts are read again after this time."""
_LASTS = timedelta(minutes=1)
"""The faults of spikes are counted again after this time."""

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

    def saw(self, spike: Spike) -> None:
        """Read the open spikes anew if a page has just read that this one has begun or ended meanwhile."""
        if spike.is_open is not any(known.id == spike.id for known in self._open):
            self._read_at = None

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


class HeardToSee:
    """The posts that the queue of heard posts shows and that nobody has seen.

    Which they are depends on the importance of all posts of the last hours, so no count of the index gives it. While
    they can't be read, a page shows those that were read last, rather than nothing.
    """

    def __init__(self, heard: HeardMentions) -> None:
        self._heard = heard
        self._ids: Sequence[str] | None = None
        self._read_at: datetime | None = None

    def at(self, now: datetime) -> Sequence[str] | None:
        """Their ids, at most `_FRESH` old; None if they were never read."""
        if self._read_at is None or now - self._read_at >= _FRESH:
            self._read_at = now
            try:
                self._ids = self._heard.to_see()
            except StoreBusy:
                return self._ids
        return self._ids

    def forget(self) -> None:
        """Read them again when they are asked for next."""
        self._read_at = None

    def keep(self, ids: Sequence[str], now: datetime) -> None:
        """Take those of a queue that was read just now."""
        self._ids, self._read_at = ids, now
