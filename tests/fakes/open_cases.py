"""The port CasesWaiting in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from desk.case import WAITING, Case
from desk.errors import StoreBusy
from desk.ports.open_cases import OpenCase


@dataclass
class FakeCasesWaiting:
    """Cases as they stand; `busy` makes it fail."""

    cases: list[Case] = field(default_factory=list)
    busy: bool = False

    def of(self, department: str) -> Iterator[OpenCase]:
        if self.busy:
            raise StoreBusy("of")
        for case in self.cases:
            if case.department == department and case.state in WAITING:
                yield OpenCase(case.id, case.kind, case.urgency, case.asked_at, case.first_due_at, case.mention_ids[-1])
