"""What people were notified of about safety checks, in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeCheckNotices(InTrouble):
    """Implements CheckNotices."""

    told: dict[str, datetime] = field(default_factory=dict)
    claimed: dict[str, datetime] = field(default_factory=dict)

    def claim(self, name: str, since: datetime, *, held: tuple[datetime, datetime]) -> bool:
        self._begin("claim", name)
        is_held = name in self.claimed and self.claimed[name] > held[0]
        if is_held or (name in self.told and self.told[name] > since):
            return False
        self.claimed[name] = held[1]
        return True

    def record(self, name: str, at: datetime) -> None:
        self._begin("record", name)
        self.claimed.pop(name, None)
        self.told[name] = at
