"""The use case: acknowledges cases once, by an automatic reply, where an answer will take time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from zlib import crc32
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.opt_outs import OptOuts
from desk.cases.store import CaseFile, CaseStore
from desk.concerned import concerns
from desk.errors import isolated
from desk.i18n import spoken_time
from desk.mentions.model import Mention
from desk.posts.commands import SubmitPost
from desk.posts.model import PostKind, acknowledgement_id
from desk.posts.pause import PauseSwitch, stops_replies
from desk.posts.submit import Submitted
from desk.reader.phrases import declines_automatic_replies
from desk.replies.policy import blocked_by, newest_mention
from desk.working_time import is_working


def is_wanted(case: Case, brand: Brand, now: datetime) -> bool:
    """Whether the brand acknowledges such a case: nobody has taken it on yet, and an answer will take time.

    A case that is overdue is not acknowledged: the text announces the due time. Nor is one of a trial.
    """
    wanted = brand.acknowledgements.get(case.kind)
    if case.awaits_release or brand.in_trial(case.department):
        return False
    if wanted is None or case.state is not CaseState.OPEN or case.holder is not None or case.due_at <= now:
        return False
    return not is_working(case.asked_at, brand) or case.due_at - case.asked_at > wanted.long_wait


def may_acknowledge(file: CaseFile, brand: Brand, *, opted_out_at: datetime | None) -> bool:
    """Whether no person has acted on the case, and the reply policy allows an automatic reply."""
    newest = newest_mention(file)
    if newest is None or newest.backlog or any(event.by for event in file.events):
        return False
    if any(declines_automatic_replies(one.mention.post.text) for one in file.mentions):
        return False
    reason = blocked_by(
        file.case,
        newest,
        brand,
        again=False,
        paused=False,
        opted_out_at=opted_out_at,
        automatic=True,
        acknowledged=is_acknowledged(file),
    )
    return reason is None


def is_acknowledged(file: CaseFile) -> bool:
    """Whether the case was acknowledged before."""
    return any(event.what is CaseEventKind.ACKNOWLEDGED for event in file.events)


def acknowledgement_for(case: Case, brand: Brand, *, but: str = "") -> str:
    """One of the brand's texts for this case, chosen by its number, but not `but`.

    X refuses the same text twice in a row, and a text need not have the case's number.
    """
    texts = brand.acknowledgements[case.kind].texts
    first = crc32(case.id.encode())
    due = spoken_time(case.due_at, ZoneInfo(brand.timezone), brand.language)
    variants = [texts[(first + turn) % len(texts)].format(due=due, case=case.id) for turn in range(len(texts))]
    return next((text for text in variants if text != but), variants[0])


LOOKS_BACK = timedelta(hours=1)
"""Older cases are not acknowledged any more: it would come too late to help."""

MAX_A_RUN = 4
"""Acknowledgements in one run a minute: X takes 100 posts in 15 minutes, and people's own replies need their share."""

EXPIRES_AFTER = timedelta(minutes=30)
"""An acknowledgement that X hasn't accepted by then expires."""

_PAGE = 100


@dataclass(slots=True)
class AcknowledgeReport:
    """The result of a run. `failures` has the reason for each case that is tried again; `whole`: none was put off."""

    said: int = 0
    is_paused: bool = False
    whole: bool = True
    failures: dict[str, str] = field(default_factory=dict)


class Accepts(Protocol):
    """Takes a post into the queue, as PostSubmitter does."""

    def submit(self, new: SubmitPost) -> Submitted:
        """Store the post, once for its id; raises PostNotAccepted, and StoreBusy when it is unknown."""
        ...


class SendAcknowledgements:
    """Acknowledges cases, each once however often it runs.

    The post's id is a unique key; the event is recorded after the post was queued. As long as the process lives it
    remembers the settled cases, so that they are not read again each minute, and the events that it has yet to record:
    meanwhile a person may have acted on the case.
    """

    def __init__(
        self,
        cases: CaseStore,
        opt_outs: OptOuts,
        *,
        switch: PauseSwitch,
        accept: Accepts,
        brand: Brand,
    ) -> None:
        self._cases = cases
        self._opt_outs = opt_outs
        self._switch = switch
        self._accept = accept
        self._brand = brand
        self._settled: set[str] = set()
        self._unrecorded: dict[str, CaseEvent] = {}
        self._last = ""

    def send_due(self, now: datetime, has_time: Callable[[], bool]) -> AcknowledgeReport:
        """Acknowledge what was opened in the last hour. Raises StoreBusy when not even that could be read."""
        report = AcknowledgeReport()
        self._record_events(report)
        if not self._brand.acknowledgements:
            return report
        if stops_replies(self._switch.current()):
            report.is_paused = True
            return report
        found = self._opened_since(now - LOOKS_BACK)
        self._settled &= {case.id for case in found}
        for case in found:
            if case.id in self._settled or not is_wanted(case, self._brand, now):
                continue
            if report.said == MAX_A_RUN or not has_time():
                report.whole = False
                break
            self._try(case, now, report)
        return report

    def _record_events(self, report: AcknowledgeReport) -> None:
        """Record the events that could not be recorded when their posts were queued."""
        for case_id, event in list(self._unrecorded.items()):
            with concerns(case=case_id), isolated(report.failures, case_id):
                file = self._cases.file(case_id)
                if file and not is_acknowledged(file):
                    self._cases.record(file.case, event)
                del self._unrecorded[case_id]

    def _opened_since(self, moment: datetime) -> list[Case]:
        """Open cases, the first opened first."""
        found: list[Case] = []
        cursor: str | None = None
        while True:
            page = self._cases.page({CaseState.OPEN}, limit=_PAGE, cursor=cursor)
            recent = [case for case in page.cases if case.opened_at >= moment]
            found += recent
            cursor = page.next_cursor
            if cursor is None or len(recent) < len(page.cases):
                return found[::-1]

    def _try(self, case: Case, now: datetime, report: AcknowledgeReport) -> None:
        with concerns(case=case.id), isolated(report.failures, case.id):
            report.said += self._settle(case, now)
            self._settled.add(case.id)

    def _settle(self, case: Case, now: datetime) -> bool:
        """Acknowledge the case; False when it needs no acknowledgement, now or later."""
        file = self._cases.file(case.id)
        if file is None or not is_wanted(file.case, self._brand, now):
            return False
        mention, opted_out_at = newest_mention(file), self._opt_outs.opted_out_at(file.case.author_id)
        if mention is None or not may_acknowledge(file, self._brand, opted_out_at=opted_out_at):
            return False
        post = self._accept.submit(self._post(file, mention, now)).post  # maybe an earlier run's
        self._last = post.text
        event = CaseEvent(CaseEventKind.ACKNOWLEDGED, now, "", post.text, post_id=post.id)
        self._unrecorded[case.id] = event
        self._cases.record(file.case, event)
        del self._unrecorded[case.id]
        return True

    def _post(self, file: CaseFile, mention: Mention, now: datetime) -> SubmitPost:
        return SubmitPost(
            PostKind.REPLY,
            acknowledgement_for(file.case, self._brand, but=self._last),
            by="",
            in_reply_to=mention.id,
            expires_at=min(now + EXPIRES_AFTER, file.case.due_at),
            id=acknowledgement_id(file.case.id),
        )
