"""What is counted by the day: polled mentions, and the needs of finished days."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple, Protocol


class DayNeeds(NamedTuple):
    """A day's needs: 24 counts by the desk's clock for each, junk and feedback left out.

    `polled` is how many mentions the day had when this was counted, `unread` how many of them were not read yet.
    """

    by_hour: Mapping[str, tuple[int, ...]]
    polled: int
    unread: int


class DayCounts(Protocol):
    """Counts of the desk's days. Every method raises StoreBusy."""

    def polled(self, days: Collection[date]) -> Mapping[date, int]:
        """How many mentions the poll stored on each of these days; a day without any is absent. Read consistently."""
        ...

    def needs(self, days: Collection[date]) -> Mapping[date, DayNeeds]:
        """The remembered ones among these days."""
        ...

    def remember(self, day: date, needs: DayNeeds) -> None:
        """Keep the needs of a finished day, in place of an earlier count."""
        ...
