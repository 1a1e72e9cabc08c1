"""The sweep of posts: overdue posts are woken again, and the operator is notified of posts that need a decision."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.brand import Brand
from desk.errors import PostMoved, QueueUnavailable, StoreBusy, TopicsUnavailable
from desk.notifications.mail.parts import MAIL_BYTES
from desk.notifications.mail.post_news import render_post_news
from desk.notifications.notifier import Notifier
from desk.posts.model import NEVER_PUBLISHED, Post, PostState
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.posts.transitions import operator_notified
from desk.reading import OPERATOR

_GRACE = timedelta(minutes=1)
"""The wake-ups of posts that became due since then are most likely still in the queue."""
_LIMIT = 1_000
_EVER = timedelta(days=800)
"""Farther ahead than any post can be due."""
_TRANSIENT = (PostState.PUBLISHING, PostState.RECONCILING, PostState.QUEUED, PostState.TAKING_DOWN)
"""States that a post leaves by itself, and soon."""
_RESTING = (PostState.SCHEDULED, PostState.HELD, PostState.AWAITING_APPROVAL)
"""States in which a post stays until it is due, or expires."""
_NOTIFIED = (
    PostState.IN_DOUBT,
    PostState.AWAITING_APPROVAL,
    PostState.HELD,
    PostState.REFUSED,
    PostState.EXPIRED,
)
"""The states that the operator is notified of, the most urgent first."""
_LOOK_BACK = timedelta(days=7)
"""If the mail fails for longer than this, the operator is not notified any more."""


@dataclass(slots=True)
class PostsReport:
    """The result of a sweep.

    Attributes:
        woken: the number of posts that were woken.
        mails: the number of mails that were sent.
        oldest: for how long the oldest post that waits for no person has been due.
        failures: why something must be tried again, by post id, or `posts` and `post_news` for all posts.
    """

    woken: int = 0
    mails: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)


class SweepPosts:
    """Wakes overdue posts and notifies the operator. `clock` is the wall clock, by which posts are due."""

    def __init__(
        self, store: PostStore, queue: PostQueue, notifier: Notifier, brand: Brand, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._queue = queue
        self._notifier = notifier
        self._brand = brand
        self._clock = clock

    def wake_and_notify(self, has_time: Callable[[], bool]) -> PostsReport:
        """Wake overdue posts, then notify the operator, while `has_time`.

        Raises nothing, because a failure here must not stop the sweep of mentions.
        """
        report, now = PostsReport(), self._clock()
        with _reported(report, "posts"):
            self._wake(now, has_time, report)
        with _reported(report, "post_news"):
            if has_time():
                self._notify(now, report)
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

    def _notify(self, now: datetime, report: PostsReport) -> None:
        news = [post for state in _NOTIFIED for post in self._since(state, now) if _is_news(post)]
        if news and self._notifier.reserve_mail(OPERATOR):
            listed = self._send_mail(news)
            report.mails += 1
            self._mark_notified(listed, report)

    def _send_mail(self, news: Sequence[Post]) -> Sequence[Post]:
        """Send one mail, and return the posts that are in it."""
        mail, listed = render_post_news(news, self._brand, max_bytes=MAIL_BYTES)
        failed = self._notifier.send_mail(OPERATOR, mail)
        if failed:
            raise TopicsUnavailable(failed)
        return listed

    def _since(self, state: PostState, now: datetime) -> Iterator[Post]:
        """All posts that came into this state within the last days, in pages of the store's limit."""
        seen: set[str] = set()
        start = now - _LOOK_BACK
        while True:
            posts = self._store.between(state, start, now + _EVER, limit=_LIMIT)
            fresh = [post for post in posts if post.id not in seen]
            yield from fresh
            if len(posts) < _LIMIT or not fresh:
                return
            seen |= {post.id for post in fresh}
            start = posts[-1].at

    def _mark_notified(self, posts: Sequence[Post], report: PostsReport) -> None:
        for post in posts:
            try:
                self._store.save(operator_notified(post), post)
            except PostMoved:
                continue  # its new state has a notification of its own, or needs none
            except StoreBusy as exc:
                report.failures[post.id] = str(exc)


def _is_news(post: Post) -> bool:
    """Whether the operator is notified. A case notifies its people itself of a reply that will not be published."""
    return post.notification_pending and not (post.case_id and post.state in NEVER_PUBLISHED)


@contextmanager
def _reported(report: PostsReport, part: str) -> Iterator[None]:
    """Report a failure of this part, and go on with the next one."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - posts, their mail and mentions are swept independently of each other
        report.failures[part] = f"{type(exc).__name__}: {exc}"[:200]
