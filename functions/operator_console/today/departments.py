"""Cases whose department has not answered in time."""

from desk.cases.model import CaseState, Queue
from operator_console.app import Visit
from operator_console.shell.bar import visible_to
from operator_console.shell.snapshot import Snapshot, Snapshots
from operator_console.today.answers import RowsOfCases, first_of


class DepartmentsCard:
    """The longest overdue first. What was promised is in the card of promises."""

    name = "departments"

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def read(self, visit: Visit, _bar: Snapshot) -> RowsOfCases:
        """See Card."""
        page = self._snapshots.rows((Queue.AT_DEPARTMENT,), visible_to(visit.person), visit.now)
        late = [
            row
            for row in page.rows
            if row.due_at <= visit.now and row.state is not CaseState.PROMISED and not row.open_safety
        ]
        return first_of(sorted(late, key=lambda row: row.due_at), or_more=page.after is not None)
