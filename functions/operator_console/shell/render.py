"""Renders the console's pages and parts of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk.brand import Brand
from desk.case_view.content import template_values
from desk.case_view.forms import CaseForms, ReplyFields
from desk.case_view.view import new_request_id
from desk.checks.overrides import LONGEST_REASON
from desk.favourites.store import keep_of
from desk.formatting.formatter import DeskFormatter
from desk.i18n import LANGUAGES, spoken_day
from desk.links import like_link
from desk.replies.compose import list_prices
from desk.replies.placeholders import parts
from desk.translation.translate import price_shown
from desk.web.static import StaticFiles
from desk.web.templates import templates_in
from desk.x.sentences import sentence_of as stop_sentence
from operator_console.app import ROOT, Visit
from operator_console.look import look_of
from operator_console.shell.navigation import navigation_of
from operator_console.shell.night import last_night

if TYPE_CHECKING:
    from collections.abc import Mapping

    from operator_console.shell.snapshot import Snapshots

SECTIONS = Path(__file__).parents[1]
"""Has the templates, scripts and styles of all sections."""
FOLDED_COOKIE = "rail"
"""Is 1 where somebody has folded the rail. A script sets it; it is about a browser, not about a person."""
_SCRIPT = "console.script."


def _script_words(language: str) -> dict[str, str]:
    """What the page's scripts say, by the keys that they use; places for values are filled by them."""
    catalogue = LANGUAGES[language]
    return {key.removeprefix(_SCRIPT): text for key, text in catalogue.items() if key.startswith(_SCRIPT)}


class Renderer:
    """Templates with what they all need: the catalogue of the brand's language, links to X, assets, and the person.

    `snapshots` makes the live state of every page.
    """

    def __init__(self, brand: Brand, static: StaticFiles, snapshots: "Snapshots") -> None:
        self.brand = brand
        self.formatter = DeskFormatter(brand)
        self._snapshots = snapshots
        self._templates = templates_in(SECTIONS)
        self._shared: Mapping[str, Any] = {
            **template_values(self.formatter),
            "shows_pictures": True,
            "no_forms": CaseForms({}),  # the reply box of a page on which nothing is opened yet
            "no_reply_fields": ReplyFields(),
            "language": brand.language,
            "theme": "",
            "root": ROOT,
            "labels_of": lambda case: dict.fromkeys([*brand.labels, *case.labels]),
            "prices": list_prices(),
            "translation_price": lambda post: price_shown(post, brand.language),
            "new_request_id": new_request_id,
            "asset": static.url,
            "script_words": _script_words(brand.language),
            "day": lambda day: spoken_day(day, brand.language),
            "parts": parts,
            "checked": None,  # nothing was checked yet
            "stop_sentence": lambda stopped: stop_sentence(stopped, brand),
            "longest_reason": LONGEST_REASON,
            "keep_of": keep_of,
            "kept_of": snapshots.kept_of,
            "like_link": lambda post_id: like_link(post_id, brand.x_site),
        }

    def page(self, template: str, visit: Visit, **values: Any) -> str:
        """A whole page, whose template extends `layout.html.j2`; a page with a list gives its snapshot as `bar`."""
        if "bar" not in values:
            values["bar"] = self._snapshots.of_page(visit)
        return self.part(template, visit, **values)

    def part(self, template: str, visit: Visit, **values: Any) -> str:
        """A part of a page; one with a `bar` also gets the navigation, where it is at its `queue` or path."""
        about: dict[str, Any] = {"person": visit.person, "csrf": visit.session.csrf, "now": visit.now}
        about["theme"] = look_of(visit.request).theme
        if "bar" in values:
            path = f"inbox/{values['queue']}" if "queue" in values else visit.path
            night = last_night(visit.now, self.brand)
            about["navigation"] = navigation_of(visit.person, values["bar"], path, visit.request.query, night)
            about["is_folded"] = visit.request.cookies.get(FOLDED_COOKIE) == "1"
        return self._templates.get_template(template).render({**self._shared, **about, **values})

    def public(self, template: str, **values: Any) -> str:
        """A page for people who are not signed in, whose template extends `plain.html.j2`."""
        return self._templates.get_template(template).render({**self._shared, **values})

    def problem(self, key: str, *, is_fragment: bool, theme: str = "", **values: object) -> str:
        """What went wrong, as a page or as one paragraph."""
        sentence = self.formatter.phrase(key, **values)
        template = "shell/_problem.html.j2" if is_fragment else "shell/problem.html.j2"
        return self.public(template, sentence=sentence, theme=theme)
