"""A time that a sentence names, and the forms by which expressions of times are found."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

NOON, MIDNIGHT = 12, 24
LAST_MINUTE = 24 - 1 / 60
"""The hour with which a day ends, as people mean it."""


class PartOfDay(NamedTuple):
    """The hours of a part of a day: from which on figures count, until when one waits for it, and when it is over."""

    since: int
    due: float
    over: float


class NamedTime(NamedTuple):
    """A time that a sentence names.

    Attributes:
        begin, end: where it stands.
        day: its day; None if none is named.
        part: its part of the day.
        hours: the hours after midnight that its clock may mean; none if it has no clock.
        exact: the moment at which a wait of minutes or hours ends.
        until: the end of the range that begins with it.
        is_past: the sentence says that it was.
        is_wait: it is counted from now on.
    """

    begin: int
    end: int
    day: date | None = None
    part: PartOfDay | None = None
    hours: tuple[float, ...] = ()
    exact: datetime | None = None
    until: "NamedTime | None" = None
    is_past: bool = False
    is_wait: bool = False

    @property
    def last(self) -> "NamedTime":
        """The end of its range; itself if it is none."""
        return self.until or self


class Today(NamedTuple):
    """When a sentence is written: now in the desk's zone, and the days on which the brand does not work."""

    now: datetime
    holidays: Collection[date] = ()

    def day(self, away: float) -> date:
        """The day so many days from now."""
        return self.now.date() + timedelta(days=away)

    def business_day(self, number: int) -> date:
        """The n-th working day after today."""
        day = self.now.date()
        for _ in range(number):
            day += timedelta(days=1)
            while day.weekday() >= SATURDAY or day in self.holidays:
                day += timedelta(days=1)
        return day

    @property
    def monday(self) -> date:
        """The Monday of this week."""
        return self.day(-self.now.weekday())


FRIDAY, SATURDAY, SUNDAY = 4, 5, 6


class TimeForm(NamedTuple):
    """An expression, and what reads its matches; None if such a match is no time."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], Today], NamedTime | None]


def read(forms: Sequence[TimeForm], text: str, today: Today) -> Iterator[NamedTime]:
    """What the forms find in the text."""
    for form in forms:
        for match in form.pattern.finditer(text):
            if each := form.read(match, today):
                yield each
