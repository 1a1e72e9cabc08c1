"""The one pass over the days of all mails that are due."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from desk.newest_rows import NewestRows
from desk.ports.day_rows import DayRow, DayRows
from desk.reading import OPERATOR, Kind
from mail_feedback.due import Due

LISTED = 100
"""Opinions that one mail lists, the newest; the rest are counted."""


def collect(rows: DayRows, dues: Sequence[Due], departments: Collection[str]) -> Mapping[str, NewestRows]:
    """The newest feedback of each department with a mail that is due. Raises StoreBusy.

    Feedback of a department that desk.yaml no longer has is the operator's.
    """
    found = {due.department: NewestRows(LISTED) for due in dues}
    day, until = min(due.since for due in dues), max(due.until for due in dues)
    while day < until:
        covering = {due.department for due in dues if due.since <= day < due.until}
        for row in rows.of_day(day) if covering else ():
            department = _whose(row, departments)
            if row.kind == Kind.FEEDBACK and department in covering:
                found[department].add(row)
        day += timedelta(days=1)
    return found


def _whose(row: DayRow, departments: Collection[str]) -> str:
    return row.department if row.department in departments and row.department else OPERATOR
