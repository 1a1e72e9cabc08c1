"""Taking a post down: claim, delete on X, settle. Deleting twice does no harm, so a lost answer is retried."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desk.errors import BadRequest, BreakerOpen, Gone, PostMoved, SettingsError, XError
from desk.posts.model import Post, PostReason
from desk.posts.settle import PublishOutcome, PublishReport, Settler, wait_after
from desk.posts.transitions import is_too_late, next_take_down, not_taken_down, taken_down, with_cost
from desk.x.model import XPublishing

if TYPE_CHECKING:
    from desk.posts.store import PostStore

_LEASE = timedelta(minutes=1)
"""For so long no other run deletes the post."""
_AFTER_LOST_ANSWER = timedelta(seconds=30)

_log = logging.getLogger(__name__)


class TakeDown:
    """Deletes posts on X. `clock` is the wall clock."""

    def __init__(self, store: "PostStore", x: XPublishing, settler: Settler, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._x = x
        self._settler = settler
        self._clock = clock

    def take_down(self, post: Post, report: PublishReport) -> PublishOutcome:
        """Delete a post that is due to be taken down. Raises StoreBusy; the next run deletes it again then."""
        try:
            mine = self._store.save(next_take_down(post, at=self._clock() + _LEASE), post)
        except PostMoved:
            return PublishOutcome.NOTHING
        try:
            self._x.delete_post(mine.x_id or "")
        except Gone:
            _log.info("the post %s was gone from X already", mine.id)
        except (XError, BreakerOpen, SettingsError) as exc:
            return self._after_error(exc, with_cost(mine, report.add_usage(self._x.take_usage())), mine)
        deleted = with_cost(taken_down(mine, self._clock()), report.add_usage(self._x.take_usage()))
        return self._settler.save_unless_moved(deleted, mine, PublishOutcome.TAKEN_DOWN)

    def _after_error(self, error: XError | BreakerOpen | SettingsError, post: Post, mine: Post) -> PublishOutcome:
        _log.warning("the post %s can't be taken down now: %s", mine.id, error)
        now = self._clock()
        if isinstance(error, BadRequest) or is_too_late(post, now):
            still_there = not_taken_down(post, now, detail=str(error))
            return self._settler.save_unless_moved(still_there, mine, PublishOutcome.NOT_TAKEN_DOWN)
        until, reason = wait_after(error, now) or (now + _AFTER_LOST_ANSWER, PostReason.ANSWER_LOST)
        later = next_take_down(post, at=max(until, now + timedelta(seconds=1)), reason=reason, detail=str(error))
        outcome = self._settler.save_unless_moved(later, mine, PublishOutcome.WAITING)
        self._settler.wake_when_due(later)
        return outcome
