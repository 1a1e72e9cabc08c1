"""How the day goes: open spikes, the posts of today with their reception, and what people kept."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from desk.favourites.store import FavouriteStore, KeptFavourite
from desk.formatting.formatter import DeskFormatter
from desk.posts.model import FINAL, Post, PostState
from desk.posts.performance import COMPARED_WITH, MEASURED, Performance
from desk.posts.performance_words import ShownPerformance, shown_performance
from desk.private_numbers import masked
from desk.text import first_words
from operator_console.app import Visit
from operator_console.shell.cached import SpikeLine
from operator_console.shell.snapshot import Snapshot, Snapshots
from operator_console.today.card import TodayStores


class OpenSpikes(NamedTuple):
    """The spikes with their counts, the earliest first."""

    lines: Sequence[SpikeLine]


class SpikesCard:
    """What the banner has, from the same reading."""

    name = "spikes"

    def read(self, _visit: Visit, bar: Snapshot) -> OpenSpikes:
        """See Card."""
        return OpenSpikes(bar.spikes)


_MOST = 100
_STATES = (PostState.PUBLISHED, PostState.SCHEDULED, PostState.QUEUED, PostState.HELD, PostState.IN_DOUBT)
"""What somebody wants to know of today; the calendar has all states."""
_LASTS = timedelta(seconds=20)
"""For how long polls share the posts, which a query for each state finds, and what was kept."""
_MEASUREMENTS_LAST = timedelta(minutes=1)
"""For how long polls share the measurements, which are made twice an hour."""
_LOOKED_AT, _SHOWN = 50, 5
"""Favourites among which those of today are, and rows of the card."""


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
        posts = self._snapshots.part("today posts", visit.now, read, lasts=_LASTS)
        is_on_x = any(post.x_id for post in posts)
        known = self._measured(since, until, visit.now) if is_on_x else {}
        shown = [
            PostOfToday(post.at if post.state in FINAL else post.publish_at, post, self._shown(post, known))
            for post in posts
        ]
        return PostsOfToday(tuple(sorted(shown, key=lambda each: (each.at, each.post.id))))

    def _between(self, since: datetime, until: datetime) -> Sequence[Post]:
        """Of all states at the same time."""
        read = partial(self._posts.between, since=since, until=until, limit=_MOST, kinds=MEASURED)
        with ThreadPoolExecutor(len(_STATES)) as pool:
            return tuple({post.id: post for posts in pool.map(read, _STATES) for post in posts}.values())

    def _measured(self, since: datetime, until: datetime, now: datetime) -> Mapping[str, Performance]:
        """Those of the posts of today, and of the days before with which they are compared."""
        first = since - COMPARED_WITH
        found = self._snapshots.part(
            "today performances", now, lambda: self._performances.between(first, until), lasts=_MEASUREMENTS_LAST
        )
        return {each.x_id: each for each in found}

    def _shown(self, post: Post, known: Mapping[str, Performance]) -> ShownPerformance | None:
        performance = known.get(post.x_id or "")
        return shown_performance(performance, known.values(), self._language) if performance else None


class KeptPost(NamedTuple):
    """A post that was kept, as a line: its first words, and the notes of those who keep it."""

    favourite: KeptFavourite
    words: str


class KeptToday(NamedTuple):
    """The first posts, the last kept first, and how many there are among the newest favourites."""

    posts: Sequence[KeptPost]
    number: int


class KeptCard:
    """What was kept or noted about today."""

    name = "kept"

    def __init__(self, favourites: FavouriteStore, snapshots: Snapshots, formatter: DeskFormatter) -> None:
        self._favourites = favourites
        self._snapshots = snapshots
        self._zone = formatter.zone

    def read(self, visit: Visit, _bar: Snapshot) -> KeptToday:
        """See Card."""
        posts = self.all_of_today(visit)
        return KeptToday(posts[:_SHOWN], len(posts))

    def all_of_today(self, visit: Visit) -> Sequence[KeptPost]:
        """All of them, the last kept first. Raises StoreBusy."""
        today = visit.now.astimezone(self._zone).date()
        return self._snapshots.part("kept today", visit.now, lambda: self._read(today), lasts=_LASTS)

    def _read(self, today: date) -> Sequence[KeptPost]:
        page = self._favourites.page(limit=_LOOKED_AT)
        kept = [each for each in page.favourites if any(self._day_of(note.at) == today for note in each.notes)]
        return tuple(KeptPost(each, first_words(masked(each.post.text)) if each.post else "") for each in kept)

    def _day_of(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()
