"""What becomes of a post after X, or our own way there, refused it."""

from datetime import datetime, timedelta

from desk.errors import (
    BadRequest,
    BreakerOpen,
    CreditsDepleted,
    DeskError,
    Duplicate,
    Gone,
    NotAuthorised,
    NotReached,
    NotSummoned,
    RateLimited,
    SettingsError,
)
from desk.post import Post, PostReason
from desk.post_steps import looked_for, refused, unsent

_REFUSALS: tuple[tuple[type[DeskError], PostReason], ...] = (
    (NotSummoned, PostReason.NOT_SUMMONED),
    (Gone, PostReason.GONE),
    (BadRequest, PostReason.NOT_ACCEPTED),
)
"""What X will never take."""

_AFTER_NOT_REACHED = timedelta(seconds=30)
_AFTER_SOMEONE_ACTED = timedelta(minutes=10)
"""Someone must buy credits or renew credentials; asking this often finds out that they did."""
_SOONEST = timedelta(seconds=1)
"""X's reset may lie in the past by our clock."""
_FIRST_LOOK = timedelta(seconds=10)
"""Most of what was lost on the way back stands in the timeline by then."""


def after(error: DeskError, post: Post, before: Post, now: datetime) -> Post:
    """The claimed post after this error of `create_post`; `before` is how it was before the claim.

    What X says that it did not do, and what never reached X, is refused or waits; all else may stand there.
    """
    said = str(error)
    for kind, reason in _REFUSALS:
        if isinstance(error, kind):
            return refused(post, now, reason=reason, detail=said)
    if isinstance(error, Duplicate):
        # An earlier try of ours may be what X has: then its word alone settles nothing.
        reason = PostReason.DUPLICATE if before.claimed_at is None else PostReason.ANSWER_LOST
        return looked_for(post, at=now, reason=reason, detail=said)
    wait = _wait(error, now)
    if wait is None:
        return looked_for(post, at=now + _FIRST_LOOK, reason=PostReason.ANSWER_LOST, detail=said)
    until, reason = wait
    return unsent(post, before, until=max(until, now + _SOONEST), reason=reason, detail=said)


def _wait(error: DeskError, now: datetime) -> tuple[datetime, PostReason] | None:
    """Until when and why the post waits; None where it may stand on X."""
    match error:
        case NotReached():
            return now + _AFTER_NOT_REACHED, PostReason.NOT_REACHED
        case RateLimited():
            return error.until, PostReason.RATE_LIMITED
        case BreakerOpen():
            return error.retry_at, _reason_of(error)
        case CreditsDepleted():
            return now + _AFTER_SOMEONE_ACTED, PostReason.CREDITS_DEPLETED
        case NotAuthorised() | SettingsError():
            return now + _AFTER_SOMEONE_ACTED, PostReason.NOT_AUTHORISED
        case _:
            return None


def _reason_of(error: BreakerOpen) -> PostReason:
    """The breaker's own reason, which is the last word of what it tells."""
    told = error.reason.rpartition(" ")[2]
    return PostReason(told) if told in tuple(PostReason) else PostReason.NOT_REACHED
