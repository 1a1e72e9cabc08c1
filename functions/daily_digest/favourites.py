"""What the account liked: read down to what is known, kept, and forgotten when X no longer shows it."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from heapq import nsmallest
from itertools import takewhile
from zoneinfo import ZoneInfo

from daily_digest.model import REFUSALS, Favourite, Favourites, Period, told
from desk.private_numbers import masked
from desk.reports.favourites import FavouriteStore, KeptFavourite
from desk.x.model import XAccount, XOwnPosts, XPost, XTimelines

_PAGES = 3
_CHECKED_A_DAY = 100  # what one look-up takes; X bills each

_log = logging.getLogger(__name__)


class FavouriteReader:
    """Reads, keeps and looks up again. A liked post belongs to the moment at which the desk first saw it.

    X does not tell when a post was liked, and shows likes from the latest on. So a walk goes down to a post that an
    earlier walk had found and gone past, or as far as three pages reach. What was found before X refused is kept
    unsettled: the next walk goes past it, and finds what lay behind. What the very first walk finds may have been liked
    long ago, so it belongs to the moment at which it was written.
    """

    def __init__(self, surroundings: XAccount, x: XTimelines, store: FavouriteStore, zone: ZoneInfo) -> None:
        self._surroundings = surroundings
        self._x = x
        self._store = store
        self._zone = zone

    def read(self, now: datetime, period: Period | None = None) -> Favourites:
        """What was liked in the period, or on the desk's day up to now, the latest first.

        Never raises what X refuses: the list then holds what is known. Raises StoreBusy; reading again is safe.
        """
        reading = _Reading(self._surroundings, self._store, now)
        reading.walk()
        self._look_up_again(reading, now)
        return Favourites(reading.liked(period or self._today(now)), reading.refused)

    def _today(self, now: datetime) -> Period:
        local = now.astimezone(self._zone)
        midnight = datetime.combine(local.date(), time(), self._zone)
        return Period(midnight, local + timedelta(microseconds=1))

    def _look_up_again(self, reading: "_Reading", now: datetime) -> None:
        """Once a day of the desk's: follow X in what it no longer shows, those first that were not seen for longest."""
        today = now.astimezone(self._zone).date()
        progress = self._store.progress()
        if progress.checked_on == today:
            return
        some = nsmallest(_CHECKED_A_DAY, reading.not_shown(), key=lambda each: (each.checked_at, int(each.post_id)))
        if some:
            try:
                found = self._x.posts([each.post_id for each in some], with_authors=False)
            except REFUSALS as exc:
                _log.warning("favourites could not be looked up again: %s", exc)
                return
            reading.forget(found.gone)
            reading.keep(each._replace(checked_at=now) for each in some if each.post_id not in found.gone)
            reading.shown |= found.posts
        self._store.save_progress(progress._replace(checked_on=today))


class _Reading:
    """One reading while it runs: what is kept, what X has shown, and what it said when it refused."""

    def __init__(self, surroundings: XAccount, store: FavouriteStore, now: datetime) -> None:
        self._surroundings = surroundings
        self._store = store
        self._now = now
        self._kept = {each.post_id: each for each in store.all()}
        self._is_first = not store.progress().begun
        self.shown: dict[str, XPost] = {}
        self.refused: str | None = None

    def walk(self) -> None:
        """From the latest like down; settle what was found once nothing lies behind it."""
        try:
            self._go_down()
        except REFUSALS as exc:
            _log.warning("liked posts stay unknown: %s", exc)
            self.refused = told(exc)
            return
        self.keep(each._replace(settled=True) for each in list(self._kept.values()) if not each.settled)
        if self._is_first:
            self._store.save_progress(self._store.progress()._replace(begun=True))

    def _go_down(self) -> None:
        token: str | None = None
        for _ in range(_PAGES):
            page = self._surroundings.liked_posts(page_token=token)
            above = list(takewhile(lambda post: not self._is_settled(post.id), page.posts))
            self._note(above)
            self.shown |= {post.id: post for post in page.posts}
            token = page.next_token
            if len(above) < len(page.posts) or not token:
                return

    def _note(self, posts: Sequence[XPost]) -> None:
        """Keep those that are new; one that was kept already keeps the moment at which it was first seen."""
        new = {post.id: post for post in posts if post.id not in self._kept}
        erased = self._store.erased_authors({post.author_id for post in new.values()}) if new else frozenset()
        self.keep(self._favourite(post) for post in new.values() if post.author_id not in erased)

    def _favourite(self, post: XPost) -> KeptFavourite:
        return KeptFavourite(
            post_id=post.id,
            author_id=post.author_id,
            author=post.author,
            created_at=post.created_at,
            noted_at=min(post.created_at, self._now) if self._is_first else self._now,
            checked_at=self._now,
            settled=False,
        )

    def keep(self, favourites: Iterable[KeptFavourite]) -> None:
        """Keep these, in the store first."""
        some = list(favourites)
        self._store.save(some)
        self._kept |= {each.post_id: each for each in some}

    def forget(self, post_ids: Iterable[str]) -> None:
        """Forget these, in the store first."""
        ids = list(post_ids)
        self._store.remove(ids)
        for post_id in ids:
            self._kept.pop(post_id, None)

    def not_shown(self) -> Iterable[KeptFavourite]:
        """Those that X has not shown just now."""
        return (each for each in self._kept.values() if each.post_id not in self.shown)

    def liked(self, period: Period) -> tuple[Favourite, ...]:
        """Those of the period, the latest first, with the words that X has just shown."""
        within = [each for each in self._kept.values() if period.since <= each.noted_at < period.until]
        within.sort(key=lambda each: (each.noted_at, int(each.post_id)), reverse=True)
        return tuple(_spoken(each, self.shown) for each in within)

    def _is_settled(self, post_id: str) -> bool:
        known = self._kept.get(post_id)
        return known is not None and known.settled


def _spoken(kept: KeptFavourite, shown: Mapping[str, XPost]) -> Favourite:
    post = shown.get(kept.post_id)
    return Favourite(kept.post_id, kept.author, kept.created_at, kept.noted_at, masked(post.text) if post else None)


PAGES = 32
"""All that X shows of an account's posts: 3,200. Each page costs money, so none is asked for beyond the period."""


def answered_since(
    x: XOwnPosts, since: datetime, *, but: Collection[str] = (), pages: int = PAGES
) -> frozenset[str] | None:
    """Ids of the posts that the account's posts since then reply to, `but` some of these; None when X does not tell.

    An account that posted more than `pages` hundred times is not walked further: older answers stay unknown.
    """
    answered: set[str] = set()
    token: str | None = None
    try:
        for _ in range(pages):
            page = x.own_posts(start_time=since, page_token=token)
            answered |= {post.in_reply_to for post in page.posts if post.in_reply_to and post.id not in but}
            if not page.next_token or page.next_token == token:
                break
            token = page.next_token
    except REFUSALS as exc:
        _log.warning("what the account answered stays unknown: %s", exc)
        return None
    return frozenset(answered)
