"""A greeting that people wrote on X itself: it becomes the greeting of its day, and the planned one is not published.

The day's greeting is one item, no matter who wrote it. So the attendance, the digest and the measurements need to know
nothing about this, and of the publisher and a person on X, the first to save decides.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from unicodedata import normalize
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.errors import PostMoved, StoreBusy
from desk.posts.model import NEVER_PUBLISHED, Post, PostState, greeting_id, is_same
from desk.posts.performance import Performance, PerformanceStore
from desk.posts.store import PostStore
from desk.posts.transitions import MORNING, WAITS_FOR_CLAIM, greeted_by_hand
from desk.x.model import XPost, time_of

_GIVES_WAY = NEVER_PUBLISHED | WAITS_FOR_CLAIM | {PostState.HELD}
"""States of a planned greeting that is certainly not on its way to X."""
_MAY_BE_ON_X = (PostState.PUBLISHING, PostState.RECONCILING, PostState.IN_DOUBT)
_END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(minutes=10)
_MOST = 100
_TRIES = 4


class GreetingsByHand(NamedTuple):
    """Records which post on X is the greeting of its day. Every method raises StoreBusy; repeating it is safe."""

    posts: PostStore
    performances: PerformanceStore
    brand: Brand

    def shown(self, now: datetime, also: Iterable[XPost] = ()) -> list[Performance]:
        """The posts of this morning that people wrote on X itself, as far as the timeline has shown them.

        The poll has recorded what it showed until a minute ago; `also` is what it shows now.
        """
        zone = ZoneInfo(self.brand.timezone)
        greets_at = datetime.combine(now.astimezone(zone).date(), self.brand.greeting_time, zone)
        since, until = greets_at - MORNING, min(now, greets_at + MORNING)
        if since >= until:
            return []
        now_shown = {post.first_id: Performance(post.first_id, None, text=post.text) for post in also}
        known = now_shown | {each.x_id: each for each in self.performances.between(since, until)}
        found = [each for each in known.values() if each.kind is None and each.text and each.gone_at is None]
        return [each for each in found if not self._is_of_the_desk(each)]

    def recognise(self, now: datetime, shown_now: Callable[[], Iterable[XPost]] = lambda: ()) -> Post | None:
        """Record a post of this morning that clearly is the greeting; None if there is none, or another greeting is.

        `shown_now` asks X what the timeline shows now, for a caller that can't wait until the poll has seen it.
        Only one with a configured word counts: a post that is wrongly taken keeps the planned greeting from being
        published. Without words, a person says which post it is.
        """
        words = [normalize("NFC", word).casefold() for word in self.brand.greeting_words]
        for each in self.shown(now, shown_now()) if words else []:
            text = normalize("NFC", each.text).casefold()
            if any(word in text for word in words):
                return self.take(each.x_id, each.text)
        return None

    def take(self, x_id: str, text: str, *, by: str | None = None, by_id: str | None = None) -> Post | None:
        """Record the post as the greeting of its day, as this person says, or by itself.

        None if another greeting is on X already, or on its way: the answers to that one are counted. Of two posts by
        hand, the one that a person chose counts.
        """
        at = time_of(x_id)
        day = at.astimezone(ZoneInfo(self.brand.timezone)).date()
        for _ in range(_TRIES):
            seen = self.posts.get(greeting_id(day))
            if seen and seen.x_id == x_id:
                return seen
            if seen and seen.state not in _GIVES_WAY and not (by and seen.is_by_hand):
                return None
            post = greeted_by_hand(seen, day, x_id, text)
            post = post._replace(decided_by=by, decided_by_id=by_id, decided_at=at if by else None, decision=None)
            try:
                if seen:
                    return self.posts.save(post, seen)
                self.posts.add(post, (), None)
            except PostMoved:
                continue
            return post
        raise StoreBusy(f"the greeting of {day} changes faster than it can be saved")

    def _is_of_the_desk(self, each: Performance) -> bool:
        """Whether the desk published it, or may have: it is by nobody's hand until it was measured."""
        at = each.published_at
        shown = XPost(each.x_id, each.text, "", at, each.x_id, "", (each.x_id,))
        published = self.posts.between(PostState.PUBLISHED, at - _CLOCKS_DIFFER, _END_OF_TIME, limit=_MOST)
        if any(post.x_id == each.x_id for post in published):
            return True
        under_way = (self.posts.due(state, until=_END_OF_TIME, limit=_MOST) for state in _MAY_BE_ON_X)
        return any(is_same(post, shown) for posts in under_way for post in posts)
