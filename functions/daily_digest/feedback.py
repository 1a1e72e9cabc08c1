"""Each department's feedback, the newest first, as far as there is room for it."""

from collections import Counter
from collections.abc import Collection
from heapq import heappush, heapreplace
from typing import TYPE_CHECKING

from daily_digest.digest import Feedback, FeedbackList
from daily_digest.tally import department_of
from desk.ports.day_rows import DayRow
from desk.ports.feedback_words import FeedbackWords
from desk.private_numbers import masked
from desk.reading import OPERATOR, Kind

if TYPE_CHECKING:
    from datetime import datetime

SHOWN = 50
"""Opinions of one department that a report has room for."""


class FeedbackPicking:
    """Remembers the newest feedback of each department while rows pass by."""

    def __init__(self, departments: Collection[str], shown: int = SHOWN) -> None:
        self._departments = departments
        self._shown = shown
        self._totals = Counter[str]()
        self._newest: dict[str, list[tuple[datetime, str, DayRow]]] = {}

    def add(self, row: DayRow) -> None:
        """Look at a row; what is no feedback is passed over."""
        if row.kind != Kind.FEEDBACK:
            return
        department = department_of(row, self._departments)
        self._totals[department] += 1
        newest = self._newest.setdefault(department, [])
        entry = (row.created_at, row.mention_id, row)
        if len(newest) < self._shown:
            heappush(newest, entry)
        elif entry > newest[0]:
            heapreplace(newest, entry)

    def lists(self, words: FeedbackWords) -> tuple[FeedbackList, ...]:
        """The lists with their words, in the departments' order; private numbers are masked. Raises StoreBusy."""
        texts = words.texts([entry[1] for entries in self._newest.values() for entry in entries])
        found = {key: masked(text) for key, text in texts.items()}
        return tuple(
            FeedbackList(
                department,
                self._totals[department],
                tuple(
                    Feedback(row.mention_id, row.created_at, found.get(row.mention_id))
                    for _, _, row in sorted(self._newest[department], reverse=True)
                ),
            )
            for department in dict.fromkeys([*self._departments, OPERATOR])
            if department in self._newest
        )
