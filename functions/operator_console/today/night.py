"""What came in overnight, as long as it is new: how much, how much of it is urgent, and how much nobody has read."""

from typing import NamedTuple

from operator_console.app import Visit
from operator_console.shell.night import Night
from operator_console.shell.snapshot import Snapshot, Snapshots
from operator_console.today.stack import LASTS, NightFigures, NightReader


class NightShown(NamedTuple):
    """The night, and how many of the cases that began in it are urgent or at risk and still open."""

    figures: NightFigures
    urgent: int


class NightCard:
    """Leads to the stack. It is not there in the afternoon, nor if nothing came in."""

    name = "night"

    def __init__(self, nights: NightReader, snapshots: Snapshots) -> None:
        self._nights = nights
        self._snapshots = snapshots

    def read(self, visit: Visit, bar: Snapshot) -> NightShown | None:
        """See Card."""
        night = self._nights.night(visit.now)
        if night is None:
            return None
        read = lambda: self._nights.figures(night, visit.now)  # noqa: E731 - only the cache calls it
        figures = self._snapshots.part(f"today night {night.query}", visit.now, read, lasts=LASTS)
        if not figures.number:
            return None
        return NightShown(figures, urgent_of(night, bar))


def urgent_of(night: Night, bar: Snapshot) -> int:
    """How many of the cases that are urgent or at risk, and still open, were asked in this night."""
    return sum(night.since <= row.asked_at < night.until for row in bar.strip.rows)
