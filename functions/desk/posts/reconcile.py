"""What came of waking the publisher."""

import logging
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

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
    PostMoved,
    QueueUnavailable,
    RateLimited,
    SettingsError,
    StoreBusy,
    XError,
)
from desk.posts.model import FINAL, Post, PostReason, PostState, is_same
from desk.posts.store import PostQueue, PostStore
from desk.posts.transitions import (
    continuation_id,
    continuation_post,
    in_doubt,
    next_reconciliation,
    published,
    refused,
    to_reconcile,
    waiting,
    with_cost,
)
from desk.x.model import Usage, XPost, XPublishing, first_id_at


class PublishOutcome(StrEnum):
    """What one wake-up did for one post."""

    PUBLISHED = "published"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    HELD = "held"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """An automatic reply that must not appear, since somebody may be in danger."""
    WAITING = "waiting"
    """X takes nothing now; the post was certainly not sent and comes again by itself."""
    RECONCILING = "reconciling"
    """It may stand on X and is looked for again."""
    NOTHING = "nothing"
    """It is not due, or another run has it, or it is done."""


@dataclass(slots=True)
class PublishReport:
    """How often which outcome came about, why wake-ups must be repeated, by post id, and what X was used for.

    `unanswered` are posts whose answer from X is missing as far as the run knows: nothing but them goes on.
    """

    outcomes: Counter[PublishOutcome] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    unanswered: set[str] = field(default_factory=set)

    def used(self, usage: Usage) -> int:
        """Add to the usage; the micro-dollars that were added."""
        self.usage = Usage(self.usage.calls + usage.calls, self.usage.micro_usd + usage.micro_usd)
        return usage.micro_usd


_SKEW = timedelta(minutes=1)
"""So much earlier than our claim a post may be born by X's clock."""
_PAGES = 8
"""Pages of one look: more than the account can say in the days that a look may reach back."""


def find_on_x(post: Post, x: XPublishing) -> str | None:
    """The id under which the post stands on X; None when the timeline does not show it (yet).

    Raises what XPublishing raises.
    """
    if post.claimed_at is None:
        return None
    since_id = first_id_at(post.claimed_at - _SKEW)
    found = [shown for shown in _shown(x, since_id) if int(shown.id) >= int(since_id) and is_same(post, shown)]
    return min((shown.first_id for shown in found), key=int, default=None)


def _shown(x: XPublishing, since_id: str) -> Iterator[XPost]:
    token = None
    for _ in range(_PAGES):
        page = x.own_posts(since_id=str(int(since_id) - 1), page_token=token)
        yield from page.posts
        if page.next_token is None or page.next_token == token:
            return
        token = page.next_token


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


def after_error(error: DeskError, post: Post, before: Post, now: datetime) -> Post:
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
        return to_reconcile(post, at=now, reason=reason, detail=said)
    wait = _wait(error, now)
    if wait is None:
        return to_reconcile(post, at=now + _FIRST_LOOK, reason=PostReason.ANSWER_LOST, detail=said)
    until, reason = wait
    return waiting(post, before, until=max(until, now + _SOONEST), reason=reason, detail=said)


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


def whole_reply(post: Post, store: PostStore) -> Post:
    """The reply that the post is, or is a part of. Raises StoreBusy.

    Two parts are the first one with the texts of both, which is where the second one is. While the second part does not
    stand, it is the whole's continuation, and `x_id` tells that the first part does.
    """
    if post.continues is not None:
        first = store.get(post.continues)
        return _joined(first, post) if first else post
    if post.state is PostState.PUBLISHED and post.continuation is not None:
        second = store.get(continuation_id(post.id))
        return _joined(post, second) if second else post
    return post


def _joined(first: Post, second: Post) -> Post:
    stands = second.state is PostState.PUBLISHED
    return first._replace(
        text=f"{first.text}\n{second.text}",
        state=second.state,
        at=second.at,
        reason=second.reason,
        detail=second.detail,
        continuation=None if stands else second.text,
    )


_TRIES = 3
_LONGEST_DELAY = 900  # seconds; what is due later is woken by the sweep

_log = logging.getLogger(__name__)


class Settler:
    """Writes steps and has the next one woken. `clock` is the machine's.

    `on_finished` is called with every finished post, once for the two parts of a reply. If it fails, the sweep calls it
    again.
    """

    def __init__(
        self, store: PostStore, queue: PostQueue, clock: Callable[[], datetime], on_finished: Callable[[Post], object]
    ) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock
        self._on_finished = on_finished

    def yielding(self, post: Post, seen: Post, outcome: PublishOutcome) -> PublishOutcome:
        """Take a step, unless others have changed the post meanwhile. Raises StoreBusy after bounded tries."""
        for attempt in range(1, _TRIES + 1):
            try:
                saved = self._store.save(post, seen)
            except PostMoved:
                return outcome if attempt > 1 else PublishOutcome.NOTHING  # the first try's answer was lost
            except StoreBusy:
                if attempt == _TRIES:
                    raise
            else:
                self._tell(saved)
                break
        return outcome

    def said(self, mine: Post, x_id: str, micro_usd: int) -> PublishOutcome:
        """Settle what X has confirmed: this wins over whatever others made of the post.

        Raises StoreBusy after bounded tries; a look will find the post then.
        """
        seen: Post | None = mine
        for attempt in range(1, _TRIES + 1):
            try:
                seen = self._written(mine.id, x_id, micro_usd, seen)
            except StoreBusy:
                if attempt == _TRIES:
                    raise
            if seen is None:
                return PublishOutcome.PUBLISHED
        raise StoreBusy(f"{mine.id} stands on X as {x_id}, but moved {_TRIES} times while that was written")

    def wake(self, post: Post) -> None:
        """Have the next step taken in time; what is too far off, or does not get into the queue, is the sweep's."""
        delay = max(0, math.ceil((post.at - self._clock()).total_seconds()))
        if delay > _LONGEST_DELAY:
            return
        try:
            self._queue.send(post.id, delay_seconds=delay)
        except QueueUnavailable as exc:
            _log.warning("the post %s is left to the sweep: %s", post.id, exc)

    def _written(self, post_id: str, x_id: str, micro_usd: int, seen: Post | None) -> Post | None:
        """None when it is written; else the post as it has become."""
        if seen:
            try:
                saved = self._store.save(published(with_cost(seen, micro_usd), x_id, self._clock()), seen)
            except PostMoved:
                seen = self._store.get(post_id)
            else:
                if rest := continuation_post(saved, seen):
                    self.wake(rest)
                self._tell(saved)
                return None
        if seen and seen.state is PostState.PUBLISHED:
            if seen.x_id != x_id:
                _log.error("the post %s stands on X twice, as %s and as %s", post_id, seen.x_id, x_id)
            return None
        return seen

    def _tell(self, post: Post) -> None:
        """What is written is written: nothing that hearing of it meets may have the step taken again."""
        if post.state not in FINAL:
            return
        try:
            self._on_finished(whole_reply(post, self._store))
        except Exception:  # noqa: BLE001 - the sweep tells it, whatever the reason was
            _log.warning("the case %s does not know yet of its reply %s", post.case_id, post.id, exc_info=True)


_APART = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4))
"""How long after each look but the last the next one follows."""
_A_LOOK = timedelta(minutes=1)
"""For so long nobody else looks."""
_MOST_LOOKS = 8
"""Looks that ended without a word, killed or by a defect, are not taken for ever."""
_GIVE_UP = timedelta(hours=1)
"""When for so long nobody was able to look, a person must."""


class Reconciler:
    """Takes the looks of one post, each claimed as a call is. `clock` is the machine's."""

    def __init__(self, store: PostStore, x: XPublishing, settler: Settler, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._x = x
        self._settler = settler
        self._clock = clock

    def look(self, post: Post, report: PublishReport) -> PublishOutcome:
        """Look once for a post whose claim outlived its lease, or whose next look is due. Raises StoreBusy."""
        done = post.reconcile_attempts if post.state is PostState.RECONCILING else 0
        if done >= _MOST_LOOKS:
            return self._settler.yielding(in_doubt(post, self._clock()), post, PublishOutcome.IN_DOUBT)
        try:
            mine = self._store.save(next_reconciliation(post, at=self._clock() + _A_LOOK, attempts=done + 1), post)
        except PostMoved:
            return PublishOutcome.NOTHING
        try:
            x_id = find_on_x(mine, self._x)
        except (XError, BreakerOpen, SettingsError) as exc:
            _log.warning("the post %s can't be looked for: %s", mine.id, exc)
            return self._not_looked(mine, done, report.used(self._x.take_usage()))
        used = report.used(self._x.take_usage())
        return self._settler.said(mine, x_id, used) if x_id else self._unseen(with_cost(mine, used), mine)

    def _unseen(self, post: Post, mine: Post) -> PublishOutcome:
        now = self._clock()
        if post.reconcile_attempts <= len(_APART):
            return self._again(
                next_reconciliation(
                    post, at=now + _APART[post.reconcile_attempts - 1], attempts=post.reconcile_attempts
                ),
                mine,
            )
        if post.reason is PostReason.DUPLICATE:
            ended = refused(post, now, reason=post.reason, detail=post.detail)
            return self._settler.yielding(ended, mine, PublishOutcome.REFUSED)
        return self._settler.yielding(in_doubt(post, now), mine, PublishOutcome.IN_DOUBT)

    def _not_looked(self, mine: Post, done: int, used: int) -> PublishOutcome:
        """A look that X did not allow does not count, but it does not go on like this for ever."""
        now, post = self._clock(), with_cost(mine, used)
        if now - (mine.claimed_at or mine.accepted_at) >= _GIVE_UP:
            return self._settler.yielding(in_doubt(post, now), mine, PublishOutcome.IN_DOUBT)
        return self._again(next_reconciliation(post, at=now + _A_LOOK, attempts=done), mine)

    def _again(self, post: Post, mine: Post) -> PublishOutcome:
        outcome = self._settler.yielding(post, mine, PublishOutcome.RECONCILING)
        self._settler.wake(post)
        return outcome
