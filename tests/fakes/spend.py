"""The port Spend in memory."""

from dataclasses import dataclass, field
from datetime import date

from desk.errors import StoreBusy
from desk.ports.x import Usage


@dataclass
class FakeSpend:
    """The sums by day; `busy` makes every method fail."""

    days: dict[date, Usage] = field(default_factory=dict)
    busy: bool = False

    def add(self, day: date, usage: Usage) -> None:
        self._answer()
        before = self.days.get(day, Usage())
        if usage != Usage():
            self.days[day] = Usage(before.calls + usage.calls, before.micro_usd + usage.micro_usd)

    def on(self, day: date) -> Usage:
        self._answer()
        return self.days.get(day, Usage())

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("spend")
