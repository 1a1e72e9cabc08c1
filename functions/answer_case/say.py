"""Saying an answer: the case is saved first, then the queue is asked, and what it refuses the case has back."""

from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple, Protocol

from answer_case.problem import problem_of
from desk import case_steps
from desk.case import Case, CaseState
from desk.case_event import CaseEvent, CaseEventKind
from desk.catalogue import phrase
from desk.errors import CaseMoved, StoreBusy
from desk.ports.cases import CaseFile, CaseStore
from desk.post import NewPost, Post
from post_update.accept import Accepted
from post_update.refusals import PostNotAccepted

FINISHES = timedelta(minutes=1)
"""So long what was asked for may still send its reply on its way: well before the sweep takes it for lost."""

_TRIES = 4


class Accepts(Protocol):
    """Takes a post into the queue, as post_update's Accept does."""

    def run(self, new: NewPost) -> Accepted:
        """Store the post; raises PostNotAccepted, and StoreBusy when it is unknown whether it is stored."""
        ...


class Said(NamedTuple):
    """What came of a reply, with the case as it stands now.

    `post` is on its way, unless there is a reason why not: `refusal`, by which the case waits again with what was
    written as its draft and with `not_said` in its history; or `unsure`, why nobody knows, so that the sweep finds out.
    """

    case: Case
    post: Post | None = None
    refusal: PostNotAccepted | None = None
    not_said: CaseEvent | None = None
    unsure: str = ""


class Say:
    """Sends replies to cases on their way. `language` is what the case's people read."""

    def __init__(self, cases: CaseStore, accept: Accepts, language: str) -> None:
        self._cases = cases
        self._accept = accept
        self._language = language

    def run(self, after: Case, seen: Case, event: CaseEvent, post: NewPost) -> Said:
        """Save the step `event` in place of what was seen, then queue its reply.

        Raises CaseMoved when somebody was faster, and StoreBusy when it is unknown whether the step is saved: asking
        again for the same is safe.
        """
        return self.queue(self._cases.save(after, seen, event), event, post)

    def queue(self, saved: Case, event: CaseEvent, post: NewPost) -> Said:
        """Send the reply of a step that is saved on its way, now or once more; raises CaseMoved and StoreBusy."""
        try:
            accepted = self._accept.run(post)
        except PostNotAccepted as exc:
            why = phrase(self._language, problem_of(exc), **exc.values)
            not_said = event._replace(what=CaseEventKind.NOT_SAID, by="", text=why)
            return Said(self._unsaid(saved, not_said), refusal=exc, not_said=not_said)
        except StoreBusy as exc:
            return Said(saved, unsure=f"StoreBusy: {exc}")
        return Said(saved, accepted.post)

    def _unsaid(self, case: Case, event: CaseEvent) -> Case:
        """The case waiting again, whatever was written to it meanwhile; raises CaseMoved when it knows already."""
        for _ in range(_TRIES):
            with suppress(CaseMoved):
                return self._cases.save(case_steps.not_said(case), case, event)
            now = self._cases.get(case.id)
            if now is None or not waits_for(event, now):
                break
            case = now
        raise CaseMoved(case.id)


def waits_for(event: CaseEvent, case: Case) -> bool:
    """Whether the case still waits for what became of the reply that the event sent on its way."""
    return case.state is CaseState.QUEUED and case.post_id == event.post_id


def done_before(file: CaseFile, request: str) -> CaseEvent | None:
    """What this very request did, unless it came to nothing: then it is answered as any other that is too late."""
    ours = next((event for event in file.events if event.request == request), None)
    unsaid = {event.post_id for event in file.events if event.what is CaseEventKind.NOT_SAID}
    return None if ours and ours.post_id and ours.post_id in unsaid else ours
