"""Each department's feedback, the newest first, as far as there is room for it."""

from collections.abc import Collection

from daily_digest.digest import Feedback, FeedbackList
from daily_digest.tally import department_of
from desk.newest_rows import NewestRows
from desk.ports.day_rows import DayRow
from desk.ports.feedback_words import FeedbackWords
from desk.private_numbers import masked
from desk.reading import OPERATOR, Kind

SHOWN = 50
"""Opinions of one department that a report has room for."""


class FeedbackPicking:
    """Remembers the newest feedback of each department while rows pass by."""

    def __init__(self, departments: Collection[str], shown: int = SHOWN) -> None:
        self._departments = departments
        self._shown = shown
        self._found: dict[str, NewestRows] = {}

    def add(self, row: DayRow) -> None:
        """Look at a row; what is no feedback is passed over."""
        if row.kind == Kind.FEEDBACK:
            department = department_of(row, self._departments)
            self._found.setdefault(department, NewestRows(self._shown)).add(row)

    def lists(self, words: FeedbackWords) -> tuple[FeedbackList, ...]:
        """The lists with their words, in the departments' order; private numbers are masked. Raises StoreBusy."""
        newest = {department: found.rows() for department, found in self._found.items()}
        texts = words.texts([row.mention_id for rows in newest.values() for row in rows])
        found = {key: masked(text) for key, text in texts.items()}
        return tuple(
            FeedbackList(
                department,
                self._found[department].total,
                tuple(
                    Feedback(row.mention_id, row.created_at, found.get(row.mention_id)) for row in newest[department]
                ),
            )
            for department in dict.fromkeys([*self._departments, OPERATOR])
            if department in newest
        )
