"""POST seen, unseen: what people have seen. Seen is what was opened or marked, never what was merely shown.

Where somebody may be at risk, nothing is marked with others: a person opens it.
"""

import json
import re
from collections.abc import Collection, Sequence
from http import HTTPStatus
from urllib.parse import urlencode

from desk.reader.explain import safety_note
from desk.web.response import Response, html
from operator_console.app import ROOT, Refused, Right, Route, Visit, may, redirect
from operator_console.inbox.inbox import InboxView
from operator_console.inbox.stores import InboxStores
from operator_console.items.seen_marks import SeenMarks
from operator_console.items.several import LeftAlone, left_by_page
from operator_console.items.visible import MENTION_KEY, VisibleItems
from operator_console.shell.bar import QueueName
from operator_console.shell.render import Renderer

_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
_PLACE = re.compile(r"[0-9A-Za-z-]{1,24}", re.ASCII)
"""The key of a page of the night's stack, or its end."""
_MOST = 200
"""Ids of one request; a screen has some sixty."""
_UNDO_SECONDS = 60


class SeenView:
    """The routes that mark and unmark."""

    def __init__(self, stores: InboxStores, renderer: Renderer, inbox: InboxView, marks: SeenMarks) -> None:
        self._seen = stores.seen
        self._mentions = stores.mentions
        self._formatter = renderer.formatter
        self._inbox = inbox
        self._marks = marks
        self._visible = VisibleItems(stores.cases, stores.mentions)

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("POST", "seen", self._mark, Right.DRAFT),
            Route("POST", "unseen", self._unmark, Right.ACT),
        ]

    def _mark(self, visit: Visit) -> Response:
        """Mark a screen by its ids; or what was opened from a part that had been loaded ahead, by its key."""
        key = visit.request.field("key")
        if key:
            return self._mark_opened(visit, key)
        if not may(visit.person, Right.ACT):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        ids = _ids(visit.request.lists.get("item", ()))
        in_danger = self._in_danger(ids)
        marked = self._seen.mark_seen([each for each in ids if each not in in_danger], visit.person.name, visit.now)
        about = {"ids": " ".join(sorted(marked)), "queue": _queue_of(visit)}
        undo = f"{ROOT}/unseen?{urlencode(about)}" if marked else None
        left = left_by_page(visit.request)._replace(danger=len(in_danger))
        return self._next_screen(visit, "console.to_read.marked", len(marked), undo, left)

    def _in_danger(self, ids: Sequence[str]) -> frozenset[str]:
        """Those that speak of danger themselves, or that the stored reading says to handle with care."""
        stored = self._mentions.get_many(ids) if ids else {}
        return frozenset(
            key
            for key, each in stored.items()
            if safety_note([each.mention], each.outcome.reading.safety if each.outcome else None)
        )

    def _mark_opened(self, visit: Visit, key: str) -> Response:
        if MENTION_KEY.fullmatch(key):
            self._marks.saw(visit, (self._visible.mention(visit, key).mention.id,), None)
        else:
            case = self._visible.case(visit, key)
            self._marks.saw(visit, case.mention_ids, case)
        return Response(HTTPStatus.NO_CONTENT)

    def _unmark(self, visit: Visit) -> Response:
        """Undo the person's own marks."""
        ids = _ids(visit.request.query.get("ids", "").split())
        unmarked = self._seen.mark_unseen(ids, visit.person.name)
        return self._next_screen(visit, f"console.{_queue_of(visit)}.unmarked", len(unmarked), None, LeftAlone())

    def _next_screen(self, visit: Visit, key: str, count: int, undo: str | None, left: LeftAlone) -> Response:
        """The screen that follows, which begins with what is still unseen; in the night's stack, the page that does."""
        if after := visit.request.field("after"):
            at = after if _PLACE.fullmatch(after) else ""
            return Response(HTTPStatus.NO_CONTENT) if visit.request.is_fragment else redirect(f"today/night?at={at}")
        if not visit.request.is_fragment:
            return redirect(f"inbox/{_queue_of(visit)}")
        text = f"{self._formatter.phrase(key, count=count)} {left.sentence(self._formatter)}".strip()
        done = {"key": None, "text": text, "undo": undo, "seconds": _UNDO_SECONDS}
        return html(self._inbox.list_part(visit, _queue_of(visit)), hx_trigger=json.dumps({"done": done}))


def _queue_of(visit: Visit) -> QueueName:
    """The queue whose screen was marked."""
    named = visit.request.field("queue") or visit.request.query.get("queue", "")
    return QueueName.HEARD if named == QueueName.HEARD else QueueName.TO_READ


def _ids(written: Collection[str]) -> list[str]:
    """The mentions' ids. Raises Refused for anything else, and for too many."""
    ids = list(dict.fromkeys(written))
    if len(ids) > _MOST or not all(map(_ID.fullmatch, ids)):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
    return ids
