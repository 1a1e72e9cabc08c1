"""The newest of many rows, in bounded memory, and how many there were in all."""

from heapq import heappush, heapreplace
from typing import TYPE_CHECKING

from desk.ports.day_rows import DayRow

if TYPE_CHECKING:
    from datetime import datetime


class NewestRows:
    """Keeps the `most` newest of the rows that are added, and counts all of them in `total`."""

    def __init__(self, most: int) -> None:
        self.total = 0
        self._most = most
        self._newest: list[tuple[datetime, str, DayRow]] = []

    def add(self, row: DayRow) -> None:
        """Count a row, and keep it while it is among the newest."""
        self.total += 1
        entry = (row.created_at, row.mention_id, row)
        if len(self._newest) < self._most:
            heappush(self._newest, entry)
        elif entry > self._newest[0]:
            heapreplace(self._newest, entry)

    def rows(self) -> list[DayRow]:
        """The rows that were kept, the newest first."""
        return [row for _, _, row in sorted(self._newest, reverse=True)]
