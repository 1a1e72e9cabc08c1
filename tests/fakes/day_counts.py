"""The port DayCounts in memory."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from desk.errors import StoreBusy
from desk.ports.day_counts import DayNeeds


@dataclass
class FakeDayCounts:
    """Counts by day; `after_a_look` runs after each look at what was polled; `busy` makes all fail."""

    polls: dict[date, int] = field(default_factory=dict)
    kept: dict[date, DayNeeds] = field(default_factory=dict)
    after_a_look: Callable[[], object] | None = None
    busy: bool = False

    def polled(self, days: Collection[date]) -> dict[date, int]:
        self._answer()
        found = {day: self.polls[day] for day in days if day in self.polls}
        if self.after_a_look:
            self.after_a_look()
        return found

    def needs(self, days: Collection[date]) -> dict[date, DayNeeds]:
        self._answer()
        return {day: self.kept[day] for day in days if day in self.kept}

    def remember(self, day: date, needs: DayNeeds) -> None:
        self._answer()
        self.kept[day] = needs

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("day counts")
