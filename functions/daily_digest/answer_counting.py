"""Counting what happened to cases: the same memory for a day and for a month."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from math import ceil

from daily_digest.answer_figures import Answering, Answers, Waits
from daily_digest.heavy_hitters import HeavyHitters
from desk.brand import Brand
from desk.case_event import CaseEvent, CaseEventKind
from desk.reading import OPERATOR
from desk.working_time import working_between

REASONS = 20
"""How many reasons for which replies were refused a digest shows."""

_COUNTERS = 500
_MINUTE = timedelta(minutes=1)
_HALF, _NINE_IN_TEN = 0.5, 0.9


class AnswerCounting:
    """The answers of a period, event by event. What desk.yaml no longer has as a department is the operator's."""

    def __init__(self, brand: Brand) -> None:
        self._brand = brand
        self._all = _Counts()
        self._by_department: dict[str, _Counts] = {}
        self._unsaid = HeavyHitters(_COUNTERS)
        self._acknowledged = 0

    def add(self, event: CaseEvent) -> None:
        """Look at what happened; what is no answer is passed over."""
        if event.what is CaseEventKind.NOT_SAID:
            self._unsaid.add([event.text])
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
            unsaid=self._unsaid.most(REASONS),
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
