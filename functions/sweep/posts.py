"""The sweep of posts: overdue posts are woken again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.errors import QueueUnavailable, isolated
from desk.posts.model import Post, PostState
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore

_GRACE = timedelta(minutes=1)
"""The wake-ups of posts that became due since then are most likely still in the queue."""
_LIMIT = 1_000
_EVER = timedelta(days=800)
"""Farther ahead than any post can be due."""
_TRANSIENT = (PostState.PUBLISHING, PostState.RECONCILING, PostState.QUEUED, PostState.TAKING_DOWN)
"""States that a post leaves by itself, and soon."""
_RESTING = (PostState.SCHEDULED, PostState.HELD, PostState.AWAITING_APPROVAL)
"""States in which a post stays until it is due, or expires."""


@dataclass(slots=True)
class PostsReport:
    """The result of a sweep.

    Attributes:
        woken: the number of posts that were woken.
        oldest: for how long the oldest post that waits for no person has been due.
        failures: why something must be tried again, by post id, or `posts` for all posts.
    """

    woken: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)


class SweepPosts:
    """Wakes overdue posts. `clock` is the wall clock, by which posts are due."""

    def __init__(self, store: PostStore, queue: PostQueue, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock

    def wake(self, has_time: Callable[[], bool]) -> PostsReport:
        """Wake overdue posts, while `has_time`.

        Raises nothing, because a failure here must not stop the sweep of mentions.
        """
        report = PostsReport()
        with isolated(report.failures, "posts"):
            self._wake(self._clock(), has_time, report)
        return report

    def _wake(self, now: datetime, has_time: Callable[[], bool], report: PostsReport) -> None:
        for post in self._overdue(now, report):
            if not has_time() or not self._wakes(post, report):
                break

    def _overdue(self, now: datetime, report: PostsReport) -> list[Post]:
        """Posts that have been due for longer than the queue takes, the oldest first."""
        transient = [post for state in _TRANSIENT for post in self._store.due(state, until=now + _EVER, limit=_LIMIT)]
        due_since = now - _GRACE
        resting = [post for state in _RESTING for post in self._store.due(state, until=due_since, limit=_LIMIT)]
        for post in (*transient, *resting):
            report.oldest = max(report.oldest, now - post.publish_at)
        return sorted((post for post in (*transient, *resting) if post.at <= due_since), key=lambda post: post.at)

    def _wakes(self, post: Post, report: PostsReport) -> bool:
        """Whether the queue took the wake-up. After a failure no other post is tried: each would cost a time-out."""
        try:
            self._queue.send(post.id)
        except QueueUnavailable as exc:
            report.failures[post.id] = str(exc)
            return False
        report.woken += 1
        return True
