"""GET poll: what changed while a page is open. At most three reads, and no body if nothing changed.

Open spikes and heard posts are read besides, at most every 20 seconds by all pages together.
The session is the first read. A page that is visible asks for the open item and the day's counts, and for one of its
looks in turn: at its own queue, at what the operator has to answer, and at what is urgent at departments. A page in the
background only looks at the latter two.
"""

from hashlib import sha256
from http import HTTPStatus
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.cases.glance import Glance
from desk.cases.inbox import COUNTED, Count, InboxFilter, InboxRow
from desk.cases.model import CaseState, Queue, is_case_id
from desk.reading import Urgency
from operator_console.app import Route
from operator_console.bar import QueueName, queues_of, sees_all, visible_to
from operator_console.heard_count import HeardCount
from operator_console.http import Response, Visit, html, number_in
from operator_console.queues import choice_of, chosen_rows
from operator_console.render import Renderer
from operator_console.rows import CaseRow, case_row, is_new
from operator_console.spike_banner import SpikeBanner
from operator_console.stores import Stores


class Look(NamedTuple):
    """A look at one queue; `is_list` says that it is the queue that the page shows."""

    queue: QueueName
    chosen: InboxFilter
    is_list: bool = False


class News(NamedTuple):
    """A row that is worth a notification: an urgent case, or a department's draft."""

    key: str
    kind: str
    row: CaseRow


class Found(NamedTuple):
    """What a look found. `number` is None where only a part of the queue was looked at."""

    name: str
    queue: QueueName
    number: Count | None
    arrivals: int | None
    urgent: tuple[CaseRow, ...]
    news: tuple[News, ...]


class PollView:
    """Answers the poll."""

    def __init__(self, stores: Stores, renderer: Renderer, spikes: SpikeBanner, heard: HeardCount) -> None:
        self._stores = stores
        self._spikes = spikes
        self._heard = heard
        self._renderer = renderer
        self._formatter = renderer.formatter
        self._zone = ZoneInfo(renderer.brand.timezone)

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "poll", self._poll)]

    def _poll(self, visit: Visit) -> Response:
        query = visit.request.query
        is_hidden = query.get("hidden") == "1"
        looks = self._looks(visit)
        turn = number_in(query.get("turn", "")) or 0
        looks = looks[-2:] if is_hidden else [looks[turn % len(looks)]]
        glance = None if is_hidden else self._glance(visit, query.get("key", ""))
        found = [self._find(visit, look) for look in looks]
        if not is_hidden and QueueName.HEARD in self._queues(visit):
            found.append(Found("heard", QueueName.HEARD, self._heard.at(visit.now), None, (), ()))
        values = {
            "found": found,
            "glance": glance,
            "others": glance.others if glance else (),
            "shows_day": sees_all(visit.person),
            "query": choice_of(visit).query,
            "spikes": self._spikes.lines(visit.person, visit.now),
        }
        body = self._renderer.part("poll.html.j2", visit, **values)
        etag = f'"{sha256(body.encode()).hexdigest()[:24]}"'
        if visit.request.headers.get("if-none-match") == etag:
            return Response(HTTPStatus.NOT_MODIFIED, headers={"etag": etag})
        return html(body, etag=etag)

    def _looks(self, visit: Visit) -> list[Look]:
        """The looks of a page, each once; the last two are for every page."""
        mine = visible_to(visit.person)
        always = [Look(QueueName.TO_ANSWER, mine), Look(QueueName.AT_DEPARTMENT, mine._replace(urgent=True))]
        named = visit.request.query.get("queue", "")
        without_look = (QueueName.ALL, QueueName.HEARD)
        current = next((name for name in self._queues(visit) if name == named and name not in without_look), None)
        if current is None:
            return always
        chosen = chosen_rows(visit, choice_of(visit), self._zone)
        look = Look(current, chosen, is_list=True)
        same = [each for each in always if each.queue is current and chosen in (each.chosen, mine)]
        return [look, *(each for each in always if each not in same)]

    def _queues(self, visit: Visit) -> tuple[QueueName, ...]:
        return queues_of(visit.person, listens=self._renderer.brand.listen.is_on)

    def _glance(self, visit: Visit, key: str) -> Glance:
        """The open item and what goes with it; nothing of a case that the person does not see."""
        today = visit.now.astimezone(self._zone).date()
        glance = self._stores.glances.at(key, visit.person, today, visit.now)
        if is_case_id(key) and not (glance.case and visit.person.sees(glance.case.department)):
            return glance._replace(case=None, others=())
        return glance

    def _find(self, visit: Visit, look: Look) -> Found:
        if look.queue is QueueName.TO_READ:
            number = self._stores.seen.count_unseen(most=COUNTED)
            return Found("to_read", look.queue, Count(number, or_more=number == COUNTED), None, (), ())
        page = self._stores.inbox.page([Queue(look.queue.value)], look.chosen, limit=COUNTED, most_pages=1)
        known = visit.request.query.get("known", "")
        new = [row for row in page.rows if is_new(row, known)] if look.is_list else []
        is_whole = look.chosen == visible_to(visit.person)
        urgent = tuple(self._row(visit, row) for row in new if row.urgency is Urgency.HIGH)
        return Found(
            name="list" if look.is_list else "urgent" if look.chosen.urgent else look.queue.value,
            queue=look.queue,
            number=page.counts[Queue(look.queue.value)] if is_whole and look.queue is not QueueName.TO_REVIEW else None,
            arrivals=len(new) - len(urgent) if look.is_list else None,
            urgent=urgent,
            news=tuple(self._news(visit, row, kind) for row in page.rows if (kind := _kind_of_news(row))),
        )

    def _news(self, visit: Visit, row: InboxRow, kind: str) -> News:
        return News(row.case_id, kind, self._row(visit, row))

    def _row(self, visit: Visit, row: InboxRow) -> CaseRow:
        return case_row(row, visit.now, self._formatter)


def _kind_of_news(row: InboxRow) -> str:
    if row.urgency is Urgency.HIGH:
        return "urgent"
    return "draft" if row.state is CaseState.DRAFTED and row.queue is Queue.TO_ANSWER else ""
