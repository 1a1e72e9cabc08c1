"""GET and POST settings: what people set for themselves."""

from http import HTTPStatus
from typing import NamedTuple

from desk.staff.saved_replies import SavedReplyStore
from desk.staff.settings import LONGEST_UNDO, PersonSettings, SettingsStore
from desk.web.request import number_in
from desk.web.response import Response, html
from operator_console.app import Refused, Route, Visit, redirect
from operator_console.shell.render import Renderer

UNDO_CHOICES = (0, 5, 10, 15, 20, LONGEST_UNDO)


class SettingsPageStores(NamedTuple):
    """What people set for themselves, and the replies that all of them use."""

    settings: SettingsStore
    saved_replies: SavedReplyStore


class SettingsPage:
    """Shows and saves the settings of the person who is signed in."""

    def __init__(self, settings: SettingsStore, renderer: Renderer) -> None:
        self._store = settings
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module. People of every role have settings of their own."""
        return [Route("GET", "settings", self._show), Route("POST", "settings", self._save)]

    def _show(self, visit: Visit) -> Response:
        settings, is_saved = self._store.find(visit.person.id), "saved" in visit.request.query
        choices = sorted({*UNDO_CHOICES, settings.undo_seconds})
        page = self._renderer.page(
            "settings/settings.html.j2", visit, settings=settings, choices=choices, is_saved=is_saved
        )
        return html(page)

    def _save(self, visit: Visit) -> Response:
        request = visit.request
        undo = number_in(request.field("undo_seconds"), LONGEST_UNDO)
        if undo is None:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.undo_seconds", most=LONGEST_UNDO)
        settings = PersonSettings(
            undo_seconds=undo, notifies=bool(request.field("notifies")), sounds=bool(request.field("sounds"))
        )
        self._store.save(visit.person.id, settings, visit.now)
        return redirect("settings?saved=1")
