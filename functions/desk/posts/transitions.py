"""The transitions of a post, as pure functions.

The caller saves the result with compare-and-set (`PostStore.save`), so of all runs that read the same version only one
takes a step.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from desk.outbox.model import OutboxEntry, OutboxKind, new_entry, versioned
from desk.posts.model import (
    CANCELLABLE,
    NEVER_PUBLISHED,
    WRITTEN,
    Post,
    PostKind,
    PostReason,
    PostState,
    greeting_id,
)
from desk.promises.model import Ending, Promise, ended
from desk.reading import OPERATOR
from desk.x.endpoints import price_of_post
from desk.x.model import time_of

if TYPE_CHECKING:
    from desk.x.weight import Weight

WAITS_FOR_CLAIM = frozenset({PostState.SCHEDULED, PostState.QUEUED})
"""States from which a post is claimed and sent to X."""

DROPPABLE = CANCELLABLE | {PostState.IN_DOUBT}
"""States in which a person may decide that a post is not published."""

MOVABLE = frozenset({PostState.AWAITING_APPROVAL, PostState.SCHEDULED, PostState.HELD})
"""States in which a person may choose another time for a post on the timeline."""

_TIME_TO_RETRY = timedelta(hours=1)
"""How long a post may take after a person queued it again."""

_TIME_TO_TAKE_DOWN = timedelta(days=1)

GREETS_WITHIN = timedelta(minutes=30)
"""A greeting that goes out by itself later than this after its time is of no use."""

MORNING = timedelta(hours=3)
"""How long after its time a person may still send a greeting that was held: until the morning is over."""

_CONTINUATION_LIFE = timedelta(days=1)
"""How long the second part of a reply may take after the first."""


def is_too_late(post: Post, now: datetime) -> bool:
    """Whether the post has expired."""
    return now >= post.expires_at


def is_movable(post: Post) -> bool:
    """Whether a person may choose another time for it: replies and greetings have theirs."""
    return post.state in MOVABLE and post.kind in WRITTEN


def claimed(post: Post, now: datetime, *, lease: timedelta) -> Post:
    """Claimed by one run until the lease ends. `claimed_at` stays that of the first claim."""
    return post._replace(
        state=PostState.PUBLISHING, at=now + lease, claimed_at=post.claimed_at or now, reason=None, detail=None
    )


def waiting(post: Post, before: Post, *, until: datetime, reason: PostReason, detail: str | None) -> Post:
    """Not sent to X by this run, and queued again until `until` or its expiry, whichever is earlier.

    `before` is the post before the claim, whose `claimed_at` it gets back.
    """
    return post._replace(
        state=PostState.QUEUED,
        at=min(until, post.expires_at),
        claimed_at=before.claimed_at,
        reason=reason,
        detail=detail,
    )


def held(post: Post, reason: PostReason = PostReason.PAUSED) -> Post:
    """Held, until a person releases or cancels it, or it expires. A greeting may be released until the morning ends."""
    ends_at = post.publish_at + MORNING if post.kind is PostKind.GREETING else post.expires_at
    expires_at = max(post.expires_at, ends_at)
    return post._replace(state=PostState.HELD, at=expires_at, expires_at=expires_at, reason=reason, detail=None)


def published(post: Post, x_id: str, now: datetime) -> Post:
    """On X under this id. A post that was given up before and appeared on X after all loses its continuation."""
    return post._replace(
        state=PostState.PUBLISHED,
        at=now,
        x_id=x_id,
        reason=None,
        detail=None,
        continuation=None if post.state in NEVER_PUBLISHED else post.continuation,
    )


def greeted_by_hand(seen: Post | None, day: date, x_id: str, text: str) -> Post:
    """The day's greeting, which people wrote on X itself; `seen` is the planned one, if there is one."""
    from desk.x.weight import weigh  # noqa: PLC0415 - loading its tables is slow, and few posts need them

    at = time_of(x_id)
    post = seen or Post(
        id=greeting_id(day),
        kind=PostKind.GREETING,
        text=text,
        by="",
        accepted_at=at,
        publish_at=at,
        expires_at=at,
        state=PostState.PUBLISHED,
        at=at,
        weighted_length=0,
        estimated_micro_usd=0,
    )
    weight = weigh(text).weighted_length
    return published(post, x_id, at)._replace(
        text=text, by="", author_id=None, weighted_length=weight, estimated_micro_usd=0
    )


def continuation_id(post_id: str) -> str:
    """The id of the second post, which continues this one."""
    return f"{post_id}-2"


def continuation_post(post: Post, seen: Post) -> Post | None:
    """The second post, to be stored together with the step from `seen` to a published `post`; None for other steps."""
    if post.state is not PostState.PUBLISHED or seen.state is PostState.PUBLISHED or post.continuation is None:
        return None
    from desk.x.weight import weigh  # noqa: PLC0415 - loading its tables is slow, and few posts need them

    return Post(
        id=continuation_id(post.id),
        kind=PostKind.REPLY,
        text=post.continuation,
        by=post.by,
        accepted_at=post.at,
        publish_at=post.at,
        expires_at=post.at + _CONTINUATION_LIFE,
        state=PostState.QUEUED,
        at=post.at,
        weighted_length=weigh(post.continuation).weighted_length,
        estimated_micro_usd=price_of_post(post.continuation, is_reply=False),
        in_reply_to=post.x_id,
        case_id=post.case_id,
        continues=post.id,
        through_pause=post.through_pause,
    )


def refused(post: Post, now: datetime, *, reason: PostReason, detail: str | None) -> Post:
    """Refused by X for good."""
    return post._replace(state=PostState.REFUSED, at=now, reason=reason, detail=detail)


def to_reconcile(post: Post, *, at: datetime, reason: PostReason, detail: str | None) -> Post:
    """Possibly on X: to be reconciled from `at` on."""
    return post._replace(state=PostState.RECONCILING, at=at, reconcile_attempts=0, reason=reason, detail=detail)


def next_reconciliation(post: Post, *, at: datetime, attempts: int) -> Post:
    """To be reconciled again at `at`, after this many attempts. The reason is a lost answer unless another is known."""
    return post._replace(
        state=PostState.RECONCILING, at=at, reconcile_attempts=attempts, reason=post.reason or PostReason.ANSWER_LOST
    )


def in_doubt(post: Post, now: datetime) -> Post:
    """In doubt: only a person can decide whether it is on X."""
    return post._replace(state=PostState.IN_DOUBT, at=now)


def expired(post: Post, now: datetime) -> Post:
    """Expired before it was sent."""
    return post._replace(state=PostState.EXPIRED, at=now, reason=PostReason.TOO_LATE)


def cancelled(post: Post, now: datetime) -> Post:
    """Cancelled by a person."""
    return post._replace(state=PostState.CANCELLED, at=now, reason=PostReason.DROPPED, detail=None)


def undone(post: Post, now: datetime) -> Post:
    """Taken back by a person before it was sent to X."""
    return cancelled(post, now)._replace(reason=PostReason.UNDONE)


def withdrawn(post: Post, now: datetime) -> Post:
    """Withdrawn, because it is an automatic reply and somebody may be in danger."""
    return cancelled(post, now)._replace(reason=PostReason.IN_DANGER)


def not_approved(post: Post, now: datetime, why: str) -> Post:
    """Cancelled by the second person, for this reason."""
    return cancelled(post, now)._replace(reason=PostReason.NOT_APPROVED, detail=why)


def approved(post: Post, now: datetime, by: str, *, publish_at: datetime) -> Post:
    """Approved by a second person for this time; a time that has come is now."""
    ready = post._replace(approved_by=by, approved_at=now)
    if publish_at > now:
        return moved(ready._replace(state=PostState.SCHEDULED), publish_at)
    return ready._replace(state=PostState.QUEUED, at=now, publish_at=now)  # it never expires later than its author said


def moved(post: Post, publish_at: datetime) -> Post:
    """To be published at another time, and to expire as long after it as before. A held post is scheduled by that."""
    expires_at = publish_at + (post.expires_at - post.publish_at)
    if publish_at != post.publish_at:
        post = post._replace(written_for=post.written_for or post.publish_at)
    if post.state is PostState.AWAITING_APPROVAL:
        return post._replace(publish_at=publish_at, expires_at=expires_at, at=expires_at)
    return post._replace(
        state=PostState.SCHEDULED,
        at=publish_at,
        publish_at=publish_at,
        expires_at=expires_at,
        reason=None,
        detail=None,
    )


def released(post: Post, now: datetime) -> Post:
    """Sent by a person: it was held, or its time to undo or its planned time has not come."""
    return post._replace(state=PostState.QUEUED, at=now, reason=None, detail=None)


def reworded(post: Post, new: "Weight") -> Post:
    """With another text, which X takes. Its time, and who sends it, stay."""
    price = price_of_post(new.text, is_reply=post.in_reply_to is not None)
    return post._replace(text=new.text, weighted_length=new.weighted_length, estimated_micro_usd=price)


def queued_again(post: Post, now: datetime) -> Post:
    """Queued again by a person who has seen that it is not on X.

    It has at least an hour before it expires. `claimed_at` stays, so that the earlier attempt is still found if it
    appears on X after all.
    """
    return post._replace(
        state=PostState.QUEUED,
        at=now,
        expires_at=max(post.expires_at, now + _TIME_TO_RETRY),
        reconcile_attempts=0,
        reason=None,
        detail=None,
    )


def taking_down(post: Post, now: datetime, by: str) -> Post:
    """To be deleted on X, as this person asked; tried for a day."""
    return post._replace(
        state=PostState.TAKING_DOWN,
        at=now,
        expires_at=now + _TIME_TO_TAKE_DOWN,
        published_at=post.published_at or post.at,
        taken_down_by=by,
        reason=None,
        detail=None,
    )


def next_take_down(post: Post, *, at: datetime, reason: PostReason | None = None, detail: str | None = None) -> Post:
    """To be deleted on X at `at`, and why not before."""
    return post._replace(at=at, reason=reason, detail=detail)


def taken_down(post: Post, now: datetime) -> Post:
    """Deleted on X, or gone there already."""
    return post._replace(state=PostState.TAKEN_DOWN, at=now, reason=None, detail=None)


def not_taken_down(post: Post, now: datetime, *, detail: str | None) -> Post:
    """Still on X: it was not deleted in time, or X refused to. `expires_at` is when that was given up."""
    return post._replace(
        state=PostState.PUBLISHED,
        at=post.published_at or post.at,
        expires_at=now,
        reason=PostReason.NOT_TAKEN_DOWN,
        detail=detail,
    )


def with_cost(post: Post, micro_usd: int) -> Post:
    """With this cost added to its cost so far."""
    return post._replace(spent_micro_usd=(post.spent_micro_usd or 0) + micro_usd) if micro_usd else post


NOTIFIED = (
    PostState.IN_DOUBT,
    PostState.AWAITING_APPROVAL,
    PostState.HELD,
    PostState.REFUSED,
    PostState.EXPIRED,
)
"""The states that the operator is notified of, the most urgent first."""


def entries_for(post: Post, seen: Post | None) -> tuple[OutboxEntry, ...]:
    """The entry for the step from `seen` to the post, which has its new version; none if nobody is notified of it.

    A case notifies its people itself of a reply that will not be published. Functions that publish may not mail: the
    next sweep does.
    """
    is_step = seen is None or seen.state is not post.state
    if not is_step or post.state not in NOTIFIED or (post.case_id and post.state in NEVER_PUBLISHED):
        return ()
    subject = versioned(post.id, post.version)
    return (new_entry(OPERATOR, OutboxKind.POST, subject, post.state, _since(post, seen), timedelta(0)),)


_SHOWN = frozenset({PostState.PUBLISHED, PostState.TAKING_DOWN})


def promises_after(post: Post, seen: Post | None) -> tuple[Promise, ...]:
    """The promises that the step from `seen` to the post makes or ends.

    A post makes its promise as it is accepted. It withdraws it if it will not be published, or is deleted on X, and
    keeps or moves that of an earlier post once it is on X.
    """
    own: tuple[Promise, ...] = (post.promise,) if post.promise else ()
    kept: tuple[Promise, ...] = ()
    was_dropped, is_dropped = (one is not None and one.state in NEVER_PUBLISHED for one in (seen, post))
    if seen and is_dropped and not was_dropped:
        own = ended(own, Ending.NOT_POSTED)
    elif seen and post.state is PostState.TAKEN_DOWN:
        own = ended(own, Ending.TAKEN_DOWN)
    elif seen and not was_dropped:
        own = ()
    if post.keeps and post.state is PostState.PUBLISHED and not (seen and seen.state in _SHOWN):
        kept = ended([post.keeps], Ending.MOVED if post.moves else Ending.KEPT)
    return own + kept


def is_still_relevant(entry: OutboxEntry, post: Post) -> bool:
    """Whether the post is still in the state that the operator is to be notified of."""
    return post.state == entry.what


def _since(post: Post, seen: Post | None) -> datetime:
    """When the step was taken; the `at` of a held post and one that awaits approval is when it expires."""
    if post.state not in {PostState.HELD, PostState.AWAITING_APPROVAL}:
        return post.at
    return seen.at if seen else post.accepted_at
