"""People at the desk on the scripted day: they get mails and texts, follow links and send forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from local.aws.mail_file import Mail
from local.demo.answer_page import Page, Visitor, link_to
from local.demo.ledger import Ledger
from local.demo.script import EMERGENCIES, Worked
from local.demo.timeline import OwnPost, own_posts

if TYPE_CHECKING:
    from local.stage import Stage


class PageRefused(Exception):
    """The page of a case did not take a form of the script."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What somebody did on the pages of cases, with the replies that were posted to X by it.

    `refusal` is what the page said where it would not do it.
    """

    worked: Worked
    case_ids: Sequence[str]
    replies: Sequence[OwnPost] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Rang:
    """What a phone of those on call got."""

    at: datetime
    text: str


class Office:
    """All departments and the people on call. `ids` are posts on X by their names in the script."""

    def __init__(self, stage: "Stage", ids: dict[str, str]) -> None:
        self._stage = stage
        self._ids = ids
        self._visitor = Visitor(stage.api)
        self._got: list[Mail] = []

    def work(self, worked: Worked) -> Handled:
        """Do it; raises PageRefused, and LookupError for a post that no mail is about."""
        before = {post.id for post in own_posts(self._stage.x)}
        mails = [mail for mail in self._got if mail.department == worked.department]
        pages = [self._visitor.open(link_to(post_id, mails, self._stage.api.url)) for post_id in self._meant_by(worked)]
        refusals = [self._send(page, worked) for page in pages]
        self._stage.settle()
        replies = [post for post in own_posts(self._stage.x) if post.id not in before]
        if worked.name and replies:
            self._ids[worked.name] = replies[0].id
        return Handled(worked, [page.case_id for page in pages], replies, " ".join(refusals))

    def mails(self) -> list[Mail]:
        """Mails since the last call."""
        came = self._stage.mailboxes.collect()
        self._got += came
        return came

    def rings(self, at: datetime) -> list[Rang]:
        """Text messages since the last call."""
        return [Rang(at, note.text.strip()) for note in self._stage.mailboxes.on_call()]

    def _meant_by(self, worked: Worked) -> list[str]:
        """The posts that the links are about."""
        if worked.about != EMERGENCIES:
            return [self._ids[worked.about]]
        cases = Ledger(self._stage.deployed).cases()
        return [case.mention_id for case in cases if case.rings and case.department == worked.department]

    def _send(self, page: Page, worked: Worked) -> str:
        """Send the form, unless it is refused: then why the page does not take it, as it says."""
        if worked.refused and (refusal := page.refusal(self._stage.desk.brand.language)):
            return refusal
        came = self._visitor.do(page, worked.action, worked.filled)
        if worked.refused or came.status != HTTPStatus.OK:
            raise PageRefused(f"{worked.department}: {worked.action} of {page.case_id} came to {came.status}")
        return ""
