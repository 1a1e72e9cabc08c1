"""GET poll: what changed while a page is open. At most three reads, and no body if nothing changed.

Open spikes and heard posts are read besides, at most every 20 seconds by all pages together.
The session is the first read. A page that is visible asks for the open item and the day's counts, and for one of its
looks in turn. Every other look is at all that is urgent, which gives the strip of danger; the others are at the page's
own queue and at what the operator has to answer. A page in the background takes the looks that every page has.
"""

from hashlib import sha256
from http import HTTPStatus
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.cases.inbox import COUNTED, Count, InboxFilter, InboxRow
from desk.cases.model import CaseState, Queue, is_case_id
from desk.reading import Urgency
from desk.web.request import number_in
from desk.web.response import Response, html
from operator_console.app import Route, Visit
from operator_console.inbox.glance import Glance
from operator_console.inbox.inbox import choice_of, chosen_rows
from operator_console.inbox.stores import InboxStores
from operator_console.items.rows import CaseRow, case_row, is_new
from operator_console.shell.bar import QueueName, queues_of, sees_all, visible_to
from operator_console.shell.cached import HeardCount, SpikeBanner
from operator_console.shell.danger_strip import DangerStrip
from operator_console.shell.render import Renderer


class Look(NamedTuple):
    """A look at one queue; `is_list` says that it is the queue that the page shows."""

    queue: QueueName
    chosen: InboxFilter
    is_list: bool = False


class News(NamedTuple):
    """A row that is worth a notification: a case in danger, to be checked or urgent, or a department's draft."""

    key: str
    kind: str
    row: CaseRow


class PollResult(NamedTuple):
    """What a look found. `number` is None where only a part of the queue was looked at."""

    name: str
    queue: QueueName | None
    number: Count | None
    arrivals: int | None
    urgent: tuple[CaseRow, ...]
    news: tuple[News, ...]


class PollView:
    """Answers the poll."""

    def __init__(
        self, stores: InboxStores, renderer: Renderer, spikes: SpikeBanner, heard: HeardCount, strip: DangerStrip
    ) -> None:
        self._stores = stores
        self._strip = strip
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
        looks = [None, self._to_answer(visit)] if is_hidden else [looks[turn % len(looks)]]
        glance = None if is_hidden else self._glance(visit, query.get("key", ""))
        strip = self._strip.at(visit.now, visible_to(visit.person)) if None in looks else None
        found = [self._find(visit, look) for look in looks if look]
        if strip and strip.urgent:
            news = tuple(self._news(visit, row, row.open_safety or "urgent") for row in strip.rows)
            found.append(PollResult("urgent", None, None, None, (), news))
        if not is_hidden and QueueName.HEARD in self._queues(visit):
            found.append(PollResult("heard", QueueName.HEARD, self._heard.at(visit.now), None, (), ()))
        values = {
            "found": found,
            "glance": glance,
            "others": glance.others if glance else (),
            "shows_day": sees_all(visit.person),
            "query": choice_of(visit).query,
            "spikes": self._spikes.lines(visit.person, visit.now),
            "strip": strip,
        }
        body = self._renderer.part("inbox/_poll.html.j2", visit, **values)
        etag = f'"{sha256(body.encode()).hexdigest()[:24]}"'
        if visit.request.headers.get("if-none-match") == etag:
            return Response(HTTPStatus.NOT_MODIFIED, headers={"etag": etag})
        return html(body, etag=etag)

    def _looks(self, visit: Visit) -> list[Look | None]:
        """The looks of a visible page, each once; None, every other one, is the look at what is urgent."""
        mine, to_answer = visible_to(visit.person), self._to_answer(visit)
        named = visit.request.query.get("queue", "")
        without_look = (QueueName.ALL, QueueName.HEARD)
        current = next((name for name in self._queues(visit) if name == named and name not in without_look), None)
        if current is None:
            return [to_answer, None]
        chosen = chosen_rows(visit, choice_of(visit), self._zone)
        own = Look(current, chosen, is_list=True)
        is_both = current is QueueName.TO_ANSWER and chosen == mine
        return [own, None] if is_both else [own, None, to_answer, None]

    def _to_answer(self, visit: Visit) -> Look:
        return Look(QueueName.TO_ANSWER, visible_to(visit.person))

    def _queues(self, visit: Visit) -> tuple[QueueName, ...]:
        return queues_of(visit.person, listens=self._renderer.brand.listen.is_on)

    def _glance(self, visit: Visit, key: str) -> Glance:
        """The open item and what goes with it; nothing of a case that the person does not see."""
        today = visit.now.astimezone(self._zone).date()
        glance = self._stores.glances.at(key, visit.person, today, visit.now)
        if is_case_id(key) and not (glance.case and visit.person.sees(glance.case.department)):
            return glance._replace(case=None, others=())
        return glance

    def _find(self, visit: Visit, look: Look) -> PollResult:
        if look.queue is QueueName.TO_READ:
            number = self._stores.seen.count_unseen(most=COUNTED)
            return PollResult("to_read", look.queue, Count(number, or_more=number == COUNTED), None, (), ())
        page = self._stores.inbox.page([Queue(look.queue.value)], look.chosen, limit=COUNTED, most_pages=1)
        known = visit.request.query.get("known", "")
        new = [row for row in page.rows if is_new(row, known)] if look.is_list else []
        is_whole = look.chosen == visible_to(visit.person)
        urgent = tuple(self._row(visit, row) for row in new if row.urgency is Urgency.HIGH or row.open_safety)
        return PollResult(
            name="list" if look.is_list else look.queue.value,
            queue=look.queue,
            number=page.counts[Queue(look.queue.value)] if is_whole and look.queue is not QueueName.TO_REVIEW else None,
            arrivals=len(new) - len(urgent) if look.is_list else None,
            urgent=urgent,
            news=tuple(self._news(visit, row, "draft") for row in page.rows if _is_draft_to_send(row)),
        )

    def _news(self, visit: Visit, row: InboxRow, kind: str) -> News:
        return News(row.case_id, kind, self._row(visit, row))

    def _row(self, visit: Visit, row: InboxRow) -> CaseRow:
        return case_row(row, visit.now, self._formatter)


def _is_draft_to_send(row: InboxRow) -> bool:
    """Whether a department wrote it and it is not urgent: the look at what is urgent has the others."""
    is_draft = row.state is CaseState.DRAFTED and row.queue is Queue.TO_ANSWER
    return is_draft and row.urgency is not Urgency.HIGH
