"""What may have been said once is looked for, never said again."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from desk.errors import BreakerOpen, PostMoved, SettingsError, XError
from desk.ports.posts import PostStore
from desk.ports.x import XPublishing
from desk.post import Post, PostReason, PostState
from desk.post_steps import next_look, refused, spent, uncertain
from post_update.look import find
from post_update.outcome import Outcome, PublishReport
from post_update.settle import Settler

_APART = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4))
"""How long after each look but the last the next one follows."""
_A_LOOK = timedelta(minutes=1)
"""For so long nobody else looks."""
_MOST_LOOKS = 8
"""Looks that ended without a word, killed or by a defect, are not taken for ever."""
_GIVE_UP = timedelta(hours=1)
"""When for so long nobody was able to look, a person must."""

_log = logging.getLogger(__name__)


class Looking:
    """Takes the looks of one post, each claimed as a call is. `clock` is the machine's."""

    def __init__(self, store: PostStore, x: XPublishing, settler: Settler, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._x = x
        self._settler = settler
        self._clock = clock

    def look(self, post: Post, report: PublishReport) -> Outcome:
        """Look once for a post whose claim outlived its lease, or whose next look is due. Raises StoreBusy."""
        done = post.looks if post.state is PostState.LOOKING else 0
        if done >= _MOST_LOOKS:
            return self._settler.yielding(uncertain(post, self._clock()), post, Outcome.UNCERTAIN)
        try:
            mine = self._store.save(next_look(post, at=self._clock() + _A_LOOK, looks=done + 1), post)
        except PostMoved:
            return Outcome.NOTHING
        try:
            x_id = find(mine, self._x)
        except (XError, BreakerOpen, SettingsError) as exc:
            _log.warning("the post %s can't be looked for: %s", mine.id, exc)
            return self._not_looked(mine, done, report.used(self._x.take_usage()))
        used = report.used(self._x.take_usage())
        return self._settler.said(mine, x_id, used) if x_id else self._unseen(spent(mine, used), mine)

    def _unseen(self, post: Post, mine: Post) -> Outcome:
        now = self._clock()
        if post.looks <= len(_APART):
            return self._again(next_look(post, at=now + _APART[post.looks - 1], looks=post.looks), mine)
        if post.reason is PostReason.DUPLICATE:
            ended = refused(post, now, reason=post.reason, detail=post.detail)
            return self._settler.yielding(ended, mine, Outcome.REFUSED)
        return self._settler.yielding(uncertain(post, now), mine, Outcome.UNCERTAIN)

    def _not_looked(self, mine: Post, done: int, used: int) -> Outcome:
        """A look that X did not allow does not count, but it does not go on like this for ever."""
        now, post = self._clock(), spent(mine, used)
        if now - (mine.claimed_at or mine.accepted_at) >= _GIVE_UP:
            return self._settler.yielding(uncertain(post, now), mine, Outcome.UNCERTAIN)
        return self._again(next_look(post, at=now + _A_LOOK, looks=done), mine)

    def _again(self, post: Post, mine: Post) -> Outcome:
        outcome = self._settler.yielding(post, mine, Outcome.LOOKING)
        self._settler.wake(post)
        return outcome
