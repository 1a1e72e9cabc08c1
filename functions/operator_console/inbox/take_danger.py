"""POST danger/{key}: a person takes a case of the strip, whatever happened to it since the page was made."""

from http import HTTPStatus

from desk.case_view.view import new_request_id
from desk.cases.transitions import ANSWERABLE
from desk.replies.actions import ActionOutcome
from desk.replies.forms import Action, signed_name
from desk.web.response import Response, html
from operator_console.app import ROOT, Right, Route, Visit, redirect, with_undo
from operator_console.inbox.stores import InboxStores
from operator_console.items.personal_actions import PersonalActions, Problem
from operator_console.items.visible import VisibleItems
from operator_console.shell.bar import visible_to
from operator_console.shell.danger_strip import DangerStrip
from operator_console.shell.render import Renderer

_TRIES = 3
"""A mention may join the case at this moment; it still has nobody who has taken it."""


class TakeDanger:
    """Takes cases by the action of every case page, at the version that the case has now."""

    def __init__(self, stores: InboxStores, actions: PersonalActions, strip: DangerStrip, renderer: Renderer) -> None:
        self._cases = stores.cases
        self._visible = VisibleItems(stores.cases, stores.mentions)
        self._actions = actions
        self._strip = strip
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The route of this module."""
        return [Route("POST", "danger/{key}", self._take, Right.ACT)]

    def _take(self, visit: Visit) -> Response:
        key = visit.params["key"]
        problem = self._problem(visit, key)
        if not visit.request.is_fragment:
            return self._problem_page(visit, key, problem) if problem else redirect(f"inbox/all/{key}")
        status = HTTPStatus.CONFLICT if problem else HTTPStatus.OK
        strip = self._strip.at(visit.now, visible_to(visit.person), self._cases.get(key))
        part = self._renderer.part("shell/_danger_strip.html.j2", visit, strip=strip, problem=problem)
        response = html(part, status, hx_retarget="#danger-strip", hx_reswap="outerHTML")
        case = None if problem else self._cases.get(key)
        if case is None:
            return response
        text, fields = self._renderer.formatter.phrase("answer.done.taken"), {"version": str(case.version)}
        return with_undo(response, text, f"case/{key}/take_back", {**fields, "request": new_request_id()})

    def _problem(self, visit: Visit, key: str) -> str:
        """Take the case, and return why that was not possible; "" if the person has it now."""
        for _ in range(_TRIES):
            case = self._visible.case(visit, key)
            if case.holder == signed_name(visit.person):
                return ""
            if case.holder:
                by = self._renderer.formatter.person(case.holder)
                return self._renderer.formatter.phrase("console.danger.faster", by=by)
            if case.state not in ANSWERABLE:
                return self._renderer.formatter.phrase("console.danger.over")
            fields = {"version": str(case.version), "request": visit.request.field("request")}
            result = self._actions.perform(visit, key, Action.TAKE, fields).result
            if result.outcome is not ActionOutcome.MOVED:
                problem = self._actions.problem_of(result)
                return problem.sentence if problem else ""
        return self._renderer.formatter.phrase("console.problem.busy")

    def _problem_page(self, visit: Visit, key: str, sentence: str) -> Response:
        problem = Problem(HTTPStatus.CONFLICT, sentence)
        values = {"problem": problem, "typed": {}, "back": f"{ROOT}/inbox/all/{key}"}
        return html(self._renderer.page("items/action_problem.html.j2", visit, **values), problem.status)
