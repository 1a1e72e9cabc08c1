"""Saying an answer: the case is saved first, then the queue is asked, and what it refuses the case has back."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseFile, CaseStore
from desk.errors import CaseMoved, StoreBusy, TopicsUnavailable
from desk.i18n import phrase
from desk.mentions.model import Mention
from desk.posts.errors import PostNotAccepted
from desk.posts.model import NewPost, Post, PostKind
from desk.posts.submit import Submitted
from desk.reading import OPERATOR
from desk.replies.compose import confirm_of, posts_of, reply_of, signature_of, text_of
from desk.replies.forms import Asked, InvalidField, Step, Unsent, name_in, problem_of, promise_in
from desk.replies.policy import BlockReason, blocked_by
from desk.replies.view import Action, Confirm
from desk.working_time import due_at

FINISHES = timedelta(minutes=1)
"""So long what was asked for may still send its reply on its way: well before the sweep takes it for lost."""

_TRIES = 4


class Accepts(Protocol):
    """Takes a post into the queue, as PostSubmitter does."""

    def submit(self, new: NewPost) -> Submitted:
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
            accepted = self._accept.submit(post)
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


def sends_to_x(viewer: str, brand: Brand) -> bool:
    """Whether what this department answers goes to X without the operator."""
    department = brand.departments.get(viewer)
    return viewer == OPERATOR or (department is not None and department.answers_to_x)


def newest(file: CaseFile) -> Mention | None:
    """The mention that is answered, the newest one; None when none of the case has its words any more."""
    return file.mentions[-1].mention if file.mentions else None


def answer_step(asked: Asked) -> Step:
    """The draft for the operator, or the reply on its way.

    Raises InvalidField, and Unsent before the reply is confirmed.
    """
    mention = newest(asked.file)
    is_sent, again = sends_to_x(asked.viewer, asked.brand), bool(asked.fields.get("again"))
    reason = blocked_by(
        asked.case,
        mention,
        asked.brand,
        again=again,
        paused=asked.is_paused and is_sent,
        opted_out_at=asked.opted_out_at,
        is_named=asked.is_named,
    )
    if reason:
        raise InvalidField(f"answer.refusal.{reason}", "again" if reason is BlockReason.ANSWERED_ALREADY else "")
    asked, is_private = _in_its_time(asked), _is_private(asked)
    if is_private and not is_sent:
        raise InvalidField("answer.problem.not_now")
    text = text_of(asked)
    confirm = confirm_of(reply_of(asked, text, is_private=is_private), is_private=is_private)
    return _queued(asked, text, confirm) if is_sent else _drafted(asked, text)


def post_of(file: CaseFile, event: CaseEvent, brand: Brand) -> NewPost | None:
    """The reply that this event sends on its way, for the case as it is after it.

    None when what it answers has no words any more.
    """
    mention, case = newest(file), file.case
    if mention is None:
        return None
    first, *more = [post.text for post in posts_of(event.text, signature_of(case.department, brand))]
    return NewPost(
        PostKind.REPLY,
        first,
        event.by,
        in_reply_to=mention.id,
        case_id=case.id,
        id=event.post_id,
        continuation=more[0] if more else None,
        private_message=case.reply_as is ReplyAs.PRIVATE,
    )


def _in_its_time(asked: Asked) -> Asked:
    """The same, where what was answered is answered once more: until that is sent it has a time of its own."""
    case = asked.case
    if case.state in WAITING:
        return asked
    due = due_at(asked.now, case.kind, case.urgency, asked.brand)
    return asked._replace(file=asked.file._replace(case=case._replace(first_due_at=due, due_at=due)))


def _queued(asked: Asked, text: str, confirm: Confirm) -> Step:
    """The reply on its way, if what it would look like was confirmed."""
    case, draft = asked.case, _draft(asked, text, is_private=confirm.is_private)
    if asked.fields["action"] != Action.CONFIRM:
        raise Unsent(confirm)
    post_id = f"reply-{case.id}-{case.version}"
    after = case_steps.queued(case, post_id, draft, draft.reply_as, promised_until=draft.promised_until)
    event = asked.event(CaseEventKind.QUEUED, text=text, post_id=post_id)
    return Step(after, event, post_of(asked.file._replace(case=after), event, asked.brand), confirm)


def _drafted(asked: Asked, text: str) -> Step:
    """The draft says if it only promises an answer; who sends it has the last word."""
    draft = _draft(asked, text, is_private=False)
    return Step(case_steps.drafted(asked.case, draft), asked.event(CaseEventKind.DRAFTED, text=text))


def _draft(asked: Asked, text: str, *, is_private: bool) -> Draft:
    """What was written and what it is to the case; what asks into private promises nothing."""
    until = None if is_private else promise_in(asked.fields, ZoneInfo(asked.brand.timezone), asked.now)
    reply_as = ReplyAs.PRIVATE if is_private else ReplyAs.HOLDING if until else ReplyAs.ANSWER
    return Draft(text, name_in(asked.fields), asked.now, reply_as, until)


def _is_private(asked: Asked) -> bool:
    """Whether it asks the author into a private conversation, as the form or what it confirms says."""
    return asked.fields.get("action") == Action.PRIVATE or bool(asked.fields.get("private"))


_NEWS = 500
"""So many untold news are looked through: in general there are none."""


class Tells(Protocol):
    """Tells colleagues, as the Teller does."""

    def handed(self, file: CaseFile, event: CaseEvent) -> None:
        """Tell the department that has the case now; raises TopicsUnavailable, StoreBusy, ValueError."""
        ...

    def drafted(self, file: CaseFile) -> None:
        """Tell the operator of the draft; raises TopicsUnavailable, StoreBusy, ValueError."""
        ...


class News:
    """`tells` makes who tells colleagues, with links below the API's address."""

    def __init__(self, cases: CaseStore, tells: Callable[[str], Tells]) -> None:
        self._cases = cases
        self._tells = tells

    def untold(self, event: CaseEvent, file: CaseFile, before: Case, api_url: str) -> str:
        """Notify the people concerned; returns why that failed, if it did."""
        try:
            if event.what is CaseEventKind.DRAFTED:
                self._tells(api_url).drafted(file)
            elif file.case.department != before.department:
                self._tells(api_url).handed(file, event)
            else:
                return ""
        except (TopicsUnavailable, StoreBusy, ValueError) as exc:
            return type(exc).__name__
        with suppress(StoreBusy):  # then the sweep tells it once more
            self._cases.mark_sent(file.case.id, file.case.version)
        return ""

    def waits(self, case_id: str, version: int) -> bool:
        """Whether the news that made the case this version waits to be told."""
        return any((one.case_id, one.version) == (case_id, version) for one in self._cases.outbox(limit=_NEWS))
