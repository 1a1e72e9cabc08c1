"""The port CaseList in memory."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from desk.case import Case, CaseState
from desk.cursors import cursor_to, place_at
from desk.errors import StoreBusy
from desk.ports.case_list import CasePage


@dataclass
class FakeCaseList:
    """Lists what `cases` has by then. `busy` makes it fail."""

    cases: Callable[[], Iterable[Case]]
    busy: bool = False

    def page(
        self, states: Collection[CaseState], *, department: str | None = None, limit: int, cursor: str | None = None
    ) -> CasePage:
        if self.busy:
            raise StoreBusy("page")
        before = place_at(cursor) if cursor else None
        matching = [
            case
            for case in sorted(self.cases(), key=_place, reverse=True)
            if case.state in states and department in {None, case.department} and (not before or _place(case) < before)
        ]
        shown = tuple(matching[:limit])
        return CasePage(shown, cursor_to(*_place(shown[-1])) if len(matching) > limit else None)


def _place(case: Case) -> tuple[datetime, str]:
    return case.opened_at, case.id
