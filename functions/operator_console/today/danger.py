"""Who may be at risk: the cases of the strip, whole."""

from collections.abc import Sequence
from typing import NamedTuple

from desk.cases.inbox import InboxRow
from operator_console.app import Visit
from operator_console.shell.snapshot import Snapshot


class DangerRows(NamedTuple):
    """The rows, danger first, and of each what nobody has taken first."""

    rows: Sequence[InboxRow]


class DangerCard:
    """What the strip has, from the same reading. Without a case it is not there."""

    name = "danger"

    def read(self, _visit: Visit, bar: Snapshot) -> DangerRows | None:
        """See Card."""
        rows = {row.case_id: row for row in bar.strip.rows}
        at_risk = tuple(rows[case.key] for case in bar.strip.cases)
        return DangerRows(at_risk) if at_risk else None
