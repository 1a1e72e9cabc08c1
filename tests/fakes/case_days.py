"""The port CaseDays in memory."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from desk.case_event import CaseEvent
from desk.errors import StoreBusy
from desk.ports.case_days import CaseDeed


@dataclass
class FakeCaseDays:
    """Deeds and each case's mentions; `busy` are methods that fail."""

    deeds: list[CaseDeed] = field(default_factory=list)
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)

    def happened(self, case_id: str, event: CaseEvent) -> None:
        """Have this there."""
        self.deeds.append(CaseDeed(case_id, event))

    def between(self, since: datetime, until: datetime) -> Iterator[CaseDeed]:
        if "between" in self.busy:
            raise StoreBusy("between")
        yield from sorted(
            (deed for deed in self.deeds if since <= deed.event.at < until), key=lambda deed: deed.event.at
        )

    def mentions(self, case_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        if "mentions" in self.busy:
            raise StoreBusy("mentions")
        return {case_id: self.joined[case_id] for case_id in case_ids if case_id in self.joined}
