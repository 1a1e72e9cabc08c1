"""What was promised until the end of today, and what is overdue of it."""

from collections.abc import Sequence
from typing import NamedTuple

from desk.cases.inbox import Count
from desk.formatting.formatter import DeskFormatter
from desk.promises.model import Promise
from operator_console.app import Visit
from operator_console.items.promise_rows import end_of
from operator_console.shell.snapshot import Snapshot, Snapshots
from operator_console.today.answers import SHOWN


class PromisesOfToday(NamedTuple):
    """The first promises of the card, and how many there are in all."""

    promises: Sequence[Promise]
    total: Count


class PromisesCard:
    """Promises by the time until which they were made."""

    name = "promises"

    def __init__(self, snapshots: Snapshots, formatter: DeskFormatter) -> None:
        self._snapshots = snapshots
        self._formatter = formatter

    def read(self, visit: Visit, _bar: Snapshot) -> PromisesOfToday:
        """See Card."""
        ends = end_of(visit.now.astimezone(self._formatter.zone).date(), self._formatter)
        due = [each for each in self._snapshots.promises(visit.now) if each.due_at < ends]
        return PromisesOfToday(tuple(due[:SHOWN]), Count(len(due)))
