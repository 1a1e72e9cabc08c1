"""GET promises: what the brand has promised, by when, and how what it promised in the last days ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, NamedTuple

from desk.promises.model import LONGEST_PROMISE, Promise, PromiseState
from desk.promises.store import Promises
from desk.web.response import Response, html
from operator_console.app import Refused, Right, Route, Visit, may
from operator_console.items.promise_rows import end_of, promise_row
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import LivePart, Snapshot, Snapshots, version_of

_LOOKS_BACK = timedelta(days=7)
_COUNTED = (PromiseState.KEPT, PromiseState.MOVED, PromiseState.BROKEN)


class Section(NamedTuple):
    """Promises under one title. `name` is the end of its title's key; `counts` are only of what has ended."""

    name: str
    promises: Sequence[Promise]
    counts: Sequence[tuple[PromiseState, int]] = ()

    @property
    def version(self) -> str:
        """Another one once it has to be shown anew."""
        return version_of(self)


class PromisesView:
    """Shows the promises, those that are overdue first: the page, and the part of it that each poll brings."""

    def __init__(self, promises: Promises, snapshots: Snapshots, renderer: Renderer) -> None:
        self._promises = promises
        self._snapshots = snapshots
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The route of this module."""
        return [Route("GET", "promises", self._page)]

    def _page(self, visit: Visit) -> Response:
        _check(visit)
        bar = self._snapshots.of_page(visit)
        values = {"bar": bar, **self._words_of(visit, self._sections(visit.now))}
        return html(self._renderer.page("promises/promises.html.j2", visit, **values))

    def live(self, visit: Visit, _bar: Snapshot) -> LivePart:
        """The sections as they are now, for the poll. Raises Refused (403) and StoreBusy."""
        _check(visit)
        sections = self._sections(visit.now)
        values = self._words_of(visit, sections)
        return LivePart(
            version_of([each.version for each in sections]),
            lambda: self._renderer.part("promises/_promises.html.j2", visit, **values),
        )

    def _words_of(self, visit: Visit, sections: Sequence[Section]) -> dict[str, Any]:
        now, formatter = visit.now, self._renderer.formatter
        return {
            "sections": sections,
            "promise": lambda each: promise_row(each, now, formatter),
            "may_act": may(visit.person, Right.ACT),
        }

    def _sections(self, now: datetime) -> Sequence[Section]:
        """The open ones by due time (overdue, today, tomorrow, later), and what has ended."""
        formatter, standing = self._renderer.formatter, self._snapshots.promises(now)
        today = now.astimezone(formatter.zone).date()
        ends = (now, end_of(today, formatter), end_of(today + timedelta(days=1), formatter))
        groups: dict[str, list[Promise]] = {name: [] for name in ("overdue", "today", "tomorrow", "later")}
        for each in standing:
            place = sum(each.due_at >= end for end in ends)
            groups[list(groups)[place]].append(each)
        return [*(Section(name, tuple(rows)) for name, rows in groups.items()), self._ended(standing, now)]

    def _ended(self, standing: Sequence[Promise], now: datetime) -> Section:
        """What came due or ended in the last days; the counts have what is overdue, too.

        It is read after the open ones, and anew whenever these have changed: none of them is missing between the two.
        """
        since, open_now = now - _LOOKS_BACK, {each.key for each in standing}
        found = self._snapshots.part(
            f"promises beside {version_of(sorted(open_now))}",
            now,
            lambda: self._promises.due_between(since, now + LONGEST_PROMISE),
        )
        ended = [each for each in reversed(found) if each.state in _COUNTED and each.key not in open_now]
        recent = tuple(each for each in ended if each.due_at <= now or (each.ended_at and each.ended_at > since))
        late = [each for each in standing if since <= each.due_at < now]
        counts = [(state, sum(each.state_at(now) is state for each in (*recent, *late))) for state in _COUNTED]
        return Section("ended", recent, tuple(counts))


def _check(visit: Visit) -> None:
    if not sees_all(visit.person):
        raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
