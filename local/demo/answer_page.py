"""The page of a case as people use it: they follow the link in a mail, fill in a form and send it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

import requests

from desk.i18n import phrase
from desk.replies.policy import BlockReason
from local.api import ApiClient
from local.aws.mail_file import Mail
from local.demo.forms import Form, forms_in

_NUMBER = re.compile(r'class="number">(?P<case>[0-9A-Z]{5}-[0-9A-Z]{5})<')


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
    return Page(answer.url, answer.status_code, answer.text, forms_in(answer.text))
