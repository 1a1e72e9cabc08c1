"""The cases that wait, counted in one pass, and the most pressing of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from daily_digest.answer_counting import known_department
from daily_digest.digest import CaseList, ListedCase, Pressing, Waiting
from daily_digest.first_few import FirstFew
from desk.ports.open_cases import OpenCase
from desk.reading import Urgency

SHOWN = 100
"""Cases of one list that a report has room for."""


class _Entry(NamedTuple):
    department: str
    case: OpenCase


class WaitingCases:
    """Counts cases while they pass by. Each goes on one list, the urgent ones before all others.

    What desk.yaml no longer has as a department is the operator's. "Today" is the desk's day of `now`.
    """

    def __init__(self, departments: Collection[str], now: datetime, zone: tzinfo, shown: int = SHOWN) -> None:
        self._departments = departments
        self._now = now
        self._zone = zone
        self._total, self._urgent = Counter[Pressing](), Counter[Pressing]()
        self._first = {each: FirstFew[_Entry](shown, _by_first_due) for each in Pressing}
        self._oldest: datetime | None = None
        self._by_department, self._overdue = Counter[str](), Counter[str]()

    def add(self, department: str, cases: Iterable[OpenCase]) -> None:
        """Look at the open cases of a department."""
        known = known_department(department, self._departments)
        for case in cases:
            due = self._due(case)
            self._by_department[known] += 1
            self._overdue[known] += due is Pressing.OVERDUE
            self._oldest = min(self._oldest or case.asked_at, case.asked_at)
            pressing = Pressing.URGENT if case.urgency == Urgency.HIGH else due
            self._urgent[due] += pressing is Pressing.URGENT
            self._total[pressing] += 1
            self._first[pressing].add(_Entry(known, case))

    def mention_ids(self) -> frozenset[str]:
        """The mentions of the cases that are listed."""
        return frozenset(entry.case.mention_id for few in self._first.values() for entry in few.found())

    def waiting(self, words: Mapping[str, str]) -> Waiting:
        """What was counted so far; `words` are what those mentions say, as far as it is still there."""
        return Waiting(
            open_cases=self._by_department.total(),
            overdue=self._overdue.total(),
            oldest_since=self._oldest,
            by_department=dict(+self._by_department),
            overdue_by_department=dict(+self._overdue),
            lists={each: self._list(each, words) for each in Pressing if self._total[each]},
        )

    def _list(self, pressing: Pressing, words: Mapping[str, str]) -> CaseList:
        shown = tuple(_listed(entry, words) for entry in self._first[pressing].found())
        return CaseList(self._total[pressing], shown, urgent_besides=self._urgent[pressing])

    def _due(self, case: OpenCase) -> Pressing:
        if case.first_due_at < self._now:
            return Pressing.OVERDUE
        today = self._now.astimezone(self._zone).date()
        return Pressing.TODAY if case.first_due_at.astimezone(self._zone).date() == today else Pressing.LATER


def _by_first_due(entry: _Entry) -> tuple[datetime, str]:
    return entry.case.first_due_at, entry.case.id


def _listed(entry: _Entry, words: Mapping[str, str]) -> ListedCase:
    case = entry.case
    return ListedCase(
        case.id, entry.department, case.kind, case.first_due_at, case.mention_id, words.get(case.mention_id)
    )
