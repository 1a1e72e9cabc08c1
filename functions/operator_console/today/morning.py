"""The morning: its greeting, a draft that goes out by itself, and the attendance that answers it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.attendance.rows import RollCount
from desk.brand import Brand
from desk.checks.model import CheckContext
from desk.checks.rules import findings_in
from desk.checks.sentences import sentence_of
from desk.formatting.formatter import DeskFormatter
from desk.posts.greeting_by_hand import GreetingsByHand
from desk.posts.model import NEVER_PUBLISHED, Post, PostKind, PostState, greeting_id
from desk.posts.store import PostStore
from operator_console.app import Visit
from operator_console.shell.snapshot import Snapshot, Snapshots
from operator_console.today.card import TodayStores

_UNTOUCHED = frozenset({PostState.SCHEDULED, PostState.HELD})
_OPEN = NEVER_PUBLISHED | _UNTOUCHED
"""States in which a post by hand can still become the greeting."""
_ROLL_LASTS = timedelta(seconds=30)
"""For how long polls share the roll: it takes some fifteen reads, and nobody waits for it to the second."""


class ByHand(NamedTuple):
    """A post of this morning that people wrote on X itself."""

    x_id: str
    text: str
    at: datetime


class GreetingOfToday(NamedTuple):
    """The greeting, None if none is planned; what the check says of its text; and the posts by hand that may be one.

    `may_change`: it has not been sent, so people can change, skip or send it.
    """

    post: Post | None
    may_change: bool
    warnings: Sequence[str]
    by_hand: Sequence[ByHand]


class GreetingCard:
    """Shows the greeting until it is on X, and says so if it was skipped or could not be sent."""

    name = "greeting"

    def __init__(self, stores: TodayStores, snapshots: Snapshots, formatter: DeskFormatter) -> None:
        self._posts = stores.posts
        self._greetings = GreetingsByHand(stores.posts, stores.performances, formatter.brand)
        self._snapshots = snapshots
        self._formatter = formatter

    def read(self, visit: Visit, _bar: Snapshot) -> GreetingOfToday | None:
        """See Card."""
        return self._snapshots.part("today greeting", visit.now, lambda: self._read(visit))

    def _read(self, visit: Visit) -> GreetingOfToday | None:
        brand, now = self._formatter.brand, visit.now
        post = greeting_of(visit, self._posts, self._snapshots, brand)
        may_change = post is not None and post.state in _UNTOUCHED
        is_open = post is None or post.state in _OPEN or post.is_by_hand
        shown = self._greetings.shown(now) if is_open else []
        if post is None and not shown:
            return None
        if post and post.state is PostState.PUBLISHED and not shown:
            return None
        found = findings_in(post.text, CheckContext(brand, PostKind.GREETING, now)) if post and may_change else []
        return GreetingOfToday(
            post,
            may_change,
            tuple(sentence_of(each, brand.language) for each in found),
            tuple(ByHand(each.x_id, each.text, each.published_at) for each in shown),
        )


type CountsRoll = Callable[[Visit, Post | None], RollCount]
"""Counts who replied to this greeting of today, as the attendance does. Raises StoreBusy."""


class RollCard:
    """Leads to the attendance."""

    name = "roll"

    def __init__(self, stores: TodayStores, snapshots: Snapshots, brand: Brand, counts: CountsRoll) -> None:
        self._posts = stores.posts
        self._snapshots = snapshots
        self._brand = brand
        self._counts = counts

    def read(self, visit: Visit, _bar: Snapshot) -> RollCount:
        """See Card."""
        return self._snapshots.part("today roll", visit.now, lambda: self._read(visit), lasts=_ROLL_LASTS)

    def _read(self, visit: Visit) -> RollCount:
        return self._counts(visit, greeting_of(visit, self._posts, self._snapshots, self._brand))


def greeting_of(visit: Visit, posts: PostStore, snapshots: Snapshots, brand: Brand) -> Post | None:
    """The greeting of today, which both cards show. Raises StoreBusy."""
    today = visit.now.astimezone(ZoneInfo(brand.timezone)).date()
    return snapshots.part("greeting", visit.now, lambda: posts.get(greeting_id(today)))
