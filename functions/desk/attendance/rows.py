"""Rows of mornings: on how many greeted mornings in a row a person replied, and whether they are a regular."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from desk.attendance.store import MORNINGS_KEPT, AttendanceRecord

_REGULAR = 3  # mornings at least, and at least half of the last twenty


class RollCount(NamedTuple):
    """How many people answered this morning's greeting, and how many of them are left to be greeted back.

    `regulars` of them are regulars. `is_sent`: the greeting is on X.
    """

    is_sent: bool
    answered: int = 0
    left: int = 0
    regulars: int = 0

    @property
    def greeted(self) -> int:
        """How many were greeted, or need no greeting."""
        return self.answered - self.left


def with_morning(person: AttendanceRecord, day: date, greeted: Sequence[date]) -> AttendanceRecord:
    """The record with this morning. A row that is longer than the stored mornings is counted on.

    `greeted` are the mornings with a greeting, oldest first, this one among them.
    """
    days = sorted({*person.mornings, day})
    in_a_row = _row(days, days[-1], greeted)
    if in_a_row >= len(person.mornings) == MORNINGS_KEPT:
        in_a_row = max(in_a_row, person.in_a_row + (day > person.mornings[-1]))
    return person._replace(mornings=tuple(days[-MORNINGS_KEPT:]), in_a_row=in_a_row)


def in_a_row_on(person: AttendanceRecord, day: date, greeted: Sequence[date]) -> int:
    """How many greeted mornings in a row ended with this one, also where the person replied on later ones."""
    later = sum(day < morning <= person.mornings[-1] for morning in greeted)
    return person.in_a_row - later if later < person.in_a_row else _row({*person.mornings, day}, day, greeted)


def is_regular(days: Collection[date], greeted: Iterable[date]) -> bool:
    """Whether somebody who replied on these days is a regular after the greeted mornings."""
    recent = list(greeted)[-MORNINGS_KEPT:]
    there = sum(morning in days for morning in recent)
    return there >= _REGULAR and there * 2 >= len(recent)


class RowCount(NamedTuple):
    """How long a person's row is, as far as the desk knows.

    Attributes:
        in_a_row: how many greeted mornings in a row they replied.
        since_start: whether the row reaches back to the first recorded morning. It may be longer in truth.
        claimed: the number that they name themselves, if it is larger.
    """

    in_a_row: int
    since_start: bool
    claimed: int | None

    @property
    def sure(self) -> int | None:
        """The number that nobody would contradict; None if there is none."""
        return None if self.since_start or self.claimed else self.in_a_row

    @property
    def milestone(self) -> int | None:
        """The 30th day or each hundredth, also one that a person names and the desk cannot know; else None."""
        named = self.claimed if self.since_start else None
        return next((count for count in (named, self.in_a_row) if count and _is_milestone(count)), None)


def row_count(in_a_row: int, day: date, greeted: Collection[date], texts: Iterable[str]) -> RowCount:
    """The count of a row that ended on this day; `texts` are what the person wrote that morning."""
    claims = (int(found[1] or found[2]) for text in texts if (found := _CLAIM.search(text)))
    claimed = max(claims, default=0)
    mornings = sum(morning <= day for morning in greeted)
    return RowCount(in_a_row, in_a_row >= mornings, claimed if claimed > in_a_row else None)


_CLAIM = re.compile(r"(?<!\d)(\d{1,4})\s*일\s*[째차]|\bday\s*#?(\d{1,4})\b", re.IGNORECASE | re.ASCII)
_FIRST_MILESTONE, _NEXT_MILESTONES = 30, 100


def _is_milestone(count: int) -> bool:
    return count == _FIRST_MILESTONE or count % _NEXT_MILESTONES == 0


def _row(days: Collection[date], last: date, greeted: Sequence[date]) -> int:
    """How many of the greeted mornings up to `last` are among these days, without a gap."""
    row = 0
    for morning in reversed([each for each in greeted if each <= last]):
        if morning not in days:
            break
        row += 1
    return row
