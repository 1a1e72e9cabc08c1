"""GET people: who answered this morning's greeting, and greeting them back, each by a person."""

import re
from contextlib import suppress
from datetime import date
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlencode

from desk.errors import CaseMoved, QueueUnavailable
from desk.posts.undo import UndoOutcome
from desk.replies.forms import Action, attached_field, signed_name
from desk.replies.outcome import ReplyOutcomes
from desk.replies.undo import PendingReplies
from desk.web.request import number_in
from desk.web.response import Response, html
from operator_console.app import Refused, Right, Route, Visit, may, redirect
from operator_console.items.look_ups import LookUpsView
from operator_console.items.personal_actions import PersonalActions, fields_of
from operator_console.people.milestones import MilestonePictures
from operator_console.people.morning import AttendeeRow, GreetingBack, Morning, Mornings
from operator_console.people.stores import PeopleStores
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer

_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
_MOST_REPLIES = 50
"""Replies of one person to one greeting."""
_FARTHEST = 10_000
_NEVER = frozenset(
    {GreetingBack.DANGER, GreetingBack.CASE, GreetingBack.OPTED_OUT, GreetingBack.UNREAD, GreetingBack.ON_X}
)
"""States in which nobody is greeted back, even if a form asks for it."""


class RowProblem(NamedTuple):
    """Why a person was not greeted, with what was typed. `needs_reason`: warnings of the check can be overridden."""

    author_id: str
    sentence: str
    typed: str
    needs_reason: bool
    reason: str


class AttendancePage:
    """Shows the attendance, and sends greetings back through the same actions as any reply."""

    def __init__(
        self, stores: PeopleStores, renderer: Renderer, look_ups: LookUpsView, actions: PersonalActions
    ) -> None:
        self._renderer = renderer
        self._look_ups = look_ups
        self._actions = actions
        self._mornings = Mornings(stores, renderer, look_ups)
        self._milestones = MilestonePictures(stores.pictures, stores.picture_queue, renderer.brand)
        self._pending = PendingReplies(stores.posts, stores.queue, ReplyOutcomes(stores.cases, renderer.brand))

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "people", self._page),
            Route("GET", "people/news", self._news),
            Route("POST", "people/authors", self._request_authors, Right.ACT),
            Route("POST", "people/{author_id}/greet", self._greet, Right.ACT),
            Route("POST", "people/{author_id}/undo", self._undo, Right.ACT),
        ]

    def _page(
        self,
        visit: Visit,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        problem: RowProblem | None = None,
    ) -> Response:
        """The morning; with the problem of one row and what was typed there."""
        check(visit)
        day = self._day(visit)
        values = {
            "tab": "attendance",
            "morning": self._morning(visit, day),
            "only_waiting": visit.request.query.get("show") == "waiting",
            "address": self._address(visit, day).removeprefix("people?"),
            "today": self._mornings.first_day(visit),
            "may_act": may(visit.person, Right.ACT),
            "problem": problem,
        }
        return html(self._renderer.page("people/attendance.html.j2", visit, **values), status)

    def _morning(self, visit: Visit, day: date) -> Morning:
        query = visit.request.query
        return self._mornings.morning(
            visit,
            day,
            only_waiting=query.get("show") == "waiting",
            begin=number_in(query.get("from", ""), _FARTHEST) or 0,
        )

    def _news(self, visit: Visit) -> Response:
        """Whether more people have replied than the page shows; nothing (204) if not."""
        check(visit)
        day, known = self._day(visit), number_in(visit.request.query.get("known", "")) or 0
        count = self._mornings.count(day)
        if count <= known:
            return Response(HTTPStatus.NO_CONTENT)
        values = {"more": count - known, "address": self._address(visit, day)}
        return html(self._renderer.part("people/_news.html.j2", visit, **values))

    def _request_authors(self, visit: Visit) -> Response:
        """Request the names that the page does not have; its script loads the page again once they may have come."""
        check(visit)
        day = self._day(visit)
        unknown = self._morning(visit, day).unknown
        if not unknown:
            return Response(HTTPStatus.NO_CONTENT)
        self._look_ups.request_accounts(unknown, visit)
        return html(self._renderer.part("people/_names.html.j2", visit, address=self._address(visit, day)))

    def _greet(self, visit: Visit) -> Response:
        """Send one person's greeting to one person, once however often the form is sent."""
        row = self._row(visit)
        if row.state in _NEVER:
            return self._problem(visit, HTTPStatus.CONFLICT, f"console.people.refused.{row.state}")
        key = visit.request.field("key")
        if key != row.key and key != f"m{row.mention_ids[-1]}":
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        fields = {"version": "", "request": "", **fields_of(visit), "pictures": self._pictures_field(visit, row)}
        result = self._actions.perform(visit, key, Action.CONFIRM, fields).result
        problem = self._actions.problem_of(result)
        if problem is None:
            return self._changed(visit)
        checked = result.checked
        needs_reason = checked is not None and checked.has_warnings and not checked.is_refused
        sentence = f"{problem.sentence} {problem.winner}".strip()
        return self._problem_page(visit, problem.status, sentence, needs_reason=needs_reason)

    def _pictures_field(self, visit: Visit, row: AttendeeRow) -> str:
        """The configured picture, if the person has asked for it. Raises Refused (503) while it cannot be prepared."""
        if row.picture is None or not visit.request.field("picture"):
            return ""
        try:
            self._milestones.prepare(row.picture, visit)
        except QueueUnavailable as exc:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "console.problem.busy") from exc
        return attached_field([row.picture])

    def _undo(self, visit: Visit) -> Response:
        """Take a greeting back that is not posted yet."""
        row = self._row(visit)
        if row.sent is None:
            return self._problem(visit, HTTPStatus.CONFLICT, "console.undo.too_late")
        outcome = UndoOutcome.UNDONE
        with suppress(CaseMoved):  # the post is cancelled, and the sweep brings the case up to date
            outcome = self._pending.undo(row.key, row.sent.post_id, signed_name(visit.person), visit.now)
        if outcome is not UndoOutcome.UNDONE:
            return self._problem(visit, HTTPStatus.CONFLICT, f"console.undo.{outcome}")
        return self._changed(visit)

    def _changed(self, visit: Visit) -> Response:
        """The row as it is now; without scripts the page."""
        day = self._day(visit)
        if not visit.request.is_fragment:
            return redirect(f"{self._address(visit, day)}#row-{visit.params['author_id']}")
        values = {
            "row": self._row(visit),
            "day_of": day,
            "only_waiting": visit.request.field("show") == "waiting",
            "may_act": True,
            "problem": None,
        }
        return html(self._renderer.part("people/_row.html.j2", visit, **values))

    def _problem(self, visit: Visit, status: HTTPStatus, key: str) -> Response:
        return self._problem_page(visit, status, self._renderer.formatter.phrase(key))

    def _problem_page(self, visit: Visit, status: HTTPStatus, sentence: str, *, needs_reason: bool = False) -> Response:
        """The problem beside the box, with a field for the reason where one is needed; without scripts on the page."""
        field = visit.request.field
        problem = RowProblem(visit.params["author_id"], sentence, field("text"), needs_reason, field("override_reason"))
        if visit.request.is_fragment:
            return html(self._renderer.part("people/_problem.html.j2", visit, problem=problem), status)
        return self._page(visit, status, problem=problem)

    def _row(self, visit: Visit) -> AttendeeRow:
        """The row of the form. Raises Refused (404) if nothing of the person is there any more."""
        author_id, named = visit.params["author_id"], visit.request.field("mentions").split()
        ids = [each for each in dict.fromkeys(named) if _ID.fullmatch(each)][:_MOST_REPLIES]
        row = self._mornings.row(visit, self._day(visit), author_id, ids) if ids else None
        if row is None:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_item")
        return row

    def _day(self, visit: Visit) -> date:
        """The day of the form or of the address; today for what is none, and for days to come."""
        today = self._mornings.first_day(visit)
        try:
            day = date.fromisoformat(visit.request.field("day") or visit.request.query.get("day", ""))
        except ValueError:
            return today
        return min(day, today)

    def _address(self, visit: Visit, day: date) -> str:
        """The page's address below the console's root."""
        show = visit.request.field("show") or visit.request.query.get("show", "")
        begin = visit.request.query.get("from", "")
        pairs = {"day": day.isoformat(), "show": "waiting" if show == "waiting" else "", "from": begin}
        return f"people?{urlencode({name: value for name, value in pairs.items() if value})}"


def check(visit: Visit) -> None:
    """Raises Refused (403) for people of a department, who see their own cases alone."""
    if not sees_all(visit.person):
        raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
