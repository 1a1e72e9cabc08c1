"""The agenda: the posts of the timeline by day, and those that wait for a person on any day."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.posts.model import FINAL, Post, PostKind, PostReason, PostState
from desk.posts.store import PostStore

_DAY = timedelta(days=1)
_WEEK = 7
_MOST = 500
"""The most posts of one state that are read: no brand publishes as many in a week."""
_EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_TIMELINE = tuple(kind for kind in PostKind if kind is not PostKind.REPLY)
_PAST = (PostState.PUBLISHED, PostState.REFUSED, PostState.EXPIRED, PostState.CANCELLED)
"""States whose `at` is when they began: only days up to today have such posts."""
_UNDER_WAY = (PostState.QUEUED, PostState.PUBLISHING, PostState.RECONCILING)
_WAIT_FOR_PEOPLE = (PostState.AWAITING_APPROVAL, PostState.HELD, PostState.IN_DOUBT)
_AT_ONCE = 6
"""Queries at the same time: the page takes as long as two of them."""
_RETURNED_FOR = timedelta(days=7)
"""For how long an author sees which of their posts were not approved."""


class AgendaPost(NamedTuple):
    """A post at its place: `at` is when it was published or given up, or else when it is planned."""

    post: Post
    at: datetime


class AgendaDay(NamedTuple):
    """A day of the desk with its posts, the earliest first."""

    day: date
    posts: Sequence[AgendaPost]


class Agenda(NamedTuple):
    """The days that are shown, and what waits for a person on any day.

    Attributes:
        days: the days in their order, also those without posts.
        awaiting: all posts that await approval, the first planned first.
        returned: the person's own posts that were not approved within the last days, the latest first; on the present
            days alone.
        to_decide: how many posts and replies are held or in doubt, on any day.
    """

    days: Sequence[AgendaDay]
    awaiting: Sequence[Post]
    returned: Sequence[Post]
    to_decide: int

    @property
    def posts(self) -> Sequence[Post]:
        """The posts of all days."""
        return [entry.post for day in self.days for entry in day.posts]


def days_of_week(day: date) -> list[date]:
    """The days of the week of this day, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(_WEEK)]


class AgendaReader:
    """Reads agendas, each with at most eleven queries. `zone` is where the desk's days begin and end."""

    def __init__(self, posts: PostStore, zone: ZoneInfo) -> None:
        self._posts = posts
        self._zone = zone

    def read(self, days: Sequence[date], author_id: str, now: datetime) -> Agenda:
        """The agenda of these consecutive days, for this person. Raises StoreBusy."""
        since, until = self._midnight(days[0]), self._midnight(days[-1] + _DAY)
        queries: list[tuple[PostState, Callable[[], Sequence[Post]]]] = []

        def ask(state: PostState, since: datetime, until: datetime, kinds: Collection[PostKind]) -> None:
            queries.append((state, lambda: self._posts.between(state, since, until, limit=_MOST, kinds=kinds)))

        is_now = since <= now < until
        for state in _PAST:
            if since <= now:
                shows_returned = is_now and state is PostState.CANCELLED
                ask(state, min(since, now - _RETURNED_FOR) if shows_returned else since, until, _TIMELINE)
        ask(PostState.SCHEDULED, since, until, _TIMELINE)
        for state in _UNDER_WAY:
            ask(state, *_EVER, _TIMELINE)
        for state in _WAIT_FOR_PEOPLE:
            ask(state, *_EVER, tuple(PostKind))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = list(pool.map(lambda query: query[1](), queries))
        return self._agenda([post for posts in found for post in posts], days, author_id, now)

    def _agenda(self, posts: Sequence[Post], days: Sequence[date], author_id: str, now: datetime) -> Agenda:
        by_day: dict[date, list[AgendaPost]] = {day: [] for day in days}
        # A post that changed between two queries may have been found in both of its states.
        latest = {post.id: post for post in sorted(posts, key=lambda post: post.version)}
        for post in latest.values():
            at = _place_of(post)
            day = at.astimezone(self._zone).date()
            if day in by_day and post.kind in _TIMELINE and post.reason is not PostReason.UNDONE:
                by_day[day].append(AgendaPost(post, at))
        awaiting = [post for post in latest.values() if post.state is PostState.AWAITING_APPROVAL]
        returned = [
            post
            for post in latest.values()
            if post.reason is PostReason.NOT_APPROVED and post.author_id == author_id and post.at > now - _RETURNED_FOR
        ]
        return Agenda(
            days=[AgendaDay(day, sorted(by_day[day], key=lambda entry: (entry.at, entry.post.id))) for day in days],
            awaiting=sorted(awaiting, key=lambda post: (post.publish_at, post.id)),
            returned=sorted(returned, key=lambda post: post.at, reverse=True),
            to_decide=sum(post.state in {PostState.HELD, PostState.IN_DOUBT} for post in latest.values()),
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)


def _place_of(post: Post) -> datetime:
    """When it was published or given up; else when it is planned, even if its next step is due at another time."""
    return post.at if post.state in FINAL else post.publish_at
