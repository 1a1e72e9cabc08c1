"""An operator at the console: opens its pages, follows links and sends forms, by real requests without scripts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import requests

from desk.clock import utc_now
from desk.staff.model import Person, Role
from desk.staff.sessions import SESSION_COOKIE, SessionItems
from local.demo.forms import Form, forms_in

if TYPE_CHECKING:
    from local.stage import Stage

OPERATOR = Person("demo", "박지민", Role.OPERATOR)
_SECONDS = 30
_LINKS = re.compile(r'href="(/console[^"]*)"')
_PROBLEM = re.compile(r'<p [^>]*class="(?:alert|problem)[^"]*"[^>]*>(.*?)</p>', re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")


class ConsoleRefused(Exception):
    """The console did not take a form, or a page has not what was looked for; the message says what."""


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """A page of the console, and where it came from after any redirect."""

    address: str
    html: str

    def link(self, beginning: str) -> str:
        """The first link that begins so, below the console's root. Raises ConsoleRefused."""
        found = next((link for link in self.links() if link.startswith(f"/console/{beginning}")), None)
        if found is None:
            raise ConsoleRefused(f"{self.address} has no link to {beginning}")
        return found

    def links(self) -> list[str]:
        """All links to pages of the console."""
        return [unescape(link) for link in _LINKS.findall(self.html)]

    def form(self, address: re.Pattern[str], filled: Mapping[str, str]) -> Form:
        """The first form that is sent to such an address and has these fields. Raises ConsoleRefused."""
        forms = (form for form in forms_in(self.html) if address.fullmatch(form.address.removeprefix("/console/")))
        form = next((form for form in forms if filled.keys() <= form.fields.keys()), None)
        if form is None:
            raise ConsoleRefused(f"{self.address} has no form for {address.pattern} with {sorted(filled)}")
        return form


class ConsoleVisitor:
    """Signed in from the first page on; the session ends with the desk."""

    def __init__(self, stage: "Stage", person: Person = OPERATOR) -> None:
        self._stage = stage
        self._person = person
        self._http = requests.Session()
        self._http.trust_env = False  # loopback: no proxy

    def read(self, path: str) -> str:
        """What a path of the API returns. Raises ConsoleRefused for an error page."""
        return self.open(path).html

    def open(self, path: str) -> ConsolePage:
        """Open a page, by its path from the API's root."""
        if SESSION_COOKIE not in self._http.cookies:
            self._sign_in()
        return _page(self._http.get(urljoin(self._stage.api.url, path), timeout=_SECONDS))

    def send(self, page: ConsolePage, address: str, filled: Mapping[str, str]) -> ConsolePage:
        """Fill in the page's form for this address, a pattern below the console's root, and send it."""
        form = page.form(re.compile(address), filled)
        headers = {"sec-fetch-site": "same-origin"}
        url = urljoin(self._stage.api.url, form.address)
        fields = {**form.fields, **filled}
        return _page(self._http.post(url, data=fields, headers=headers, timeout=_SECONDS))

    def _sign_in(self) -> None:
        deployed = self._stage.deployed
        now = self._stage.clock.now() if self._stage.clock else utc_now()
        sessions = SessionItems(deployed.aws.client("dynamodb"), deployed.outputs["DeskTable"])
        self._http.cookies.set(SESSION_COOKIE, sessions.begin(self._person, now, id_token=""))


def _page(answer: requests.Response) -> ConsolePage:
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        problem = _PROBLEM.search(answer.text)
        said = " ".join(_TAGS.sub("", problem[1]).split()) if problem else ""
        raise ConsoleRefused(f"{answer.url}: {answer.status_code} {said}")
    return ConsolePage(answer.url, answer.text)
