"""What people leave at a case without changing it: drafts of replies, and that they are there or type."""

from collections.abc import Mapping
from http import HTTPStatus

from desk.staff.drafts import PersonalDraft
from operator_console.app import Refused, Right, Route
from operator_console.case_page import CaseView
from operator_console.http import Request, Response, Visit, html, number_in
from operator_console.render import Renderer
from operator_console.stores import Stores

OPTIONS = ("holding", "promised_until", "private", "again")
"""Fields of the reply box that are saved besides its text."""

LONGEST_DRAFT = 20_000
"""Letters. Text that no post can hold is saved too, so that it can be shortened later."""
_LONGEST_OPTION = 40


class DraftsAndPresence:
    """Saves drafts and presences. `case_page` refuses what the person must not see."""

    def __init__(self, stores: Stores, renderer: Renderer, case_page: CaseView) -> None:
        self._stores = stores
        self._renderer = renderer
        self._case_page = case_page

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("POST", "case/{key}/draft", self._save_draft, Right.DRAFT),
            Route("POST", "case/{key}/presence", self._save_presence, Right.DRAFT),
        ]

    def _save_draft(self, visit: Visit) -> Response:
        """Save what the person has typed so far. The newest by the browser's own count stays."""
        key, draft = visit.params["key"], _draft_in(visit.request)
        self._case_page.check(visit, key)
        self._stores.drafts.save(visit.person.id, key, draft)
        return Response(HTTPStatus.NO_CONTENT)

    def _save_presence(self, visit: Visit) -> Response:
        """Record that the person opened the case, is still there, types or left; responds with the others."""
        key, state, person = visit.params["key"], visit.request.field("state"), visit.person
        self._case_page.check(visit, key)
        if state == "left":
            self._stores.presence.leave(key, person.id)
            return Response(HTTPStatus.NO_CONTENT)
        if state not in ("opened", "there", "typing"):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        others = self._stores.presence.mark(key, person.id, person.name, visit.now, is_typing=state == "typing")
        return html(self._renderer.part("presence.html.j2", visit, others=others))


def sequence_in(fields: Mapping[str, str]) -> int:
    """The browser's count of saves; 0 for none. Raises Refused for anything but a number."""
    return _number(fields, "sequence")


def _draft_in(request: Request) -> PersonalDraft:
    text = request.field("text").replace("\r\n", "\n")
    options = {name: request.field(name) for name in OPTIONS if request.field(name)}
    if len(text) > LONGEST_DRAFT or any(len(value) > _LONGEST_OPTION for value in options.values()):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.draft_too_long", most=LONGEST_DRAFT)
    return PersonalDraft(text, options, _number(request.fields, "version"), sequence_in(request.fields), request.now)


def _number(fields: Mapping[str, str], name: str) -> int:
    number = number_in(fields.get(name, "") or "0")
    if number is None:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
    return number
