"""The inbox: a queue's list with its filters, and the opened item beside it."""

from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

from desk.cases.inbox import COUNTED, Count
from desk.cases.model import Queue
from desk.mentions.model import DayCounts
from desk.web.response import Response, html
from operator_console.app import Refused, Right, Route, Visit, may
from operator_console.inbox.case_lists import OVER, CaseLists, SomeCases
from operator_console.inbox.filters import Chip, Choice, chips_of, choice_of, chosen_rows, is_pressing, listing_of
from operator_console.inbox.heard import HeardQueue
from operator_console.inbox.night import Nights, NightView
from operator_console.inbox.stores import InboxStores
from operator_console.inbox.to_read import ToRead
from operator_console.items.opened_item import OpenedItem
from operator_console.items.rows import CaseRow, case_row
from operator_console.shell.bar import QueueName, queues_of, sees_all, visible_to
from operator_console.shell.night import last_night
from operator_console.shell.phrases import near_moment
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import SHOWN, Listing, Snapshot, Snapshots

type OpensItem = Callable[[Visit, str, str], OpenedItem]
"""Opens an item by its key and queue. Raises Refused."""


class NextStep(NamedTuple):
    """What an empty queue leads to: a phrase, how many wait there, and its path."""

    phrase: str
    number: str
    path: str
    icon: str


class Empty(NamedTuple):
    """An empty list: its sentence, a second one, and what to do next."""

    sentence: str
    more: str = ""
    steps: tuple[NextStep, ...] = ()


class ListView(NamedTuple):
    """A queue's list.

    `number` is how many rows it has. `more` is where it goes on, and `over` the rows of cases that are over, which come
    behind all others. `ticked`: the boxes are ticked to begin with. `empty` is set if nothing is there.
    """

    rows: tuple[CaseRow, ...]
    number: str
    more: str | None
    choice: Choice
    chips: tuple[Chip, ...]
    departments: tuple[str, ...]
    empty: Empty | None
    bar: Snapshot
    over: tuple[CaseRow, ...] = ()
    ticked: bool = False


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
        self._nights = Nights(stores, renderer)
        self._lists = CaseLists(stores, renderer)
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
            return html(self._renderer.part("inbox/_rows.html.j2", visit, **self._rows_behind(visit, queue), key=key))
        return html(self.list_part(visit, queue, key))

    def _rows_behind(self, visit: Visit, queue: QueueName) -> dict[str, Any]:
        if night := self._night(visit, queue):
            return {"queue": queue, "night": night}
        choice, further = choice_of(visit), self._look_further(visit, queue)
        more = _more(queue, choice, further.after)
        return {"queue": queue, "rows": further.rows, "more": more, "query": choice.query}

    def _night(self, visit: Visit, queue: QueueName) -> NightView | None:
        """The night that the URL names; people of departments have none."""
        return self._nights.view(visit) if queue is QueueName.ALL and sees_all(visit.person) else None

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
        listing = listing_of(visit, queue, self._zone)
        if queue in (QueueName.TO_READ, QueueName.HEARD):
            screen = self._heard.screen(visit) if queue is QueueName.HEARD else self._to_read.screen(visit)
            bar = self._snapshots.of_page(visit, listing)
            return {"bar": bar, "screen": screen, "queue": queue, "may_mark": may(visit.person, Right.ACT)}
        if night := self._night(visit, queue):
            return {"bar": self._snapshots.of_page(visit), "night": night, "queue": queue}
        shown, days = self._list(visit, queue, listing), self._day_counts(visit)
        last = last_night(visit.now, self._brand)
        night_count = last.count(days) if last and days else None
        values = {"bar": shown.bar, "list": shown, "queue": queue, "night_count": night_count}
        return values | {"rows": shown.rows, "more": shown.more, "query": shown.choice.query}

    def _day_counts(self, visit: Visit) -> Mapping[date, DayCounts]:
        """The counts of the days of the last night; none for departments' people."""
        last = last_night(visit.now, self._brand)
        return self._seen.day_counts(last.days) if last and sees_all(visit.person) else {}

    def _list(self, visit: Visit, queue: QueueName, listing: Listing | None) -> ListView:
        """The first rows are those of the snapshot; only what is behind them needs another look."""
        choice, bar = choice_of(visit), self._snapshots.of_page(visit, listing)
        over: tuple[CaseRow, ...] = ()
        if bar.listed and "after" not in visit.request.query:
            shown = tuple(case_row(each.row, visit.now, self._formatter, each.in_doubt) for each in bar.listed.rows)
            after, number = bar.listed.after, bar.waiting(queue) if not choice.query else None
            count = (number or Count(len(shown), or_more=after is not None)).text
            is_empty = not (shown or after)
            if after is None and _ends_with_over(queue, choice):
                over, after = self._lists.over(visit, None)
        else:
            shown, after = self._look_further(visit, queue)
            is_empty = not (shown or after)
            count = Count(len(shown), or_more=after is not None).text
        return ListView(
            rows=shown,
            number=count,
            more=_more(queue, choice, after),
            choice=choice,
            chips=chips_of(visit, queue, bar.numbers, self._zone),
            departments=tuple(key for key in self._brand.departments if visit.person.sees(key)),
            empty=self._empty(visit, queue, choice, bar) if is_empty else None,
            bar=bar,
            over=over,
            ticked=bool(choice.spike),
        )

    def _look_further(self, visit: Visit, queue: QueueName) -> SomeCases:
        """Rows that the filters leave, behind the place of the URL."""
        choice, after = choice_of(visit), visit.request.query.get("after") or None
        if choice.spike:
            return self._lists.of_spike(visit, choice.spike)
        if after and after.startswith(OVER):
            return self._over(visit, after)
        chosen = chosen_rows(visit, choice, self._zone)
        if is_pressing(queue, choice):
            page = self._inbox.pressing(chosen, limit=SHOWN, after=after)
        else:
            page = self._inbox.page(queue.case_queues, chosen, limit=SHOWN, after=after)
        rows = tuple(case_row(row, visit.now, self._formatter) for row in page.rows)
        if page.after is None and _ends_with_over(queue, choice):
            over = self._lists.over(visit, None)
            return SomeCases((*rows, *over.rows), over.after)
        return SomeCases(rows, page.after)

    def _over(self, visit: Visit, after: str) -> SomeCases:
        """Cases that are over, behind the place; from the first on for a place that is none."""
        try:
            return self._lists.over(visit, after.removeprefix(OVER))
        except ValueError:
            return self._lists.over(visit, None)

    def _empty(self, visit: Visit, queue: QueueName, choice: Choice, bar: Snapshot) -> Empty:
        """What an empty list says and, of the main queue, what comes next."""
        say = self._formatter.phrase
        if choice.query:
            return Empty(say("console.empty.filtered"))
        if bar.strip.cases:
            return Empty(say("console.empty.danger", count=len(bar.strip.cases)))
        sentence = say(f"console.empty.{queue}")
        if queue is not QueueName.TO_ANSWER:
            return Empty(sentence)
        waiting = self._inbox.page([Queue.AT_DEPARTMENT], visible_to(visit.person), limit=COUNTED)
        ahead = [row.due_at for row in waiting.rows if row.due_at > visit.now]
        next_due = near_moment(min(ahead), visit.now, self._formatter) if ahead else ""

        steps = tuple(
            NextStep(f"console.empty.step.{name}", count.text, f"inbox/{name}", icon)
            for name, icon in _NEXT.items()
            if (count := bar.waiting(name)) and count.number
        )
        return Empty(sentence, say("console.empty.next_due", moment=next_due) if next_due else "", steps)


_NEXT = {QueueName.TO_REVIEW: "eye", QueueName.TO_READ: "book"}
"""Where to go on when all is answered."""


def _ends_with_over(queue: QueueName, choice: Choice) -> bool:
    """Whether cases that are over come behind those of the list."""
    return queue is QueueName.ALL and not choice.query


def _more(queue: QueueName, choice: Choice, after: str | None) -> str | None:
    """The rest of the path of the rows behind this place."""
    queries = [choice.query, urlencode({"after": after})] if after else []
    return f"{queue}?{'&'.join(query for query in queries if query)}" if after else None
