"""Opening a case by its link."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from desk.cases.author_cases import RecentCases
from desk.cases.links import CaseLink, CaseLinks
from desk.cases.model import CaseEventKind, is_case_id
from desk.cases.opt_outs import OptOuts
from desk.cases.store import CaseFile, CaseStore
from desk.errors import StoreBusy
from desk.links import is_link_id
from desk.posts.pause import PauseSwitch
from desk.reading import OPERATOR
from desk.replies.formatter import Spoken


class Outcome(StrEnum):
    """What came of it."""

    OPENED = "opened"
    CLOSED = "closed"
    """Unknown, expired, revoked or handed over: the answer is the same for all four."""
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Opened:
    """The outcome with what belongs to it; `reason` is for the log and never shown to the caller.

    `viewer` is the department that the link is for. A closed one has a file only where the case was handed over: it is
    not for showing, but tells whether the very form that is sent again did that. `opted_out_at` is when the author last
    asked us to reply no more. `is_beside`: the file is of another case of the same author, only to be read.
    """

    outcome: Outcome
    file: CaseFile | None = None
    viewer: str = ""
    is_paused: bool = False
    opted_out_at: datetime | None = None
    reason: str = ""
    is_beside: bool = False


class OpenCase:
    """The use case: from what only the link's holder knows to the case as it stands. Opening changes nothing."""

    def __init__(self, links: CaseLinks, cases: CaseStore, switch: PauseSwitch, opt_outs: OptOuts) -> None:
        self._links = links
        self._cases = cases
        self._switch = switch
        self._opt_outs = opt_outs

    def run(self, link_id: str, now: datetime, beside: str = "") -> Opened:
        """Never raises, for any request and any failure; nothing it returns has the id.

        `beside` is the number of another case of the same author, which opens for its own department alone.
        """
        if not is_link_id(link_id):
            return Opened(Outcome.CLOSED, reason="no id")
        try:
            opened = self._open(self._links.find(link_id), now)
            return self._beside(opened, beside) if beside else opened
        except StoreBusy as exc:
            return Opened(Outcome.UNAVAILABLE, reason=f"StoreBusy: {exc}")

    def _open(self, link: CaseLink | None, now: datetime) -> Opened:
        if link is None:
            return Opened(Outcome.CLOSED, reason="unknown")
        if not link.opens(now):
            return Opened(Outcome.CLOSED, reason="revoked" if link.revoked_at else "expired")
        file = self._cases.file(link.case_id)
        if file is None:
            return Opened(Outcome.CLOSED, reason="gone")
        if link.department not in (file.case.department, OPERATOR):
            return Opened(Outcome.CLOSED, file, link.department, reason="handed over")
        is_paused, opted_out_at = self._switch.current() is not None, self._opt_outs.since(file.case.author_id)
        return Opened(Outcome.OPENED, self._with_earlier(file), link.department, is_paused, opted_out_at)

    def _beside(self, opened: Opened, case_id: str) -> Opened:
        """The other case, if it is the same author's and the link's department has it."""
        if opened.outcome is not Outcome.OPENED or opened.file is None or case_id == opened.file.case.id:
            return opened
        file = self._cases.file(case_id) if is_case_id(case_id) else None
        if file is None or file.case.author_id != opened.file.case.author_id:
            return Opened(Outcome.CLOSED, reason="no case beside it")
        if opened.viewer not in (file.case.department, OPERATOR):
            return Opened(Outcome.CLOSED, reason="another department's")
        return replace(opened, file=self._with_earlier(file), is_beside=True)

    def _with_earlier(self, file: CaseFile) -> CaseFile:
        return file._replace(earlier=RecentCases(self._cases.author_cases).beside(file.case))


_BESIDE = frozenset(
    {
        CaseEventKind.UNMASKED,
        CaseEventKind.ACKNOWLEDGED,
        CaseEventKind.REMINDED,
        CaseEventKind.DUE,
        CaseEventKind.ESCALATED,
        CaseEventKind.CALLED,
    }
)
"""What is only recorded beside a case: no page grows old by it."""


def last_change(file: CaseFile, spoken: Spoken) -> str:
    """Who did what last, as a sentence: a person or the desk, or the author with another mention."""
    mentioned = max((one.mention.received_at for one in file.mentions), default=None)
    changes = [event for event in file.events if event.what not in _BESIDE]
    if changes and (mentioned is None or changes[-1].at >= mentioned):
        return spoken.happened(changes[-1])
    return spoken.say("answer.moved.mention")
