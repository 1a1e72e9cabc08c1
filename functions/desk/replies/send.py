"""Send a reply: first the case is saved, then the post is queued. A refused post becomes the case's draft again."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseFile, CaseStore
from desk.checks.model import CheckResult
from desk.checks.overrides import reason_in
from desk.checks.replies import callers_of, check_reply
from desk.errors import CaseMoved, StoreBusy
from desk.i18n import phrase, weight_of_a_letter
from desk.posts.errors import PostNotAccepted
from desk.posts.model import NewPost, Post, PostKind
from desk.posts.references import check_references
from desk.posts.submit import Submitted
from desk.reading import OPERATOR
from desk.replies.compose import answer_text, confirmation_of, reply_posts, signature_of
from desk.replies.forms import (
    Action,
    ActionRequest,
    CaseChange,
    CheckNotPassed,
    Fields,
    InvalidField,
    NotConfirmed,
    invalid_field,
    name_in,
    problem_key,
    promise_in,
)
from desk.replies.policy import BlockReason, blocked_by, newest_mention
from desk.working_time import due_at
from desk.x.weight import MAX_WEIGHT, Weight

RESEND_WITHIN = timedelta(minutes=1)
"""A repeated request may queue its reply for so long: well before the sweep reports the reply as never stored."""

_TRIES = 4


class SubmitsPosts(Protocol):
    """Stores and queues a post, as PostSubmitter does."""

    def submit(self, new: NewPost) -> Submitted:
        """Store the post. Raises PostNotAccepted, and StoreBusy if it is unknown whether the post is stored."""
        ...


class SendResult(NamedTuple):
    """The case after a reply was sent.

    Exactly one of these is set: `post`, which is queued; `error` with the event `not_said`, if the post was refused and
    its text is the case's draft again; `unsure`, the reason why it is unknown whether the post is queued. The sweep
    finds that out.
    """

    case: Case
    post: Post | None = None
    error: PostNotAccepted | None = None
    not_said: CaseEvent | None = None
    unsure: str = ""


class SendReply:
    """Queues the replies of cases that are saved. `language` is the language of the people who see them."""

    def __init__(self, cases: CaseStore, submitter: SubmitsPosts, language: str) -> None:
        self._cases = cases
        self._submitter = submitter
        self._language = language

    def send(self, saved: Case, event: CaseEvent, post: NewPost) -> SendResult:
        """Queue the reply of a saved case, for the first time or again.

        Raises CaseMoved if the case has recorded another outcome meanwhile, and StoreBusy.
        """
        try:
            submitted = self._submitter.submit(post)
        except PostNotAccepted as exc:
            why = phrase(self._language, problem_key(exc), **exc.values)
            not_said = event._replace(what=CaseEventKind.NOT_SAID, by="", text=why)
            return SendResult(self._back_to_draft(saved, not_said), error=exc, not_said=not_said)
        except StoreBusy as exc:
            return SendResult(saved, unsure=f"StoreBusy: {exc}")
        return SendResult(saved, submitted.post)

    def _back_to_draft(self, case: Case, event: CaseEvent) -> Case:
        """The case waiting again, also if it changed meanwhile. Raises CaseMoved if it has recorded the outcome."""
        for _ in range(_TRIES):
            with suppress(CaseMoved):
                return self._cases.save(case_steps.reply_not_posted(case, event.text), case, event)
            now = self._cases.get(case.id)
            if now is None or not waits_for(event, now):
                break
            case = now
        raise CaseMoved(case.id)


def waits_for(event: CaseEvent, case: Case) -> bool:
    """Whether the case still waits for the outcome of the reply that the event queued."""
    return case.state is CaseState.QUEUED and case.post_id == event.post_id


def done_event(file: CaseFile, request: str) -> CaseEvent | None:
    """The event of this request; None if there is none, or if its reply was not posted."""
    ours = next((event for event in file.events if event.request == request), None)
    ended = (CaseEventKind.NOT_SAID, CaseEventKind.UNDONE)
    unsaid = {event.post_id for event in file.events if event.what in ended}
    return None if ours and ours.post_id and ours.post_id in unsaid else ours


def sends_to_x(viewer: str, brand: Brand) -> bool:
    """Whether this department's answers go to X without the operator."""
    department = brand.departments.get(viewer)
    return viewer == OPERATOR or (department is not None and department.answers_to_x)


def answer_change(request: ActionRequest) -> CaseChange:
    """The case with a draft for the operator, or with a queued reply.

    Raises InvalidField, and NotConfirmed before a person has confirmed the reply.
    """
    is_sent, fields = sends_to_x(request.viewer, request.brand), request.fields
    mention = newest_mention(request.file)
    reason = blocked_by(
        request.case,
        mention,
        request.brand,
        again=bool(fields.get("again")),
        paused=request.is_paused and is_sent and not goes_through_pause(fields, request.viewer),
        opted_out_at=request.opted_out_at,
        is_named=request.is_named,
    )
    if reason:
        raise InvalidField(f"answer.refusal.{reason}", "again" if reason is BlockReason.ANSWERED_ALREADY else "")
    is_private = fields.get("action") == Action.PRIVATE or bool(fields.get("private"))
    if is_private and not is_sent:
        raise InvalidField("answer.problem.not_now")
    text, case = answer_text(fields, request.brand.language), _with_new_deadline(request)
    posts, draft = _posts_that_fit(request, text, is_private=is_private), _draft(request, text, is_private=is_private)
    checked = _checked(request, text, is_private=is_private)
    if not is_sent:
        return CaseChange(case_steps.drafted(case, draft), request.event(CaseEventKind.DRAFTED, text=text))
    if request.is_checked and checked.blocks:
        raise CheckNotPassed(checked, request.brand.language)
    confirmation = confirmation_of(posts, is_private=is_private)._replace(findings=checked.findings)
    if fields["action"] != Action.CONFIRM:
        raise NotConfirmed(confirmation)
    post_id = f"reply-{case.id}-{case.version}"
    after = case_steps.queued(case, post_id, draft, draft.reply_as, promised_until=draft.promised_until)
    event = request.event(CaseEventKind.QUEUED, text=text, post_id=post_id)
    event = event._replace(overridden=checked.overridden, override_reason=checked.reason if checked.overridden else "")
    post = _new_post(request.file._replace(case=after), event, posts)
    if post and goes_through_pause(fields, request.viewer):
        post = post._replace(through_pause=True)
    return CaseChange(after, event, post, confirmation, findings=checked.findings)


def _checked(request: ActionRequest, text: str, *, is_private: bool) -> CheckResult:
    """The pre-send check. Raises InvalidField for what nobody can send."""
    try:
        check_references(text, _may_name(request.file, request.brand))
    except PostNotAccepted as exc:
        raise invalid_field(exc, "text") from None
    reason = reason_in(request.fields.get("override_reason", ""))
    callers = callers_of(request.file)
    return check_reply(
        text, request.file.events, callers, request.brand, request.now, reason=reason, is_private=is_private
    )


def _may_name(file: CaseFile, brand: Brand) -> frozenset[str] | None:
    """The handles that a reply may name: those of the case's authors, and our own. None if no author's is known."""
    callers = callers_of(file)
    return None if callers is None else callers | {brand.handle.casefold()}


def goes_through_pause(fields: Fields, viewer: str) -> bool:
    """Whether the operator confirmed that this one reply goes out although publishing is paused."""
    return bool(fields.get("through_pause")) and viewer == OPERATOR


def queued_post(file: CaseFile, event: CaseEvent, brand: Brand) -> NewPost | None:
    """The reply that this event queued, for the case after it; None if the text of its mentions was removed."""
    posts = reply_posts(event.text, signature_of(file.case.department, brand))
    return _new_post(file, event, posts)


def _new_post(file: CaseFile, event: CaseEvent, posts: Sequence[Weight]) -> NewPost | None:
    case, mention = file.case, newest_mention(file)
    if mention is None:
        return None
    first, *more = [post.text for post in posts]
    return NewPost(
        PostKind.REPLY,
        first,
        event.by,
        in_reply_to=mention.id,
        case_id=case.id,
        id=event.post_id,
        continuation=more[0] if more else None,
        private_message=case.reply_as is ReplyAs.PRIVATE,
        overridden=event.overridden,
        override_reason=event.override_reason or None,
        may_name=callers_of(file),
    )


def _posts_that_fit(request: ActionRequest, text: str, *, is_private: bool) -> Sequence[Weight]:
    """The posts of the reply. Raises InvalidField for a text that X would not take."""
    try:
        posts = reply_posts(text, signature_of(request.case.department, request.brand), is_private=is_private)
    except PostNotAccepted as exc:
        raise invalid_field(exc, "text") from None
    if (excess := posts[0].weighted_length - MAX_WEIGHT) > 0:
        key = "answer.problem.post_too_long" if is_private else "answer.problem.too_long_uncut"
        raise InvalidField(key, "text", excess=-(-excess // weight_of_a_letter(request.brand.language)))
    return posts


def _with_new_deadline(request: ActionRequest) -> Case:
    """The case; with a deadline from now if it was answered already and is answered again."""
    case = request.case
    if case.state in WAITING:
        return case
    due = due_at(request.now, case.kind, case.urgency, request.brand)
    return case._replace(first_due_at=due, due_at=due)


def _draft(request: ActionRequest, text: str, *, is_private: bool) -> Draft:
    """The draft with what the reply does to the case. A private reply promises nothing."""
    until = None if is_private else promise_in(request.fields, ZoneInfo(request.brand.timezone), request.now)
    reply_as = ReplyAs.PRIVATE if is_private else ReplyAs.HOLDING if until else ReplyAs.ANSWER
    return Draft(text, name_in(request.fields), request.now, reply_as, until)
