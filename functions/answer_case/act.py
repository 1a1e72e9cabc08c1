"""Acting on a case: one form, one step, once."""

from collections.abc import Callable
from contextlib import suppress
from copy import replace
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from answer_case.forms import Mend, mending, request_of
from answer_case.open import OpenCase, Opened, Outcome
from answer_case.page_token import fits
from answer_case.reply import post_of
from answer_case.spoken import Spoken
from answer_case.step import Asked, Sent, Step, Unsent
from answer_case.steps import STEPS
from answer_case.view import Action, Confirm, Message, Tone
from desk import case_steps
from desk.brand import Brand
from desk.case import Case, CaseState
from desk.case_event import CaseEvent, CaseEventKind
from desk.catalogue import phrase
from desk.errors import CaseMoved, StoreBusy, TopicsUnavailable
from desk.ports.cases import CaseFile, CaseStore
from desk.post import NewPost
from desk.reading import OPERATOR
from post_update.refusals import PostNotAccepted

UNTOLD = "untold"
"""It was done, but whoever has to know could not be told."""

UNSURE = "unsure"
"""A reply was saved, but nobody knows whether it is on its way."""

_FINISHES = timedelta(minutes=1)
"""So long the same form may still send its reply on its way: well before the sweep takes it for lost."""

_TRIES = 4
_BUSY = Message("answer.problem.busy", tone=Tone.PROBLEM)


class Fate(StrEnum):
    """What came of a form."""

    DONE = "done"
    SHOWN = "shown"
    """Nothing is wrong, and nothing was done yet: the page comes back."""
    MEND = "mend"
    MOVED = "moved"
    """The page is older than the case, or none of ours: nothing was done."""
    CLOSED = "closed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Acted:
    """The fate, with the case as it stands now and what is to be said of it.

    `done` is what was done, as `answer.done.<done>` tells it; `is_gone`: by that the link has lost its case.
    `reason` is for the log.
    """

    fate: Fate
    opened: Opened
    message: Message | None = None
    confirm: Confirm | None = None
    done: str = ""
    is_gone: bool = False
    reason: str = ""


class Accepts(Protocol):
    """Takes a post into the queue, as post_update's Accept does."""

    def run(self, new: NewPost) -> object:
        """Store the post; raises PostNotAccepted, and StoreBusy when it is unknown whether it is stored."""
        ...


class Tells(Protocol):
    """Tells colleagues, as the Teller does."""

    def handed(self, file: CaseFile, by: str, note: str) -> None:
        """Tell the department that has the case now; raises TopicsUnavailable, StoreBusy, ValueError."""
        ...

    def drafted(self, file: CaseFile) -> None:
        """Tell the operator of the draft; raises TopicsUnavailable, StoreBusy, ValueError."""
        ...


class Act:
    """The use case: what a person asks for with a form of the page.

    `tells` makes who tells colleagues, with links below the API's address.
    """

    def __init__(
        self, open_case: OpenCase, cases: CaseStore, accept: Accepts, tells: Callable[[str], Tells], brand: Brand
    ) -> None:
        self._open = open_case
        self._cases = cases
        self._accept = accept
        self._tells = tells
        self._brand = brand

    def run(self, sent: Sent) -> Acted:
        """Take the step that the form asks for, once however often it is sent.

        Never raises for what is asked or for what is ill. When the store gives up amid a step, the same form may be
        sent again.
        """
        opened = self._open.run(sent.link_id, sent.now)
        if opened.file is None:
            return _not_opened(opened)
        try:
            return self._acted(sent, opened, opened.file)
        except Mend as exc:
            return Acted(Fate.MEND, opened, exc.message)
        except Unsent as exc:
            return Acted(Fate.SHOWN, opened, confirm=exc.confirm)
        except CaseMoved:
            return self._overtaken(sent)
        except StoreBusy as exc:
            return Acted(Fate.UNAVAILABLE, opened, _BUSY, reason=f"StoreBusy: {exc}")

    def _acted(self, sent: Sent, opened: Opened, file: CaseFile) -> Acted:
        version, action, request = sent.field("version"), sent.field("action"), request_of(sent.fields)
        if not fits(sent.field("token"), sent.link_id, version) or not request or action not in STEPS:
            return _old_page(opened)
        if before := _done_before(file, request):
            return self._repeated(sent, opened, file, before)
        if opened.outcome is not Outcome.OPENED:
            return _not_opened(opened)
        if version != str(file.case.version):
            return self._moved(opened)
        asked = Asked(file, opened.viewer, opened.is_paused, sent.fields, request, sent.now, self._brand)
        return self._taken(sent, opened, file, STEPS[action](asked))

    def _taken(self, sent: Sent, opened: Opened, file: CaseFile, step: Step) -> Acted:
        """The step is saved; then its reply goes on its way, or whoever has to know hears of it."""
        try:
            saved = self._cases.save(step.after, file.case, step.event)
        except StoreBusy as exc:
            return Acted(Fate.UNAVAILABLE, opened, _BUSY, step.confirm, reason=f"StoreBusy: {exc}")
        if step.post:
            return self._queued(opened, step.event, saved, step.post)
        untold = self._untold(step.event, file._replace(case=saved), file.case, sent.api_url)
        done = UNTOLD if untold else _done_by(step.event, sent.field("action"))
        return _done(opened, saved, done, reason=untold)

    def _repeated(self, sent: Sent, opened: Opened, file: CaseFile, before: CaseEvent) -> Acted:
        """The same form again is answered as it was, or finishes what was cut off between the case and the queue."""
        if not _waits_for(before, file.case):
            return _done(opened, file.case, _done_by(before, sent.field("action")))
        is_as_left = sent.field("version") == str(file.case.version - 1)
        post = post_of(file, before, self._brand) if is_as_left and sent.now - before.at < _FINISHES else None
        return self._queued(opened, before, file.case, post) if post else _done(opened, file.case, UNSURE)

    def _overtaken(self, sent: Sent) -> Acted:
        """Somebody was faster: perhaps this very form, by a second click."""
        opened = self._open.run(sent.link_id, sent.now)
        before = _done_before(opened.file, request_of(sent.fields)) if opened.file else None
        if opened.file and before:
            return _done(opened, opened.file.case, _done_by(before, sent.field("action")))
        return self._moved(opened)

    def _queued(self, opened: Opened, event: CaseEvent, saved: Case, post: NewPost) -> Acted:
        """Whether the queue takes the post; where nobody knows, the sweep finds out."""
        try:
            self._accept.run(post)
        except PostNotAccepted as exc:
            return self._refused(opened, event, saved, exc)
        except StoreBusy as exc:
            return _done(opened, saved, UNSURE, reason=f"StoreBusy: {exc}")
        return _done(opened, saved, event.what)

    def _refused(self, opened: Opened, event: CaseEvent, saved: Case, refusal: PostNotAccepted) -> Acted:
        """The case waits again, with what was written."""
        message = mending(refusal, "text").message
        why = phrase(self._brand.language, message.key, **message.values)
        not_said = event._replace(what=CaseEventKind.NOT_SAID, by="", text=why)
        after = self._unsaid(saved, not_said)
        return Acted(Fate.MEND, _with(opened, after, event, not_said), message, reason=refusal.code)

    def _unsaid(self, case: Case, event: CaseEvent) -> Case:
        """The case waiting again, whatever was written to it meanwhile; raises CaseMoved when it knows already."""
        for _ in range(_TRIES):
            with suppress(CaseMoved):
                return self._cases.save(case_steps.not_said(case), case, event)
            now = self._cases.get(case.id)
            if now is None or not _waits_for(event, now):
                break
            case = now
        raise CaseMoved(case.id)

    def _untold(self, event: CaseEvent, file: CaseFile, before: Case, api_url: str) -> str:
        """Tell whoever has to know; why they could not be told, if so."""
        try:
            if event.what is CaseEventKind.DRAFTED:
                self._tells(api_url).drafted(file)
            elif file.case.department != before.department:
                self._tells(api_url).handed(file, event.by, event.text)
        except (TopicsUnavailable, StoreBusy, ValueError) as exc:
            return type(exc).__name__
        return ""

    def _moved(self, opened: Opened) -> Acted:
        """What was asked for is not done, since somebody else was faster: the page as it is now says who."""
        if opened.outcome is not Outcome.OPENED or opened.file is None:
            return _not_opened(opened)
        what = _last_change(opened.file, Spoken(self._brand))
        return Acted(Fate.MOVED, opened, Message("answer.moved", {"what": what}, Tone.PROBLEM), reason="moved")


def _not_opened(opened: Opened) -> Acted:
    fate = Fate.UNAVAILABLE if opened.outcome is Outcome.UNAVAILABLE else Fate.CLOSED
    return Acted(fate, opened, reason=opened.reason)


def _old_page(opened: Opened) -> Acted:
    if opened.outcome is not Outcome.OPENED:
        return _not_opened(opened)
    return Acted(Fate.MOVED, opened, Message("answer.problem.stale", tone=Tone.PROBLEM), reason="stale")


def _done_before(file: CaseFile, request: str) -> CaseEvent | None:
    """What this very form did, unless it came to nothing: then it is answered as any other old page."""
    ours = next((event for event in file.events if event.request == request), None)
    unsaid = {event.post_id for event in file.events if event.what is CaseEventKind.NOT_SAID}
    return None if ours and ours.post_id and ours.post_id in unsaid else ours


def _done(opened: Opened, case: Case, done: str, *, reason: str = "") -> Acted:
    is_gone = opened.viewer not in (case.department, OPERATOR)
    return Acted(Fate.DONE, opened, done=done, is_gone=is_gone, reason=reason)


def _waits_for(event: CaseEvent, case: Case) -> bool:
    """Whether the case still waits for what became of the reply that the event sent on its way."""
    return case.state is CaseState.QUEUED and case.post_id == event.post_id


def _done_by(event: CaseEvent, action: str) -> str:
    if action == Action.FACT_CHECK:
        return "fact_check"
    return "misread_closed" if event.what is CaseEventKind.MISREAD and not event.department else event.what.value


def _last_change(file: CaseFile, spoken: Spoken) -> str:
    """Who did what last, as a sentence: a person or the desk, or the author with another mention."""
    mentioned = max((one.mention.received_at for one in file.mentions), default=None)
    if file.events and (mentioned is None or file.events[-1].at >= mentioned):
        return spoken.happened(file.events[-1])
    return spoken.say("answer.moved.mention")


def _with(opened: Opened, case: Case, *events: CaseEvent) -> Opened:
    """The case as it is by now, without reading it again."""
    if opened.file is None:
        return opened
    return replace(opened, file=opened.file._replace(case=case, events=[*opened.file.events, *events]))
