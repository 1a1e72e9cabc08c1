"""What a reply that somebody gave on X itself means for its case: pure functions."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from desk.asked_again import asked_again
from desk.brand import Brand
from desk.case import WAITING, Case, CaseState, ReplyAs
from desk.case_event import CaseEvent, CaseEventKind
from desk.case_steps import said_by_hand, waited_since
from desk.ports.cases import CaseFile, CaseMention
from desk.post import NOT_SAID, Post, acknowledgement_id
from desk.post_steps import following_id
from desk.same_post import is_same
from desk.x_post import XPost

_WHAT = {ReplyAs.ANSWER: CaseEventKind.ANSWERED, ReplyAs.HOLDING: CaseEventKind.PROMISED}


class Fate(StrEnum):
    """What becomes of a reply."""

    NEWS = "news"
    NONE = "none"
    """The case knows it, or the desk has said it itself."""
    LATER = "later"
    """The desk itself may have said it and not know yet; or a reply of its own is on its way."""


class News(NamedTuple):
    """The fate, the case as it shall be, and what happened; no event: nothing is to be stored."""

    fate: Fate
    after: Case
    event: CaseEvent | None = None


class Reply(NamedTuple):
    """A reply as X shows it, what it is to its case, and whether what the desk has on its way is no longer awaited."""

    post: XPost
    reply_as: ReplyAs
    is_late: bool = False

    @property
    def ids(self) -> frozenset[str]:
        """All its versions: an edited reply is still the same one."""
        return frozenset({self.post.id, *self.post.edit_ids})


def known_post_ids(file: CaseFile) -> Sequence[str]:
    """The posts that the desk may have made for this case: replies, their continuations, the acknowledgement."""
    ids = [*(event.post_id for event in file.events), file.case.post_id]
    replies = list(dict.fromkeys(post_id for post_id in ids if post_id))
    return [*replies, *map(following_id, replies), acknowledgement_id(file.case.id)]


def news_of(reply: Reply, file: CaseFile, ours: Sequence[Post], brand: Brand) -> News:
    """What the case learns of this reply; `ours` are the posts that the desk has made for it.

    It answers what was asked before it, nothing that has come in since; and a case that nobody waits for any more, or
    whose own reply is on its way for long, just records it.
    """
    case = file.case
    if _is_known(reply, file) or _is_ours(reply, ours):
        return News(Fate.NONE, case)
    if _may_be_ours(reply, ours) or (case.state is CaseState.QUEUED and not reply.is_late):
        return News(Fate.LATER, case)
    since = [each for each in file.mentions if _asks(each) and each.mention.post.created_at > reply.post.created_at]
    answers = case.state in WAITING and not any(each.mention.received_at <= case.asked_at for each in since)
    ends = answers and reply.reply_as is ReplyAs.ANSWER
    event = CaseEvent(
        _WHAT[reply.reply_as],
        reply.post.created_at,
        "",
        reply.post.text,
        case.department,
        x_id=reply.post.first_id,
        asked_at=waited_since(case, file.events) if ends else None,
    )
    changes = answers and case.state is not CaseState.QUEUED
    return News(Fate.NEWS, _after(case, reply, since, brand) if changes else case, event)


def _after(case: Case, reply: Reply, since: Iterable[CaseMention], brand: Brand) -> Case:
    """The case as the reply and what was asked after it leave it; who answers that meanwhile keeps what is drafted."""
    after = said_by_hand(case, reply.reply_as, reply.post.created_at)
    for each in since:
        if each.reading:
            after = asked_again(after, each.mention, each.reading, brand)
    is_asked = after.state is CaseState.OPEN
    return after._replace(state=CaseState.DRAFTED, draft=case.draft) if is_asked and case.draft else after


def _is_known(reply: Reply, file: CaseFile) -> bool:
    return any(event.x_id in reply.ids for event in file.events)


def _is_ours(reply: Reply, ours: Sequence[Post]) -> bool:
    """Whether the desk has said it, or said it by itself without knowing: no acknowledgement is an answer."""
    return any(post.x_id in reply.ids or (post.is_acknowledgement and _looks_like(reply, post)) for post in ours)


def _may_be_ours(reply: Reply, ours: Sequence[Post]) -> bool:
    """Whether it reads as a reply of the desk's that may stand on X."""
    return any(post.state not in NOT_SAID and _looks_like(reply, post) for post in ours)


def _looks_like(reply: Reply, post: Post) -> bool:
    return post.x_id is None and post.claimed_at is not None and is_same(post, reply.post)


def _asks(each: CaseMention) -> bool:
    return bool(each.reading and each.reading.opens_case)
