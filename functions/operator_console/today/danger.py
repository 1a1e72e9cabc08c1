"""Who may be at risk: the cases of the strip, whole."""

from collections.abc import Sequence
from typing import NamedTuple

from operator_console.app import Visit
from operator_console.shell.snapshot import ListedRow, Snapshot, Snapshots


class DangerRows(NamedTuple):
    """The rows, danger first, and of each what nobody has taken first."""

    rows: Sequence[ListedRow]


class DangerCard:
    """What the strip has, from the same reading. Without a case it is not there."""

    name = "danger"

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def read(self, visit: Visit, bar: Snapshot) -> DangerRows | None:
        """See Card."""
        if not bar.strip.cases:
            return None
        rows = {row.case_id: row for row in bar.strip.rows}
        doubts = {each.row.case_id: each.in_doubt for each in self._snapshots.in_doubt(visit)}
        return DangerRows(tuple(ListedRow(rows[case.key], doubts.get(case.key)) for case in bar.strip.cases))
