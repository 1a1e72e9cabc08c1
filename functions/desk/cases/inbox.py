"""Reads rows of cases: the operator's queues, from the index `inbox` of the Cases table, and what is urgent.

Both are in the order danger, to be checked, urgent, due time, oldest. A promise counts as due time, and so does the
moment at which the author asked again. The indexes follow the table within about a second, so a case may be in its old
queue for a moment, or in none. The index `urgent` has every open case that is urgent or to be checked, of whatever
queue and department: it alone says how much is urgent.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import from_item, query_pages, store_errors
from desk.cases.items import URGENT, inbox_order, reminded_in
from desk.cases.model import Case, CaseState, Queue, Reminded, ReplyAs, Review, case_label, queue_of
from desk.cases.transitions import ANSWERABLE
from desk.reading import Kind, Safety, Urgency, open_safety
from desk.x.model import Author

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNTED = 100
"""A queue is counted up to this many cases."""

_QUEUES = "inbox"
"""The index of the queues, and its key."""

_log = logging.getLogger(__name__)


class InboxRow(NamedTuple):
    """A case as a row of the inbox. `excerpt` is the beginning of its newest mention, "" once the words are removed.

    `photos` is how many the newest mention has, and `asks` how many ask for an answer since our last reply.
    `due_at` is when the answer is due, a promise included. `order` is the row's place in its queue, and `queue` None
    for a case whose reply is on its way to X.
    """

    case_id: str
    queue: Queue | None
    order: str
    version: int
    author: Author | None
    author_id: str
    excerpt: str
    photos: int
    department: str
    holder: str | None
    kind: Kind
    urgency: Urgency
    lang: str
    state: CaseState
    reply_as: ReplyAs
    review: Review | None
    not_posted: str | None
    safety: Safety | None
    asked_at: datetime
    asks: int
    answered_at: datetime | None
    wrote_privately_at: datetime | None
    due_at: datetime
    promised_until: datetime | None
    snoozed_until: datetime | None
    labels: tuple[str, ...]
    reminded: Reminded | None

    @property
    def open_safety(self) -> Safety | None:
        """As of a case: how it is still to be handled because somebody may be at risk."""
        return open_safety(self.safety, self.urgency)

    @property
    def label(self) -> str:
        """See `case_label`."""
        return case_label(self.kind, self.review)

    @property
    def is_untaken(self) -> bool:
        """Whether nobody has taken it on, and no reply is on its way."""
        return self.holder is None and self.state in ANSWERABLE


class InboxFilter(NamedTuple):
    """Which rows of a queue are asked for; None and False leave a part open.

    `departments` are those whose cases the person sees, or the one that the person chose. Rows are due from `due_from`
    on and before `due_before`; with `promised_before` an answer was promised until a time before that.
    """

    departments: frozenset[str] | None = None
    holder: str | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    urgency: Urgency | None = None
    promised_before: datetime | None = None
    label: str | None = None

    @property
    def looks_at_rows(self) -> bool:
        """Whether it leaves out rows."""
        return any(part is not None for part in self)


EVERYTHING = InboxFilter()


class InboxPage(NamedTuple):
    """Some rows in order; `after` continues behind them, and is None on the last page.

    A filtered page may have fewer rows than were asked for, although there are more. `counts` is how many rows of each
    queue were found on the way, which counts the whole queue where the page is its first.
    """

    rows: tuple[InboxRow, ...]
    after: str | None
    counts: Mapping[Queue, "Count"]


class Count(NamedTuple):
    """How many there are; with `or_more`, at least this many."""

    number: int
    or_more: bool = False

    @property
    def text(self) -> str:
        """The number, or "99+"."""
        if self.number >= COUNTED:
            return f"{COUNTED - 1}+"
        return f"{self.number}+" if self.or_more else str(self.number)

    def plus(self, number: int) -> "Count":
        """The count with `number` more."""
        return self._replace(number=self.number + number)


class Inbox(Protocol):
    """The inbox. Every method raises StoreBusy."""

    def page(
        self,
        queues: Sequence[Queue],
        chosen: InboxFilter = EVERYTHING,
        *,
        limit: int,
        after: str | None = None,
        most_pages: int = 2,
    ) -> InboxPage:
        """Rows of these queues as one list, behind the place `after`. A malformed row is left out and logged.

        Where a filter leaves out many rows, it looks through `most_pages` pages of 1 MB for each queue, some 1,000 rows
        each.
        """
        ...

    def count(self, queue: Queue, chosen: InboxFilter = EVERYTHING) -> Count:
        """How many rows the queue has; exact below COUNTED."""
        ...

    def pressing(self, chosen: InboxFilter = EVERYTHING, *, limit: int, after: str | None = None) -> InboxPage:
        """Rows of the open cases of all queues that are urgent or to be checked, behind the place `after`.

        Its page has no counts. Where a filter leaves out many rows, it looks through two pages of 1 MB.
        """
        ...


class _Part(NamedTuple):
    """Rows of one queue; `end` is where it was left, None at its end."""

    rows: Sequence[InboxRow]
    end: str | None


class InboxItems:
    """Implements Inbox on DynamoDB, with one query for each queue; with more where a filter leaves out many rows."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str, page: int | None = None) -> None:
        """`page` is how many rows one query of a filtered list looks at; DynamoDB itself ends a page at 1 MB."""
        self._client = client
        self._cases = cases_table
        self._page = page

    def page(
        self,
        queues: Sequence[Queue],
        chosen: InboxFilter = EVERYTHING,
        *,
        limit: int,
        after: str | None = None,
        most_pages: int = 2,
    ) -> InboxPage:
        """See Inbox. A list of several queues ends where the first of them was not read to its end."""
        parts = {queue: self._part(_QUEUES, queue, chosen, limit, after, most_pages) for queue in queues}
        counts = {queue: Count(len(part.rows), or_more=part.end is not None) for queue, part in parts.items()}
        ends = [part.end for part in parts.values() if part.end is not None]
        end = min(ends, default=None)
        rows = sorted((row for part in parts.values() for row in part.rows), key=lambda row: row.order)
        rows = [row for row in rows if end is None or row.order <= end]
        return InboxPage(tuple(rows[:limit]), rows[limit - 1].order if len(rows) > limit else end, counts)

    def count(self, queue: Queue, chosen: InboxFilter = EVERYTHING) -> Count:
        """See Inbox. A filtered count looks through 1 MB of rows."""
        ask = self._ask(_QUEUES, queue, chosen, None) | {"Select": "COUNT"}
        if not chosen.looks_at_rows:
            ask["Limit"] = COUNTED
        with store_errors():
            answer = self._client.query(**ask)
        return Count(answer["Count"], or_more="LastEvaluatedKey" in answer)

    def pressing(self, chosen: InboxFilter = EVERYTHING, *, limit: int, after: str | None = None) -> InboxPage:
        """See Inbox. One query, unless a filter leaves out many rows."""
        part = self._part(URGENT, URGENT, chosen, limit, after, most_pages=2)
        return InboxPage(tuple(part.rows), part.end, {})

    def _part(  # noqa: PLR0913, PLR0917 - what is asked for
        self, index: str, key: str, chosen: InboxFilter, limit: int, after: str | None, most_pages: int
    ) -> "_Part":
        page = self._page if chosen.looks_at_rows else limit
        found: list[dict[str, Any]] = []
        end: str | None = None
        pages = query_pages(self._client, self._ask(index, key, chosen, after), page=page)
        for number, answer in enumerate(pages, start=1):
            found += answer["Items"]
            end = answer["LastEvaluatedKey"]["inbox_order"]["S"] if "LastEvaluatedKey" in answer else None
            if len(found) >= limit or number == most_pages:
                break
        if len(found) > limit:
            end = found[limit - 1]["inbox_order"]["S"]
        return _Part(list(_valid_rows(found[:limit])), end)

    def _ask(self, index: str, key: str, chosen: InboxFilter, after: str | None) -> dict[str, Any]:
        """A query of one of the two indexes, each of which has the name of its key."""
        values = {":key": key}
        place = ""
        if after:
            place, values[":after"] = " AND inbox_order > :after", after
        conditions = list(_conditions(chosen, values))
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "IndexName": index,
            "KeyConditionExpression": f"{index} = :key{place}",
            "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
        }
        if conditions:
            ask["FilterExpression"] = " AND ".join(conditions)
            if "#row" in ask["FilterExpression"]:
                ask["ExpressionAttributeNames"] = {"#row": "row"}
        return ask


def _conditions(chosen: InboxFilter, values: dict[str, str]) -> Iterator[str]:
    """The conditions of a filter; their values are added to `values`. A promise that is later counts as due time."""
    if chosen.departments is not None:
        names = [f":d{number}" for number in range(len(chosen.departments))]
        values.update(zip(names, sorted(chosen.departments), strict=True))
        yield f"department IN ({', '.join(names)})" if names else "attribute_not_exists(department)"
    if chosen.holder is not None:
        values[":holder"] = chosen.holder
        yield "#row.holder = :holder"
    if chosen.urgency is not None:
        values[":urgency"] = chosen.urgency.value
        yield "#row.urgency = :urgency"
    if chosen.label is not None:
        values[":label"] = chosen.label
        yield "contains(#row.labels, :label)"
    if chosen.promised_before is not None:
        values[":promised"] = chosen.promised_before.astimezone(UTC).isoformat()
        yield "#row.promised_until < :promised"
    if chosen.due_from is not None:
        values[":from"] = chosen.due_from.astimezone(UTC).isoformat()
        yield "(due_at >= :from OR #row.promised_until >= :from)"
    if chosen.due_before is not None:
        values[":before"] = chosen.due_before.astimezone(UTC).isoformat()
        promised = "#row.promised_until"
        yield f"due_at < :before AND (attribute_not_exists({promised}) OR {promised} < :before)"


def _valid_rows(items: Iterable[dict[str, Any]]) -> Iterator[InboxRow]:
    for item in items:
        try:
            row = _row(from_item(item))
        except (KeyError, TypeError, ValueError):
            _log.exception("the row of the case %s is malformed", item["case_id"]["S"])
            continue
        yield row


def _row(plain: dict[str, Any]) -> InboxRow:
    row = plain["row"]
    author = row.get("author")
    due_at, promised_until = datetime.fromisoformat(plain["due_at"]), _moment(row.get("promised_until"))
    return InboxRow(
        case_id=plain["case_id"],
        queue=Queue(plain["inbox"]) if "inbox" in plain else None,
        order=plain["inbox_order"],
        version=int(plain["version"]),
        author=Author(author["id"], author["username"], author["name"]) if author else None,
        author_id=plain["author_id"],
        excerpt=row.get("excerpt", {}).get("text", ""),
        photos=int(row.get("excerpt", {}).get("photos", 0)),
        department=plain["department"],
        holder=row.get("holder"),
        kind=Kind(plain["kind"]),
        urgency=Urgency(row["urgency"]),
        lang=row["lang"],
        state=CaseState(plain["state"]),
        reply_as=ReplyAs(row.get("reply_as", ReplyAs.ANSWER)),
        review=Review(row["review"]) if "review" in row else None,
        not_posted=row.get("not_posted"),
        safety=Safety(row["safety"]) if "safety" in row else None,
        asked_at=datetime.fromisoformat(row["asked_at"]),
        asks=int(row.get("asks", 1)),
        answered_at=_moment(plain.get("answered_at")),
        wrote_privately_at=_moment(row.get("wrote_privately_at")),
        due_at=max(due_at, promised_until or due_at),
        promised_until=promised_until,
        snoozed_until=_moment(row.get("snoozed_until")),
        labels=tuple(row.get("labels", ())),
        reminded=reminded_in(row),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def row_of_case(case: Case, excerpt: str, photos: int = 0) -> InboxRow:
    """The row of a case that was not read from an index."""
    return InboxRow(
        case_id=case.id,
        queue=queue_of(case),
        order=inbox_order(case),
        version=case.version,
        author=case.author,
        author_id=case.author_id,
        excerpt=excerpt,
        photos=photos,
        department=case.department,
        holder=case.holder,
        kind=case.kind,
        urgency=case.urgency,
        lang=case.lang,
        state=case.state,
        reply_as=case.reply_as,
        review=case.review,
        not_posted=case.not_posted if case.review is Review.REPLY else None,
        safety=case.safety,
        asked_at=case.asked_at,
        asks=case.asks,
        answered_at=case.answered_at,
        wrote_privately_at=case.wrote_privately_at,
        due_at=max(case.due_at, case.promised_until or case.due_at),
        promised_until=case.promised_until,
        snoozed_until=case.snoozed_until,
        labels=case.labels,
        reminded=case.reminded,
    )
