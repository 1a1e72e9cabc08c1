"""Reconciling a post that may be on X with the account's own timeline."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desk.errors import BreakerOpen, PostMoved, SettingsError, XError
from desk.posts.model import Post, PostReason, PostState, is_same
from desk.posts.settle import PublishOutcome, PublishReport, Settler
from desk.posts.transitions import in_doubt, next_reconciliation, refused, with_cost
from desk.x.model import XPublishing, first_id_at, pages

if TYPE_CHECKING:
    from desk.posts.store import PostStore

_CLOCK_SKEW = timedelta(minutes=1)
"""By X's clock a post may be made so long before we claimed it."""
_MAX_PAGES = 8
"""More pages than the account fills in the days that an attempt may reach back."""

_INTERVALS = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4))
"""The time from each attempt to the next one. After the last attempt the post is refused or in doubt."""
_ATTEMPT_LEASE = timedelta(minutes=1)
"""For so long no other run makes an attempt."""
_MAX_ATTEMPTS = 8
"""An upper bound for attempts that end without a result, because the run was killed or met a defect."""
_GIVE_UP_AFTER = timedelta(hours=1)
"""If X allows no attempt for so long, a person must decide."""

_log = logging.getLogger(__name__)


def find_on_x(post: Post, x: XPublishing) -> str | None:
    """The id of the post on X, or None if the timeline does not show it (yet). Raises what XPublishing raises."""
    if post.claimed_at is None:
        return None
    since_id = first_id_at(post.claimed_at - _CLOCK_SKEW)
    before = str(int(since_id) - 1)
    shown = pages(lambda token: x.own_posts(since_id=before, page_token=token), at_most=_MAX_PAGES)
    found = [one for page in shown for one in page.posts if int(one.id) >= int(since_id) and is_same(post, one)]
    return min((one.first_id for one in found), key=int, default=None)


class Reconciler:
    """Makes one attempt at a time to find a post on X. `clock` is the wall clock."""

    def __init__(self, store: "PostStore", x: XPublishing, settler: Settler, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._x = x
        self._settler = settler
        self._clock = clock

    def reconcile(self, post: Post, report: PublishReport) -> PublishOutcome:
        """Search the timeline for a post whose lease has expired or whose next attempt is due. Raises StoreBusy."""
        made = post.reconcile_attempts if post.state is PostState.RECONCILING else 0
        if made >= _MAX_ATTEMPTS:
            return self._settler.save_unless_moved(in_doubt(post, self._clock()), post, PublishOutcome.IN_DOUBT)
        try:
            claim = next_reconciliation(post, at=self._clock() + _ATTEMPT_LEASE, attempts=made + 1)
            mine = self._store.save(claim, post)
        except PostMoved:
            return PublishOutcome.NOTHING
        try:
            x_id = find_on_x(mine, self._x)
        except (XError, BreakerOpen, SettingsError) as exc:
            _log.warning("the post %s can't be reconciled now: %s", mine.id, exc)
            return self._after_x_error(mine, made, report.add_usage(self._x.take_usage()))
        cost = report.add_usage(self._x.take_usage())
        return self._settler.save_published(mine, x_id, cost) if x_id else self._not_found(with_cost(mine, cost), mine)

    def _not_found(self, post: Post, mine: Post) -> PublishOutcome:
        now, attempts = self._clock(), post.reconcile_attempts
        if attempts <= len(_INTERVALS):
            return self._again(next_reconciliation(post, at=now + _INTERVALS[attempts - 1], attempts=attempts), mine)
        if post.reason is PostReason.DUPLICATE:
            ended = refused(post, now, reason=post.reason, detail=post.detail)
            return self._settler.save_unless_moved(ended, mine, PublishOutcome.REFUSED)
        return self._settler.save_unless_moved(in_doubt(post, now), mine, PublishOutcome.IN_DOUBT)

    def _after_x_error(self, mine: Post, made: int, cost: int) -> PublishOutcome:
        """An attempt that X did not allow does not count, within an hour."""
        now, post = self._clock(), with_cost(mine, cost)
        if now - (mine.claimed_at or mine.accepted_at) >= _GIVE_UP_AFTER:
            return self._settler.save_unless_moved(in_doubt(post, now), mine, PublishOutcome.IN_DOUBT)
        return self._again(next_reconciliation(post, at=now + _ATTEMPT_LEASE, attempts=made), mine)

    def _again(self, post: Post, mine: Post) -> PublishOutcome:
        outcome = self._settler.save_unless_moved(post, mine, PublishOutcome.RECONCILING)
        self._settler.wake_when_due(post)
        return outcome
