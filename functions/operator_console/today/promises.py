"""What was promised until the end of today, and what is overdue of it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.cases.model import CaseState, Queue
from operator_console.app import Visit
from operator_console.shell.bar import visible_to
from operator_console.shell.snapshot import Snapshot, Snapshots
from operator_console.today.answers import RowsOfCases, first_of

_QUEUES = (Queue.TO_ANSWER, Queue.AT_DEPARTMENT)


class PromisesCard:
    """Promises by the time until which they were made."""

    name = "promises"

    def __init__(self, snapshots: Snapshots, zone: ZoneInfo) -> None:
        self._snapshots = snapshots
        self._zone = zone

    def read(self, visit: Visit, _bar: Snapshot) -> RowsOfCases:
        """See Card."""
        ends = datetime.combine(visit.now.astimezone(self._zone).date() + timedelta(days=1), time(), self._zone)
        pages = [self._snapshots.rows((queue,), visible_to(visit.person), visit.now) for queue in _QUEUES]
        promised = sorted(
            (row.promised_until, row.order, row)
            for page in pages
            for row in page.rows
            if row.state is CaseState.PROMISED and row.promised_until and row.promised_until < ends
        )
        return first_of([row for *_, row in promised], or_more=any(page.after for page in pages))
