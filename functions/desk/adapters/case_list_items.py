"""Cases as tools list them, from the index `by_state` of the Cases table."""

from collections.abc import Collection, Iterator
from datetime import datetime
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from desk.adapters.case_items import CASE
from desk.adapters.query_all import query_all
from desk.adapters.sound_cases import sound_cases
from desk.case import Case, CaseState
from desk.cursors import cursor_to, place_at
from desk.ports.case_list import CasePage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LOOKED_AT = 2_000
"""So many cases a page looks at, some megabytes: whoever asks does not wait longer for rare ones."""


class _Place(NamedTuple):
    """Where a case stands in the list. One poll opens many cases at the same moment: then their numbers decide."""

    opened_at: datetime
    case_id: str


class CaseListItems:
    """The port CaseList on DynamoDB. A malformed case is left out and logged, so that it hides no other."""

    def __init__(
        self, client: "DynamoDBClient", *, cases_table: str, page: int | None = None, looked_at: int = LOOKED_AT
    ) -> None:
        self._client = client
        self._cases = cases_table
        self._page = page
        self._looked_at = looked_at

    def page(
        self, states: Collection[CaseState], *, department: str | None = None, limit: int, cursor: str | None = None
    ) -> CasePage:
        """See CaseList."""
        before = _Place(*place_at(cursor)) if cursor else None
        found: list[Case] = []
        last: Case | None = None
        for count, case in enumerate(merge(*(self._of(state, before) for state in states), key=_place, reverse=True)):
            if last and (len(found) == limit or count == self._looked_at):
                return CasePage(tuple(found), cursor_to(*_place(last)))
            found += [case] if department in {None, case.department} else []
            last = case
        return CasePage(tuple(found), None)

    def _of(self, state: CaseState, before: _Place | None) -> Iterator[Case]:
        """The cases of this state that stand behind the place, in order: within a moment the index has none."""
        for _, same in groupby(self._read(state, before), key=lambda case: case.opened_at):
            yield from sorted((case for case in same if before is None or _place(case) < before), key=_place)[::-1]

    def _read(self, state: CaseState, before: _Place | None) -> Iterator[Case]:
        """As the index has them, read on while somebody asks for more."""
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "by_state",
            "KeyConditionExpression": "#state = :state" + (" AND opened_at <= :before" if before else ""),
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":state": {"S": state.value}}
            | ({":before": {"S": before.opened_at.isoformat()}} if before else {}),
            "ScanIndexForward": False,
        }
        items = query_all(self._client, ask, page=self._page)
        return sound_cases(item for item in items if item["what"]["S"] == CASE and "erased" not in item)


def _place(case: Case) -> _Place:
    return _Place(case.opened_at, case.id)
