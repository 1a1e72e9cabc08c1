"""Publishing: claim → call → settle.

A message in the queue is a wake-up and may come twice, late or never; the Posts table decides. Only who has just
claimed a post from `scheduled` or `queued` calls X. What may have been said once is looked for and never said again:

```
claim ─┬─ killed, or the answer lost ─────────────► looking ─► published | uncertain
       └─ call ─┬─ done ──────────────────────────► published
                ├─ X has it already ──────────────► looking ─► published | refused
                ├─ X will not have it ────────────► refused
                └─ X takes nothing now, or no way ► queued, until X may take it
```

While one post's answer is missing, the others wait (see `brake`).
"""

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from desk.errors import BreakerOpen, NotReached, Paused, PostMoved, SettingsError, XError
from desk.posts.model import Post, PostReason, PostState
from desk.posts.reconcile import PublishOutcome, PublishReport, Reconciler, Settler, after_error
from desk.posts.store import PostQueue, PostStore
from desk.posts.transitions import WAITS_FOR_CLAIM, claimed, expired, held, is_too_late, waiting, with_cost, withdrawn
from desk.x.model import XPublishing

_EARLIER = 5
"""Due posts that are said before those that were woken; all have wake-ups of their own, so that this is enough."""

_log = logging.getLogger(__name__)


def in_publishing_order(post_ids: Sequence[str], store: PostStore, now: datetime, report: PublishReport) -> list[Post]:
    """These posts and some that are due before them, the first due first.

    Only what is said to everybody has an order that anybody could see; a reply waits for nothing.
    """
    asked = {post.id: post for post_id in dict.fromkeys(post_ids) for post in _read(post_id, store, report)}
    last = max((_turn(post) for post in asked.values() if _is_due(post, now)), default=None)
    earlier = [post for post in _due(store, now) if _turn(post) < last] if last else []
    return sorted(({post.id: post for post in earlier} | asked).values(), key=_turn)


def _read(post_id: str, store: PostStore, report: PublishReport) -> Iterator[Post]:
    try:
        post = store.get(post_id)
    except Exception as exc:  # noqa: BLE001 - one post that can't be read must not hold up the others
        report.failures[post_id] = f"{type(exc).__name__}: {exc}"[:200]
        return
    if post:
        yield post


def _due(store: PostStore, now: datetime) -> list[Post]:
    try:
        found = [post for state in WAITS_FOR_CLAIM for post in store.due(state, until=now, limit=_EARLIER)]
    except Exception:  # noqa: BLE001 - an order that can't be had must not cost what was to be in it
        _log.warning("what is due could not be listed; going on without an order", exc_info=True)
        return []
    return sorted((post for post in found if _is_due(post, now)), key=_turn)[:_EARLIER]


def _is_due(post: Post, now: datetime) -> bool:
    return post.state in WAITS_FOR_CLAIM and post.at <= now and post.in_reply_to is None


def _turn(post: Post) -> tuple[datetime, datetime, str]:
    return post.publish_at, post.accepted_at, post.id


PUT_OFF = timedelta(minutes=1)
"""For how long a post waits before it asks again."""

_NOBODY_LOOKS = timedelta(minutes=15)
"""A look that is overdue for so long is not coming: it must not silence the desk for ever."""
_FARTHEST_LOOK = timedelta(hours=1)
_LIMIT = 100


def unconfirmed_ids(store: PostStore, now: datetime) -> set[str]:
    """Ids of the posts that are looked for since X's answer was lost; none where the tables don't tell.

    One question for a whole run. Whatever becomes of it, it spares posts and must never be what stops them.
    """
    try:
        looking = store.between(PostState.RECONCILING, now - _NOBODY_LOOKS, now + _FARTHEST_LOOK, limit=_LIMIT)
    except Exception:  # noqa: BLE001 - a brake that fails must not hold
        _log.warning("what is looked for could not be listed; going on without a brake", exc_info=True)
        return set()
    return {post.id for post in looking if post.reason is PostReason.ANSWER_LOST}


LEASE = timedelta(seconds=180)
"""Longer than a run of the function and X's time-outs together: when it ends, nobody is about to call X any more."""
X_WHOLE = timedelta(seconds=30)
"""What one exchange with X may take."""

_LEAST_SECONDS = 20.0
"""With less time than this for X, the next run is woken instead."""
_EARLY = timedelta(minutes=1)
_COMES_BY_ITSELF = frozenset({PostState.SCHEDULED, PostState.QUEUED, PostState.RECONCILING})


class PostPublisher:
    """The use case. `clock` is the machine's; `seconds_left` says how long talking to X may still take in this run.

    `on_finished` is called with each post that has reached its end. `is_unwanted` tells, right before the claim, that a
    post must not appear any more.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        *,
        store: PostStore,
        x: XPublishing,
        queue: PostQueue,
        on_finished: Callable[[Post], object],
        clock: Callable[[], datetime],
        seconds_left: Callable[[], float] = lambda: math.inf,
        is_unwanted: Callable[[Post], bool] = lambda _: False,
    ) -> None:
        self._store = store
        self._x = x
        self._clock = clock
        self._seconds_left = seconds_left
        self._is_unwanted = is_unwanted
        self._settler = Settler(store, queue, clock, on_finished)
        self._looking = Reconciler(store, x, self._settler, clock)

    def publish_due(self, post_ids: Sequence[str]) -> PublishReport:
        """Do for these posts what is due; what should have been said before them is said first.

        Only the tables' refusals and defects fail a wake-up, and only for the post that met them.
        """
        report = PublishReport(unanswered=unconfirmed_ids(self._store, self._clock()))
        for post in in_publishing_order(post_ids, self._store, self._clock(), report):
            is_asked = post.id in post_ids
            # While X takes nothing, nobody goes first. Who is put off unasked would be woken twice from then on.
            if is_asked or not (report.outcomes[PublishOutcome.WAITING] or report.unanswered):
                self._attempt(post, report, is_asked=is_asked)
        report.used(self._x.take_usage())
        return report

    def _attempt(self, post: Post, report: PublishReport, *, is_asked: bool) -> None:
        try:
            report.outcomes[self._drive(post, report)] += 1
        except Exception as exc:  # noqa: BLE001 - a defect that one post meets must not hold up the others
            _log.warning("the post %s must be tried again", post.id, exc_info=True)
            if is_asked:
                report.failures[post.id] = f"{type(exc).__name__}: {exc}"[:200]

    def _drive(self, post: Post, report: PublishReport) -> PublishOutcome:
        """The step that is due for the post as it was seen."""
        now = self._clock()
        if post.at > now:
            return self._too_early(post, now)
        match post.state:
            case PostState.SCHEDULED | PostState.QUEUED | PostState.HELD if is_too_late(post, now):
                return self._settler.yielding(expired(post, now), post, PublishOutcome.EXPIRED)
            case PostState.SCHEDULED | PostState.QUEUED if report.unanswered - {post.id}:
                return self._put_off(post, now)
            case PostState.SCHEDULED | PostState.QUEUED:
                return self._in_time(self._speak, post, report)
            case PostState.PUBLISHING | PostState.RECONCILING:
                return self._in_time(self._look, post, report)
            case _:
                return PublishOutcome.NOTHING

    def _too_early(self, post: Post, now: datetime) -> PublishOutcome:
        """A wake-up that comes seconds early would otherwise be the last one before the sweep."""
        if post.state in _COMES_BY_ITSELF and post.at - now <= _EARLY:
            self._settler.wake(post)
        return PublishOutcome.NOTHING

    def _in_time(
        self, step: Callable[[Post, PublishReport], PublishOutcome], post: Post, report: PublishReport
    ) -> PublishOutcome:
        if self._seconds_left() >= _LEAST_SECONDS:
            return step(post, report)
        self._settler.wake(post)
        return PublishOutcome.NOTHING

    def _put_off(self, post: Post, now: datetime) -> PublishOutcome:
        later = waiting(post, post, until=now + PUT_OFF, reason=PostReason.EARLIER_LOOKED_FOR, detail=None)
        outcome = self._settler.yielding(later, post, PublishOutcome.WAITING)
        if outcome is PublishOutcome.WAITING:
            self._settler.wake(later)
        return outcome

    def _look(self, post: Post, report: PublishReport) -> PublishOutcome:
        outcome = self._looking.look(post, report)
        if outcome is not PublishOutcome.RECONCILING:
            report.unanswered.discard(post.id)
        elif post.reason is not PostReason.DUPLICATE:
            report.unanswered.add(post.id)
        return outcome

    def _speak(self, post: Post, report: PublishReport) -> PublishOutcome:
        if self._is_unwanted(post):
            return self._settler.yielding(withdrawn(post, self._clock()), post, PublishOutcome.WITHDRAWN)
        try:
            claim = claimed(post, self._clock(), lease=LEASE)
            mine = self._store.save(claim, post, unless_paused=not post.through_pause)
        except Paused:
            return self._settler.yielding(held(post), post, PublishOutcome.HELD)
        except PostMoved:
            return PublishOutcome.NOTHING
        try:
            self._require_time(mine)
            x_id = self._x.create_post(
                mine.text,
                in_reply_to=mine.in_reply_to,
                own_thread=mine.continues is not None,
                private_message=mine.private_message,
            )
        except (XError, BreakerOpen, SettingsError) as exc:
            return self._not_said(exc, mine, post, report)
        return self._settler.said(mine, x_id, report.used(self._x.take_usage()))

    def _require_time(self, mine: Post) -> None:
        """The tables may have answered so late that others would look for the post while we call, or its time is up."""
        now = self._clock()
        if now + X_WHOLE > mine.at or is_too_late(mine, now):
            raise NotReached("X was not called: the claim took too long")

    def _not_said(
        self, error: XError | BreakerOpen | SettingsError, mine: Post, before: Post, report: PublishReport
    ) -> PublishOutcome:
        post = after_error(error, with_cost(mine, report.used(self._x.take_usage())), before, self._clock())
        _log.warning("the post %s is %s now: %s", mine.id, post.state, error)
        if post.state is PostState.REFUSED:
            return self._settler.yielding(post, mine, PublishOutcome.REFUSED)
        if post.reason is PostReason.ANSWER_LOST:
            report.unanswered.add(mine.id)
        becomes = PublishOutcome.WAITING if post.state is PostState.QUEUED else PublishOutcome.RECONCILING
        outcome = self._settler.yielding(post, mine, becomes)
        self._settler.wake(post)
        return outcome
