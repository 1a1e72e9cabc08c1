"""The page of a case as people use it: they follow the link in a mail, fill in a form and send it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import requests

from desk.i18n import phrase
from desk.replies.policy import BlockReason
from local.api import ApiClient
from local.aws.mail_file import Mail

_NUMBER = re.compile(r'class="number">(?P<case>[0-9A-Z]{5}-[0-9A-Z]{5})<')


@dataclass(slots=True)
class Form:
    """One form: what its fields hold before anybody types, and the actions of its buttons."""

    fields: dict[str, str] = field(default_factory=dict)
    actions: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser shows. `address` is where it came from, after any redirect: there its forms are sent."""

    address: str
    status: int
    html: str
    forms: Sequence[Form]

    @property
    def case_id(self) -> str:
        """The case that it shows; "" for a notice."""
        found = _NUMBER.search(self.html)
        return found["case"] if found else ""

    def refusal(self, language: str) -> str:
        """Why it takes no answer; "" when it says nothing of the kind."""
        reasons = (phrase(language, f"answer.refusal.{reason}") for reason in BlockReason)
        return next((said for said in reasons if said in unescape(self.html)), "")

    def form(self, action: str) -> Form | None:
        """The form with this action, if the page offers it."""
        return next((form for form in self.forms if action in form.actions), None)


class Visitor:
    """A visitor who opens pages and sends forms, by real requests and without a token."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def open(self, address: str) -> Page:
        """Open an address."""
        return _page(self._api.open(address))

    def send(self, page: Page, action: str, filled: Mapping[str, str]) -> Page:
        """Fill in the page's form with this action and press its button; raises LookupError when there is none."""
        form = page.form(action)
        if form is None:
            raise LookupError(f"the page of {page.case_id or 'no case'} does not offer {action!r}")
        return _page(self._api.send(page.address, {**form.fields, **filled, "action": action}))

    def do(self, page: Page, action: str, filled: Mapping[str, str]) -> Page:
        """Send the form with this action; where the page then shows what would be posted, confirm it."""
        shown = self.send(page, action, filled)
        return self.send(shown, "confirm", {}) if shown.form("confirm") else shown


def link_to(post_id: str, mails: Iterable[Mail], url: str) -> str:
    """Where the newest of these mails has people answer this post; raises LookupError when none has it.

    `url` is the API's. In a mail a post's own address on X comes below the link by which it is answered.
    """
    link = re.compile(re.escape(url) + r"/answer/[A-Za-z0-9_-]+")
    for mail in reversed(list(mails)):
        above, found, _ = mail.body.partition(f"/status/{post_id}")
        if found and (links := link.findall(above)):
            return str(links[-1])
    raise LookupError(f"no mail has a link by which post {post_id} is answered")


def newest_links(mails: Iterable[Mail], url: str) -> dict[str, str]:
    """By department the last link to a case in its newest mail that has one, by which its people answer."""
    link = re.compile(re.escape(url) + r"/answer/[A-Za-z0-9_-]+")
    return {mail.department: links[-1] for mail in mails if (links := link.findall(mail.body))}


def _page(answer: requests.Response) -> Page:
    reader = _Reader()
    reader.feed(answer.text)
    return Page(answer.url, answer.status_code, answer.text, reader.forms)


class _Reader(HTMLParser):
    """Gathers forms: what inputs and textareas hold, and the buttons. Lists and empty boxes hold nothing yet.

    An input may name the form that it belongs to and stand anywhere, also before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        about = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self.forms.append(self._form(about["id"]) if "id" in about else Form())
            case "input" if about.get("type") != "checkbox" or "checked" in about:
                form = self._form(about["form"]) if "form" in about else self.forms[-1]
                form.fields[about["name"]] = about.get("value", "")
            case "textarea":
                self._textarea = about["name"]
                self.forms[-1].fields[self._textarea] = ""
            case "button":
                self.forms[-1].actions.add(about["value"])

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
