"""What came of a form that was sent."""

import hmac
from collections.abc import Callable
from copy import replace
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.store import CaseFile, CaseStore
from desk.errors import CaseMoved, StoreBusy
from desk.reading import OPERATOR
from desk.replies.formatter import Spoken
from desk.replies.forms import Asked, InvalidField, Sent, Step, Unsent, invalid_field, request_of
from desk.replies.open import OpenCase, Opened, Outcome, last_change
from desk.replies.send import FINISHES, Accepts, News, Said, Say, Tells, done_before, post_of, waits_for
from desk.replies.steps import STEPS
from desk.replies.view import Action, Confirm, Message, Tone

UNTOLD = "untold"
"""The action succeeded, but the people to notify could not be reached."""

UNSURE = "unsure"
"""A reply was saved, but nobody knows whether it is on its way."""

BUSY = Message("answer.problem.busy", tone=Tone.PROBLEM)


class Fate(StrEnum):
    """What came of a form."""

    DONE = "done"
    SHOWN = "shown"
    """Nothing is wrong, and nothing has changed: the page comes back."""
    INVALID = "invalid"
    MOVED = "moved"
    """The page is older than the case, or none of ours: nothing was done."""
    CLOSED = "closed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Acted:
    """The fate, with the case as it stands now and what is to be said of it.

    `done` is what was done, as `answer.done.<done>` tells it; `is_gone`: by that the link has lost its case.
    `unmasked`: the page that comes back may show what it hides at other times. `reason` is for the log.
    """

    fate: Fate
    opened: Opened
    message: Message | None = None
    confirm: Confirm | None = None
    done: str = ""
    is_gone: bool = False
    unmasked: bool = False
    reason: str = ""


def not_opened(opened: Opened) -> Acted:
    """The link opens nothing, or nothing now."""
    fate = Fate.UNAVAILABLE if opened.outcome is Outcome.UNAVAILABLE else Fate.CLOSED
    return Acted(fate, opened, reason=opened.reason)


def old_page(opened: Opened) -> Acted:
    """The form is none of this link's pages."""
    if opened.outcome is not Outcome.OPENED:
        return not_opened(opened)
    return Acted(Fate.MOVED, opened, Message("answer.problem.stale", tone=Tone.PROBLEM), reason="stale")


def has_done(opened: Opened, case: Case, done: str, *, reason: str = "") -> Acted:
    """It is done; who has handed the case over has lost it by that, unless they are the operator."""
    is_gone = opened.viewer not in (case.department, OPERATOR)
    return Acted(Fate.DONE, opened, done=done, is_gone=is_gone, reason=reason)


def done_by(event: CaseEvent, action: str) -> str:
    """How the catalogue names what the event did."""
    if action == Action.FACT_CHECK:
        return "fact_check"
    return "misread_closed" if event.what is CaseEventKind.MISREAD and not event.department else event.what.value


def with_events(opened: Opened, case: Case, *events: CaseEvent) -> Opened:
    """The case as it is by now, without reading it again."""
    if opened.file is None:
        return opened
    return replace(opened, file=opened.file._replace(case=case, events=[*opened.file.events, *events]))


def token_of(link_id: str, version: int | str) -> str:
    """The token of this link's page of this version: only who has the link can make it."""
    return sha256(f"{link_id}/{version}".encode()).hexdigest()


def fits(token: str, link_id: str, version: str) -> bool:
    """Whether it is that token, compared in constant time."""
    return hmac.compare_digest(token.encode(), token_of(link_id, version).encode())


class Act:
    """The use case: what a person asks for with a form of the page.

    `tells` makes who tells colleagues, with links below the API's address.
    """

    def __init__(
        self, open_case: OpenCase, cases: CaseStore, accept: Accepts, tells: Callable[[str], Tells], brand: Brand
    ) -> None:
        self._open = open_case
        self._cases = cases
        self._say = Say(cases, accept, brand.language)
        self._news = News(cases, tells)
        self._brand = brand

    def run(self, sent: Sent) -> Acted:
        """Take the step that the form asks for, once however often it is sent.

        Never raises for what is asked or for what is ill. When the store gives up amid a step, the same form may be
        sent again.
        """
        opened = self._open.run(sent.link_id, sent.now)
        if opened.file is None:
            return not_opened(opened)
        try:
            return self._acted(sent, opened, opened.file)
        except InvalidField as exc:
            return Acted(Fate.INVALID, opened, exc.message)
        except Unsent as exc:
            return Acted(Fate.SHOWN, opened, confirm=exc.confirm)
        except CaseMoved:
            return self._overtaken(sent)
        except StoreBusy as exc:
            return Acted(Fate.UNAVAILABLE, opened, BUSY, reason=f"StoreBusy: {exc}")

    def _acted(self, sent: Sent, opened: Opened, file: CaseFile) -> Acted:
        version, action, request = sent.field("version"), sent.field("action"), request_of(sent.fields)
        if not fits(sent.field("token"), sent.link_id, version) or not request or action not in STEPS:
            return old_page(opened)
        if before := done_before(file, request):
            return self._repeated(sent, opened, file, before)
        if opened.outcome is not Outcome.OPENED:
            return not_opened(opened)
        if version != str(file.case.version):
            return self._moved(opened)
        seen = (file, opened.viewer, opened.is_paused)
        asked = Asked(*seen, sent.fields, request, sent.now, self._brand, opened.opted_out_at)
        return self._taken(sent, opened, file, STEPS[action](asked))

    def _taken(self, sent: Sent, opened: Opened, file: CaseFile, step: Step) -> Acted:
        """Save the step, then send its reply or notify the people concerned."""
        if step.is_look:
            self._cases.record(file.case, step.event)
            return _unmasked(with_events(opened, file.case, step.event))
        try:
            if step.post:
                return self._queued(opened, step.event, self._say.run(step.after, file.case, step.event, step.post))
            saved = self._cases.save(step.after, file.case, step.event)
        except StoreBusy as exc:
            return Acted(Fate.UNAVAILABLE, opened, BUSY, step.confirm, reason=f"StoreBusy: {exc}")
        untold = self._news.untold(step.event, file._replace(case=saved), file.case, sent.api_url)
        done = UNTOLD if untold else done_by(step.event, sent.field("action"))
        return has_done(opened, saved, done, reason=untold)

    def _repeated(self, sent: Sent, opened: Opened, file: CaseFile, before: CaseEvent) -> Acted:
        """The same form again is answered as it was, or finishes what was cut off between the case and the queue."""
        if before.what is CaseEventKind.UNMASKED:
            return _unmasked(opened)
        if not waits_for(before, file.case):
            untold = self._news.waits(file.case.id, int(sent.field("version")) + 1)
            return has_done(opened, file.case, UNTOLD if untold else done_by(before, sent.field("action")))
        is_as_left = sent.field("version") == str(file.case.version - 1)
        post = post_of(file, before, self._brand) if is_as_left and sent.now - before.at < FINISHES else None
        if post is None:
            return has_done(opened, file.case, UNSURE)
        return self._queued(opened, before, self._say.queue(file.case, before, post))

    def _overtaken(self, sent: Sent) -> Acted:
        """Somebody was faster: perhaps this very form, by a second click."""
        opened = self._open.run(sent.link_id, sent.now)
        before = done_before(opened.file, request_of(sent.fields)) if opened.file else None
        if opened.file and before:
            return has_done(opened, opened.file.case, done_by(before, sent.field("action")))
        return self._moved(opened)

    def _queued(self, opened: Opened, event: CaseEvent, said: Said) -> Acted:
        """The result of a reply: on its way, refused with what to correct, or unknown."""
        if said.refusal and said.not_said:
            now = with_events(opened, said.case, event, said.not_said)
            return Acted(Fate.INVALID, now, invalid_field(said.refusal, "text").message, reason=said.refusal.code)
        return has_done(opened, said.case, UNSURE if said.unsure else event.what, reason=said.unsure)

    def _moved(self, opened: Opened) -> Acted:
        """What was asked for is not done, since somebody else was faster: the page as it is now says who."""
        if opened.outcome is not Outcome.OPENED or opened.file is None:
            return not_opened(opened)
        what = last_change(opened.file, Spoken(self._brand))
        return Acted(Fate.MOVED, opened, Message("answer.moved", {"what": what}, Tone.PROBLEM), reason="moved")


def _unmasked(opened: Opened) -> Acted:
    if opened.outcome is not Outcome.OPENED:
        return not_opened(opened)
    return Acted(Fate.SHOWN, opened, Message("answer.unmasked"), unmasked=True)
