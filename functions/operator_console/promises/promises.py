"""GET promises: what the brand has promised, by when, and how what it promised in the last days ended."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import NamedTuple

from desk.promises.model import Promise, PromiseState
from desk.promises.store import Promises
from desk.web.response import Response, html
from operator_console.app import Refused, Right, Route, Visit, may
from operator_console.items.promise_rows import PromiseRow, end_of, promise_row
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer

_LOOKS_BACK = timedelta(days=7)
_COUNTED = (PromiseState.KEPT, PromiseState.MOVED, PromiseState.BROKEN)


class DueGroup(NamedTuple):
    """Open promises that are due in one stretch of time; `name` is the end of its title's key."""

    name: str
    rows: Sequence[PromiseRow]


class PromisesView:
    """Shows the promises, those that are overdue first."""

    def __init__(self, promises: Promises, renderer: Renderer) -> None:
        self._promises = promises
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The route of this module."""
        return [Route("GET", "promises", self._show)]

    def _show(self, visit: Visit) -> Response:
        if not sees_all(visit.person):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        now, formatter = visit.now, self._renderer.formatter
        found = self._promises.due_between(now - _LOOKS_BACK, now + timedelta(seconds=1))
        ended = [each for each in reversed(found) if each.state_at(now) in _COUNTED]
        counts = [(state, sum(each.state_at(now) is state for each in ended)) for state in _COUNTED]
        values = {
            "groups": self._groups(visit, self._promises.open()),
            "ended": [promise_row(each, now, formatter) for each in ended if each.ending],
            "counts": counts,
            "may_act": may(visit.person, Right.ACT),
        }
        return html(self._renderer.page("promises/promises.html.j2", visit, **values))

    def _groups(self, visit: Visit, promises: Sequence[Promise]) -> list[DueGroup]:
        """The open ones by due time: overdue, today, tomorrow, later."""
        now, formatter = visit.now, self._renderer.formatter
        today = now.astimezone(formatter.zone).date()
        ends = (now, end_of(today, formatter), end_of(today + timedelta(days=1), formatter))
        groups: dict[str, list[PromiseRow]] = {name: [] for name in ("overdue", "today", "tomorrow", "later")}
        for each in promises:
            place = sum(each.due_at >= end for end in ends)
            groups[list(groups)[place]].append(promise_row(each, now, formatter))
        return [DueGroup(name, rows) for name, rows in groups.items() if rows]
