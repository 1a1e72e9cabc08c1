"""Open a case by its link, or for a person who is signed in."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from desk.cases.author_cases import RECENT, RecentCases
from desk.cases.links import CaseLink, CaseLinks
from desk.cases.model import is_case_id
from desk.cases.opt_outs import OptOuts
from desk.cases.store import CaseFile, CaseStore
from desk.errors import StoreBusy
from desk.links import is_link_id
from desk.posts.pause import PauseSwitch, stops_replies
from desk.reading import OPERATOR
from desk.staff.model import Person, Role


class OpenOutcome(StrEnum):
    """Whether the case was opened."""

    OPENED = "opened"
    CLOSED = "closed"
    """The link is unknown, expired or revoked, or the case was handed over. People see the same page for all four."""
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """The outcome, with the case if it was opened. `reason` is for the log and never shown to people.

    `viewer` is the department for which the person acts: the link's, or the signed-in person's. A closed one has a file
    only where the case was handed over: it is not shown, but says whether the same form, sent again, handed it over.
    `opted_out_at` is when the author last asked for no more replies. `is_related`: the file is another case of the same
    author, which is read-only.
    """

    outcome: OpenOutcome
    file: CaseFile | None = None
    viewer: str = ""
    is_paused: bool = False
    opted_out_at: datetime | None = None
    reason: str = ""
    is_related: bool = False


class CaseOpener:
    """The use case: opens a case for a person who has a link to it or is signed in. Opening changes nothing.

    Without `links` no link opens a case.
    """

    def __init__(self, links: CaseLinks | None, cases: CaseStore, switch: PauseSwitch, opt_outs: OptOuts) -> None:
        self._links = links
        self._cases = cases
        self._switch = switch
        self._opt_outs = opt_outs

    def by_link(self, link_id: str, now: datetime, related_id: str = "") -> OpenedCase:
        """The case of this link, or its author's case `related_id` if the link's department has that one.

        Never raises, for any request and any failure. The result never has the link's id.
        """
        if self._links is None or not is_link_id(link_id):
            return OpenedCase(OpenOutcome.CLOSED, reason="no id")
        try:
            opened = self._open(self._links.find(link_id), now)
            return self._related(opened, related_id) if related_id else opened
        except StoreBusy as exc:
            return OpenedCase(OpenOutcome.UNAVAILABLE, reason=f"StoreBusy: {exc}")

    def link_of(self, link_id: str, now: datetime) -> CaseLink | None:
        """The link, if it opens a case now; cheaper than opening the case. Raises StoreBusy."""
        link = self._links.find(link_id) if self._links and is_link_id(link_id) else None
        case = self._cases.get(link.case_id) if link and link.opens(now) else None
        return link if link and case and link.department in (case.department, OPERATOR) else None

    def mark_opened(self, opened: OpenedCase) -> None:
        """Record that a signed-in person has opened the case. A busy table keeps nobody from reading.

        A link that is opened without signing in does not count: scanners of mails open links too.
        """
        if opened.file and opened.outcome is OpenOutcome.OPENED and not opened.is_related:
            with suppress(StoreBusy):
                self._cases.mark_opened(opened.file.case)

    def for_person(self, case_id: str, person: Person) -> OpenedCase:
        """The case with this number, if the person sees its department. Never raises."""
        try:
            file = self._cases.file(case_id) if is_case_id(case_id) else None
            if file is None:
                return OpenedCase(OpenOutcome.CLOSED, reason="unknown")
            if not person.sees(file.case.department):
                return OpenedCase(OpenOutcome.CLOSED, reason="another department's")
            return self._opened(file, file.case.department if person.role is Role.DEPARTMENT else OPERATOR)
        except StoreBusy as exc:
            return OpenedCase(OpenOutcome.UNAVAILABLE, reason=f"StoreBusy: {exc}")

    def by_number(self, case_id: str) -> OpenedCase:
        """The case with this number, for a program that acts for the operator. Never raises."""
        try:
            file = self._cases.file(case_id) if is_case_id(case_id) else None
            return self._opened(file, OPERATOR) if file else OpenedCase(OpenOutcome.CLOSED, reason="unknown")
        except StoreBusy as exc:
            return OpenedCase(OpenOutcome.UNAVAILABLE, reason=f"StoreBusy: {exc}")

    def with_earlier(self, opened: OpenedCase, *, within: timedelta = RECENT) -> OpenedCase:
        """The opened case with its author's other cases, which pages show, as `RecentCases` has them. Never raises."""
        if opened.file is None:
            return opened
        earlier = RecentCases(self._cases.author_cases, within=within).beside(opened.file.case)
        return replace(opened, file=opened.file._replace(earlier=earlier))

    def _open(self, link: CaseLink | None, now: datetime) -> OpenedCase:
        if link is None:
            return OpenedCase(OpenOutcome.CLOSED, reason="unknown")
        if not link.opens(now):
            return OpenedCase(OpenOutcome.CLOSED, reason="revoked" if link.revoked_at else "expired")
        file = self._cases.file(link.case_id)
        if file is None:
            return OpenedCase(OpenOutcome.CLOSED, reason="gone")
        if link.department not in (file.case.department, OPERATOR):
            return OpenedCase(OpenOutcome.CLOSED, file, link.department, reason="handed over")
        return self._opened(file, link.department)

    def _opened(self, file: CaseFile, viewer: str) -> OpenedCase:
        is_paused = stops_replies(self._switch.current())
        opted_out_at = self._opt_outs.opted_out_at(file.case.author_id)
        return OpenedCase(OpenOutcome.OPENED, file, viewer, is_paused, opted_out_at)

    def _related(self, opened: OpenedCase, case_id: str) -> OpenedCase:
        if opened.outcome is not OpenOutcome.OPENED or opened.file is None or case_id == opened.file.case.id:
            return opened
        file = self._cases.file(case_id) if is_case_id(case_id) else None
        if file is None or file.case.author_id != opened.file.case.author_id:
            return OpenedCase(OpenOutcome.CLOSED, reason="no case beside it")
        if opened.viewer not in (file.case.department, OPERATOR):
            return OpenedCase(OpenOutcome.CLOSED, reason="another department's")
        return replace(opened, file=file, is_related=True)
