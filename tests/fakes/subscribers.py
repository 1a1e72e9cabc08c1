"""The ports Subscribers and SubscriberNotes in memory."""

from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass
class FakeSubscribers:
    """Confirmed subscribers and missing addresses by department."""

    counts: dict[str, int] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)

    def confirmed(self, department: str) -> int | None:
        return self.counts.get(department)

    def departments(self) -> frozenset[str]:
        return frozenset(self.counts)

    def note(self, department: str, confirmed: int, missing: Collection[str]) -> None:
        self.counts[department] = confirmed
        self.missing[department] = sorted(missing)
