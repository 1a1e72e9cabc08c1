"""POST bulk/{assign|hand|close}: one action on several cases that a person selected."""

import json
from functools import partial

from desk.replies.forms import Action
from desk.web.response import Response, html
from operator_console.app import Right, Route, Visit
from operator_console.inbox.inbox import InboxView
from operator_console.items.personal_actions import PersonalActions
from operator_console.items.several import Several
from operator_console.shell.bar import QueueName
from operator_console.shell.render import Renderer

_ACTIONS = (Action.TAKE, Action.ASSIGN, Action.HAND, Action.CLOSE)


class BulkView:
    """The routes. Each case is changed as its own form would, at the version that its row showed."""

    def __init__(self, actions: PersonalActions, inbox: InboxView, renderer: Renderer) -> None:
        self._several = Several(actions, renderer.formatter)
        self._inbox = inbox
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("POST", f"bulk/{action}", partial(self._act, action), Right.ACT) for action in _ACTIONS]

    def _act(self, action: Action, visit: Visit) -> Response:
        queue = self._inbox.queue_named(visit, visit.request.field("queue") or QueueName.ALL)
        result, formatter = self._several.act(visit, action), self._renderer.formatter
        if not visit.request.is_fragment:
            return html(self._renderer.page("inbox/bulk_result.html.j2", visit, result=result, queue=queue))
        body = self._renderer.part("inbox/_bulk_result.html.j2", visit, result=result, queue=queue)
        text = f"{formatter.phrase('console.bulk.done', count=result.done)} {result.left.sentence(formatter)}".strip()
        done = {"key": None, "text": text, "undo": None, "seconds": 0}
        return html(body + self._inbox.list_part(visit, queue), hx_trigger=json.dumps({"done": done}))
