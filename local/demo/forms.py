"""The forms of a page, as a browser without scripts would fill and send them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(slots=True)
class Form:
    """One form: where it is sent, what its fields hold before anybody types, and the actions of its buttons."""

    address: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    actions: set[str] = field(default_factory=set)


def forms_in(html: str) -> Sequence[Form]:
    """All forms of the page, in its order."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


_CHOSEN = frozenset({"checkbox", "radio"})
"""Types of inputs that are sent only if they are checked."""


class _Reader(HTMLParser):
    """Gathers forms: what inputs, lists and text areas hold, and the buttons.

    An input may name the form that it belongs to and stand anywhere, also before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._textarea = self._list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        about = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                form = self._form(about["id"]) if "id" in about else Form()
                form.address = about.get("action", "")
                self.forms.append(form)
            case "input" if "name" in about and (about.get("type") not in _CHOSEN or "checked" in about):
                self._owner(about).fields[about["name"]] = about.get("value", "")
            case "textarea":
                self._textarea = about.get("name", "")
                self.forms[-1].fields[self._textarea] = ""
            case "select":
                self._list = about.get("name", "")
                self._owner(about).fields.setdefault(self._list, "")
            case "option" if self._list and "selected" in about:
                self.forms[-1].fields[self._list] = about.get("value", "")
            case "button" if "value" in about and self.forms:
                self._owner(about).actions.add(about["value"])

    def _owner(self, about: dict[str, str]) -> Form:
        return self._form(about["form"]) if "form" in about else self.forms[-1]

    def _form(self, form_id: str) -> Form:
        return self._by_id.setdefault(form_id, Form())

    def handle_data(self, data: str) -> None:
        """See HTMLParser. A browser leaves out the line break right behind the tag."""
        if self._textarea:
            self.forms[-1].fields[self._textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        """See HTMLParser."""
        if tag == "textarea":
            self._textarea = ""
        elif tag == "select":
            self._list = ""
