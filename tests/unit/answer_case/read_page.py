"""What the tests ask of a page."""

import re
from html.parser import HTMLParser

from answer_case.page import render_page
from desk.case_view.view import View
from tests.unit.answer_case import examples
from tests.unit.answer_case.examples import NOW


class Page(HTMLParser):
    """Elements with their attributes, what fields hold, visible text, elements left open."""

    VOID = frozenset({"meta", "input", "br", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.script = ""
        self.values: dict[str, str] = {}
        self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        known = dict(attrs)
        self.elements.append((tag, known))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "textarea":
            self._area = str(known["id"])
            self.values[self._area] = ""
        elif tag == "input" and known.get("id"):
            self.values[str(known["id"])] = known.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        within = self.open[-1] if self.open else ""
        if within == "script":
            self.script += data
        elif within == "textarea":
            self.values[self._area] += data if self.values[self._area] else data.removeprefix("\n")
        elif within not in ("style", "title"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        """As a reader sees it: the marks that hold words together or apart are invisible."""
        return " ".join(re.sub("[\u2060\u2068\u2069]", "", "".join(self.texts)).split())

    @property
    def actions(self) -> set[str]:
        return {str(button["value"]) for button in self.all("button")}

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def ids(self) -> list[str]:
        return [str(known["id"]) for _, known in self.elements if "id" in known]


def page(view: View, language: str = "ko") -> Page:
    return Page(render_page(view, examples.brand(language), NOW))
