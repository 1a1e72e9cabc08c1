"""Posts: what stands too long is woken again, what became of the others is told to the operator."""

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
"""What was due since is most likely still on its way by the queue."""
_LIMIT = 1_000
_EVER = timedelta(days=800)
"""Farther ahead than any post can be due."""
_UNDER_WAY = (PostState.PUBLISHING, PostState.RECONCILING, PostState.QUEUED)
"""States that a post leaves by itself, and soon."""
_ASLEEP = (PostState.SCHEDULED, PostState.HELD)
"""States in which a post rests until its time comes, or passes."""
_NEWS = (PostState.IN_DOUBT, PostState.HELD, PostState.REFUSED, PostState.EXPIRED)
"""States that the operator must hear of, those that ask most of them first."""
_LOOK_BACK = timedelta(days=7)
"""For so long the mail may have failed."""


@dataclass(slots=True)
class PostsReport:
    """How many posts were woken and mails sent; for how long the oldest has been due that nobody decides about."""

    woken: int = 0
    mails: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)
    """Why something must be tried again, by post id, or `posts` and `post_news` for all of them."""


class SweepPosts:
    """The use case. `clock` is the machine's, by which posts are due; `has_time` says whether to go on."""

    def __init__(
        self, store: PostStore, queue: PostQueue, notifier: Notifier, brand: Brand, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._queue = queue
        self._notifier = notifier
        self._brand = brand
        self._clock = clock

    def run(self, has_time: Callable[[], bool]) -> PostsReport:
        """Wake, then tell. Raises nothing: whatever goes wrong with posts must not cost the mentions their sweep."""
        report, now = PostsReport(), self._clock()
        with _kept(report, "posts"):
            self._wake(now, has_time, report)
        with _kept(report, "post_news"):
            if has_time():
                self._tell(now, report)
        return report

    def _wake(self, now: datetime, has_time: Callable[[], bool], report: PostsReport) -> None:
        for post in self._standing(now, report):
            if not has_time() or not self._woken(post, report):
                break

    def _standing(self, now: datetime, report: PostsReport) -> list[Post]:
        """What has been due for longer than the queue takes, the oldest first."""
        under_way = [post for state in _UNDER_WAY for post in self._store.due(state, until=now + _EVER, limit=_LIMIT)]
        due_since = now - _GRACE
        asleep = [post for state in _ASLEEP for post in self._store.due(state, until=due_since, limit=_LIMIT)]
        for post in (*under_way, *asleep):
            report.oldest = max(report.oldest, now - post.publish_at)
        return sorted((post for post in (*under_way, *asleep) if post.at <= due_since), key=lambda post: post.at)

    def _woken(self, post: Post, report: PostsReport) -> bool:
        """Whether the queue took it; one that takes nothing has cost its time-outs once."""
        try:
            self._queue.send(post.id)
        except QueueUnavailable as exc:
            report.failures[post.id] = str(exc)
            return False
        report.woken += 1
        return True

    def _tell(self, now: datetime, report: PostsReport) -> None:
        news = [post for state in _NEWS for post in self._since(state, now) if _is_news(post)]
        if news and self._notifier.reserve_mail(OPERATOR):
            listed = self._sent(news)
            report.mails += 1
            self._remember(listed, report)

    def _sent(self, news: Sequence[Post]) -> Sequence[Post]:
        """Send one mail; the posts that are in it."""
        mail, listed = render_post_news(news, self._brand, max_bytes=MAIL_BYTES)
        failed = self._notifier.send_mail(OPERATOR, mail)
        if failed:
            raise TopicsUnavailable(failed)
        return listed

    def _since(self, state: PostState, now: datetime) -> Iterator[Post]:
        """All posts that came into this state lately, however many."""
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

    def _remember(self, posts: Sequence[Post], report: PostsReport) -> None:
        for post in posts:
            try:
                self._store.save(operator_notified(post), post)
            except PostMoved:
                continue  # what it has become since is told, or needs no telling
            except StoreBusy as exc:
                report.failures[post.id] = str(exc)


def _is_news(post: Post) -> bool:
    """A case whose reply is not on X tells its people itself, with the text and a link."""
    return post.notification_pending and not (post.case_id and post.state in NEVER_PUBLISHED)


@contextmanager
def _kept(report: PostsReport, part: str) -> Iterator[None]:
    """A failure of this part is reported, and the next part goes on."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - posts, their mail and mentions must not cost one another the sweep
        report.failures[part] = f"{type(exc).__name__}: {exc}"[:200]
