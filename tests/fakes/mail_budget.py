"""The port MailBudget in memory."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.errors import StoreBusy


@dataclass
class FakeMailBudget:
    """Counts as the real one does, in a sliding window."""

    count: int = 20
    window: timedelta = timedelta(minutes=10)
    sent: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    busy: bool = False

    def take(self, department: str, now: datetime, *, keep: int = 0) -> bool:
        if self.busy:
            raise StoreBusy("take")
        recent = [moment for moment in self.sent[department] if moment > now - self.window]
        if len(recent) + keep >= self.count or any(moment > now - timedelta(seconds=1) for moment in recent):
            return False
        self.sent[department].append(now)
        return True
