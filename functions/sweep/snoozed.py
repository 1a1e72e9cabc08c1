"""Brings back cases that people put off, once their time has come."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from desk.cases.inbox import Inbox, InboxRow
from desk.cases.model import CaseEvent, CaseEventKind, Queue
from desk.cases.store import CaseStore
from desk.cases.transitions import woken
from desk.concerned import concerns
from desk.errors import CaseMoved, isolated

_PAGE = 200
_MOST_PAGES = 20


@dataclass(slots=True)
class SnoozedReport:
    """How many cases came back; `failures` says why something must be tried again, by `case#<id>` or `snoozed`."""

    woken: int = 0
    failures: dict[str, str] = field(default_factory=dict)


class WakeSnoozed:
    """Wakes cases by the wall clock, by which people put them off."""

    def __init__(self, cases: CaseStore, inbox: Inbox, clock: Callable[[], datetime]) -> None:
        self._cases = cases
        self._inbox = inbox
        self._clock = clock

    def wake(self, has_time: Callable[[], bool]) -> SnoozedReport:
        """Wake the cases that are due. Raises nothing, so that the sweep goes on with mentions."""
        report = SnoozedReport()
        with isolated(report.failures, "snoozed"):
            for row in self._due():
                if not has_time():
                    break
                with concerns(case=row.case_id), isolated(report.failures, f"case#{row.case_id}"):
                    report.woken += self._wakes(row.case_id)
        return report

    def _due(self) -> Iterator[InboxRow]:
        after: str | None = None
        for _ in range(_MOST_PAGES):
            page = self._inbox.page([Queue.SNOOZED], limit=_PAGE, after=after)
            yield from (row for row in page.rows if row.snoozed_until and row.snoozed_until <= self._clock())
            after = page.after
            if after is None:
                return

    def _wakes(self, case_id: str) -> bool:
        """Whether the case came back now. Somebody may have acted on it since the index had it."""
        case, now = self._cases.get(case_id), self._clock()
        if case is None or case.snoozed_until is None or case.snoozed_until > now:
            return False
        try:
            self._cases.save(woken(case), case, CaseEvent(CaseEventKind.WOKEN, now, ""))
        except CaseMoved:
            return False
        return True
