"""Which days the calendar shows, and in what form."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

_WEEK = 7
_DAY = timedelta(days=1)
_FARTHEST = timedelta(days=10_000)


class Form(StrEnum):
    """The form of the calendar. All but the last are the names of the value in the address that has the day."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    LIST = "list"
    """A week as a list."""
    APPROVAL = "approval"
    """What waits for a second person, on whatever day."""


FORMS = tuple(form for form in Form if form is not Form.APPROVAL)
"""Those of some days, in the order in which the page offers them."""


class CalendarSpan(NamedTuple):
    """The days that the page shows, named by one of them, and their form."""

    day: date
    form: Form

    @property
    def days(self) -> Sequence[date]:
        """The days in their order; a month has the whole weeks in which it begins and ends."""
        if self.form in {Form.DAY, Form.APPROVAL}:
            return [self.day]
        first, last = _bounds(self.day) if self.form is Form.MONTH else (self.day, self.day)
        monday = first - timedelta(days=first.weekday())
        sunday = last + timedelta(days=_WEEK - 1 - last.weekday())
        return [monday + number * _DAY for number in range((sunday - monday).days + 1)]

    @property
    def is_grid(self) -> bool:
        """Whether posts are blocks, and one that is chosen is shown beside them."""
        return self.form in {Form.WEEK, Form.MONTH}

    @property
    def name(self) -> str:
        """The name of the value that stands for the span in an address or a form."""
        return "show" if self.form is Form.APPROVAL else self.form.value

    @property
    def value(self) -> str:
        """The value that stands for the span in an address or a form."""
        if self.form is Form.APPROVAL:
            return self.form.value
        return self.day.isoformat()[:7] if self.form is Form.MONTH else self.day.isoformat()

    @property
    def query(self) -> str:
        """The span as the query of the page's address."""
        return f"{self.name}={self.value}"

    @property
    def before(self) -> "CalendarSpan":
        """The span before this one."""
        return self._replace(day=self._beginning - _DAY if self.form is Form.MONTH else self.day - self._length)

    @property
    def after(self) -> "CalendarSpan":
        """The span after this one."""
        return self._replace(day=_bounds(self.day)[1] + _DAY if self.form is Form.MONTH else self.day + self._length)

    def of(self, day: date, form: Form | None = None) -> "CalendarSpan":
        """The span with this day, in the same form or in another one."""
        return CalendarSpan(day, form or self.form)

    def near(self, today: date) -> date:
        """The day that a shorter span is about: today, if the days have it."""
        return today if today in self.days else self._beginning

    @property
    def _beginning(self) -> date:
        return _bounds(self.day)[0] if self.form is Form.MONTH else self.day

    @property
    def _length(self) -> timedelta:
        return _DAY if self.form is Form.DAY else _WEEK * _DAY


def span_in(values: Mapping[str, str], today: date) -> CalendarSpan:
    """The span that an address or a form asks for; of today if its day is none that people have."""
    if values.get("show") == Form.APPROVAL:
        return CalendarSpan(today, Form.APPROVAL)
    form = next((form for form in FORMS if values.get(form)), Form.WEEK)
    written = values.get(form, "")
    try:
        day = date.fromisoformat(f"{written[:7]}-01" if form is Form.MONTH else written)
    except ValueError:
        day = today
    return CalendarSpan(day if abs(day - today) < _FARTHEST else today, form)


def _bounds(day: date) -> tuple[date, date]:
    """The first and the last day of the month of this day."""
    first = day.replace(day=1)
    return first, (first + 31 * _DAY).replace(day=1) - _DAY
