"""What a digest says about cases: answers, cases that wait for one, and misreadings."""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from math import ceil
from typing import NamedTuple

from daily_digest.counting import count_words, known_department, most_used
from daily_digest.model import (
    Answering,
    Answers,
    CaseList,
    Correction,
    Label,
    ListedCase,
    Misreading,
    Misreadings,
    Waiting,
    WaitingGroup,
    Waits,
)
from daily_digest.periods import Edition, Period
from desk.brand import Brand
from desk.cases.model import NO_CHANGE, CaseEvent, CaseEventKind
from desk.cases.queries import CaseQueries, LoggedEvent, OpenCaseSummary
from desk.reading import Safety, Urgency
from desk.reports.feedback import FirstEntries
from desk.working_time import working_between
from desk.x.model import time_of

REASONS = 20
"""The most reasons for unsent replies that a digest lists."""
_MINUTE = timedelta(minutes=1)
_MEDIAN, _P90 = 0.5, 0.9
_ANSWERS = frozenset({CaseEventKind.ANSWERED, CaseEventKind.MOVED, CaseEventKind.PROMISED})


class AnswerCounter:
    """Counts the answers among the events of cases. Departments that desk.yaml no longer has count as the operator."""

    def __init__(self, brand: Brand) -> None:
        self._brand = brand
        self._all = _Counts()
        self._by_department: dict[str, _Counts] = {}
        self._unsent = Counter[str]()
        self._acknowledged = 0

    def add(self, event: CaseEvent) -> None:
        """Count an event if it is about an answer."""
        if event.what is CaseEventKind.NOT_SAID:
            count_words(self._unsent, [event.text])
        elif event.what is CaseEventKind.ACKNOWLEDGED:
            self._acknowledged += 1
        elif event.what in _ANSWERS:
            waited = working_between(event.asked_at, event.at, self._brand) if event.asked_at else None
            department = known_department(event.department, self._brand.departments)
            for counts in (self._all, self._by_department.setdefault(department, _Counts())):
                counts.add(event, waited)

    def figures(self) -> Answering:
        """Return the counts so far."""
        return Answering(
            all=self._all.answers(),
            by_department={key: counts.answers() for key, counts in self._by_department.items()},
            unsent=most_used(self._unsent, REASONS),
            acknowledged=self._acknowledged,
        )


class _Counts:
    """The counts of one department. Waits are counted by the minute, which bounds their number."""

    def __init__(self) -> None:
        self._answered = self._external = self._moved = self._promised = 0
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
            self._external += event.is_external_reply

    def answers(self) -> Answers:
        return Answers(self._answered, self._external, self._moved, self._promised, waits_of(self._minutes))


def waits_of(minutes: Counter[int]) -> Waits | None:
    """Return median and 90th percentile by the nearest rank; None without any wait."""
    if not minutes:
        return None
    return Waits(*(_MINUTE * _value_at(minutes, ceil(part * minutes.total())) for part in (_MEDIAN, _P90)))


def _value_at(minutes: Counter[int], rank: int) -> int:
    seen = 0
    for each in sorted(minutes):
        seen += minutes[each]
        if seen >= rank:
            return each
    raise ValueError(rank)


CASES_LISTED = 100
"""The most cases of one list in a report."""


class _Entry(NamedTuple):
    department: str
    case: OpenCaseSummary


class WaitingCaseCounter:
    """Counts waiting cases and lists the first of each group.

    Departments that desk.yaml no longer has count as the operator. "Today" is the desk's day of `now`.
    """

    def __init__(self, departments: Collection[str], now: datetime, zone: tzinfo, room: int = CASES_LISTED) -> None:
        self._departments = departments
        self._now = now
        self._zone = zone
        self._urgent = Counter[WaitingGroup]()
        self._first = {each: FirstEntries[_Entry](room, _by_first_due) for each in WaitingGroup}
        self._oldest: datetime | None = None
        self._by_department, self._overdue = Counter[str](), Counter[str]()

    def add(self, department: str, cases: Iterable[OpenCaseSummary]) -> None:
        """Count the open cases of a department."""
        known = known_department(department, self._departments)
        for case in cases:
            due = self._due(case)
            self._by_department[known] += 1
            self._overdue[known] += due is WaitingGroup.OVERDUE
            self._oldest = min(self._oldest or case.asked_at, case.asked_at)
            group = WaitingGroup.URGENT if case.urgency == Urgency.HIGH else due
            self._urgent[due] += group is WaitingGroup.URGENT
            self._first[group].add(_Entry(known, case))

    def mention_ids(self) -> frozenset[str]:
        """Return the mentions of the listed cases."""
        return frozenset(entry.case.mention_id for few in self._first.values() for entry in few.entries())

    def waiting(self, texts: Mapping[str, str]) -> Waiting:
        """Return the counts and lists so far; `texts` are the texts of those mentions that still have one."""
        return Waiting(
            open_cases=self._by_department.total(),
            overdue=self._overdue.total(),
            oldest_since=self._oldest,
            by_department=dict(+self._by_department),
            overdue_by_department=dict(+self._overdue),
            lists={each: self._list(each, texts) for each in WaitingGroup if self._first[each].total},
        )

    def _list(self, group: WaitingGroup, texts: Mapping[str, str]) -> CaseList:
        first = self._first[group]
        listed = tuple(_listed(entry, texts) for entry in first.entries())
        return CaseList(first.total, listed, urgent_besides=self._urgent[group])

    def _due(self, case: OpenCaseSummary) -> WaitingGroup:
        if case.first_due_at < self._now:
            return WaitingGroup.OVERDUE
        today = self._now.astimezone(self._zone).date()
        return WaitingGroup.TODAY if case.first_due_at.astimezone(self._zone).date() == today else WaitingGroup.LATER


def _by_first_due(entry: _Entry) -> tuple[datetime, str]:
    return entry.case.first_due_at, entry.case.id


def _listed(entry: _Entry, texts: Mapping[str, str]) -> ListedCase:
    case = entry.case
    return ListedCase(
        case.id, entry.department, case.label, case.first_due_at, case.mention_id, texts.get(case.mention_id)
    )


_URGENCIES = {
    CaseEventKind.RAISED: (Urgency.NORMAL, Urgency.HIGH),
    CaseEventKind.LOWERED: (Urgency.HIGH, Urgency.NORMAL),
    CaseEventKind.CLEARED: (Safety.CHECK, Urgency.NORMAL),
}
"""What a mention was read as, and what it really is. It is never said that a check has found danger."""
_CORRECTIONS = {CaseEventKind.MISREAD, *_URGENCIES}
_TAKES_BACK = {CaseEventKind.TAKEN_BACK, CaseEventKind.RESTORED}
MISREADINGS_LISTED = 50
"""The most misreadings that a report lists."""


class MisreadingSelection:
    """Counts the corrections among the events of cases, and keeps the `room` newest. Events come oldest first.

    A correction that a person took back at once is none.
    """

    def __init__(self, room: int = MISREADINGS_LISTED) -> None:
        self._counts = Counter[Correction]()
        self._newest = deque[LoggedEvent](maxlen=room)
        self._last_step: dict[str, LoggedEvent] = {}

    def add(self, logged: LoggedEvent) -> None:
        """Count an event if it is a correction."""
        before = self._last_step.get(logged.case_id)
        if logged.event.what in _CORRECTIONS:
            self._counts[_correction_in(logged.event)] += 1
            self._newest.append(logged)
        elif logged.event.what in _TAKES_BACK and before and before.event.what in _CORRECTIONS:
            self._counts[_correction_in(before.event)] -= 1
            self._newest = deque((each for each in self._newest if each is not before), self._newest.maxlen)
        if logged.event.what not in NO_CHANGE:
            self._last_step[logged.case_id] = logged

    def misreadings(self, cases: CaseQueries) -> Misreadings:
        """Return the corrections so far, with the mentions that `cases` knows. Raises StoreBusy."""
        mentions = cases.mention_ids({logged.case_id for logged in self._newest}) if self._newest else {}
        listed = tuple(_misreading(logged, mentions.get(logged.case_id, ())) for logged in reversed(self._newest))
        counts = +self._counts
        return Misreadings(counts.total(), tuple(counts.most_common()), listed)


def _correction_in(event: CaseEvent) -> Correction:
    if event.what in _URGENCIES:
        was, right = (Label(event.was_kind, event.was_department, urgency) for urgency in _URGENCIES[event.what])
        return Correction(was, right)
    return Correction(Label(event.was_kind, event.was_department), Label(event.kind, event.department))


def _misreading(logged: LoggedEvent, mention_ids: tuple[str, ...]) -> Misreading:
    """A correction is about the last mention before it; if clocks disagree so that there is none, about the first."""
    event = logged.event
    before = [mention_id for mention_id in mention_ids if time_of(mention_id) <= event.at]
    mention_id = max(before, key=int) if before else next(iter(mention_ids), None)
    return Misreading(logged.case_id, event.at, _correction_in(event), mention_id)


class LabelCounter:
    """Counts the cases that got a label in the period and have it at its end."""

    def __init__(self) -> None:
        self._labels: dict[str, tuple[str, ...]] = {}

    def add(self, logged: LoggedEvent) -> None:
        """Add the next event."""
        is_restored = logged.event.what in _RESTORING and logged.case_id in self._labels
        if logged.event.what is CaseEventKind.LABELLED or is_restored:
            self._labels[logged.case_id] = logged.event.labels

    def counts(self) -> Mapping[str, int]:
        """How many cases, by the label's key."""
        return Counter(key for labels in self._labels.values() for key in labels)


_RESTORING = frozenset({CaseEventKind.RESTORED, CaseEventKind.TAKEN_BACK})
"""After these events a case has the labels from before the step that was taken back."""


class CaseFigures(NamedTuple):
    """The part of a digest that is counted from the events of cases."""

    answering: Answering
    misreadings: Misreadings
    labels: Mapping[str, int]


def case_figures(cases: CaseQueries, brand: Brand, edition: Edition, period: Period) -> CaseFigures:
    """Count the events of the period; misreadings and labels for the editions that have them. Raises StoreBusy."""
    answers, corrections, labels = AnswerCounter(brand), MisreadingSelection(), LabelCounter()
    for logged in cases.events_between(period.since, period.until):
        answers.add(logged.event)
        corrections.add(logged)
        labels.add(logged)
    misread = corrections.misreadings(cases) if edition is Edition.WEEKLY else Misreadings()
    has_labels = edition in (Edition.WEEKLY, Edition.MONTHLY)
    return CaseFigures(answers.figures(), misread, labels.counts() if has_labels else {})
