"""What came of a form that was sent."""

from copy import replace
from dataclasses import dataclass
from enum import StrEnum

from answer_case.open import Opened, Outcome
from answer_case.view import Action, Confirm, Message, Tone
from desk.case import Case
from desk.case_event import CaseEvent, CaseEventKind
from desk.reading import OPERATOR

UNTOLD = "untold"
"""It was done, but whoever has to know could not be told."""

UNSURE = "unsure"
"""A reply was saved, but nobody knows whether it is on its way."""

BUSY = Message("answer.problem.busy", tone=Tone.PROBLEM)


class Fate(StrEnum):
    """What came of a form."""

    DONE = "done"
    SHOWN = "shown"
    """Nothing is wrong, and nothing has changed: the page comes back."""
    MEND = "mend"
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
