"""The agenda: the posts of the timeline on some days, and what waits for a person or for X on any day."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.posts.model import FINAL, Post, PostKind, PostReason, PostState
from desk.posts.store import PostStore
from operator_console.calendar.grid import Block

_DAY = timedelta(days=1)
_MOST = 500
"""The most posts of one state that are read: no brand publishes as many in a month."""
_EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_TIMELINE = tuple(kind for kind in PostKind if kind is not PostKind.REPLY)
_PAST = (PostState.PUBLISHED, PostState.REFUSED, PostState.EXPIRED, PostState.CANCELLED)
"""States whose `at` is when they began: only days up to today have such posts."""
_ON_ANY_DAY = (
    PostState.QUEUED,
    PostState.PUBLISHING,
    PostState.RECONCILING,
    PostState.AWAITING_APPROVAL,
    PostState.HELD,
    PostState.IN_DOUBT,
)
"""States in which few posts are at a time, replies included."""
_AT_ONCE = 6
"""Queries at the same time: the page takes as long as two of them."""
_RETURNED_FOR = timedelta(days=7)
"""For how long an author sees which of their posts were not approved."""

BUSY_WITH_X = frozenset({PostState.QUEUED, PostState.RECONCILING})
"""States in which a post may have to wait for X."""


def waits_for_x(post: Post, now: datetime) -> bool:
    """Whether X takes the post later than planned, or has not confirmed it."""
    return post.state in BUSY_WITH_X and (post.reason is not None or post.at <= now)


class Agenda(NamedTuple):
    """The posts of the days that are shown, and what waits on any day.

    Attributes:
        blocks: the posts of the days. Each is at the time at which it was published or given up, or else is planned.
        awaiting: all posts that await approval, the first planned first.
        returned: the person's own posts that were not approved within the last days, the latest first; on the present
            days alone.
        in_doubt: how many posts and replies may be on X or not.
        held: how many posts and replies a pause stopped.
        waiting: how many posts and replies wait for X.
    """

    blocks: Sequence[Block]
    awaiting: Sequence[Post]
    returned: Sequence[Post]
    in_doubt: int
    held: int
    waiting: int


class AgendaReader:
    """Reads agendas, each with at most eleven queries. `zone` is where the desk's days begin and end."""

    def __init__(self, posts: PostStore, zone: ZoneInfo) -> None:
        self._posts = posts
        self._zone = zone

    def bounds(self, days: Sequence[date]) -> tuple[datetime, datetime]:
        """When these consecutive days begin and end, in UTC."""
        return self._midnight(days[0]), self._midnight(days[-1] + _DAY)

    def read(self, days: Sequence[date], author_id: str, now: datetime) -> Agenda:
        """The agenda of these consecutive days, for this person. Raises StoreBusy."""
        since, until = self.bounds(days)
        queries: list[tuple[PostState, Callable[[], Sequence[Post]]]] = []

        def ask(state: PostState, since: datetime, until: datetime, kinds: Collection[PostKind]) -> None:
            queries.append((state, lambda: self._posts.between(state, since, until, limit=_MOST, kinds=kinds)))

        is_now = since <= now < until
        for state in _PAST:
            if since <= now:
                shows_returned = is_now and state is PostState.CANCELLED
                ask(state, min(since, now - _RETURNED_FOR) if shows_returned else since, until, _TIMELINE)
        ask(PostState.SCHEDULED, since, until, _TIMELINE)
        for state in _ON_ANY_DAY:
            ask(state, *_EVER, tuple(PostKind))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = list(pool.map(lambda query: query[1](), queries))
        # A post that changed between two queries may have been found in both of its states.
        latest = {post.id: post for post in sorted((each for posts in found for each in posts), key=_version)}
        posts = latest.values()
        returned = [
            post
            for post in posts
            if post.reason is PostReason.NOT_APPROVED and post.author_id == author_id and post.at > now - _RETURNED_FOR
        ]
        return Agenda(
            blocks=[block for post in posts if _is_shown(post) and since <= (block := block_of(post)).at < until],
            awaiting=sorted(_in(PostState.AWAITING_APPROVAL, posts), key=lambda post: (post.publish_at, post.id)),
            returned=sorted(returned, key=lambda post: post.at, reverse=True),
            in_doubt=len(_in(PostState.IN_DOUBT, posts)),
            held=len(_in(PostState.HELD, posts)),
            waiting=sum(waits_for_x(post, now) for post in posts),
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)


def block_of(post: Post) -> Block:
    """At the time when it was published or given up; else when it is planned, even if its next step comes otherwise."""
    return Block(post.at if post.state in FINAL else post.publish_at, post)


def _is_shown(post: Post) -> bool:
    return post.kind in _TIMELINE and post.reason is not PostReason.UNDONE


def _in(state: PostState, posts: Collection[Post]) -> list[Post]:
    return [post for post in posts if post.state is state]


def _version(post: Post) -> int:
    return post.version
