"""Renders the console's pages and parts of them."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk.brand import Brand
from desk.case_view.content import template_values
from desk.case_view.forms import CaseForms, ReplyFields
from desk.case_view.view import new_request_id
from desk.checks.overrides import LONGEST_REASON
from desk.formatting.formatter import DeskFormatter
from desk.i18n import LANGUAGES, spoken_day
from desk.links import like_link
from desk.pages import SHARED, templates_in
from desk.replies.compose import list_prices
from desk.replies.placeholders import parts
from desk.x.sentences import sentence_of as stop_sentence
from operator_console.http import ROOT, Request, Response, Visit

if TYPE_CHECKING:
    from operator_console.shell.bar import BarView, Section

_SECTIONS = Path(__file__).parents[1]
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_DIGITS = 10
_SCRIPT = "console.script."
_FOREVER = "public, max-age=31536000, immutable"


class Assets:
    """Scripts and styles of the console and those that pages share, under names that change with their content."""

    def __init__(self, folders: Sequence[Path] = (SHARED, _SECTIONS)) -> None:
        paths = [path for folder in folders for path in sorted(folder.rglob("*"))]
        self._by_name = {path.name: path for path in paths if path.suffix in _TYPES}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {name: _hashed(path) for name, path in self._by_name.items()}

    def url(self, name: str) -> str:
        """The path of an asset; raises KeyError for an unknown one."""
        return f"{ROOT}/static/{self._names[name]}"

    def response(self, request: Request) -> Response:
        """The asset of the request's path, to be cached for good. 404 for any other path, also of an older release."""
        asked = request.path.rpartition("/")[2]
        name = next((name for name, hashed in self._names.items() if hashed == asked), None)
        if name is None:
            return Response(HTTPStatus.NOT_FOUND)
        path = self._by_name[name]
        headers = {"content-type": _TYPES[path.suffix], "cache-control": _FOREVER}
        return Response(HTTPStatus.OK, path.read_text(encoding="utf-8"), headers)


def _hashed(path: Path) -> str:
    digest = sha256(path.read_bytes()).hexdigest()[:_DIGITS]
    return f"{path.stem}.{digest}{path.suffix}"


def _script_words(language: str) -> dict[str, str]:
    """What the page's scripts say, by the keys that they use; places for values are filled by them."""
    catalogue = LANGUAGES[language]
    return {key.removeprefix(_SCRIPT): text for key, text in catalogue.items() if key.startswith(_SCRIPT)}


class Renderer:
    """Templates with what they all need: the brand's catalogue, links to X, assets, and the person.

    `bar` makes the bar at the top of every page.
    """

    def __init__(self, brand: Brand, assets: Assets, bar: "BarView") -> None:
        self.brand = brand
        self.formatter = DeskFormatter(brand)
        self._bar = bar
        self._templates = templates_in(_SECTIONS)
        self._shared: Mapping[str, Any] = {
            **template_values(self.formatter),
            "shows_pictures": True,
            "no_forms": CaseForms({}),  # the reply box of a page on which nothing is opened yet
            "no_reply_fields": ReplyFields(),
            "language": brand.language,
            "root": ROOT,
            "prices": list_prices(),
            "new_request_id": new_request_id,
            "asset": assets.url,
            "script_words": _script_words(brand.language),
            "day": lambda day: spoken_day(day, brand.language),
            "parts": parts,
            "checked": None,  # nothing was checked yet
            "stop_sentence": lambda stopped: stop_sentence(stopped, brand),
            "longest_reason": LONGEST_REASON,
            "like_link": lambda post_id: like_link(post_id, brand.x_site),
        }

    def page(self, template: str, visit: Visit, **values: Any) -> str:
        """A whole page, whose template extends `layout.html.j2`; a page that has counted itself gives its `bar`."""
        if "bar" not in values:
            values["bar"] = self._bar(visit)
        return self.part(template, visit, **values)

    def section_page(self, section: "Section", template: str, visit: Visit, **values: Any) -> str:
        """A whole page of another section than the inbox."""
        return self.page(template, visit, bar=self._bar.of_section(visit, section), **values)

    def part(self, template: str, visit: Visit, **values: Any) -> str:
        """A part of a page."""
        about = {"person": visit.person, "csrf": visit.session.csrf, "now": visit.now}
        return self._templates.get_template(template).render({**self._shared, **about, **values})

    def public(self, template: str, **values: Any) -> str:
        """A page for people who are not signed in, whose template extends `plain.html.j2`."""
        return self._templates.get_template(template).render({**self._shared, **values})

    def problem(self, key: str, *, is_fragment: bool, **values: object) -> str:
        """What went wrong, as a page or as one paragraph."""
        sentence = self.formatter.phrase(key, **values)
        return self.public("shell/_problem.html.j2" if is_fragment else "shell/problem.html.j2", sentence=sentence)
