"""GET and POST settings: what people set for themselves."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlencode

from desk.cases.store import CaseStore
from desk.i18n import LANGUAGES
from desk.staff.devices import DeviceStore
from desk.staff.saved_replies import SavedReplyStore
from desk.staff.settings import LONGEST_UNDO, THEMES, PersonSettings, SettingsStore
from desk.web.request import number_in
from desk.web.response import Response, html
from operator_console.app import Refused, Route, Visit, redirect, with_undo
from operator_console.look import Look, look_cookie
from operator_console.shell.render import Renderer

UNDO_CHOICES = (0, 5, 10, 15, 20, LONGEST_UNDO)


class SettingsPageStores(NamedTuple):
    """What people set for themselves, their devices, the replies that all use, and the cases that facts come from."""

    settings: SettingsStore
    devices: DeviceStore
    saved_replies: SavedReplyStore
    cases: CaseStore


class SettingsPage:
    """Shows and saves the settings of the person who is signed in."""

    def __init__(self, settings: SettingsStore, renderer: Renderer) -> None:
        self._store = settings
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module. People of every role have settings of their own."""
        return [
            Route("GET", "settings", self._show),
            Route("POST", "settings", self._save),
            Route("POST", "settings/look", self._save_look),
        ]

    def _show(self, visit: Visit) -> Response:
        """The page; after saving also with what was set before, so that it can be undone."""
        settings, query = self._store.find(visit.person.id), visit.request.query
        page = self._renderer.page(
            "settings/settings.html.j2",
            visit,
            settings=settings,
            choices=sorted({*UNDO_CHOICES, settings.undo_seconds}),
            languages=tuple(LANGUAGES),
            themes=THEMES,
            is_saved="saved" in query,
            before=_fields_of(before) if (before := _settings_in(query)) else None,
        )
        return html(page)

    def _save(self, visit: Visit) -> Response:
        settings = _settings_in(visit.request.fields)
        if settings is None:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.undo_seconds", most=LONGEST_UNDO)
        before = self._store.find(visit.person.id)
        self._store.save(visit.person.id, settings, visit.now)
        saved = redirect(f"settings?{urlencode({'saved': 1, **_fields_of(before)})}")
        return saved._replace(cookies=(look_cookie(settings),))

    def _save_look(self, visit: Visit) -> Response:
        """Save the language or the theme alone, from any page; a script is told how to undo that."""
        before = self._store.find(visit.person.id)
        look = _look_in({**_fields_of(before), **visit.request.fields})
        settings = before._replace(language=look.language, theme=look.theme)
        self._store.save(visit.person.id, settings, visit.now)
        saved = redirect("settings")
        if visit.request.is_fragment:
            text = self._renderer.formatter.phrase("console.settings.saved")
            look_before = {"language": before.language, "theme": before.theme}
            saved = with_undo(Response(HTTPStatus.NO_CONTENT), text, "settings/look", look_before)
        return saved._replace(cookies=(look_cookie(settings),))


def _settings_in(fields: Mapping[str, str]) -> PersonSettings | None:
    """The settings in the fields of a form; None if they name no time to undo that people can have."""
    undo = number_in(fields.get("undo_seconds", ""), LONGEST_UNDO)
    if undo is None:
        return None
    look = _look_in(fields)
    return PersonSettings(undo, bool(fields.get("notifies")), bool(fields.get("sounds")), look.language, look.theme)


def _look_in(fields: Mapping[str, str]) -> Look:
    language, theme = fields.get("language", ""), fields.get("theme", "")
    return Look(language if language in LANGUAGES else "", theme if theme in THEMES else "")


def _fields_of(settings: PersonSettings) -> dict[str, str]:
    return {
        "undo_seconds": str(settings.undo_seconds),
        "notifies": "1" if settings.notifies else "",
        "sounds": "1" if settings.sounds else "",
        "language": settings.language,
        "theme": settings.theme,
    }
