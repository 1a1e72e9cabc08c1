"""GET poll: the snapshot of a page that stays open, and what it alone shows; no body if nothing changed.

A poll reads the session and what the page alone shows: the open item, who else has it open, and the person's settings.
The parts of the snapshot are read once in two seconds for all pages together. A page whose person has just done
something asks with `cache-control: no-cache`, so that everything is read anew: it may have been another instance that
did it.
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import NamedTuple

from markupsafe import Markup

from desk.cases.inbox import InboxRow
from desk.cases.model import is_case_id
from desk.posts.model import Post
from desk.web.response import Response, html
from operator_console.app import Route, Visit
from operator_console.inbox.filters import choice_of, listing_of
from operator_console.inbox.glance import Glance
from operator_console.inbox.stores import InboxStores
from operator_console.inbox.to_read import ToRead
from operator_console.items.rows import CaseRow, case_row
from operator_console.shell.bar import QueueName, queues_of
from operator_console.shell.cached import HeardToSee
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import READ_BY_TODAY, LivePart, Snapshot, Snapshots, version_of


class News(NamedTuple):
    """A row that is worth a notification: a case in danger, to be checked or urgent, or a department's draft."""

    kind: str
    row: CaseRow


class PollView:
    """Answers the poll."""

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        stores: InboxStores,
        snapshots: Snapshots,
        renderer: Renderer,
        to_read: ToRead,
        heard: HeardToSee,
        *,
        live_part: Callable[[str, Visit, Snapshot], LivePart | None],
    ) -> None:
        self._glances = stores.glances
        self._snapshots = snapshots
        self._to_read = to_read
        self._heard = heard
        self._live_part = live_part
        self._renderer = renderer
        self._formatter = renderer.formatter

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "poll", self._poll)]

    def _poll(self, visit: Visit) -> Response:
        headers, query = visit.request.headers, visit.request.query
        if headers.get("cache-control") == "no-cache":
            self._snapshots.forget()
        queue = self._queue(visit, query.get("queue", ""))
        of_queue = visit._replace(params={"queue": queue or ""})
        listing = listing_of(of_queue, queue, self._formatter.zone) if queue else None
        page = query.get("page", "")
        snapshot = self._snapshots.at(visit, listing, shows=READ_BY_TODAY if page == "today" else ())
        keys = self._keys(visit, queue)
        part = self._live_part(page, visit, snapshot)
        glance = None if query.get("hidden") == "1" else self._glance(visit, query.get("key", ""))
        etag = f'"{version_of(snapshot.state, keys, part and part.state, glance and _seen_of(glance))}"'
        if headers.get("if-none-match") == etag:
            return Response(HTTPStatus.NOT_MODIFIED, headers={"etag": etag})
        rows = [self._row(visit, each.row, each.in_doubt) for each in snapshot.listed.rows] if snapshot.listed else []
        values = {
            "bar": snapshot,
            "queue": queue,
            "key": "",
            "query": choice_of(of_queue).query,
            "rows": rows,
            "keys": keys,
            "part": Markup(part.html()) if part else "",  # noqa: S704 - made by a template
            "news": self._news(visit, snapshot),
            "glance": glance,
            "others": glance.others if glance else (),
        }
        return html(self._renderer.part("inbox/_poll.html.j2", visit, **values), etag=etag)

    def _queue(self, visit: Visit, named: str) -> QueueName | None:
        """The queue that the page shows, if it is one that the person has."""
        queues = queues_of(visit.person, listens=self._renderer.brand.listen.is_on)
        return next((name for name in queues if name == named), None)

    def _keys(self, visit: Visit, queue: QueueName | None) -> Sequence[str]:
        """The keys of the rows of a list that has no cases."""
        if queue is QueueName.TO_READ:
            return self._snapshots.part("screen", visit.now, self._to_read.first_keys)
        if queue is QueueName.HEARD:
            return [f"m{key}" for key in self._heard.at(visit.now) or ()]
        return ()

    def _glance(self, visit: Visit, key: str) -> Glance:
        """The open item and what goes with it; nothing of a case that the person does not see."""
        glance = self._glances.at(key, visit.person, visit.now)
        if is_case_id(key) and not (glance.case and visit.person.sees(glance.case.department)):
            return glance._replace(case=None, others=())
        return glance

    def _news(self, visit: Visit, snapshot: Snapshot) -> list[News]:
        pressing = [(row.open_safety or "urgent", row) for row in snapshot.strip.rows]
        return [
            News(kind, self._row(visit, row)) for kind, row in [*pressing, *(("draft", row) for row in snapshot.drafts)]
        ]

    def _row(self, visit: Visit, row: InboxRow, in_doubt: Post | None = None) -> CaseRow:
        return case_row(row, visit.now, self._formatter, in_doubt)


def _seen_of(glance: Glance) -> tuple[object, ...]:
    """What the page shows of it."""
    case = glance.case
    return case and (case.id, case.version), [(one.name, one.is_typing) for one in glance.others], glance.settings
