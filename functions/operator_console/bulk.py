"""POST bulk/{assign|hand|close}: one action on several cases, each for itself. No text ever goes to several authors."""

import json
import re
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from desk.replies.forms import Action
from operator_console.actions import CaseActionsView, fields_of
from operator_console.app import Refused, Right, Route
from operator_console.bar import QueueName
from operator_console.http import Response, Visit, html
from operator_console.queues import InboxView
from operator_console.render import Renderer

MOST = 50
"""The most cases of one action on several; each takes a few calls of the tables."""

_ACTIONS = (Action.TAKE, Action.ASSIGN, Action.HAND, Action.CLOSE)
_ITEM = re.compile(r"(?P<key>[0-9A-Z]{5}-[0-9A-Z]{5}):(?P<version>[0-9]{1,9})", re.ASCII)
_REQUEST_LETTERS = 48


class NotDone(NamedTuple):
    """A case on which the action was not done, and why."""

    key: str
    sentence: str


class BulkResult(NamedTuple):
    """How many cases the action was done on, and the others."""

    done: int
    not_done: Sequence[NotDone]


class BulkView:
    """The routes. Each case is changed as its own form would, at the version that its row showed."""

    def __init__(self, actions: CaseActionsView, inbox: InboxView, renderer: Renderer) -> None:
        self._actions = actions
        self._inbox = inbox
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("POST", f"bulk/{action}", partial(self._act, action), Right.ACT) for action in _ACTIONS]

    def _act(self, action: Action, visit: Visit) -> Response:
        items, queue = items_of(visit), self._inbox.queue_named(visit, visit.request.field("queue") or QueueName.ALL)
        not_done = [failed for key, version in items if (failed := self._act_on(visit, action, key, version))]
        result = BulkResult(len(items) - len(not_done), not_done)
        if not visit.request.is_fragment:
            return html(self._renderer.page("bulk_page.html.j2", visit, result=result, queue=queue))
        body = self._renderer.part("bulk_result.html.j2", visit, result=result, queue=queue)
        say = self._renderer.formatter.phrase
        done = {"key": None, "text": say("console.bulk.done", count=result.done), "undo": None, "seconds": 0}
        return html(body + self._inbox.list_part(visit, queue), hx_trigger=json.dumps({"done": done}))

    def _act_on(self, visit: Visit, action: Action, key: str, version: str) -> NotDone | None:
        """Act on one case. A failure is its own: the others are acted on all the same."""
        fields = {**fields_of(visit), "version": version, "request": request_for(visit, key)}
        try:
            problem = self._actions.problem_of(self._actions.perform(visit, key, action, fields).result)
        except Refused as exc:
            return NotDone(key, self._renderer.formatter.phrase(exc.key, **exc.values))
        return NotDone(key, problem.sentence) if problem else None


def items_of(visit: Visit) -> Sequence[tuple[str, str]]:
    """The keys and versions of the cases that were chosen. Raises Refused for none, too many, or anything else."""
    found = [_ITEM.fullmatch(item) for item in dict.fromkeys(visit.request.lists.get("item", ()))]
    items = [(match["key"], match["version"]) for match in found if match]
    if not items or len(items) < len(found) or len(items) > MOST:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.bulk.choose", most=MOST)
    return items


def request_for(visit: Visit, key: str) -> str:
    """The id of the form as far as it is about this case."""
    return f"{visit.request.field('request')[:_REQUEST_LETTERS]}-{key}"
