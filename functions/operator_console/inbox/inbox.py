"""The inbox: a queue's list with its filters, and the opened item beside it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from desk.cases.inbox import COUNTED, Count, InboxFilter, InboxPage, InboxRow
from desk.cases.model import Queue
from desk.mentions.model import SLOT_MINUTES, DayCounts
from desk.reading import Urgency
from desk.web.response import Response, html
from desk.working_time import span_of
from operator_console.app import ROOT, Refused, Right, Route, Visit, may
from operator_console.inbox.heard import HeardQueue
from operator_console.inbox.stores import InboxStores
from operator_console.inbox.to_read import ToRead
from operator_console.items.opened_item import OpenedItem
from operator_console.items.rows import CaseRow, case_row
from operator_console.shell.bar import QueueName, queues_of, sees_all, visible_to
from operator_console.shell.phrases import near_moment
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import SHOWN, Listing, Snapshot, Snapshots

type OpensItem = Callable[[Visit, str, str], OpenedItem]
"""Opens an item by its key and queue. Raises Refused."""


class Choice(NamedTuple):
    """The filters of a URL."""

    department: str | None = None
    day: date | None = None
    mine: bool = False
    urgent: bool = False

    @property
    def query(self) -> str:
        """The filters as a query string."""
        pairs = {
            "department": self.department,
            "day": self.day.isoformat() if self.day else None,
            "mine": "1" if self.mine else None,
            "urgent": "1" if self.urgent else None,
        }
        return urlencode({name: value for name, value in pairs.items() if value})


class Part(NamedTuple):
    """One part of the line of filters: a phrase, a number, where it leads, and whether it is chosen."""

    key: str
    number: str
    href: str
    is_chosen: bool


class Summary(NamedTuple):
    """The line of filters: what came in since when, and what of the queue is urgent or due today."""

    key: str | None
    arrived: int
    parts: tuple[Part, ...]


class ListView(NamedTuple):
    """A queue's list. `more` is where it goes on; `empty` says that nothing is there, and what comes next."""

    rows: tuple[CaseRow, ...]
    more: str | None
    choice: Choice
    summary: Summary | None
    departments: tuple[str, ...]
    empty: str
    bar: Snapshot


class InboxView:
    """The pages and parts of the inbox. `open_item` opens what the URL names."""

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        stores: InboxStores,
        snapshots: Snapshots,
        renderer: Renderer,
        *,
        to_read: ToRead,
        heard: HeardQueue,
        open_item: OpensItem,
    ) -> None:
        self._inbox = stores.inbox
        self._seen = stores.seen
        self._snapshots = snapshots
        self._renderer = renderer
        self._brand = renderer.brand
        self._formatter = renderer.formatter
        self._zone = renderer.formatter.zone
        self._open_item = open_item
        self._to_read = to_read
        self._heard = heard

    def routes(self) -> list[Route]:
        """The routes of the inbox."""
        return [
            Route("GET", "inbox/{queue}", self.page),
            Route("GET", "inbox/{queue}/{key}", self.page),
            Route("GET", "list/{queue}", self.part),
        ]

    def page(self, visit: Visit) -> Response:
        """A queue, with the item that the URL names."""
        key = visit.params.get("key", "")
        item = self._open_item(visit, key, visit.params["queue"]) if key else None
        values = self._values(visit, self.queue_named(visit, visit.params["queue"]))
        return html(self._renderer.page("inbox/inbox.html.j2", visit, **values, key=key, item=item))

    def part(self, visit: Visit) -> Response:
        """The list alone, with the counts of the bar; with `after` only the rows behind that place."""
        queue, key = self.queue_named(visit, visit.params["queue"]), visit.request.query.get("key", "")
        if "after" in visit.request.query and queue not in (QueueName.TO_READ, QueueName.HEARD):
            choice, page = choice_of(visit), self._look_further(visit, queue)
            rows, more = self._rows(visit, page), _more(queue, choice, page.after)
            values: dict[str, Any] = {"queue": queue, "rows": rows, "more": more, "query": choice.query}
            return html(self._renderer.part("inbox/_rows.html.j2", visit, **values, key=key))
        return html(self.list_part(visit, queue, key))

    def queue_named(self, visit: Visit, name: str) -> QueueName:
        """The queue of this name. Raises Refused for one that the person does not have."""
        for queue in queues_of(visit.person, listens=self._brand.listen.is_on):
            if queue == name:
                return queue
        raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")

    def list_part(self, visit: Visit, queue: QueueName, key: str = "") -> str:
        """A queue's list and the counts of the bar, which is swapped out of band."""
        return self._renderer.part("inbox/_list_with_counts.html.j2", visit, **self._values(visit, queue), key=key)

    def _values(self, visit: Visit, queue: QueueName) -> dict[str, Any]:
        if queue in (QueueName.TO_READ, QueueName.HEARD):
            screen = self._heard.screen(visit) if queue is QueueName.HEARD else self._to_read.screen(visit)
            bar = self._snapshots.of_page(visit, listing_of(visit, queue, self._zone))
            return {"bar": bar, "screen": screen, "queue": queue, "may_mark": may(visit.person, Right.ACT)}
        shown = self._list(visit, queue)
        values = {"bar": shown.bar, "list": shown, "queue": queue}
        return values | {"rows": shown.rows, "more": shown.more, "query": shown.choice.query}

    def _list(self, visit: Visit, queue: QueueName) -> ListView:
        """The first rows are those of the snapshot; only what is behind them needs another look."""
        choice = choice_of(visit)
        bar = self._snapshots.of_page(visit, listing_of(visit, queue, self._zone))
        assert bar.listed  # noqa: S101 - the queue has cases
        if "after" in visit.request.query:
            page = self._look_further(visit, queue)
            shown, after = self._rows(visit, page), page.after
        else:
            shown = tuple(case_row(each.row, visit.now, self._formatter, each.in_doubt) for each in bar.listed.rows)
            after = bar.listed.after
        more = _more(queue, choice, after)
        return ListView(
            rows=shown,
            more=more,
            choice=choice,
            summary=self._summary(visit, queue, bar),
            departments=tuple(key for key in self._brand.departments if visit.person.sees(key)),
            empty="" if shown or more else self._empty(visit, queue, choice, bar),
            bar=bar,
        )

    def _look_further(self, visit: Visit, queue: QueueName) -> InboxPage:
        """Rows that the filters leave, behind the place of the URL."""
        choice, after = choice_of(visit), visit.request.query.get("after")
        chosen = chosen_rows(visit, choice, self._zone)
        if choice.urgent:
            return self._inbox.pressing(chosen._replace(urgency=Urgency.HIGH), limit=SHOWN, after=after)
        return self._inbox.page(queue.case_queues, chosen, limit=SHOWN, after=after)

    def _rows(self, visit: Visit, page: InboxPage) -> tuple[CaseRow, ...]:
        return tuple(case_row(row, visit.now, self._formatter) for row in page.rows)

    def _summary(self, visit: Visit, queue: QueueName, bar: Snapshot) -> Summary:
        """What is urgent is counted over all queues, as in the strip; what is due today, in the queue's first rows."""
        today, choice, days = self._today(visit), choice_of(visit), self._day_counts(visit)
        href = f"{ROOT}/inbox/{QueueName.ALL}?urgent=1"
        parts = [Part("urgent", bar.numbers["urgent"], href, choice.urgent)]
        if bar.listed and not choice.query:
            end, page = _midnight(today + timedelta(days=1), self._zone), bar.listed.page
            due = [row for row in page.rows if row.due_at < end]
            last = page.rows[-1] if page.rows else None
            number = _some(due, page.after is None or last is None or last not in due)
            parts.append(Part("due", number, f"{ROOT}/inbox/{queue}?day={today}", choice.day == today))
        unread = bar.waiting(QueueName.TO_READ)
        if unread:
            parts.append(Part("to_read", unread.text, f"{ROOT}/inbox/{QueueName.TO_READ}", is_chosen=False))
        if not days:
            return Summary(None, 0, tuple(parts))
        key, arrived = self._arrived(visit, days)
        return Summary(key, arrived, tuple(parts))

    def _day_counts(self, visit: Visit) -> Mapping[date, DayCounts]:
        """The counts of the days since the desk closed last, today's at least; none for departments' people."""
        if not sees_all(visit.person):
            return {}
        since, today = self._closed_at(visit.now), self._today(visit)
        first = since.astimezone(self._zone).date() if since else today
        return self._seen.day_counts([first + timedelta(days=n) for n in range((today - first).days + 1)])

    def _closed_at(self, now: datetime) -> datetime | None:
        """When the desk closed last, if it has not opened since on this day; None while it works, or worked today."""
        today = now.astimezone(self._zone).date()
        span = span_of(today, self._brand)
        if span and span[0] <= now:
            return None
        for back in range(1, _LONGEST_BREAK):
            before = span_of(today - timedelta(days=back), self._brand)
            if before:
                return before[1]
        return None

    def _arrived(self, visit: Visit, days: Mapping[date, DayCounts]) -> tuple[str, int]:
        """The phrase for since when, and how many mentions came in since then."""
        since, today = self._closed_at(visit.now), self._today(visit)
        if since is None:
            return "console.summary.today", days[today].polled
        local = since.astimezone(self._zone)
        slot = (local.hour * 60 + local.minute) // SLOT_MINUTES
        of_first = sum(n for number, n in days[local.date()].slots.items() if number >= slot)
        later = sum(counts.polled for day, counts in days.items() if day > local.date())
        is_night = (today - local.date()).days <= 1
        return f"console.summary.{'night' if is_night else 'closed'}", of_first + later

    def _empty(self, visit: Visit, queue: QueueName, choice: Choice, bar: Snapshot) -> str:
        """The sentence that says that the list is empty and, of the main queue, what comes next."""
        say = self._formatter.phrase
        if choice.query:
            return say("console.empty.filtered")
        if bar.strip.cases:
            return say("console.empty.danger", count=len(bar.strip.cases))
        coming = []
        if queue is QueueName.TO_ANSWER:
            waiting = self._inbox.page([Queue.AT_DEPARTMENT], visible_to(visit.person), limit=COUNTED)
            ahead = [row.due_at for row in waiting.rows if row.due_at > visit.now]
            if ahead:
                moment = near_moment(min(ahead), visit.now, self._formatter)
                coming.append(say("console.empty.next_due", moment=moment))
            review = bar.waiting(QueueName.TO_REVIEW)
            if review and review.number:
                coming.append(say("console.empty.to_review_count", count=review.text))
        sentence = say(f"console.empty.{queue}")
        return f"{sentence} {' · '.join(coming)}" if coming else sentence

    def _today(self, visit: Visit) -> date:
        return visit.now.astimezone(self._zone).date()


_LONGEST_BREAK = 15  # days that the desk may be closed in a row, holidays included


def choice_of(visit: Visit) -> Choice:
    """The filters of the URL; a department that the person does not see, or a day that is none, filters nothing.

    What is urgent is a list of its own, over all queues.
    """
    query = visit.request.query
    department = query.get("department") or None
    try:
        day = date.fromisoformat(query.get("day", ""))
    except ValueError:
        day = None
    return Choice(
        department=department if department and visit.person.sees(department) else None,
        day=day,
        mine=query.get("mine") == "1",
        urgent=query.get("urgent") == "1" and visit.params.get("queue") == QueueName.ALL,
    )


def chosen_rows(visit: Visit, choice: Choice, zone: ZoneInfo) -> InboxFilter:
    """The rows that the filters leave. Due on a day means due by its end; what is overdue counts to today."""
    departments = frozenset({choice.department}) if choice.department else visible_to(visit.person).departments
    today = visit.now.astimezone(zone).date()
    return InboxFilter(
        departments=departments,
        holder=visit.person.name if choice.mine else None,
        due_from=_midnight(choice.day, zone) if choice.day and choice.day > today else None,
        due_before=_midnight(choice.day + timedelta(days=1), zone) if choice.day else None,
    )


def listing_of(visit: Visit, queue: QueueName, zone: ZoneInfo) -> Listing:
    """The list that the URL names."""
    choice = choice_of(visit)
    return Listing(queue, chosen_rows(visit, choice, zone), is_pressing=choice.urgent)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _some(rows: list[InboxRow], is_whole: bool) -> str:
    return Count(len(rows), or_more=not is_whole).text


def _more(queue: QueueName, choice: Choice, after: str | None) -> str | None:
    """The rest of the path of the rows behind this place."""
    queries = [choice.query, urlencode({"after": after})] if after else []
    return f"{queue}?{'&'.join(query for query in queries if query)}" if after else None
