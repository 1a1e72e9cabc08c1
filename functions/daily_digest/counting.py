"""The one pass over the days of a period: whatever is told of mentions is counted while their rows go by."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from daily_digest.digest import Balance, Period, Tally
from daily_digest.feedback import FeedbackPicking
from daily_digest.period import days_of, last_day_of
from daily_digest.tally import APART, DayCount, Tallying
from desk.ports.day_counts import DayCounts, DayNeeds
from desk.ports.day_rows import DayRow, DayRows

type _Also = Callable[[DayRow], None]


class Counted(NamedTuple):
    """What the pass found. `today` are the needs of the period's last day, `needs` those of every day gone over.

    `uncounted` are the period's earliest days, for which there was no time; nothing else says anything of them.
    """

    tally: Tally
    balance: Balance
    today: Mapping[str, int]
    needs: Mapping[date, DayNeeds]
    feedback: FeedbackPicking
    uncounted: tuple[date, ...] = ()


class Counting:
    """Counts a period. `seen` are mentions that a person answered or liked; None when X did not tell."""

    def __init__(
        self,
        rows: DayRows,
        counts: DayCounts,
        departments: Collection[str],
        period: Period,
        seen: Collection[str] | None,
    ) -> None:
        self._rows = rows
        self._counts = counts
        self._period = period
        self._zone = period.since.tzinfo
        self._seen = seen
        self._tallying = Tallying(departments)
        self._feedback = FeedbackPicking(departments)
        self._today = Counter[str]()

    def run(self, has_time: Callable[[], bool] = lambda: True, also: _Also = lambda _: None) -> Counted:
        """Go over every day that the period touches, once. Raises StoreBusy.

        The last day comes first, and before each other one `has_time` is asked. `also` gets every row of the period.
        """
        days = days_of(self._period)
        before = self._counts.polled(days)
        found = self._latest_first(days, has_time, also)
        after = self._counts.polled(days)
        self._look_again(found, before, has_time)
        return Counted(
            tally=self._tallying.tally(),
            balance=self._balance(found, before, after),
            today={need: self._today[need] for need in sorted(self._today)},
            needs={day: count.needs(after.get(day, 0)) for day, count in found.items()},
            feedback=self._feedback,
            uncounted=tuple(day for day in days if day not in found),
        )

    def _latest_first(self, days: Sequence[date], has_time: Callable[[], bool], also: _Also) -> dict[date, DayCount]:
        found: dict[date, DayCount] = {}
        for day in reversed(days):
            if found and not has_time():
                break
            found[day] = self._of_day(day, also)
        return found

    def _of_day(self, day: date, also: _Also) -> DayCount:
        count = DayCount(self._seen or ())
        is_last = day == last_day_of(self._period)
        for row in self._rows.of_day(day):
            hour = row.created_at.astimezone(self._zone).hour
            count.add(row, hour)
            if row.created_at < self._period.until:
                if row.created_at >= self._period.since:
                    self._tallying.add(row, hour)
                    self._feedback.add(row)
                    also(row)
                if is_last:
                    self._count_today(row)
        return count

    def _count_today(self, row: DayRow) -> None:
        if row.kind is not None and row.kind not in APART and row.need:
            self._today[row.need] += 1

    def _look_again(
        self, found: dict[date, DayCount], before: Mapping[date, int], has_time: Callable[[], bool]
    ) -> None:
        """Count once more where the index shows less than was polled before the pass began: it lags by seconds.

        What is still missing then is missing, and the digest must say so.
        """
        for day, count in found.items():
            if count.rows < before.get(day, 0) and has_time():
                again = DayCount(self._seen or ())
                for row in self._rows.of_day(day, needs_only=True):
                    again.add(row, row.created_at.astimezone(self._zone).hour)
                found[day] = again

    def _balance(
        self, found: Mapping[date, DayCount], before: Mapping[date, int], after: Mapping[date, int]
    ) -> Balance:
        """The poll goes on during the pass: of what it stored meanwhile, as much counts as the pass met."""
        polled = sum(min(max(found[day].rows, before.get(day, 0)), after.get(day, 0)) for day in found)
        rows, read = sum(count.rows for count in found.values()), sum(count.read for count in found.values())
        seen = None if self._seen is None else sum(count.seen for count in found.values())
        return Balance(tuple(sorted(found)), polled=polled, read=read, waiting=rows - read, seen=seen)
