"""How far the reminders of cases that wait have come."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from desk.case import Case
from desk.case_event import CaseEvent, CaseEventKind


class ChaseStep(NamedTuple):
    """A reminder: its stage (REMINDED, DUE or ESCALATED), and the moment by which the answer is due."""

    stage: CaseEventKind
    due: datetime


class Chases(Protocol):
    """The cases that wait, and what was told of them. Every method raises StoreBusy."""

    def waiting(self, department: str, until: datetime) -> Iterator[Case]:
        """The department's cases whose clock ends by then, the soonest first; may lag behind by seconds."""
        ...

    def told(self, dues: Mapping[str, datetime]) -> Mapping[str, CaseEventKind]:
        """The last stage of each of these cases, by id, that was noted for that due moment; read consistently."""
        ...

    def note(self, case: Case, step: ChaseStep, seen: CaseEventKind | None, event: CaseEvent | None) -> bool:
        """Note the step, and beside the case what happened, both or neither; an event of None was passed over.

        False when what was noted for this due moment is no longer `seen`: another run has done it.
        """
        ...
