"""POST bulk/{assign|hand|close}: one action on several cases, each for itself. No text ever goes to several authors.

What is in danger is left alone: a person opens it. So is what the page says nobody saw (see `left_alone`).
"""

import json
import re
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from desk.formatting.formatter import DeskFormatter
from desk.replies.actions import ActionOutcome
from desk.replies.forms import Action
from desk.replies.perform import Handed
from operator_console.actions import CaseActionsView, fields_of
from operator_console.app import Refused, Right, Route
from operator_console.bar import QueueName
from operator_console.http import Response, Visit, html
from operator_console.left_alone import LeftAlone, left_by_page
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
    """How many cases the action was done on, and the others: `in_danger` are those that were left alone for that."""

    done: int
    not_done: Sequence[NotDone] = ()
    in_danger: Sequence[NotDone] = ()
    left: LeftAlone = LeftAlone()


class Several:
    """Does an action on several cases, each at the version that its row showed. A failure is that case's own."""

    def __init__(self, actions: CaseActionsView, formatter: DeskFormatter) -> None:
        self._actions = actions
        self._formatter = formatter

    def act(
        self, visit: Visit, action: Action, *, later: list[Handed] | None = None, is_one: bool = False
    ) -> BulkResult:
        """Act on the cases of the form; of a form that `is_one` row's own, danger is not left alone.

        With `later`, departments that get a case are not notified, but added to it. Raises Refused for a selection that
        is none.
        """
        left = left_by_page(visit.request)
        items = items_of(visit, may_be_empty=left.total > 0)
        is_of_several = not is_one or len(items) > 1
        not_done: list[NotDone] = []
        in_danger: list[NotDone] = []
        for key, version in items:
            fields = {**fields_of(visit), "version": version, "request": _request_for(visit, key)}
            try:
                result = self._actions.perform(visit, key, action, fields, later, is_of_several=is_of_several).result
                problem = self._actions.problem_of(result)
            except Refused as exc:
                not_done.append(NotDone(key, self._formatter.phrase(exc.key, **exc.values)))
                continue
            if problem:
                to = in_danger if result.outcome is ActionOutcome.LEFT_ALONE else not_done
                to.append(NotDone(key, problem.sentence))
        done = len(items) - len(not_done) - len(in_danger)
        return BulkResult(done, not_done, in_danger, left._replace(danger=len(in_danger)))


class BulkView:
    """The routes. Each case is changed as its own form would, at the version that its row showed."""

    def __init__(self, actions: CaseActionsView, inbox: InboxView, renderer: Renderer) -> None:
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
            return html(self._renderer.page("bulk_page.html.j2", visit, result=result, queue=queue))
        body = self._renderer.part("bulk_result.html.j2", visit, result=result, queue=queue)
        text = f"{formatter.phrase('console.bulk.done', count=result.done)} {result.left.sentence(formatter)}".strip()
        done = {"key": None, "text": text, "undo": None, "seconds": 0}
        return html(body + self._inbox.list_part(visit, queue), hx_trigger=json.dumps({"done": done}))


def items_of(visit: Visit, *, may_be_empty: bool = False) -> Sequence[tuple[str, str]]:
    """The keys and versions of the cases that were chosen. Raises Refused for none, too many, or anything else."""
    found = [_ITEM.fullmatch(item) for item in dict.fromkeys(visit.request.lists.get("item", ()))]
    items = [(match["key"], match["version"]) for match in found if match]
    if not (items or may_be_empty) or len(items) < len(found) or len(items) > MOST:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.bulk.choose", most=MOST)
    return items


def _request_for(visit: Visit, key: str) -> str:
    """The id of the form as far as it is about this case."""
    return f"{visit.request.field('request')[:_REQUEST_LETTERS]}-{key}"
