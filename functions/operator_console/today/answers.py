"""What the person answers: the cases of the queue that nobody else has."""

from collections.abc import Sequence
from typing import NamedTuple

from desk.cases.inbox import Count, InboxRow
from desk.cases.model import CaseState, Queue
from operator_console.app import Right, Visit, may
from operator_console.shell.bar import visible_to
from operator_console.shell.snapshot import Snapshot, Snapshots

SHOWN = 5
"""Rows of a card; the others are behind its link."""
_ELSEWHERE = frozenset({CaseState.DRAFTED, CaseState.PROMISED})
"""States of cases that a card below this one has."""


class RowsOfCases(NamedTuple):
    """The first rows of a card, and how many there are in all."""

    rows: Sequence[InboxRow]
    total: Count

    @property
    def is_more(self) -> bool:
        """Whether there are more than are shown."""
        return self.total.number > len(self.rows) or self.total.or_more


def first_of(rows: Sequence[InboxRow], *, or_more: bool) -> RowsOfCases:
    """The first rows of these, which are all unless there are `or_more`."""
    return RowsOfCases(tuple(rows[:SHOWN]), Count(len(rows), or_more=or_more))


class AnswersCard:
    """Answers in the order of the queue. What is danger, promised or drafted is in the cards for these."""

    name = "answers"

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def read(self, visit: Visit, _bar: Snapshot) -> RowsOfCases:
        """See Card. Who changes nothing sees those of everybody."""
        page = self._snapshots.rows((Queue.TO_ANSWER,), visible_to(visit.person), visit.now)
        mine = {None, visit.person.name}
        rows = [
            row
            for row in page.rows
            if not row.open_safety
            and row.state not in _ELSEWHERE
            and (row.holder in mine or not may(visit.person, Right.ACT))
        ]
        return first_of(rows, or_more=page.after is not None)
