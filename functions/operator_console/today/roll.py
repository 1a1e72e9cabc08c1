"""This morning's attendance: who answered the greeting, and who was greeted back."""

from collections.abc import Callable
from datetime import timedelta

from desk.attendance.rows import RollCount
from operator_console.app import Visit
from operator_console.shell.snapshot import Snapshot, Snapshots

_LASTS = timedelta(seconds=30)
"""For how long polls share the roll: it takes some fifteen reads, and nobody waits for it to the second."""


type CountsRoll = Callable[[Visit], RollCount]
"""Counts the roll of today as its own page does. Raises StoreBusy."""


class RollCard:
    """Leads to the attendance."""

    name = "roll"

    def __init__(self, snapshots: Snapshots, counts: CountsRoll) -> None:
        self._snapshots = snapshots
        self._counts = counts

    def read(self, visit: Visit, _bar: Snapshot) -> RollCount:
        """See Card."""
        return self._snapshots.part("today roll", visit.now, lambda: self._counts(visit), lasts=_LASTS)
