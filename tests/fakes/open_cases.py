"""The port CasesWaiting in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from desk.case import WAITING, Case
from desk.errors import StoreBusy
from desk.ports.open_cases import OpenCases


@dataclass
class FakeCasesWaiting:
    """Cases as they stand; `busy` makes it fail."""

    cases: list[Case] = field(default_factory=list)
    busy: bool = False

    def of(self, department: str, now: datetime) -> OpenCases:
        if self.busy:
            raise StoreBusy("of")
        there = [case for case in self.cases if case.department == department and case.state in WAITING]
        return OpenCases(
            len(there),
            sum(case.first_due_at < now for case in there),
            min((case.asked_at for case in there), default=None),
        )
