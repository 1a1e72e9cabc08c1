"""Reads cases through the indexes of the Cases table."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import batch_get, from_item, moment_text, query_all, store_errors, to_item
from desk.cases.author_cases import MOST, AuthorCase
from desk.cases.items import CASE, case_event_of, case_key, doubts_of, valid_cases
from desk.cases.model import Case, CaseEvent, CaseState, case_label
from desk.links import cursor_to, place_at
from desk.reading import Kind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_SCANNED = 2_000
"""One page of the list looks at this many cases at most, some megabytes, which bounds the time of a request."""

_DAY = timedelta(days=1)

_log = logging.getLogger(__name__)


class PageOfCases(NamedTuple):
    """Some cases, and the cursor of the next page, which is None on the last page.

    A page may have fewer cases than were asked for, even none, although there are more: the search for one department's
    cases among many others ends after MAX_SCANNED.
    """

    cases: tuple[Case, ...]
    next_cursor: str | None


class LoggedEvent(NamedTuple):
    """An event and the number of its case."""

    case_id: str
    event: CaseEvent


class OpenCaseSummary(NamedTuple):
    """The parts of an open case that reports need.

    `label` names its kind, see `case_label`; `urgency` is a value of the enum. `mention_id` is the case's last mention.
    `first_due_at` is when an answer was due first: a hand-over gives the case another due time, but the author still
    waits since `asked_at`.
    """

    id: str
    label: str
    urgency: str
    asked_at: datetime
    first_due_at: datetime
    mention_id: str


class CaseQueries(Protocol):
    """Reads of many cases.

    The indexes follow the table within about a second. A malformed case is left out and logged, so that it hides no
    other. Every method raises StoreBusy.
    """

    def page(
        self, states: Collection[CaseState], *, department: str | None = None, limit: int, cursor: str | None = None
    ) -> PageOfCases:
        """Cases in one of the states, of one department or of all, the last opened first.

        A case that changes its state between two pages may be on both or on none. Raises ValueError for a cursor that
        this method didn't return.
        """
        ...

    def open_cases(self, department: str) -> Iterator[OpenCaseSummary]:
        """The department's open cases one by one, also of a department that desk.yaml no longer has."""
        ...

    def due_cases(self, department: str, until: datetime) -> Iterator[Case]:
        """The department's open cases that are due by then, the soonest first."""
        ...

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        """The author's cases that were opened since then, the newest first, 20 at most."""
        ...

    def events_between(self, since: datetime, until: datetime) -> Iterator[LoggedEvent]:
        """What people, X and the desk did with cases from `since` on and before `until` (both aware), oldest first."""
        ...

    def mention_ids(self, case_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Ids of the mentions of each of these cases that exists, in the order in which they joined."""
        ...

    def decided_kinds(self, case_ids: Collection[str]) -> Mapping[str, Kind]:
        """What those mentions of these cases count as that were to review and that a person decided, by mention id."""
        ...


class _Place(NamedTuple):
    """A case's place in the list. One poll opens many cases at the same moment; then their numbers decide."""

    opened_at: datetime
    case_id: str


class CaseQueryItems:
    """Implements CaseQueries on DynamoDB. `page_size` is how many items one query returns at most."""

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        cases_table: str,
        page_size: int | None = None,
        max_scanned: int = MAX_SCANNED,
    ) -> None:
        self._client = client
        self._cases = cases_table
        self._page_size = page_size
        self._max_scanned = max_scanned

    def page(
        self, states: Collection[CaseState], *, department: str | None = None, limit: int, cursor: str | None = None
    ) -> PageOfCases:
        """See CaseQueries."""
        before = _Place(*place_at(cursor)) if cursor else None
        found: list[Case] = []
        last: Case | None = None
        in_order = merge(*(self._in_state(state, before) for state in states), key=_place, reverse=True)
        for count, case in enumerate(in_order):
            if last and (len(found) == limit or count == self._max_scanned):
                return PageOfCases(tuple(found), cursor_to(*_place(last)))
            found += [case] if department in {None, case.department} else []
            last = case
        return PageOfCases(tuple(found), None)

    def open_cases(self, department: str) -> Iterator[OpenCaseSummary]:
        """See CaseQueries."""
        items = self._open(
            department,
            ProjectionExpression="case_id, kind, #row.urgency, #row.asked_at, #row.review, first_due_at, mention_ids",
            names={"#row": "row"},
        )
        return _valid(items, _open_case)

    def due_cases(self, department: str, until: datetime) -> Iterator[Case]:
        """See CaseQueries."""
        until_text = until.astimezone(UTC).isoformat()
        return valid_cases(self._open(department, " AND due_at <= :until", values={":until": until_text}))

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        """See CaseQueries. One call: 20 cases never fill a page."""
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "by_author",
            "KeyConditionExpression": "author_id = :author AND opened_at >= :since",
            "ExpressionAttributeValues": {
                ":author": {"S": author_id},
                ":since": {"S": since.astimezone(UTC).isoformat()},
            },
            "ScanIndexForward": False,
            "Limit": MOST,
        }
        with store_errors():
            answer = self._client.query(**ask)
        return list(_valid(answer["Items"], _author_case))

    def events_between(self, since: datetime, until: datetime) -> Iterator[LoggedEvent]:
        """See CaseQueries. Reads one day of UTC after the other."""
        day, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
        while day <= last:
            for logged in _valid(self._events_of_day(day.isoformat(), since, until), _logged_event):
                if logged and logged.event.at < until:
                    yield logged
            day += _DAY

    def mention_ids(self, case_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """See CaseQueries."""
        keys = [case_key(case_id) for case_id in dict.fromkeys(case_ids)]
        items = batch_get(self._client, self._cases, keys, projection="case_id, mention_ids")
        return {item["case_id"]["S"]: tuple(each["S"] for each in item["mention_ids"]["L"]) for item in items}

    def decided_kinds(self, case_ids: Collection[str]) -> dict[str, Kind]:
        """See CaseQueries."""
        keys = [case_key(case_id) for case_id in dict.fromkeys(case_ids)]
        items = batch_get(self._client, self._cases, keys, projection="doubts")
        found = (doubt for item in items for doubt in doubts_of(from_item(item)))
        return {doubt.mention_id: doubt.kind for doubt in found if doubt.is_decided}

    def _in_state(self, state: CaseState, before: _Place | None) -> Iterator[Case]:
        """The cases in this state after the place, in the list's order: the index has none within a moment."""
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "by_state",
            "KeyConditionExpression": "#state = :state" + (" AND opened_at <= :before" if before else ""),
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":state": {"S": state.value}}
            | ({":before": {"S": before.opened_at.isoformat()}} if before else {}),
            "ScanIndexForward": False,
        }
        items = query_all(self._client, ask, page=self._page_size)
        cases = valid_cases(item for item in items if item["what"]["S"] == CASE and "erased" not in item)
        for _, same in groupby(cases, key=lambda case: case.opened_at):
            yield from sorted((case for case in same if before is None or _place(case) < before), key=_place)[::-1]

    def _open(
        self,
        department: str,
        condition: str = "",
        *,
        values: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
        **more: str,
    ) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "open_by_due",
            "KeyConditionExpression": f"#open = :department{condition}",
            "ExpressionAttributeNames": {"#open": "open", **(names or {})},
            "ExpressionAttributeValues": to_item({":department": department, **(values or {})}),
            **more,
        }
        return query_all(self._client, ask, page=self._page_size)

    def _events_of_day(self, day: str, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "events_by_day",
            "KeyConditionExpression": "#day = :day AND #at BETWEEN :since AND :until",
            "ExpressionAttributeNames": {"#day": "day", "#at": "at"},
            "ExpressionAttributeValues": to_item(
                {":day": day, ":since": moment_text(since), ":until": moment_text(until)}
            ),
        }
        return query_all(self._client, ask, page=self._page_size)


def _place(case: Case) -> _Place:
    return _Place(case.opened_at, case.id)


def _valid[T](items: Iterable[dict[str, Any]], parse: Callable[[dict[str, Any]], T]) -> Iterator[T]:
    for item in items:
        try:
            parsed = parse(item)
        except (KeyError, IndexError, TypeError, ValueError):
            _log.exception("the case %s is malformed", item["case_id"]["S"])
            continue
        yield parsed


def _open_case(item: dict[str, Any]) -> OpenCaseSummary:
    row = item["row"]["M"]
    return OpenCaseSummary(
        id=item["case_id"]["S"],
        label=case_label(item["kind"]["S"], row["review"]["S"] if "review" in row else None),
        urgency=row["urgency"]["S"],
        asked_at=datetime.fromisoformat(row["asked_at"]["S"]),
        first_due_at=datetime.fromisoformat(item["first_due_at"]["S"]),
        mention_id=item["mention_ids"]["L"][-1]["S"],
    )


def _author_case(item: dict[str, Any]) -> AuthorCase:
    plain = from_item(item)
    answered_at = plain.get("answered_at")
    return AuthorCase(
        id=plain["case_id"],
        department=plain["department"],
        kind=Kind(plain["kind"]),
        state=CaseState(plain["state"]),
        opened_at=datetime.fromisoformat(plain["opened_at"]),
        answered_at=datetime.fromisoformat(answered_at) if answered_at else None,
    )


def _logged_event(item: dict[str, Any]) -> LoggedEvent | None:
    event = case_event_of(item)
    return LoggedEvent(item["case_id"]["S"], event) if event else None
