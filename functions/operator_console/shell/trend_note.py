"""The line on every page while a trend touches the brand."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from desk.brand import TrendPlace
from desk.errors import StoreBusy
from desk.trends.model import FRESH, RankedTrend, touching
from desk.trends.store import TrendStore

_LASTS = timedelta(minutes=1)


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
