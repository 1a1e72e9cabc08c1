"""The posts of the timeline of today: those that were published, with their reception, and those to come."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from desk.formatting.formatter import DeskFormatter
from desk.posts.model import FINAL, Post, PostState
from desk.posts.performance import COMPARED_WITH, MEASURED, Performance
from desk.posts.performance_words import ShownPerformance, shown_performance
from operator_console.app import Visit
from operator_console.shell.snapshot import Snapshot, Snapshots
from operator_console.today.stores import TodayStores

_MOST = 100
_STATES = (PostState.PUBLISHED, PostState.SCHEDULED, PostState.QUEUED, PostState.HELD, PostState.IN_DOUBT)
"""What somebody wants to know of today; the calendar has all states."""
_POSTS_LAST = timedelta(seconds=20)
"""For how long polls share the posts: a query for each state finds them."""
_LASTS = timedelta(minutes=1)
"""For how long polls share the measurements, which are made twice an hour."""


class PostOfToday(NamedTuple):
    """A post at the time at which it was published or is planned, and how it performs, as far as it was measured."""

    at: datetime
    post: Post
    performance: ShownPerformance | None


class PostsOfToday(NamedTuple):
    """The posts in the order of their times."""

    posts: Sequence[PostOfToday]


class PostsCard:
    """Says of a post how it compares with the median of earlier ones of its kind, as the calendar does."""

    name = "posts"

    def __init__(self, stores: TodayStores, snapshots: Snapshots, formatter: DeskFormatter) -> None:
        self._posts = stores.posts
        self._performances = stores.performances
        self._snapshots = snapshots
        self._zone = formatter.zone
        self._language = formatter.brand.language

    def read(self, visit: Visit, _bar: Snapshot) -> PostsOfToday:
        """See Card."""
        day = visit.now.astimezone(self._zone).date()
        since = datetime.combine(day, time(), self._zone)
        until = since + timedelta(days=1)
        read = lambda: self._between(since, until)  # noqa: E731 - only the cache calls it
        posts = self._snapshots.part("today posts", visit.now, read, lasts=_POSTS_LAST)
        is_on_x = any(post.x_id for post in posts)
        known = self._measured(since, until, visit.now) if is_on_x else {}
        shown = [
            PostOfToday(post.at if post.state in FINAL else post.publish_at, post, self._shown(post, known))
            for post in posts
        ]
        return PostsOfToday(tuple(sorted(shown, key=lambda each: (each.at, each.post.id))))

    def _between(self, since: datetime, until: datetime) -> Sequence[Post]:
        found = {
            post.id: post
            for state in _STATES
            for post in self._posts.between(state, since, until, limit=_MOST, kinds=MEASURED)
        }
        return tuple(found.values())

    def _measured(self, since: datetime, until: datetime, now: datetime) -> Mapping[str, Performance]:
        """Those of the posts of today, and of the days before with which they are compared."""
        first = since - COMPARED_WITH
        found = self._snapshots.part(
            "today performances", now, lambda: self._performances.between(first, until), lasts=_LASTS
        )
        return {each.x_id: each for each in found}

    def _shown(self, post: Post, known: Mapping[str, Performance]) -> ShownPerformance | None:
        performance = known.get(post.x_id or "")
        return shown_performance(performance, known.values(), self._language) if performance else None
