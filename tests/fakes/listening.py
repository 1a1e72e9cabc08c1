"""Surges in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.listening.surges import Surge
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeSurges(InTrouble):
    """Implements Surges."""

    kept: dict[tuple[datetime, int], Surge] = field(default_factory=dict)

    def record(self, surge: Surge) -> None:
        self._begin("record")
        self.kept[surge.since, surge.number] = surge
        self._end("record")

    def between(self, since: datetime, until: datetime) -> Sequence[Surge]:
        self._begin("between")
        return [self.kept[key] for key in sorted(self.kept) if since <= key[0] < until]
