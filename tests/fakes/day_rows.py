"""The port DayRows in memory."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from desk.errors import StoreBusy
from desk.ports.day_rows import DayRow


@dataclass
class FakeDayRows:
    """Rows by the desk's day; `streams` makes a day's rows up as they are asked for, `passes` counts what was asked.

    `hidden` are ids that the index does not show the first time, as when it lags; `busy` makes it give up.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Seoul"))
    days: dict[date, list[DayRow]] = field(default_factory=lambda: defaultdict(list))
    streams: dict[date, Callable[[], Iterable[DayRow]]] = field(default_factory=dict)
    passes: Counter[date] = field(default_factory=Counter)
    hidden: set[str] = field(default_factory=set)
    busy: bool = False

    def keep(self, *rows: DayRow) -> None:
        for row in rows:
            self.days[row.created_at.astimezone(self.zone).date()].append(row)

    def of_day(self, day: date, *, needs_only: bool = False) -> Iterator[DayRow]:
        self.passes[day] += 1
        hidden, self.hidden = self.hidden, set()
        for row in self.streams[day]() if day in self.streams else self.days.get(day, []):
            if self.busy:
                raise StoreBusy("of_day")
            if row.mention_id not in hidden:
                yield DayRow(row.mention_id, row.created_at, row.kind, row.need) if needs_only else row
