"""What a reply that somebody gave on X itself means for its case: pure functions."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

from desk.case import WAITING, Case, CaseState, ReplyAs
from desk.case_event import CaseEvent, CaseEventKind
from desk.case_steps import said_by_hand, waited_since
from desk.ports.cases import CaseFile
from desk.post import acknowledgement_id
from desk.post_steps import following_id
from desk.x_post import XPost

_WHAT = {ReplyAs.ANSWER: CaseEventKind.ANSWERED, ReplyAs.HOLDING: CaseEventKind.PROMISED}


class Fate(StrEnum):
    """What becomes of a reply."""

    NEWS = "news"
    NONE = "none"
    """The case knows it, or the desk has said it itself."""
    LATER = "later"
    """A reply of the desk's own is on its way to X, and may be just this one."""


class News(NamedTuple):
    """The fate, the case as it shall be, and what happened; no event: nothing is to be stored."""

    fate: Fate
    after: Case
    event: CaseEvent | None = None


def known_post_ids(file: CaseFile) -> Sequence[str]:
    """The posts that the desk may have made for this case: replies, their continuations, the acknowledgement."""
    ids = [*(event.post_id for event in file.events), file.case.post_id]
    replies = list(dict.fromkeys(post_id for post_id in ids if post_id))
    return [*replies, *map(following_id, replies), acknowledgement_id(file.case.id)]


def news_of(post: XPost, file: CaseFile, reply_as: ReplyAs, said_by_us: Collection[str]) -> News:
    """What the case learns of this reply.

    It answers what was asked before it, nothing that has come in since; and a case that nobody waits for any more just
    records it.
    """
    case = file.case
    ids = {post.id, *post.edit_ids}  # an edited reply is still the same one
    if ids & set(said_by_us) or any(event.x_id in ids for event in file.events):
        return News(Fate.NONE, case)
    if case.state is CaseState.QUEUED:
        return News(Fate.LATER, case)
    answers = case.state in WAITING and not _was_asked_since(post, file)
    ends = answers and reply_as is ReplyAs.ANSWER
    asked_at = waited_since(case, file.events) if ends else None
    event = CaseEvent(
        _WHAT[reply_as],
        post.created_at,
        "",
        post.text,
        case.department,
        x_id=post.first_id,
        asked_at=asked_at,
    )
    return News(Fate.NEWS, said_by_hand(case, reply_as) if answers else case, event)


def _was_asked_since(post: XPost, file: CaseFile) -> bool:
    return any(
        each.reading and each.reading.opens_case and each.mention.post.created_at > post.created_at
        for each in file.mentions
    )
