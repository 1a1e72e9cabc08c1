"""Whose feedback mail is due, and which days it covers."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from desk.brand import Brand, FeedbackMail
from desk.working_time import span_of

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_LONGEST = 2 * _WEEK
"""More days than this are never mailed at once: what was not mailed for so long is no news."""


class Due(NamedTuple):
    """A department's mail about the desk's days from `since` on, before `until`."""

    department: str
    since: date
    until: date

    @property
    def last(self) -> date:
        """The last day that it covers."""
        return self.until - _DAY


def due_on(today: date, mailed_until: Mapping[str, date], brand: Brand) -> list[Due]:
    """The mails to send on this day of the desk's: none on a day off, which the next working day makes up for.

    `mailed_until` is the first day that each department was not mailed about yet. A daily mail ends with yesterday, a
    weekly one with the last Sunday; both begin where the last one ended, so that no day is mailed twice or left out.
    """
    if span_of(today, brand) is None:
        return []
    found = [_due(key, entry.feedback, today, mailed_until.get(key)) for key, entry in brand.departments.items()]
    return [one for one in found if one is not None and one.since < one.until]


def _due(department: str, often: FeedbackMail, today: date, mailed_until: date | None) -> Due | None:
    match often:
        case FeedbackMail.DAILY:
            until, usual = today, _DAY
        case FeedbackMail.WEEKLY:
            until, usual = today - timedelta(days=today.weekday()), _WEEK
        case FeedbackMail.NEVER:
            return None
    return Due(department, max(mailed_until or until - usual, until - _LONGEST), until)
