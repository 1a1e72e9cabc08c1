"""The ports Subscribers and SubscriberNotes in memory."""

from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass
class FakeSubscribers:
    """Confirmed subscribers and missing addresses by department; while `busy`, nothing was ever read."""

    counts: dict[str, int] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    busy: bool = False

    def confirmed(self, department: str) -> int | None:
        return None if self.busy else self.counts.get(department)

    def are_known(self) -> bool:
        return not self.busy

    def departments(self) -> frozenset[str]:
        return frozenset() if self.busy else frozenset(self.counts)

    def note(self, department: str, confirmed: int, missing: Collection[str]) -> None:
        self.counts[department] = confirmed
        self.missing[department] = sorted(missing)
