"""Cases as tools list them."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import batch_get, from_item, moment_text, query_all, store_errors
from desk.cases.author_cases import MOST, AuthorCase
from desk.cases.items import CASE, case_event_of, case_key, sound_cases
from desk.cases.model import Case, CaseEvent, CaseState
from desk.links import cursor_to, place_at
from desk.reading import Kind, Urgency

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class CasePage(NamedTuple):
    """Some cases and where the next page begins; `next_cursor` None: there are no more.

    A page may have fewer than were asked for, even none, although there are more: looking for one department's among
    many others' ends after some thousand.
    """

    cases: tuple[Case, ...]
    next_cursor: str | None


class CaseList(Protocol):
    """Looking through cases; may lag behind by seconds. Raises StoreBusy."""

    def page(
        self, states: Collection[CaseState], *, department: str | None = None, limit: int, cursor: str | None = None
    ) -> CasePage:
        """Cases that are in one of the states, of one department or of all, the last opened first.

        A case that changes its state between two pages may be on both or on none. Raises ValueError for a cursor not
        of ours.
        """
        ...


LOOKED_AT = 2_000
"""So many cases a page looks at, some megabytes, which bounds the time of a request for rare ones."""


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


class CaseDeed(NamedTuple):
    """One thing that happened, and to which case."""

    case_id: str
    event: CaseEvent


class CaseDays(Protocol):
    """What people, X and the desk did with cases. Every method raises StoreBusy."""

    def between(self, since: datetime, until: datetime) -> Iterator[CaseDeed]:
        """What happened from `since` on, before `until` (both aware), oldest first, nothing kept of it.

        May lag behind by seconds.
        """
        ...

    def mentions(self, case_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Ids of the mentions of those cases that are still there, in the order in which they joined."""
        ...


_DAY = timedelta(days=1)

_log = logging.getLogger(__name__)


class CaseDayItems:
    """The port CaseDays on DynamoDB: day after day by UTC, page after page. `page` is how many one query takes."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str, page: int | None = None) -> None:
        self._client = client
        self._cases = cases_table
        self._page = page

    def between(self, since: datetime, until: datetime) -> Iterator[CaseDeed]:
        """See CaseDays. What is malformed is left out and logged, so that nothing else is."""
        day, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
        while day <= last:
            for item in self._of_day(day.isoformat(), since, until):
                deed = _deed_in(item)
                if deed and deed.event.at < until:
                    yield deed
            day += _DAY

    def mentions(self, case_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """See CaseDays."""
        keys = [case_key(case_id) for case_id in dict.fromkeys(case_ids)]
        items = batch_get(self._client, self._cases, keys, projection="case_id, mention_ids")
        return {item["case_id"]["S"]: tuple(each["S"] for each in item["mention_ids"]["L"]) for item in items}

    def _of_day(self, day: str, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "events_by_day",
            "KeyConditionExpression": "#day = :day AND #at BETWEEN :since AND :until",
            "ExpressionAttributeNames": {"#day": "day", "#at": "at"},
            "ExpressionAttributeValues": {
                ":day": {"S": day},
                ":since": {"S": moment_text(since)},
                ":until": {"S": moment_text(until)},
            },
        }
        return query_all(self._client, ask, page=self._page)


def _deed_in(item: dict[str, Any]) -> CaseDeed | None:
    try:
        event = case_event_of(item)
        return CaseDeed(item["case_id"]["S"], event) if event else None
    except (KeyError, TypeError, ValueError):
        _log.exception("an event of the case %s is malformed", item["case_id"]["S"])
        return None


class OpenCase(NamedTuple):
    """A case that waits. `kind` and `urgency` are values of the enums; `mention_id` is the last mention of it.

    `asked_at` is since when somebody waits, `first_due_at` by when an answer was due first: handing a case over gives
    it another due time, but not to the person who waits.
    """

    id: str
    kind: str
    urgency: str
    asked_at: datetime
    first_due_at: datetime
    mention_id: str


class CasesWaiting(Protocol):
    """Looking at open cases; may lag behind by seconds. Raises StoreBusy."""

    def of(self, department: str) -> Iterator[OpenCase]:
        """The open cases of this department, whether or not desk.yaml still has it; nothing is kept of them."""
        ...


_NAMES = ("case_id", "kind", "urgency", "asked_at", "first_due_at", "mention_ids")


class OpenCaseItems:
    """The port CasesWaiting on DynamoDB, page after page. `page` is how many one query takes."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str, page: int | None = None) -> None:
        self._client = client
        self._cases = cases_table
        self._page = page

    def of(self, department: str) -> Iterator[OpenCase]:
        """See CasesWaiting. A malformed case is left out and logged, so that it hides no other."""
        for item in self._open(department):
            try:
                yield _case_of(item)
            except (KeyError, IndexError, ValueError):
                _log.exception("the case %s is malformed", item["case_id"]["S"])

    def _open(self, department: str) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "open_by_due",
            "KeyConditionExpression": "#open = :department",
            "ExpressionAttributeNames": {"#open": "open"} | {f"#{name}": name for name in _NAMES},
            "ExpressionAttributeValues": {":department": {"S": department}},
            "ProjectionExpression": ", ".join(f"#{name}" for name in _NAMES),
        }
        return query_all(self._client, ask, page=self._page)


def _case_of(item: dict[str, Any]) -> OpenCase:
    return OpenCase(
        id=item["case_id"]["S"],
        kind=item["kind"]["S"],
        urgency=item["urgency"]["S"],
        asked_at=datetime.fromisoformat(item["asked_at"]["S"]),
        first_due_at=datetime.fromisoformat(item["first_due_at"]["S"]),
        mention_id=item["mention_ids"]["L"][-1]["S"],
    )


class UrgentCases(Protocol):
    """Looking for them; may lag behind by seconds. Raises StoreBusy."""

    def of(self, department: str, *, due_before: datetime) -> Sequence[Case]:
        """Those of this department, whether or not desk.yaml still has it, that are due before this moment."""
        ...


class UrgentCaseItems:
    """The port UrgentCases on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str, page: int | None = None) -> None:
        self._client = client
        self._cases = cases_table
        self._page = page

    def of(self, department: str, *, due_before: datetime) -> Sequence[Case]:
        """See UrgentCases. A malformed case is left out and logged, so that it holds up no other."""
        return list(sound_cases(self._items(department, due_before)))

    def _items(self, department: str, due_before: datetime) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": "open_by_due",
            "KeyConditionExpression": "#open = :department AND due_at < :before",
            "FilterExpression": "urgency = :high AND attribute_not_exists(holder)",
            "ExpressionAttributeNames": {"#open": "open"},
            "ExpressionAttributeValues": {
                ":department": {"S": department},
                ":before": {"S": due_before.isoformat()},
                ":high": {"S": Urgency.HIGH.value},
            },
        }
        return query_all(self._client, ask, page=self._page)


def author_cases(client: "DynamoDBClient", cases_table: str, author_id: str, since: datetime) -> Sequence[AuthorCase]:
    """The author's cases that were opened since then, the newest first, 20 at most, in one call. Raises StoreBusy.

    The index follows the table within about a second: what has just changed may be missing, or as it was before. A
    malformed case is left out and logged, so that it hides no other.
    """
    ask: dict[str, Any] = {
        "TableName": cases_table,
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
        answer = client.query(**ask)
    return list(_sound(answer["Items"]))


def _sound(items: Iterable[dict[str, Any]]) -> Iterator[AuthorCase]:
    for item in items:
        try:
            case = _author_case(from_item(item))
        except (KeyError, TypeError, ValueError):
            _log.exception("the case %s is malformed", item["case_id"]["S"])
            continue
        yield case


def _author_case(plain: dict[str, Any]) -> AuthorCase:
    answered_at = plain.get("answered_at")
    return AuthorCase(
        id=plain["case_id"],
        department=plain["department"],
        kind=Kind(plain["kind"]),
        state=CaseState(plain["state"]),
        opened_at=datetime.fromisoformat(plain["opened_at"]),
        answered_at=datetime.fromisoformat(answered_at) if answered_at else None,
    )
