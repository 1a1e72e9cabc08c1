"""Settling a post: what a step of the publisher led to is saved, and the next step is scheduled."""

import logging
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from desk.errors import (
    BadRequest,
    BreakerOpen,
    CreditsDepleted,
    DeskError,
    Duplicate,
    Gone,
    MediaGone,
    NotAuthorised,
    NotReached,
    NotSummoned,
    PostMoved,
    QueueUnavailable,
    RateLimited,
    SettingsError,
    StoreBusy,
)
from desk.posts.model import FINAL, Post, PostReason, PostState
from desk.posts.transitions import (
    continuation_id,
    continuation_post,
    published,
    refused,
    to_reconcile,
    waiting,
    with_cost,
)
from desk.x.model import Usage

if TYPE_CHECKING:
    from desk.posts.queue import PostQueue
    from desk.posts.store import PostStore

_log = logging.getLogger(__name__)


class PublishOutcome(StrEnum):
    """What one wake-up did for one post."""

    PUBLISHED = "published"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    HELD = "held"
    EXPIRED = "expired"
    TAKEN_DOWN = "taken_down"
    NOT_TAKEN_DOWN = "not_taken_down"
    """X did not delete the post: it is published still."""
    WITHDRAWN = "withdrawn"
    """An automatic reply is not published, because somebody may be in danger."""
    WAITING = "waiting"
    """The post was not sent to X, and is queued again."""
    RECONCILING = "reconciling"
    """The post may be on X, and is to be reconciled."""
    NOTHING = "nothing"
    """The post is not due, is finished, or another run has it."""


@dataclass(slots=True)
class PublishReport:
    """The result of one run of the publisher.

    Attributes:
        outcomes: how often each outcome occurred.
        failures: why wake-ups must be repeated, by post id.
        usage: calls to X and their cost.
        unconfirmed: ids of posts whose answer from X is missing. Other posts wait for them.
    """

    outcomes: Counter[PublishOutcome] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    unconfirmed: set[str] = field(default_factory=set)

    def add_usage(self, usage: Usage) -> int:
        """Add this usage, and return its cost in micro-dollars."""
        self.usage = Usage(self.usage.calls + usage.calls, self.usage.micro_usd + usage.micro_usd)
        return usage.micro_usd


_REFUSALS: tuple[tuple[type[DeskError], PostReason], ...] = (
    (NotSummoned, PostReason.NOT_SUMMONED),
    (Gone, PostReason.GONE),
    (BadRequest, PostReason.NOT_ACCEPTED),
)
"""Errors with which X refuses a post for good."""

_AFTER_NOT_REACHED = timedelta(seconds=30)
_AFTER_OPERATOR_ACTS = timedelta(minutes=10)
"""Somebody must buy credits or renew credentials; this interval notices it soon enough."""
_AFTER_PICTURE_NOT_READY = timedelta(seconds=15)
_LONGEST_PICTURE_WAIT = timedelta(minutes=5)
_SHORTEST_WAIT = timedelta(seconds=1)
"""X's reset time may be in the past by our clock."""
_FIRST_RECONCILIATION = timedelta(seconds=10)
"""By then the timeline shows most posts whose answer was lost."""


def after_error(error: DeskError, post: Post, before: Post, now: datetime) -> Post:
    """The claimed post after `create_post` failed with this error; `before` is the post before the claim.

    Errors that X answers, and requests that never reached X, refuse the post or let it wait. After any other error the
    post may be on X.
    """
    message = str(error)
    if isinstance(error, MediaGone):
        return _without_media(message, post, before, now)
    for kind, reason in _REFUSALS:
        if isinstance(error, kind):
            return refused(post, now, reason=reason, detail=message)
    if isinstance(error, Duplicate):
        # After an earlier attempt the duplicate may be this very post, so X's answer alone does not settle it.
        reason = PostReason.DUPLICATE if before.claimed_at is None else PostReason.ANSWER_LOST
        return to_reconcile(post, at=now, reason=reason, detail=message)
    wait = wait_after(error, now)
    if wait is None:
        return to_reconcile(post, at=now + _FIRST_RECONCILIATION, reason=PostReason.ANSWER_LOST, detail=message)
    until, reason = wait
    return waiting(post, before, until=max(until, now + _SHORTEST_WAIT), reason=reason, detail=message)


def _without_media(message: str, post: Post, before: Post, now: datetime) -> Post:
    """X does not know the post's pictures any more: they are uploaded again once, then the post is refused.

    Only such a post waits for its pictures with X's message.
    """
    if before.reason is PostReason.PICTURE_NOT_READY and before.detail:
        return refused(post, now, reason=PostReason.PICTURE_REFUSED, detail=message)
    return waiting(post, before, until=now + _SHORTEST_WAIT, reason=PostReason.PICTURE_NOT_READY, detail=message)


def waiting_for_pictures(error: Exception, post: Post, now: datetime) -> Post:
    """The post, which is not claimed, waiting because its pictures are not on X, each time longer."""
    wait = wait_after(error, now) if isinstance(error, DeskError) else None
    if wait is None:
        pause = min(_LONGEST_PICTURE_WAIT, max(_AFTER_PICTURE_NOT_READY, (now - post.publish_at) / 4))
        return waiting(post, post, until=now + pause, reason=PostReason.PICTURE_NOT_READY, detail=None)
    until, reason = wait
    return waiting(post, post, until=max(until, now + _SHORTEST_WAIT), reason=reason, detail=str(error))


def wait_after(error: DeskError, now: datetime) -> tuple[datetime, PostReason] | None:
    """Until when and why a post waits after this error; None if X may have done what it was asked for."""
    match error:
        case NotReached():
            return now + _AFTER_NOT_REACHED, PostReason.NOT_REACHED
        case RateLimited():
            return error.until, PostReason.RATE_LIMITED
        case BreakerOpen():
            return error.retry_at, _breaker_reason(error)
        case CreditsDepleted():
            return now + _AFTER_OPERATOR_ACTS, PostReason.CREDITS_DEPLETED
        case NotAuthorised() | SettingsError():
            return now + _AFTER_OPERATOR_ACTS, PostReason.NOT_AUTHORISED
        case _:
            return None


def _breaker_reason(error: BreakerOpen) -> PostReason:
    """Why the circuit breaker opened: the last word of its message. A plan's limit is to people as credits are."""
    word = error.reason.rpartition(" ")[2].replace("plan_limit", "credits_depleted")
    return PostReason(word) if word in tuple(PostReason) else PostReason.NOT_REACHED


def whole_reply(post: Post, store: "PostStore") -> Post:
    """The reply that the post is, or is one of two parts of. Raises StoreBusy.

    Two parts are returned as the first post, with both texts and the state of the second one. Until the second part is
    published it is the `continuation`, and `x_id` shows that the first part is published. A post that a person took
    down, or tried to, is returned as it is.
    """
    if post.taken_down_by:
        return post
    if post.continues is not None:
        first = store.get(post.continues)
        return _joined(first, post) if first else post
    if post.state is PostState.PUBLISHED and post.continuation is not None:
        second = store.get(continuation_id(post.id))
        return _joined(post, second) if second else post
    return post


def _joined(first: Post, second: Post) -> Post:
    return first._replace(
        text=f"{first.text}\n{second.text}",
        state=second.state,
        at=second.at,
        reason=second.reason,
        detail=second.detail,
        continuation=None if second.state is PostState.PUBLISHED else second.text,
    )


_TRIES = 3
_LONGEST_DELAY = 900  # seconds; later posts are woken by the sweep


class Settler:
    """Saves steps of posts and schedules the next ones.

    Args:
        clock: the wall clock.
        on_finished: called with every finished post, once for the two parts of a reply. If it fails, the sweep calls
            it again.
    """

    def __init__(
        self,
        store: "PostStore",
        queue: "PostQueue",
        clock: Callable[[], datetime],
        on_finished: Callable[[Post], object],
    ) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock
        self._on_finished = on_finished

    def save_unless_moved(self, post: Post, seen: Post, outcome: PublishOutcome) -> PublishOutcome:
        """Save a step unless the post has changed since it was seen. Raises StoreBusy after a few tries."""
        for attempt in range(1, _TRIES + 1):
            try:
                saved = self._store.save(post, seen)
            except PostMoved:
                return outcome if attempt > 1 else PublishOutcome.NOTHING  # the answer to the first try was lost
            except StoreBusy:
                if attempt == _TRIES:
                    raise
            else:
                self._report_finished(saved)
                break
        return outcome

    def save_published(self, mine: Post, x_id: str, micro_usd: int) -> PublishOutcome:
        """Save that X has confirmed the post, regardless of its present state.

        Raises StoreBusy after a few tries; reconciling will find the post then.
        """
        seen: Post | None = mine
        for attempt in range(1, _TRIES + 1):
            try:
                seen = self._try_save_published(mine.id, x_id, micro_usd, seen)
            except StoreBusy:
                if attempt == _TRIES:
                    raise
            if seen is None:
                return PublishOutcome.PUBLISHED
        raise StoreBusy(f"{mine.id} is on X as {x_id}, but changed {_TRIES} times while that was saved")

    def wake_when_due(self, post: Post) -> None:
        """Queue a wake-up for the next step. The sweep wakes posts that are due later, or when the queue fails."""
        delay = max(0, math.ceil((post.at - self._clock()).total_seconds()))
        if delay > _LONGEST_DELAY:
            return
        try:
            self._queue.send(post.id, delay_seconds=delay)
        except QueueUnavailable as exc:
            _log.warning("the sweep will wake the post %s: %s", post.id, exc)

    def _try_save_published(self, post_id: str, x_id: str, micro_usd: int, seen: Post | None) -> Post | None:
        """None once it is saved; else the post as it is now."""
        if seen:
            try:
                saved = self._store.save(published(with_cost(seen, micro_usd), x_id, self._clock()), seen)
            except PostMoved:
                seen = self._store.get(post_id)
            else:
                if second := continuation_post(saved, seen):
                    self.wake_when_due(second)
                self._report_finished(saved)
                return None
        if seen and seen.state is PostState.PUBLISHED:
            if seen.x_id != x_id:
                _log.error("the post %s is on X twice, as %s and as %s", post_id, seen.x_id, x_id)
            return None
        return seen

    def _report_finished(self, post: Post) -> None:
        if post.state not in FINAL:
            return
        try:
            self._on_finished(whole_reply(post, self._store))
        except Exception:  # noqa: BLE001 - the step is saved and must not be repeated; the sweep reports it again
            _log.warning("the case %s does not know yet of its reply %s", post.case_id, post.id, exc_info=True)
