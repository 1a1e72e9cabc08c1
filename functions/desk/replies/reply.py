"""What a reply does to its case: a draft for the operator, or a post to queue. Pure, as the other decisions are."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.commands import CaseCommand, SendReply
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, Draft, ReplyAs
from desk.cases.store import CaseFile
from desk.checks.model import Finding, LookedUpForCheck, Severity
from desk.checks.replies import callers_of, check_reply
from desk.posts.commands import SubmitPost
from desk.posts.errors import PostNotAccepted
from desk.posts.model import PostKind
from desk.posts.references import check_references
from desk.promises.model import Promise, PromiseKind, sentence_in
from desk.reading import OPERATOR
from desk.replies.compose import confirmation_of, not_accepted, reply_posts, signature_of
from desk.replies.errors import CheckNotPassed, InvalidField, NotConfirmed, NotPossible, ReplyBlocked
from desk.replies.policy import blocked_by, newest_mention
from desk.working_time import due_at
from desk.x.weight import MAX_WEIGHT, Weight

EVERY_FINDING = frozenset(Severity)
"""What an edge accepts that only shows the findings."""

WITHOUT_WARNINGS = frozenset({Severity.NOTE})
"""What an edge accepts where a person must give a reason for going on."""


class CaseFacts(NamedTuple):
    """What a decision depends on besides the command and the case; an edge gathers it.

    Attributes:
        acts_for: the department for which the person acts.
        now: business time.
        brand: the brand.
        is_paused: publishing of replies is paused.
        opted_out_at: when the author last asked for no more replies.
        accepts: findings of the pre-send check with which a reply may go out; warnings also with a reason.
        looked_up: what the pre-send check of a reply depends on.
    """

    acts_for: str
    now: datetime
    brand: Brand
    is_paused: bool = False
    opted_out_at: datetime | None = None
    accepts: frozenset[Severity] = EVERY_FINDING
    looked_up: LookedUpForCheck = LookedUpForCheck()


class CaseChange(NamedTuple):
    """What a command does: the case after it, its event, and the reply to send, if any.

    `findings` are those of the pre-send check on a reply. `is_view_only`: the case does not change; its private numbers
    are shown once the event is recorded.
    """

    after: Case
    event: CaseEvent
    post: SubmitPost | None = None
    is_view_only: bool = False
    findings: Sequence[Finding] = ()


def event_of(
    command: CaseCommand, what: CaseEventKind, facts: CaseFacts, *, text: str = "", post_id: str | None = None
) -> CaseEvent:
    """The event of a command."""
    return CaseEvent(what, facts.now, command.by, text, post_id=post_id, request=command.key.recorded)


def sends_to_x(acts_for: str, brand: Brand) -> bool:
    """Whether this department's answers go to X without the operator."""
    department = brand.departments.get(acts_for)
    return acts_for == OPERATOR or (department is not None and department.answers_to_x)


def goes_through_pause(command: SendReply, acts_for: str) -> bool:
    """Whether the operator confirmed that this one reply goes out although publishing is paused."""
    return command.through_pause and acts_for == OPERATOR


def decide_reply(command: SendReply, file: CaseFile, facts: CaseFacts) -> CaseChange:
    """The case with a draft for the operator, or with a queued reply. Raises CommandRefused."""
    is_sent, is_private = sends_to_x(facts.acts_for, facts.brand), command.reply_as is ReplyAs.PRIVATE
    reason = blocked_by(
        file.case,
        newest_mention(file),
        facts.brand,
        again=command.again,
        paused=facts.is_paused and is_sent and not goes_through_pause(command, facts.acts_for),
        opted_out_at=facts.opted_out_at,
        is_named=command.is_person,
    )
    if reason:
        raise ReplyBlocked(reason)
    if is_private and not is_sent:
        raise NotPossible(file.case.state)
    if command.pictures and (is_private or not is_sent):
        raise InvalidField("pictures", "pictures_private" if is_private else "pictures_draft")
    posts = _posts_that_fit(command, file.case, facts.brand)
    _check_references(command, file, facts.brand)
    case = _with_new_deadline(file.case, facts)
    draft = _draft_of(command, case, facts.now)
    if not is_sent:
        event = event_of(command, CaseEventKind.DRAFTED, facts, text=command.text)
        return CaseChange(case_steps.drafted(case, draft), event)
    checked = check_reply(
        command.text,
        file.events,
        callers_of(file),
        facts.brand,
        facts.now,
        reason=command.override_reason,
        is_private=is_private,
        looked_up=facts.looked_up,
    )
    if any(each.severity not in facts.accepts for each in checked.findings) and checked.blocks:
        raise CheckNotPassed(checked)
    if not command.is_confirmed:
        raise NotConfirmed(confirmation_of(posts, is_private=is_private)._replace(findings=checked.findings))
    post_id = f"reply-{case.id}-{case.version}"
    after = case_steps.queued(case, post_id, draft, draft.reply_as, promise=_promise_of(command, draft, case, post_id))
    event = event_of(command, CaseEventKind.QUEUED, facts, text=command.text, post_id=post_id)
    event = event._replace(
        overridden=checked.overridden,
        override_reason=checked.reason if checked.overridden else "",
        pictures=command.pictures,
    )
    post = _new_post(command, file._replace(case=after), event, posts, facts)
    return CaseChange(after, event, post, findings=checked.findings)


def _draft_of(command: SendReply, case: Case, now: datetime) -> Draft:
    """The reply; one that leaves the case's promise open is a holding one as well."""
    leaves_open = command.reply_as is ReplyAs.ANSWER and command.promise_stays and bool(case.promises)
    return Draft(
        command.text,
        command.by,
        now,
        ReplyAs.HOLDING if leaves_open else command.reply_as,
        command.promised_until,
        pictures=command.pictures,
        promise_words=sentence_in(command.text, command.promise_words) if command.promised_until else "",
    )


def _promise_of(command: SendReply, draft: Draft, case: Case, post_id: str) -> Promise | None:
    """The promise that the reply makes, in place of the one that the case has; None if it makes none."""
    if draft.promised_until is None:
        return None
    return Promise(
        PromiseKind.ANSWER,
        case.id,
        post_id,
        draft.promise_words,
        draft.promised_until,
        draft.by,
        draft.at,
        command.author_id,
        in_place_of=case.promises[-1].key if case.promises else "",
    )


def _posts_that_fit(command: SendReply, case: Case, brand: Brand) -> Sequence[Weight]:
    """The posts of the reply. Raises InvalidField for a text that X would not take."""
    is_private = command.reply_as is ReplyAs.PRIVATE
    try:
        posts = reply_posts(command.text, signature_of(case.department, brand), is_private=is_private)
    except PostNotAccepted as exc:
        raise not_accepted(exc, "text") from None
    if (excess := posts[0].weighted_length - MAX_WEIGHT) > 0:
        raise InvalidField("text", "post_too_long" if is_private else "too_long_uncut", excess=excess)
    return posts


def _check_references(command: SendReply, file: CaseFile, brand: Brand) -> None:
    """Raise InvalidField for what nobody can send: a reply may name the case's authors, if any is known, and us."""
    callers = callers_of(file)
    try:
        check_references(command.text, None if callers is None else callers | {brand.handle.casefold()})
    except PostNotAccepted as exc:
        raise not_accepted(exc, "text") from None


def findings_before(command: SendReply, file: CaseFile, event: CaseEvent, facts: CaseFacts) -> Sequence[Finding]:
    """The findings on the reply that this event queued, as they were then."""
    others = [each for each in file.events if each.post_id != event.post_id]
    is_private = command.reply_as is ReplyAs.PRIVATE
    checked = check_reply(
        event.text, others, callers_of(file), facts.brand, event.at, is_private=is_private, looked_up=LookedUpForCheck()
    )
    return checked.findings


def _with_new_deadline(case: Case, facts: CaseFacts) -> Case:
    """The case; with a deadline from now if it was answered already and is answered again."""
    if case.state in WAITING:
        return case
    due = due_at(facts.now, case.kind, case.urgency, facts.brand)
    return case._replace(first_due_at=due, due_at=due)


def post_again(command: SendReply, file: CaseFile, event: CaseEvent, facts: CaseFacts) -> SubmitPost | None:
    """The reply that this event queued, for the case after it; None if the text of its mentions was removed."""
    if newest_mention(file) is None:
        return None
    posts = reply_posts(event.text, signature_of(file.case.department, facts.brand))
    return _new_post(command, file, event, posts, facts)


def _new_post(
    command: SendReply, file: CaseFile, event: CaseEvent, posts: Sequence[Weight], facts: CaseFacts
) -> SubmitPost:
    case, mention = file.case, newest_mention(file)
    assert mention  # noqa: S101 - the policy blocks replies to a case without one
    first, *more = [post.text for post in posts]
    return SubmitPost(
        PostKind.REPLY,
        first,
        event.by,
        in_reply_to=mention.id,
        case_id=case.id,
        id=event.post_id,
        continuation=more[0] if more else None,
        private_message=case.reply_as is ReplyAs.PRIVATE,
        pictures=event.pictures,
        overridden=event.overridden,
        override_reason=event.override_reason or None,
        may_name=callers_of(file),
        through_pause=goes_through_pause(command, facts.acts_for),
        publish_at=facts.now + command.undo_for if command.undo_for else None,
    )
