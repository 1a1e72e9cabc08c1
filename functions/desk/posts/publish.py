"""Publishing a post: claim, call X, settle.

A queue message only wakes the publisher and may arrive twice, late or never; the Posts table decides. Only the run that
has just claimed a scheduled or queued post calls X. A post that may be on X is reconciled and never sent again:

```
claim ─┬─ killed, or the answer lost ─────────► reconciling ─► published | in doubt
       └─ call ─┬─ done ──────────────────────► published
                ├─ duplicate ─────────────────► reconciling ─► published | refused
                ├─ refused by X ──────────────► refused
                └─ not possible now ──────────► queued, until X may take it
```

Pictures are uploaded before the claim (`attachments.py`): a post whose pictures are not ready waits, and one with a
picture that can't be used is refused. While X's answer about one post is missing, other posts wait (see
`unconfirmed_ids`).
"""

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desk.concerned import concerns
from desk.errors import (
    BreakerOpen,
    MediaGone,
    NotReached,
    Paused,
    PostMoved,
    SettingsError,
    StoreBusy,
    XError,
    failure_of,
)
from desk.posts.attachments import Attachments, PictureNotReady, PictureNotTaken
from desk.posts.model import CANCELLABLE, Post, PostReason, PostState
from desk.posts.reconcile import Reconciler
from desk.posts.settle import PublishOutcome, PublishReport, Settler, after_error, waiting_for_pictures
from desk.posts.take_down import TakeDown
from desk.posts.transitions import (
    WAITS_FOR_CLAIM,
    claimed,
    expired,
    held,
    is_too_late,
    refused,
    waiting,
    with_cost,
    withdrawn,
)
from desk.x.model import XPublishing

if TYPE_CHECKING:
    from desk.posts.queue import PostQueue
    from desk.posts.store import PostStore

LEASE = timedelta(seconds=180)
"""Longer than a run of the function and X's time-outs together: after it, no run is about to call X."""
X_WHOLE = timedelta(seconds=30)
"""The longest time of one exchange with X."""
RETRY_UNCONFIRMED = timedelta(minutes=1)
"""How long a post waits while another one is unconfirmed."""

_MIN_SECONDS = 20.0
"""With less time left for X, the next run is woken instead."""
_EARLY_WAKE_UP = timedelta(minutes=1)
_DUE_BY_ITSELF = frozenset({PostState.SCHEDULED, PostState.QUEUED, PostState.RECONCILING, PostState.TAKING_DOWN})
_STEPS_ON_X = _DUE_BY_ITSELF | {PostState.PUBLISHING}
_MAX_EARLIER = 5
"""Due posts that go before the woken ones. All have wake-ups of their own, so a few are enough."""
_ABANDONED_AFTER = timedelta(minutes=15)
"""A reconciliation that is overdue for so long is not coming, and must not block other posts forever."""
_FARTHEST_RECONCILIATION = timedelta(hours=1)
_MAX_UNCONFIRMED = 100

_log = logging.getLogger(__name__)


class PostPublisher:
    """Takes the due steps of posts.

    Args:
        clock: the wall clock.
        seconds_left: the time that this run has left for X.
        on_finished: called with each finished post; see Settler.
        is_unwanted: whether a post must not be published any more; asked right before the claim.
        held_by: why a post must wait for a person, if it must; asked right before the claim.
        attachments: uploads pictures of posts.
    """

    def __init__(  # noqa: PLR0913 - its collaborators, each named
        self,
        *,
        store: "PostStore",
        x: XPublishing,
        queue: "PostQueue",
        on_finished: Callable[[Post], object],
        attachments: Attachments,
        clock: Callable[[], datetime],
        seconds_left: Callable[[], float] = lambda: math.inf,
        is_unwanted: Callable[[Post], bool] = lambda _: False,
        held_by: Callable[[Post], PostReason | None] = lambda _: None,
    ) -> None:
        self._store = store
        self._x = x
        self._clock = clock
        self._seconds_left = seconds_left
        self._is_unwanted = is_unwanted
        self._held_by = held_by
        self._attachments = attachments
        self._settler = Settler(store, queue, clock, on_finished)
        self._reconciler = Reconciler(store, x, self._settler, clock)
        self._take_down = TakeDown(store, x, self._settler, clock)

    def publish_due(self, post_ids: Sequence[str]) -> PublishReport:
        """Take the step that is due for each of these posts, after the steps of posts that are due before them.

        Only StoreBusy and defects fail a wake-up, and only that of the post concerned.
        """
        report = PublishReport(unconfirmed=unconfirmed_ids(self._store, self._clock()))
        for post in in_publishing_order(post_ids, self._store, self._clock(), report):
            is_asked = post.id in post_ids
            # A post that was not woken is not made to wait: from then on it would be woken twice.
            if not is_asked and (report.outcomes[PublishOutcome.WAITING] or report.unconfirmed):
                continue
            with concerns(post=post.id, case=post.case_id or ""):
                try:
                    outcome = self._due_step(post, report)
                    report.outcomes[outcome] += 1
                    _log.info("a post took its step", extra={"outcome": outcome})
                except Exception as exc:  # noqa: BLE001 - a defect that one post meets must not stop the others
                    _log.warning("the post must be tried again", exc_info=True)
                    if is_asked:
                        report.failures[post.id] = failure_of(exc)
        report.add_usage(self._x.take_usage())
        return report

    def _due_step(self, post: Post, report: PublishReport) -> PublishOutcome:
        now = self._clock()
        if post.at > now:
            if post.state in _DUE_BY_ITSELF and post.at - now <= _EARLY_WAKE_UP:
                self._settler.wake_when_due(post)  # else this early wake-up would be the last one before the sweep
            return PublishOutcome.NOTHING
        match post.state:
            case state if state in CANCELLABLE and is_too_late(post, now):
                return self._settler.save_unless_moved(expired(post, now), post, PublishOutcome.EXPIRED)
            case PostState.SCHEDULED | PostState.QUEUED if report.unconfirmed - {post.id}:
                return self._wait_for_unconfirmed(post, now)
            case state if state in _STEPS_ON_X:
                return self._step_on_x(post, report)
            case _:
                return PublishOutcome.NOTHING

    def _step_on_x(self, post: Post, report: PublishReport) -> PublishOutcome:
        if self._seconds_left() < _MIN_SECONDS:
            self._settler.wake_when_due(post)
            return PublishOutcome.NOTHING
        if post.state is PostState.TAKING_DOWN:
            return self._take_down.take_down(post, report)
        is_unsent = post.state in WAITS_FOR_CLAIM
        return self._claim_and_publish(post, report) if is_unsent else self._reconcile(post, report)

    def _claim_and_publish(self, post: Post, report: PublishReport) -> PublishOutcome:
        if self._is_unwanted(post):
            return self._settler.save_unless_moved(withdrawn(post, self._clock()), post, PublishOutcome.WITHDRAWN)
        if reason := self._held_by(post):
            return self._settler.save_unless_moved(held(post, reason), post, PublishOutcome.HELD)
        if not post.pictures:
            return self._claim_and_create(post, post, (), report)
        try:
            media_ids = self._attachments.media_ids(post)
        except (PictureNotReady, PictureNotTaken, StoreBusy, XError, BreakerOpen, SettingsError) as exc:
            return self._without_pictures(exc, post, report)
        ready = with_cost(post, report.add_usage(self._x.take_usage()))
        if self._seconds_left() < _MIN_SECONDS:
            outcome = self._settler.save_unless_moved(ready, post, PublishOutcome.WAITING)
            self._settler.wake_when_due(post)  # the ids are recorded: the next run needs no time for uploads
            return outcome
        return self._claim_and_create(ready, post, media_ids, report)

    def _without_pictures(self, error: Exception, post: Post, report: PublishReport) -> PublishOutcome:
        """The post is refused for good, or waits. It is not claimed, so it is certainly not on X."""
        now, spent = self._clock(), with_cost(post, report.add_usage(self._x.take_usage()))
        _log.warning("the pictures of the post %s are not on X: %s", post.id, error)
        if isinstance(error, PictureNotTaken):
            gone = refused(spent, now, reason=PostReason.PICTURE_REFUSED, detail=str(error) or None)
            return self._settler.save_unless_moved(gone, post, PublishOutcome.REFUSED)
        later = waiting_for_pictures(error, spent, now)
        outcome = self._settler.save_unless_moved(later, post, PublishOutcome.WAITING)
        if outcome is PublishOutcome.WAITING:
            self._settler.wake_when_due(later)
        return outcome

    def _claim_and_create(
        self, ready: Post, post: Post, media_ids: Sequence[str], report: PublishReport
    ) -> PublishOutcome:
        """Claim the post and create it on X. `ready` is the post with what its pictures cost."""
        try:
            claim = claimed(ready, self._clock(), lease=LEASE)
            mine = self._store.save(claim, post, unless_paused=not post.through_pause)
        except Paused:
            return self._settler.save_unless_moved(held(ready), post, PublishOutcome.HELD)
        except PostMoved:
            return PublishOutcome.NOTHING
        try:
            self._require_time(mine)
            x_id = self._x.create_post(
                mine.text,
                in_reply_to=mine.in_reply_to,
                own_thread=mine.continues is not None,
                private_message=mine.private_message,
                media_ids=media_ids,
            )
        except (XError, BreakerOpen, SettingsError) as exc:
            return self._settle_error(exc, mine, post, report)
        return self._settler.save_published(mine, x_id, report.add_usage(self._x.take_usage()))

    def _require_time(self, mine: Post) -> None:
        """Raise NotReached if the claim took so long that its lease could end during the call, or the post expired."""
        now = self._clock()
        if now + X_WHOLE > mine.at or is_too_late(mine, now):
            raise NotReached("X was not called: the claim took too long")

    def _settle_error(
        self, error: XError | BreakerOpen | SettingsError, mine: Post, before: Post, report: PublishReport
    ) -> PublishOutcome:
        if isinstance(error, MediaGone):
            self._forget_media(mine)
        post = after_error(error, with_cost(mine, report.add_usage(self._x.take_usage())), before, self._clock())
        _log.warning("the post %s is %s now: %s", mine.id, post.state, error)
        if post.state is PostState.REFUSED:
            return self._settler.save_unless_moved(post, mine, PublishOutcome.REFUSED)
        if post.reason is PostReason.ANSWER_LOST:
            report.unconfirmed.add(mine.id)
        becomes = PublishOutcome.WAITING if post.state is PostState.QUEUED else PublishOutcome.RECONCILING
        outcome = self._settler.save_unless_moved(post, mine, becomes)
        self._settler.wake_when_due(post)
        return outcome

    def _forget_media(self, mine: Post) -> None:
        try:
            self._attachments.forget_media(mine)
        except StoreBusy:
            _log.warning("the pictures of the post %s keep ids that X does not know", mine.id, exc_info=True)

    def _reconcile(self, post: Post, report: PublishReport) -> PublishOutcome:
        outcome = self._reconciler.reconcile(post, report)
        if outcome is not PublishOutcome.RECONCILING:
            report.unconfirmed.discard(post.id)
        elif post.reason is not PostReason.DUPLICATE:
            report.unconfirmed.add(post.id)
        return outcome

    def _wait_for_unconfirmed(self, post: Post, now: datetime) -> PublishOutcome:
        until = now + RETRY_UNCONFIRMED
        later = waiting(post, post, until=until, reason=PostReason.EARLIER_LOOKED_FOR, detail=None)
        outcome = self._settler.save_unless_moved(later, post, PublishOutcome.WAITING)
        if outcome is PublishOutcome.WAITING:
            self._settler.wake_when_due(later)
        return outcome


def unconfirmed_ids(store: "PostStore", now: datetime) -> set[str]:
    """The ids of posts that are being reconciled because X's answer was lost; empty if the store fails.

    While X is failing, each post that is sent may end in doubt. So other posts wait until these are settled. One query
    serves a whole run, and its failure must not stop publishing.
    """
    try:
        posts = store.between(
            PostState.RECONCILING, now - _ABANDONED_AFTER, now + _FARTHEST_RECONCILIATION, limit=_MAX_UNCONFIRMED
        )
    except Exception:  # noqa: BLE001 - a safeguard that fails must not stop publishing
        _log.warning("unconfirmed posts could not be listed; publishing without waiting for them", exc_info=True)
        return set()
    return {post.id for post in posts if post.reason is PostReason.ANSWER_LOST}


def in_publishing_order(
    post_ids: Sequence[str], store: "PostStore", now: datetime, report: PublishReport
) -> list[Post]:
    """These posts and some that are due before them, the first due first.

    Only posts on the timeline have an order that readers see. A reply waits for no other post.
    """
    asked = {post.id: post for post_id in dict.fromkeys(post_ids) for post in _read(post_id, store, report)}
    last = max((_order_of(post) for post in asked.values() if _is_due_on_timeline(post, now)), default=None)
    earlier = [post for post in _due_on_timeline(store, now) if _order_of(post) < last] if last else []
    return sorted(({post.id: post for post in earlier} | asked).values(), key=_order_of)


def _read(post_id: str, store: "PostStore", report: PublishReport) -> Iterator[Post]:
    try:
        post = store.get(post_id)
    except Exception as exc:  # noqa: BLE001 - one post that can't be read must not stop the others
        report.failures[post_id] = failure_of(exc)
        return
    if post:
        yield post


def _due_on_timeline(store: "PostStore", now: datetime) -> list[Post]:
    try:
        found = [post for state in WAITS_FOR_CLAIM for post in store.due(state, until=now, limit=_MAX_EARLIER)]
    except Exception:  # noqa: BLE001 - posts must be published even if their order is unknown
        _log.warning("due posts could not be listed; publishing without an order", exc_info=True)
        return []
    return sorted((post for post in found if _is_due_on_timeline(post, now)), key=_order_of)[:_MAX_EARLIER]


def _is_due_on_timeline(post: Post, now: datetime) -> bool:
    return post.state in WAITS_FOR_CLAIM and post.at <= now and post.in_reply_to is None


def _order_of(post: Post) -> tuple[datetime, datetime, str]:
    return post.publish_at, post.accepted_at, post.id
