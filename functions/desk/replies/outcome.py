"""Updates cases with the outcome of their replies."""

from collections.abc import Callable
from datetime import datetime, timedelta

from desk.brand import Brand
from desk.cases.model import NO_CHANGE, WAITING, Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseFile, CaseMention, CaseStore
from desk.cases.transitions import (
    asked_again,
    replied_on_x,
    reply_not_posted,
    reply_posted,
    reply_taken_down,
    reply_undone,
    waited_since,
)
from desk.errors import CaseMoved
from desk.mentions.model import Mention
from desk.posts.model import FINAL, Post, PostReason, PostState
from desk.text import first_words

NOT_STORED = "not_stored"
"""The reason for a reply that never became a post: a key below `post.reason.`, as are the reasons of posts."""
REST = "rest"
"""Only the first part of a reply is on X; `rest.<reason>` says why the second is not. Also below `post.reason.`."""

_STORED_BY = timedelta(minutes=5)
"""A sender that has not stored its post by then never will."""
_POSTED = {
    ReplyAs.ANSWER: CaseEventKind.ANSWERED,
    ReplyAs.HOLDING: CaseEventKind.PROMISED,
    ReplyAs.PRIVATE: CaseEventKind.MOVED,
}
POSTED_KINDS = frozenset(_POSTED.values())
"""Events of replies that are on X."""
_OUTCOME_KINDS = POSTED_KINDS | {CaseEventKind.NOT_SAID, CaseEventKind.UNDONE}

type CaseUpdate = tuple[Case, CaseEvent]
"""The case after the update, and its event."""


def update_after(post: Post, file: CaseFile, brand: Brand) -> CaseUpdate | None:
    """The update of the case when its post is final; None if the case has recorded that already."""
    is_posted, case = post.state is PostState.PUBLISHED, file.case
    event = _posted_event(post, file) if is_posted else _not_posted_event(post)
    if case.state is CaseState.QUEUED and case.post_id == post.id:
        return (_answered(file, post, brand) if is_posted else _not_posted(file, post, event.text)), event
    known = {each.what for each in file.events if each.post_id == post.id}
    return None if known & (POSTED_KINDS if is_posted else _OUTCOME_KINDS) else (case, event)


TAKE_DOWN_KINDS = frozenset({CaseEventKind.TAKING_DOWN, CaseEventKind.TAKEN_DOWN, CaseEventKind.NOT_TAKEN_DOWN})
"""Events of replies that a person asked to take down."""


def last_take_down(file: CaseFile, post_id: str) -> CaseEventKind | None:
    """What was last recorded about taking this reply down; None if nobody asked for it."""
    kinds = [each.what for each in file.events if each.post_id == post_id and each.what in TAKE_DOWN_KINDS]
    return kinds[-1] if kinds else None


def take_down_update(post: Post, file: CaseFile) -> CaseUpdate | None:
    """The event with which a reply was taken down, or was not; None if the case has recorded it already.

    Of a reply in two parts the first one counts, and the second one only if X did not delete it.
    """
    is_gone = post.state is PostState.TAKEN_DOWN
    if is_gone and post.continues:
        return None
    what = CaseEventKind.TAKEN_DOWN if is_gone else CaseEventKind.NOT_TAKEN_DOWN
    post_id = post.continues or post.id
    if last_take_down(file, post_id) in (CaseEventKind.TAKEN_DOWN, what):
        return None
    at = post.at if is_gone else post.expires_at
    after = reply_taken_down(file.case, post_id) if is_gone else file.case
    return after, CaseEvent(what, at, post.taken_down_by or "", post_id=post_id, x_id=post.x_id)


def update_without_post(file: CaseFile, seen: Case, now: datetime) -> CaseUpdate | None:
    """The update of the case when its reply has no post; None while the post may still be about to be stored."""
    case = file.case
    if case.state is not CaseState.QUEUED or case.post_id != seen.post_id or now - _queued_at(file) <= _STORED_BY:
        return None
    event = CaseEvent(CaseEventKind.NOT_SAID, now, "", NOT_STORED, post_id=case.post_id)
    return _waiting_again(file, case, event.text), event


def _answered(file: CaseFile, post: Post, brand: Brand) -> Case:
    """The case after its reply was posted: mentions that came in since the reply was queued open it again.

    Routing does the same for mentions that come in later, so that the order does not matter.
    """
    after, since, answered_at = reply_posted(file.case, post.at), _queued_at(file), _answered_on_x_at(file)
    if after.state in WAITING:
        return after
    for mention, reading in file.mentions:
        is_answered = answered_at is not None and mention.post.created_at <= answered_at
        if reading and reading.opens_case and not is_answered and _was_not_seen(mention, post, since):
            after = asked_again(after, mention, reading, brand)
    return after


def _answered_on_x_at(file: CaseFile) -> datetime | None:
    """When a person last answered on X itself."""
    answered_at = (each.at for each in file.events if each.is_external_reply and each.what is CaseEventKind.ANSWERED)
    return max(answered_at, default=None)


def _was_not_seen(mention: Mention, post: Post, since: datetime) -> bool:
    """Whether the reply was written without this mention: it came in later, or is newer than the answered mention."""
    answered = post.in_reply_to or ""
    if mention.id == answered:
        return False  # the clocks of two machines may differ
    return mention.received_at > since or (len(mention.id), mention.id) > (len(answered), answered)


def _is_partly_posted(post: Post) -> bool:
    """Whether only the first part of a reply was posted."""
    return post.state is not PostState.PUBLISHED and post.x_id is not None


def _not_posted(file: CaseFile, post: Post, why: str) -> Case:
    """The case with what is not on X as its draft: only the second part, unless the first was deleted there."""
    case, promise_stands = file.case, False
    if case.draft and post.continuation and _is_partly_posted(post) and post.reason is not PostReason.GONE:
        promise_stands = case.draft.promise_words not in first_words(post.continuation)
        case = case._replace(draft=case.draft._replace(text=post.continuation, pictures=()))
    after = _waiting_again(file, case, why, promise_stands=promise_stands)
    if post.reason is not PostReason.UNDONE:
        return after
    return reply_undone(case, _department_draft(file)) if after.state in WAITING else after._replace(review=None)


_BESIDE_DRAFTS = NO_CHANGE | {
    CaseEventKind.TAKEN,
    CaseEventKind.ASSIGNED,
    CaseEventKind.NOTED,
    CaseEventKind.REMINDED_BY_PERSON,
    CaseEventKind.RAISED,
    CaseEventKind.LOWERED,
    CaseEventKind.CLEARED,
    CaseEventKind.SNOOZED,
    CaseEventKind.WOKEN,
    CaseEventKind.RESTORED,
    CaseEventKind.QUEUED,
    CaseEventKind.UNDONE,
}
"""Events after which a department's draft is still the one that waits, as far as nothing was posted."""


def _department_draft(file: CaseFile) -> Draft | None:
    """The draft that waited for the operator before the reply was queued; None if there was none."""
    last = next((event for event in reversed(file.events) if event.what not in _BESIDE_DRAFTS), None)
    return Draft(last.text, last.by, last.at) if last and last.what is CaseEventKind.DRAFTED else None


def _waiting_again(file: CaseFile, case: Case, why: str, *, promise_stands: bool = False) -> Case:
    """The case without its reply. If a person answered on X itself meanwhile, it waits only for later mentions."""
    answered_at = _answered_on_x_at(file)
    was_answered = any(each.is_external_reply and each.asked_at == case.asked_at for each in file.events)
    if answered_at is None or not was_answered or any(_is_question_after(each, answered_at) for each in file.mentions):
        return reply_not_posted(case, why, promise_stands=promise_stands)
    return replied_on_x(reply_not_posted(case), ReplyAs.ANSWER, answered_at)


def _is_question_after(each: CaseMention, moment: datetime) -> bool:
    return bool(each.reading and each.reading.opens_case and each.mention.post.created_at > moment)


def _queued_at(file: CaseFile) -> datetime:
    """When the case's reply was queued; without such an event, when the case was opened."""
    of_it = (each for each in file.events if each.post_id == file.case.post_id)
    return max((each.at for each in of_it if each.what is CaseEventKind.QUEUED), default=file.case.opened_at)


def _posted_event(post: Post, file: CaseFile) -> CaseEvent:
    case = file.case
    what = _POSTED[case.reply_as if case.post_id == post.id else ReplyAs.ANSWER]
    asked_at = None if what is CaseEventKind.PROMISED else waited_since(case, file.events)
    event = CaseEvent(what, post.at, post.by, post.text, case.department, post_id=post.id, asked_at=asked_at)
    return event._replace(x_id=post.x_id)


def _not_posted_event(post: Post) -> CaseEvent:
    if post.reason is PostReason.UNDONE:
        return CaseEvent(CaseEventKind.UNDONE, post.at, post.by, post_id=post.id)
    why: str = post.reason or PostReason.NOT_ACCEPTED  # not X's own words: the catalogue has the reasons
    if _is_partly_posted(post):
        why = f"{REST}.{post.reason}" if post.reason else REST
    return CaseEvent(CaseEventKind.NOT_SAID, post.at, "", str(why), post_id=post.id)


_TRIES = 4


class ReplyOutcomes:
    """Updates cases with the outcomes of their replies, once each, in any order and however often it is called.

    Only a case that waits for this reply changes its state. A case that was closed, handed over or reopened meanwhile
    keeps its state and only records the outcome.
    """

    def __init__(self, cases: CaseStore, brand: Brand) -> None:
        self._cases = cases
        self._brand = brand

    def on_finished(self, post: Post) -> bool:
        """Update the post's case. Returns whether it changed: posts without a case or not final change nothing.

        Nor does one part of a reply in two: the case is updated with the whole reply (see `whole_reply`) once both
        parts are final. Raises StoreBusy, and CaseMoved after bounded tries.
        """
        if post.case_id is None or post.state not in FINAL:
            return False
        if post.taken_down_by:
            return self._record(post.case_id, lambda file: take_down_update(post, file))
        if _is_part(post):
            return False
        return self._record(post.case_id, lambda file: update_after(post, file, self._brand))

    def is_unwanted(self, post: Post) -> bool:
        """Whether this is an automatic reply to a case in which somebody may be at risk now. Raises StoreBusy."""
        case = self._cases.get(post.acknowledges) if post.acknowledges else None
        return case is not None and case.safety is not None

    def on_never_stored(self, case: Case, now: datetime) -> bool:
        """Let the case wait again whose reply has no post. Returns whether it changed; raises as `on_finished` does.

        Nothing changes while the sender may still be about to store the reply.
        """
        return self._record(case.id, lambda file: update_without_post(file, case, now))

    def _record(self, case_id: str, update_of: Callable[[CaseFile], CaseUpdate | None]) -> bool:
        for _ in range(_TRIES):
            file = self._cases.file(case_id)
            update = update_of(file) if file else None
            if file is None or update is None:
                return False
            after, event = update
            try:
                self._cases.save(after, file.case, event)
            except CaseMoved:
                continue
            return True
        raise CaseMoved(f"{case_id} changed {_TRIES} times while the outcome of its reply was recorded")


def _is_part(post: Post) -> bool:
    """Whether the post is only one of two parts of a reply."""
    return post.continues is not None or (post.state is PostState.PUBLISHED and post.continuation is not None)
