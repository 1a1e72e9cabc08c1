"""The port Spend in memory."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from desk.errors import StoreBusy
from desk.ports.spend import Reservation
from desk.ports.x import Usage


@dataclass
class FakeSpend:
    """The sums by day, and what is reserved and not settled; `busy` makes every method fail."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Seoul"))
    days: dict[date, Usage] = field(default_factory=dict)
    reserved: dict[str, Reservation] = field(default_factory=dict)
    busy: bool = False

    def reserve(self, reservation: Reservation) -> None:
        self._answer()
        self.reserved[reservation.id] = reservation

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        self._answer()
        self.reserved.pop(reservation.id, None)
        day = self._day_of(reservation)
        before = self.days.get(day, Usage())
        self.days[day] = Usage(before.calls + usage.calls, before.micro_usd + usage.micro_usd)

    def on(self, day: date) -> Usage:
        self._answer()
        settled = self.days.get(day, Usage())
        reserved = [each.micro_usd for each in self.reserved.values() if self._day_of(each) == day]
        return Usage(settled.calls + len(reserved), settled.micro_usd + sum(reserved))

    def _day_of(self, reservation: Reservation) -> date:
        return reservation.at.astimezone(self.zone).date()

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("spend")
