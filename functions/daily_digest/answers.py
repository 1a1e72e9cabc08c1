"""What a digest says about cases: answers, cases that wait for one, and misreadings."""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from math import ceil
from typing import NamedTuple

from daily_digest.counting import count_words, most_used
from daily_digest.model import (
    Answering,
    Answers,
    CaseList,
    Correction,
    ListedCase,
    Misreading,
    Misreadings,
    Place,
    Pressing,
    Waiting,
    Waits,
)
from daily_digest.periods import Edition, Period
from desk.brand import Brand
from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.queries import CaseQueries, LoggedEvent, OpenCase
from desk.reading import OPERATOR, Urgency
from desk.reports.feedback import FirstEntries
from desk.working_time import working_between
from desk.x.model import time_of

REASONS = 20
"""How many reasons for which replies were refused a digest shows."""
_MINUTE = timedelta(minutes=1)
_HALF, _NINE_IN_TEN = 0.5, 0.9


class AnswerCounting:
    """The answers of a period, event by event. What desk.yaml no longer has as a department is the operator's."""

    def __init__(self, brand: Brand) -> None:
        self._brand = brand
        self._all = _Counts()
        self._by_department: dict[str, _Counts] = {}
        self._unsaid = Counter[str]()
        self._acknowledged = 0

    def add(self, event: CaseEvent) -> None:
        """Look at what happened; what is no answer is passed over."""
        if event.what is CaseEventKind.NOT_SAID:
            count_words(self._unsaid, [event.text])
        elif event.what is CaseEventKind.ACKNOWLEDGED:
            self._acknowledged += 1
        elif event.what in _ANSWERS:
            waited = working_between(event.asked_at, event.at, self._brand) if event.asked_at else None
            department = known_department(event.department, self._brand.departments)
            for counts in (self._all, self._by_department.setdefault(department, _Counts())):
                counts.add(event, waited)

    def figures(self) -> Answering:
        """What was counted so far."""
        return Answering(
            all=self._all.answers(),
            by_department={key: counts.answers() for key, counts in self._by_department.items()},
            unsaid=most_used(self._unsaid, REASONS),
            acknowledged=self._acknowledged,
        )


class _Counts:
    """Of one department; waits by their minutes, which are no more than there are in the time that a case may wait."""

    def __init__(self) -> None:
        self._answered = self._by_hand = self._moved = self._promised = 0
        self._minutes = Counter[int]()

    def add(self, event: CaseEvent, waited: timedelta | None) -> None:
        if event.what is CaseEventKind.PROMISED:
            self._promised += 1
        if waited is None:
            return
        self._minutes[waited // _MINUTE] += 1
        if event.what is CaseEventKind.MOVED:
            self._moved += 1
        else:
            self._answered += 1
            self._by_hand += event.is_by_hand

    def answers(self) -> Answers:
        return Answers(self._answered, self._by_hand, self._moved, self._promised, waits_of(self._minutes))


def waits_of(minutes: Counter[int]) -> Waits | None:
    """How long half and nine in ten of them are at the most, by the nearest rank; None for none."""
    if not minutes:
        return None
    return Waits(*(_MINUTE * _at(minutes, ceil(part * minutes.total())) for part in (_HALF, _NINE_IN_TEN)))


def known_department(key: str | None, departments: Collection[str]) -> str:
    """The department as desk.yaml has it."""
    return key if key in departments and key else OPERATOR


def _at(minutes: Counter[int], rank: int) -> int:
    seen = 0
    for each in sorted(minutes):
        seen += minutes[each]
        if seen >= rank:
            return each
    raise ValueError(rank)


_ANSWERS = frozenset({CaseEventKind.ANSWERED, CaseEventKind.MOVED, CaseEventKind.PROMISED})
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
        self._first = {each: FirstEntries[_Entry](shown, _by_first_due) for each in Pressing}
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
        return frozenset(entry.case.mention_id for few in self._first.values() for entry in few.entries())

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
        shown = tuple(_listed(entry, words) for entry in self._first[pressing].entries())
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


_URGENCIES = {
    CaseEventKind.RAISED: (Urgency.NORMAL, Urgency.HIGH),
    CaseEventKind.LOWERED: (Urgency.HIGH, Urgency.NORMAL),
}
"""What the urgency had been taken for, and what it was."""
_CORRECTIONS = {CaseEventKind.MISREAD, *_URGENCIES}
MISREADINGS_SHOWN = 50
"""Misreadings that a report has room for."""


class MisreadingPicking:
    """Remembers the newest misreadings while events pass by, oldest first; more than `shown` are only counted."""

    def __init__(self, shown: int = MISREADINGS_SHOWN) -> None:
        self._counts = Counter[Correction]()
        self._newest = deque[LoggedEvent](maxlen=shown)

    def add(self, deed: LoggedEvent) -> None:
        """Look at what happened; what is no correction is passed over."""
        if deed.event.what in _CORRECTIONS:
            self._counts[_correction_in(deed.event)] += 1
            self._newest.append(deed)

    def found(self, cases: CaseQueries) -> Misreadings:
        """What was met so far, with their mentions by `cases`. Raises StoreBusy."""
        mentions = cases.mention_ids({deed.case_id for deed in self._newest}) if self._newest else {}
        shown = tuple(_misreading(deed, mentions.get(deed.case_id, ())) for deed in reversed(self._newest))
        return Misreadings(self._counts.total(), tuple(self._counts.most_common()), shown)


def _correction_in(event: CaseEvent) -> Correction:
    if event.what in _URGENCIES:
        was, right = (Place(event.was_kind, event.was_department, urgency) for urgency in _URGENCIES[event.what])
        return Correction(was, right)
    return Correction(Place(event.was_kind, event.was_department), Place(event.kind, event.department))


def _misreading(deed: LoggedEvent, mention_ids: tuple[str, ...]) -> Misreading:
    """It was about the last mention that was written before; about the first one by clocks that disagree."""
    event = deed.event
    before = [mention_id for mention_id in mention_ids if time_of(mention_id) <= event.at]
    mention_id = max(before, key=int) if before else next(iter(mention_ids), None)
    return Misreading(deed.case_id, event.at, _correction_in(event), mention_id)


class CasesTold(NamedTuple):
    """What a digest tells of cases."""

    answering: Answering
    misreadings: Misreadings


def told_of_cases(cases: CaseQueries, brand: Brand, edition: Edition, period: Period) -> CasesTold:
    """What happened in the period; misreadings in the weekly edition only. Raises StoreBusy."""
    counting, picking = AnswerCounting(brand), MisreadingPicking()
    for deed in cases.events_between(period.since, period.until):
        counting.add(deed.event)
        picking.add(deed)
    misread = picking.found(cases) if edition is Edition.WEEKLY else Misreadings()
    return CasesTold(counting.figures(), misread)
