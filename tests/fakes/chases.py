"""The port Chases in memory, beside the cases of FakeCases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from desk.case import WAITING, Case
from desk.case_event import CaseEvent, CaseEventKind
from desk.errors import StoreBusy
from desk.ports.chases import ChaseStep
from tests.fakes.cases import FakeCases


@dataclass
class FakeChases:
    """What was noted by case and due moment. `busy` are methods, departments and cases that fail."""

    cases: FakeCases
    noted: dict[tuple[str, datetime], CaseEventKind] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    looks: list[datetime] = field(default_factory=list)

    def waiting(self, department: str, until: datetime) -> Iterator[Case]:
        self._check("waiting", department)
        self.looks.append(until)
        theirs = [
            case
            for case in self.cases.cases.values()
            if case.state in WAITING and case.department == department and case.due_at <= until
        ]
        yield from sorted(theirs, key=lambda case: case.due_at)

    def told(self, dues: Mapping[str, datetime]) -> Mapping[str, CaseEventKind]:
        self._check("told")
        return {case_id: self.noted[case_id, due] for case_id, due in dues.items() if (case_id, due) in self.noted}

    def note(self, case: Case, step: ChaseStep, seen: CaseEventKind | None, event: CaseEvent | None) -> bool:
        self._check("note", case.id)
        if self.noted.get((case.id, step.due)) != seen:
            return False
        self.noted[case.id, step.due] = step.stage
        if event:
            self.cases.events[case.id].append(event)
        return True

    def _check(self, *names: str) -> None:
        if busy := self.busy & set(names):
            raise StoreBusy(", ".join(busy))
