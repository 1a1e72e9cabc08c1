"""The port CaseList in memory."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from desk.case import Case, CaseState
from desk.errors import StoreBusy
from desk.ports.case_list import CasePage


@dataclass
class FakeCaseList:
    """Lists what `cases` has by then; a cursor is the number of the last case. `busy` makes it fail."""

    cases: Callable[[], Iterable[Case]]
    busy: bool = False

    def page(
        self, states: Collection[CaseState], *, department: str | None = None, limit: int, cursor: str | None = None
    ) -> CasePage:
        if self.busy:
            raise StoreBusy("page")
        ordered = sorted(self.cases(), key=lambda case: (case.opened_at, case.id), reverse=True)
        ids = [case.id for case in ordered]
        begin = ids.index(cursor) + 1 if cursor else 0
        matching = [case for case in ordered[begin:] if case.state in states and department in {None, case.department}]
        shown = tuple(matching[:limit])
        return CasePage(shown, shown[-1].id if len(matching) > limit else None)
