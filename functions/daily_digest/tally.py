"""Counting rows: the tally of a period, the count of a day. Both take the same memory for a row and for a million."""

from collections import Counter
from collections.abc import Collection

from daily_digest.digest import Tally
from daily_digest.heavy_hitters import HeavyHitters
from desk.ports.day_counts import DayNeeds
from desk.ports.day_rows import DayRow
from desk.reading import OPERATOR, Kind

HOURS = 24
TERMS = 20
"""How many of the most used terms a digest shows."""

_COUNTERS = 5_000
APART = frozenset({Kind.JUNK, Kind.FEEDBACK})
"""Kinds with figures of their own, which say nothing of what people want of the brand."""


class Tallying:
    """The tally of a period, row by row. What desk.yaml no longer has as a department is the operator's."""

    def __init__(self, departments: Collection[str]) -> None:
        self._departments = departments
        self._total = 0
        self._needs, self._kinds, self._urgencies = Counter[str](), Counter[str](), Counter[str]()
        self._by_department, self._languages = Counter[str](), Counter[str]()
        self._hours = [0] * HOURS
        self._terms = HeavyHitters(_COUNTERS)
        self._to_review = 0

    def add(self, row: DayRow, hour: int) -> None:
        """Count a row that was made in this hour of the desk's clock."""
        self._total += 1
        if row.kind != Kind.JUNK:
            self._hours[hour] += 1
        if row.kind is None:
            return
        self._kinds[row.kind] += 1
        self._urgencies[row.urgency or ""] += 1
        self._languages[row.lang or ""] += 1
        self._to_review += row.to_review
        if row.kind not in APART:
            self._needs[row.need or ""] += 1
        if row.department is not None:
            self._by_department[department_of(row, self._departments)] += 1
        self._terms.add(row.terms)

    def tally(self) -> Tally:
        """What was counted so far."""
        return Tally(
            total=self._total,
            unread=self._total - self._kinds.total(),
            by_need=dict(self._needs),
            feedback=self._kinds[Kind.FEEDBACK],
            junk=self._kinds[Kind.JUNK],
            by_kind=dict(self._kinds),
            by_department=dict(self._by_department),
            by_urgency=dict(self._urgencies),
            by_language=dict(self._languages),
            by_hour=tuple(self._hours),
            terms=self._terms.most(TERMS),
            to_review=self._to_review,
        )


class DayCount:
    """A whole day: how many mentions, how many read, how many of the `answered` ones, its needs by hour."""

    def __init__(self, answered: Collection[str] = ()) -> None:
        self.rows = 0
        self.read = 0
        self.seen = 0
        self._answered = answered
        self._needs: dict[str, list[int]] = {}

    def add(self, row: DayRow, hour: int) -> None:
        """Count a row that was made in this hour of the desk's clock."""
        self.rows += 1
        self.seen += row.mention_id in self._answered
        if row.kind is None:
            return
        self.read += 1
        if row.kind not in APART and row.need:
            self._needs.setdefault(row.need, [0] * HOURS)[hour] += 1

    def needs(self, polled: int) -> DayNeeds:
        """The day's needs, counted when `polled` mentions were stored."""
        by_hour = {need: tuple(counts) for need, counts in self._needs.items()}
        return DayNeeds(by_hour, polled, unread=self.rows - self.read)


def department_of(row: DayRow, departments: Collection[str]) -> str:
    """Whose row it is."""
    return row.department if row.department in departments and row.department else OPERATOR
