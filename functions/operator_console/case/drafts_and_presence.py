"""What people leave at a case without changing it: drafts of replies, and that they are there or type."""

from http import HTTPStatus

from desk.staff.drafts import PersonalDraft
from desk.web.request import Request
from desk.web.response import Response, html
from operator_console.app import Refused, Right, Route, Visit
from operator_console.case.stores import CasePageStores
from operator_console.items.personal_actions import LONGEST_DRAFT, sequence_in, whole_number_in
from operator_console.items.visible import VisibleItems
from operator_console.shell.render import Renderer

OPTIONS = {"holding": 40, "promised_until": 40, "promise_words": 600, "private": 40, "again": 40, "pictures": 10_000}
"""Fields of the reply box that are saved besides its text, with the most letters; pictures have descriptions."""


class DraftsAndPresence:
    """Saves drafts and presences of what the person may see."""

    def __init__(self, stores: CasePageStores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer
        self._visible = VisibleItems(stores.cases, stores.mentions)

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("POST", "case/{key}/draft", self._save_draft, Right.DRAFT, changes=False),
            Route("POST", "case/{key}/presence", self._save_presence, Right.DRAFT, changes=False),
        ]

    def _save_draft(self, visit: Visit) -> Response:
        """Save what the person has typed so far. The newest by the browser's own count stays."""
        key, draft = visit.params["key"], _draft_in(visit.request)
        self._visible.check(visit, key)
        self._stores.drafts.save(visit.person.id, key, draft)
        return Response(HTTPStatus.NO_CONTENT)

    def _save_presence(self, visit: Visit) -> Response:
        """Record that the person opened the case, is still there, types or left; responds with the others."""
        key, state, person = visit.params["key"], visit.request.field("state"), visit.person
        self._visible.check(visit, key)
        if state == "left":
            self._stores.presence.leave(key, person.id)
            return Response(HTTPStatus.NO_CONTENT)
        if state not in ("opened", "there", "typing"):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        others = self._stores.presence.mark(key, person.id, person.name, visit.now, is_typing=state == "typing")
        return html(self._renderer.part("items/_presence.html.j2", visit, others=others))


def _draft_in(request: Request) -> PersonalDraft:
    text = request.field("text").replace("\r\n", "\n")
    options = {name: request.field(name) for name in OPTIONS if request.field(name)}
    if len(text) > LONGEST_DRAFT or any(len(value) > OPTIONS[name] for name, value in options.items()):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.draft_too_long", most=LONGEST_DRAFT)
    version, sequence = whole_number_in(request.fields, "version"), sequence_in(request.fields)
    return PersonalDraft(text, options, version, sequence, request.now)
