"""Lists of cases that no queue has: those that are over, and the reports of one spike."""

from collections.abc import Sequence
from typing import NamedTuple

from desk.cases.inbox import row_of_case
from desk.cases.items import excerpt_of_post
from desk.cases.model import Case, CaseState
from desk.cases.transitions import ANSWERABLE
from desk.spikes.belonging import faults_around
from operator_console.app import Visit
from operator_console.inbox.stores import InboxStores
from operator_console.items.rows import CaseRow, case_row
from operator_console.items.several import MOST
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer

OVER = "over~"
"""What the place of a case begins with that is over: such cases come behind all others of *all*."""

_SHOWN = 50
_READ = 200
_OF_SPIKE = 500


class SomeCases(NamedTuple):
    """Rows of cases; `after` is where the list goes on, None at its end."""

    rows: tuple[CaseRow, ...]
    after: str | None = None


class CaseLists:
    """Makes the lists for the person of a visit. Every method raises StoreBusy."""

    def __init__(self, stores: InboxStores, renderer: Renderer) -> None:
        self._cases = stores.cases
        self._mentions = stores.mentions
        self._spikes = stores.spikes
        self._faults = stores.faults
        self._formatter = renderer.formatter

    def over(self, visit: Visit, cursor: str | None) -> SomeCases:
        """Answered and closed cases that the person sees, the last opened first, behind the cursor.

        Raises ValueError for a cursor that this method did not return.
        """
        limit = _SHOWN if sees_all(visit.person) else _READ
        page = self._cases.page({CaseState.ANSWERED, CaseState.CLOSED}, limit=limit, cursor=cursor or None)
        cases = [case for case in page.cases if visit.person.sees(case.department)]
        rows = tuple(row._replace(order=f"~{row.order}") for row in self._rows(visit, cases))  # behind all that waits
        return SomeCases(rows, f"{OVER}{page.next_cursor}" if page.next_cursor else None)

    def of_spike(self, visit: Visit, spike_id: str) -> SomeCases:
        """The reports of the spike that wait for an answer, as many as one action takes, the oldest first."""
        spike = self._spikes.get(spike_id)
        if spike is None or not visit.person.sees(spike.department):
            return SomeCases(())
        _, faults = faults_around(self._faults, spike, visit.now)
        ids = list(dict.fromkeys(fault.case_id for fault in faults if fault.case_id))[:_OF_SPIKE]
        known = self._cases.get_many(ids) if ids else {}
        waiting = [known[key] for key in ids if key in known and spike.covers(known[key])]
        return SomeCases(self._rows(visit, [case for case in waiting if case.state in ANSWERABLE][:MOST]))

    def _rows(self, visit: Visit, cases: Sequence[Case]) -> tuple[CaseRow, ...]:
        newest = {case.mention_ids[-1] for case in cases}
        stored = self._mentions.get_many(newest) if newest else {}
        excerpts = {key: excerpt_of_post(each.mention.post) for key, each in stored.items()}
        return tuple(self._row(visit, case, excerpts.get(case.mention_ids[-1], {})) for case in cases)

    def _row(self, visit: Visit, case: Case, excerpt: dict[str, object]) -> CaseRow:
        row = row_of_case(case, str(excerpt.get("text", "")), int(str(excerpt.get("photos", 0))))
        return case_row(row, visit.now, self._formatter)
