"""When a schedule is due: EventBridge Scheduler's rate and cron expressions, in the schedule's own time zone.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_DAYS = {name: str(number) for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: str(number) for number, name in enumerate(_MONTH_NAMES, 1)}
_SPAN = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


class Times(Protocol):
    """A schedule expression."""

    def is_due(self, minute: datetime, since: datetime) -> bool:
        """Whether it fires in this minute (in the schedule's zone), having been made at `since`."""
        ...


class Rate:
    """Every so often, counted from when the schedule was made."""

    def __init__(self, span: timedelta) -> None:
        self._span = span

    def is_due(self, minute: datetime, since: datetime) -> bool:
        """Due when whole spans have passed since the minute in which the schedule was made."""
        passed = minute - since.replace(second=0, microsecond=0)
        return passed > timedelta(0) and passed % self._span < timedelta(minutes=1)


class Cron:
    """Minutes, hours, days of month, months, days of week (1 is Sunday) and years."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        minutes, hours, days, months, weekdays, years = fields
        self._minutes = _field(minutes, 0, 59)
        self._hours = _field(hours, 0, 23)
        self._days = _field(days, 1, 31)
        self._months = _field(months, 1, 12, _MONTHS)
        self._weekdays = _field(weekdays, 1, 7, _DAYS)
        self._years = _field(years, 1970, 2199)

    def is_due(self, minute: datetime, since: datetime) -> bool:  # noqa: ARG002 - cron knows no beginning
        """Due when every field admits this minute."""
        return (
            minute.minute in self._minutes
            and minute.hour in self._hours
            and minute.day in self._days
            and minute.month in self._months
            and minute.isoweekday() % 7 + 1 in self._weekdays
            and minute.year in self._years
        )


def times(expression: str) -> Times:
    """The times of this expression; raises ValueError for an unsupported one."""
    if rate := _RATE.fullmatch(expression):
        return Rate(int(rate[1]) * _SPAN[rate[2]])
    if cron := _CRON.fullmatch(expression):
        return Cron(cron.groups())
    raise ValueError(f"the schedule expression {expression!r} is not known to the local scheduler")


def _field(text: str, lowest: int, highest: int, names: dict[str, str] | None = None) -> frozenset[int]:
    for name, number in (names or {}).items():
        text = text.replace(name, number)
    return frozenset(number for part in text.split(",") for number in _part(part, lowest, highest))


def _part(text: str, lowest: int, highest: int) -> Iterator[int]:
    reach, _, step = text.partition("/")
    if reach in ("*", "?"):
        first, last = lowest, highest
    elif "-" in reach:
        first, last = (int(end) for end in reach.split("-"))
    else:
        first, last = int(reach), highest if step else int(reach)
    return iter(range(first, last + 1, int(step or 1)))
