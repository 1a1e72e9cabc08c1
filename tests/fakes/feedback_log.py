"""The port FeedbackLog in memory."""

from dataclasses import dataclass, field
from datetime import date, datetime

from desk.errors import StoreBusy


@dataclass
class FakeFeedbackLog:
    """Up to which day departments were mailed, and who mails now; `busy` are methods that fail."""

    until: dict[str, date] = field(default_factory=dict)
    held: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)

    def mailed_until(self) -> dict[str, date]:
        self._answer("mailed_until")
        return dict(self.until)

    def begin(self, department: str, until: date, *, holder: str, now: datetime, ends_at: datetime) -> bool:
        self._answer("begin")
        there = self.held.get(department)
        if self.until.get(department, date.min) >= until or (there and there[0] != holder and there[1] > now):
            return False
        self.held[department] = (holder, ends_at)
        return True

    def note(self, department: str, until: date) -> None:
        self._answer("note")
        if self.until.get(department, date.min) < until:
            self.until[department] = until
            self.held.pop(department, None)

    def _answer(self, method: str) -> None:
        if method in self.busy:
            raise StoreBusy(method)
