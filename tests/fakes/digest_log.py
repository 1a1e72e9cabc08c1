"""The port DigestLog in memory."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from desk.errors import StoreBusy
from desk.ports.digest_log import Turn


@dataclass
class FakeDigestLog:
    """What was made, and who makes what until when; `busy` are methods that fail."""

    made: dict[tuple[str, date], datetime] = field(default_factory=dict)
    covered: dict[tuple[str, date], datetime] = field(default_factory=dict)
    held: dict[tuple[str, date], tuple[str, datetime]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)

    def begin(self, edition: str, day: date, *, holder: str, now: datetime, until: datetime) -> Turn:
        self._answer("begin")
        if (edition, day) in self.made:
            return Turn.MADE
        there = self.held.get((edition, day))
        if there and there[0] != holder and there[1] > now:
            return Turn.ELSEWHERE
        self.held[edition, day] = (holder, until)
        return Turn.OURS

    def note(self, edition: str, day: date, *, at: datetime, covered_until: datetime) -> None:
        self._answer("note")
        self.made[edition, day], self.covered[edition, day] = at, covered_until
        self.held.pop((edition, day), None)

    def covered_until(self, editions: Collection[str], *, day: date, now: datetime) -> datetime | None:
        self._answer("covered_until")
        there = (end for (edition, made), end in self.covered.items() if edition in editions and made <= day)
        return max((end for end in there if end <= now), default=None)

    def release(self, edition: str, day: date, *, holder: str) -> None:
        self._answer("release")
        there = self.held.get((edition, day))
        if there and there[0] == holder:
            del self.held[edition, day]

    def _answer(self, method: str) -> None:
        if method in self.busy:
            raise StoreBusy(method)
