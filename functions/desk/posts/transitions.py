"""Every step that a post takes, as a function from the post as it was seen to the post as it shall be.

None of them looks at the clock or writes anything: the caller saves the result in place of what it read, and so at
most one of those who saw the same takes it.
"""

from datetime import datetime, timedelta

from desk.posts.model import CANCELLABLE, NEVER_PUBLISHED, Post, PostKind, PostReason, PostState
from desk.x.endpoints import price_of_post

WAITS_FOR_CLAIM = frozenset({PostState.SCHEDULED, PostState.QUEUED})
"""States from which a post is claimed, and so sent to X."""

DROPPABLE = CANCELLABLE | {PostState.IN_DOUBT}
"""States in which a person may decide that a post shall not appear."""

_A_PERSONS_WORD = timedelta(hours=1)
"""How long what a person has just sent on its way may still take."""

_RESTS_LIFE = timedelta(days=1)
"""How long the second part of a reply may take after the first."""


def is_too_late(post: Post, now: datetime) -> bool:
    """Whether the post's time has passed."""
    return now >= post.expires_at


def claimed(post: Post, now: datetime, *, lease: timedelta) -> Post:
    """In the hands of one run until the lease ends. `claimed_at` stays that of the first time."""
    return post._replace(
        state=PostState.PUBLISHING, at=now + lease, claimed_at=post.claimed_at or now, reason=None, detail=None
    )


def waiting(post: Post, before: Post, *, until: datetime, reason: PostReason, detail: str | None) -> Post:
    """Certainly not sent by this run: due again at `until`, or when it expires if that is sooner."""
    return post._replace(
        state=PostState.QUEUED,
        at=min(until, post.expires_at),
        claimed_at=before.claimed_at,
        reason=reason,
        detail=detail,
    )


def held(post: Post) -> Post:
    """Kept back by a pause, until a person releases or drops it, or its time passes."""
    return post._replace(
        state=PostState.HELD, at=post.expires_at, reason=PostReason.PAUSED, detail=None, notification_pending=True
    )


def published(post: Post, x_id: str, now: datetime) -> Post:
    """It stands on X under this id. What was given up before and stands all the same has no continuation any more."""
    return post._replace(
        state=PostState.PUBLISHED,
        at=now,
        x_id=x_id,
        reason=None,
        detail=None,
        notification_pending=False,
        continuation=None if post.state in NEVER_PUBLISHED else post.continuation,
    )


def continuation_id(post_id: str) -> str:
    """The id of the second post that follows this one."""
    return f"{post_id}-2"


def continuation_post(post: Post, seen: Post) -> Post | None:
    """The second post, which is stored together with the step that marks the first as published; else None."""
    if post.state is not PostState.PUBLISHED or seen.state is PostState.PUBLISHED or post.continuation is None:
        return None
    from desk.x.weight import weigh  # noqa: PLC0415 - its tables would cost every start what few posts need

    return Post(
        id=continuation_id(post.id),
        kind=PostKind.REPLY,
        text=post.continuation,
        by=post.by,
        accepted_at=post.at,
        publish_at=post.at,
        expires_at=post.at + _RESTS_LIFE,
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
    """X will not have it."""
    return post._replace(state=PostState.REFUSED, at=now, reason=reason, detail=detail, notification_pending=True)


def to_reconcile(post: Post, *, at: datetime, reason: PostReason, detail: str | None) -> Post:
    """It may stand on X: to be looked for there from `at` on."""
    return post._replace(state=PostState.RECONCILING, at=at, reconcile_attempts=0, reason=reason, detail=detail)


def next_reconciliation(post: Post, *, at: datetime, attempts: int) -> Post:
    """Looked for again, after so many looks; why, unless that is known, is that nobody heard X's answer."""
    return post._replace(
        state=PostState.RECONCILING, at=at, reconcile_attempts=attempts, reason=post.reason or PostReason.ANSWER_LOST
    )


def in_doubt(post: Post, now: datetime) -> Post:
    """Nobody but a person can tell whether it stands on X."""
    return post._replace(state=PostState.IN_DOUBT, at=now, notification_pending=True)


def expired(post: Post, now: datetime) -> Post:
    """Its time has passed before it was sent."""
    return post._replace(state=PostState.EXPIRED, at=now, reason=PostReason.TOO_LATE, notification_pending=True)


def cancelled(post: Post, now: datetime) -> Post:
    """A person does not want it any more."""
    return post._replace(
        state=PostState.CANCELLED, at=now, reason=PostReason.DROPPED, detail=None, notification_pending=False
    )


def withdrawn(post: Post, now: datetime) -> Post:
    """An automatic reply that must not appear, since somebody may be in danger."""
    return cancelled(post, now)._replace(reason=PostReason.IN_DANGER)


def released(post: Post, now: datetime) -> Post:
    """A person lets it out after a pause."""
    return post._replace(state=PostState.QUEUED, at=now, reason=None, detail=None, notification_pending=False)


def queued_again(post: Post, now: datetime) -> Post:
    """A person has seen that it is not on X, and wants it there.

    It may go out for an hour even if its time has passed. `claimed_at` stays, so that the earlier try is still found
    if it appears after all.
    """
    return post._replace(
        state=PostState.QUEUED,
        at=now,
        expires_at=max(post.expires_at, now + _A_PERSONS_WORD),
        reconcile_attempts=0,
        reason=None,
        detail=None,
        notification_pending=False,
    )


def with_cost(post: Post, micro_usd: int) -> Post:
    """What X was used for it, added to what it cost before."""
    return post._replace(spent_micro_usd=(post.spent_micro_usd or 0) + micro_usd) if micro_usd else post


def operator_notified(post: Post) -> Post:
    """The operator has heard of it."""
    return post._replace(notification_pending=False)
