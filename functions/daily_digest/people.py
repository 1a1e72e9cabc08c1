"""What a digest says about people: who replied to the morning greeting, and which posts the account liked."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from heapq import nsmallest
from itertools import takewhile
from zoneinfo import ZoneInfo

from daily_digest.model import Attendance, Attendee, Favourite, Favourites
from daily_digest.periods import Period
from desk.attendance.rows import in_a_row_on, is_regular, row_count, with_morning
from desk.attendance.store import OPEN_FOR, AttendanceRecord, AttendanceStore, GreetingReply
from desk.errors import BreakerOpen, SettingsError, XError
from desk.favourites.store import FavouriteStore, KeptFavourite
from desk.posts.model import Post
from desk.private_numbers import masked
from desk.x.model import Author, XLikes, XOwnPosts, XPost, XTimelines, pages, time_of

REFUSALS = (XError, BreakerOpen, SettingsError)
"""X refuses, a circuit breaker is open, or the credentials are unusable. A digest is made all the same."""
_log = logging.getLogger(__name__)


def x_refusal(error: Exception) -> str:
    """Return the reason for the readers of the digest, who need no details about the secret."""
    return "no usable credentials" if isinstance(error, SettingsError) else str(error)


_MOST_MENTIONS = 20_000  # read in those two hours
_MOST_NAMES = 100  # looked up for one digest, since X bills them


class AttendanceCheck:
    """Checks who replied to a greeting. A morning may be checked again and again, during its two hours and later.

    Only mornings whose greeting was published make or break a row. Unknown names are looked up on X, a hundred at most
    for one digest (the same `now`); a name that X refuses stays unknown until another digest.
    """

    def __init__(self, store: AttendanceStore, x: XTimelines) -> None:
        self._store = store
        self._x = x
        self._digest: datetime | None = None
        self._names_left = 0

    def check(self, day: date, greeting: Post | None, answered: frozenset[str] | None, now: datetime) -> Attendance:
        """Return the attendance of this day and save it.

        `answered` are the mentions that the account replied to or liked; None: unknown. Raises StoreBusy, after which
        some records may be saved; checking again is safe.
        """
        if greeting is None or greeting.x_id is None:
            return Attendance(day, greeting, (), replies_known=answered is not None)
        replies = self._answers(greeting.x_id)
        taken = self._store.mornings()
        greeted = sorted({*taken, day})
        before = self._store.records(replies)
        there = [
            with_morning(before.get(key) or AttendanceRecord(key, (), 0, author=None), day, greeted) for key in replies
        ]
        named = self._named(there, replies, now)
        changed = [each for each in named if each != before.get(each.author_id)]
        if changed or day not in taken:
            self._store.save(day, changed, now)
        found = [_attendee(each, replies[each.author_id], day, greeted, answered or frozenset()) for each in named]
        found.sort(key=lambda attendee: (-attendee.in_a_row, int(attendee.mention_id)))
        return Attendance(day, greeting, tuple(found), replies_known=answered is not None)

    def _answers(self, greeting_id: str) -> dict[str, list[GreetingReply]]:
        """Return the replies of the two hours by author, each author's oldest first."""
        since = time_of(greeting_id)
        by_author: dict[str, list[GreetingReply]] = {}
        for reply in self._store.replies_to(greeting_id, since=since, until=since + OPEN_FOR, limit=_MOST_MENTIONS):
            by_author.setdefault(reply.author_id, []).append(reply)
        return by_author

    def _named(
        self, there: Sequence[AttendanceRecord], replies: Mapping[str, Sequence[GreetingReply]], now: datetime
    ) -> list[AttendanceRecord]:
        """Return the records with names: those stored with mentions, else those in the records, else those from X."""
        stored = {key: reply.author for key, some in replies.items() for reply in some if reply.author}
        known = [each._replace(author=stored.get(each.author_id, each.author)) for each in there]
        nameless = [each for each in known if each.author is None]
        longest_first = sorted(nameless, key=lambda each: -each.in_a_row)
        looked_up = self._look_up([replies[each.author_id][0] for each in longest_first], now)
        return [each if each.author else each._replace(author=looked_up.get(each.author_id)) for each in known]

    def _look_up(self, replies: Sequence[GreetingReply], now: datetime) -> dict[str, Author]:
        if self._digest != now:
            self._digest, self._names_left = now, _MOST_NAMES
        asked = [reply.mention_id for reply in replies[: self._names_left]]
        if not asked:
            return {}
        self._names_left -= len(asked)
        try:
            found = self._x.posts(asked, with_authors=True).posts
        except REFUSALS as exc:
            self._names_left = 0
            _log.warning("names of people who replied to the greeting stay unknown: %s", exc)
            return {}
        return {post.author_id: post.author for post in found.values() if post.author}


def _attendee(
    person: AttendanceRecord,
    replies: Sequence[GreetingReply],
    day: date,
    greeted: Sequence[date],
    answered: Collection[str],
) -> Attendee:
    in_a_row = in_a_row_on(person, day, greeted)
    return Attendee(
        author_id=person.author_id,
        author=person.author,
        mention_id=replies[0].mention_id,
        in_a_row=in_a_row,
        since_start=row_count(in_a_row, day, greeted, ()).since_start,
        regular=is_regular({*person.mornings, day}, [morning for morning in greeted if morning <= day]),
        greeted_back=any(reply.mention_id in answered for reply in replies),
    )


_PAGES = 3
_CHECKED_A_DAY = 100  # the most that one request returns; X bills each


class FavouriteReader:
    """Reads, stores and looks up liked posts, and lists them with those that people kept.

    A post belongs to the time when the desk first saw it, or somebody kept it.

    X lists likes from the latest on, without times. So a walk goes down to a settled post of an earlier walk, or
    for three pages. Posts that were found before X refused stay unsettled: the next walk continues below them. Posts
    of the very first walk may have been liked long ago, so they belong to the time when they were written. The texts
    that X shows are stored with the posts, also with posts that were stored without one.
    """

    def __init__(self, surroundings: XLikes, x: XTimelines, store: FavouriteStore, zone: ZoneInfo) -> None:
        self._surroundings = surroundings
        self._x = x
        self._store = store
        self._zone = zone

    def read(self, now: datetime, period: Period) -> Favourites:
        """Return the posts that were liked or kept in the period, the latest first.

        After a refusal of X, those that are known. Raises StoreBusy; reading again is safe.
        """
        walk = _Walk(self._surroundings, self._store, now)
        walk.run()
        self._look_up_again(walk, now)
        return Favourites(walk.liked(period), walk.refusal)

    def _look_up_again(self, walk: "_Walk", now: datetime) -> None:
        """Once on each of the desk's days: remove posts that X no longer shows, those unseen for longest first."""
        today = now.astimezone(self._zone).date()
        progress = self._store.progress()
        if progress.checked_on == today:
            return
        some = nsmallest(_CHECKED_A_DAY, walk.not_seen(), key=lambda each: (each.checked_at, int(each.post_id)))
        if some:
            try:
                found = self._x.posts([each.post_id for each in some], with_authors=False)
            except REFUSALS as exc:
                _log.warning("favourites could not be looked up again: %s", exc)
                return
            gone = found.gone | self._of_erased_authors(some, found.posts)
            walk.remove(gone)
            walk.visible |= found.posts
            walk.save(walk.with_text(each._replace(checked_at=now)) for each in some if each.post_id not in gone)
        self._store.save_progress(progress._replace(checked_on=today))

    def _of_erased_authors(self, some: Iterable[KeptFavourite], found: Mapping[str, XPost]) -> set[str]:
        """Those that were kept as links, without an author, and whose author X shows now and was erased here."""
        links = [found[each.post_id] for each in some if not each.author_id and each.post_id in found]
        erased = self._store.erased_authors({post.author_id for post in links}) if links else ()
        return {post.id for post in links if post.author_id in erased}


class _Walk:
    """One walk over the liked posts: the stored ones, those that X returned, and the reason if X refused."""

    def __init__(self, surroundings: XLikes, store: FavouriteStore, now: datetime) -> None:
        self._surroundings = surroundings
        self._store = store
        self._now = now
        self._kept = {each.post_id: each for each in store.all()}
        self._is_first = not store.progress().begun
        self.visible: dict[str, XPost] = {}
        self.refusal: str | None = None

    def run(self) -> None:
        """Walk down from the latest like; if nothing interrupts the walk, settle all posts."""
        self._list_in_order()
        try:
            self._go_down()
        except REFUSALS as exc:
            _log.warning("liked posts stay unknown: %s", exc)
            self.refusal = x_refusal(exc)
            return
        self.save(
            each._replace(settled=True) for each in list(self._kept.values()) if each.is_liked and not each.settled
        )
        if self._is_first:
            self._store.save_progress(self._store.progress()._replace(begun=True))

    def with_text(self, favourite: KeptFavourite) -> KeptFavourite:
        """The post with the text that X returned, if it did, and so with its author."""
        post = self.visible.get(favourite.post_id)
        if post is None:
            return favourite
        return favourite._replace(author_id=post.author_id, post=post._replace(author=favourite.author))

    def _list_in_order(self) -> None:
        """Once, list what an earlier release stored in the order of likes, too."""
        progress = self._store.progress()
        if not progress.in_order:
            self._store.save(self._kept.values())
            self._store.save_progress(progress._replace(in_order=True))

    def _go_down(self) -> None:
        for page in pages(lambda token: self._surroundings.liked_posts(page_token=token), at_most=_PAGES):
            above = list(takewhile(lambda post: not self._is_settled(post.id), page.posts))
            self._save_new(above)
            self.visible |= {post.id: post for post in page.posts}
            known = [self._kept[post.id] for post in page.posts if post.id in self._kept]
            self.save(
                self.with_text(each)._replace(is_liked=True) for each in known if each.post is None or not each.is_liked
            )
            if len(above) < len(page.posts):
                return

    def _save_new(self, posts: Sequence[XPost]) -> None:
        """Save new posts; a stored post keeps the time when it was first seen."""
        new = {post.id: post for post in posts if post.id not in self._kept}
        erased = self._store.erased_authors({post.author_id for post in new.values()}) if new else frozenset()
        self.save(self._favourite(post) for post in new.values() if post.author_id not in erased)

    def _favourite(self, post: XPost) -> KeptFavourite:
        return KeptFavourite(
            post_id=post.id,
            author_id=post.author_id,
            author=post.author,
            created_at=post.created_at,
            noted_at=min(post.created_at, self._now) if self._is_first else self._now,
            checked_at=self._now,
            settled=False,
            post=post,
        )

    def save(self, favourites: Iterable[KeptFavourite]) -> None:
        """Save these posts, in the store first."""
        some = list(favourites)
        self._store.save(some)
        self._kept |= {each.post_id: each for each in some}

    def remove(self, post_ids: Collection[str]) -> None:
        """Remove these posts, from the store first."""
        self._store.forget(post_ids)
        for post_id in post_ids:
            self._kept.pop(post_id, None)

    def not_seen(self) -> Iterable[KeptFavourite]:
        """Return the posts that X did not return in this walk."""
        return (each for each in self._kept.values() if each.post_id not in self.visible)

    def liked(self, period: Period) -> tuple[Favourite, ...]:
        """Return the posts of the period, the latest first, with the texts that X returned now or earlier."""
        within = [each for each in self._kept.values() if period.since <= each.noted_at < period.until]
        within.sort(key=lambda each: (each.noted_at, int(each.post_id)), reverse=True)
        return tuple(_favourite_of(each, self.visible) for each in within)

    def _is_settled(self, post_id: str) -> bool:
        known = self._kept.get(post_id)
        return known is not None and known.settled


def _favourite_of(kept: KeptFavourite, visible: Mapping[str, XPost]) -> Favourite:
    post = visible.get(kept.post_id) or kept.post
    text = masked(post.text) if post else None
    return Favourite(kept.post_id, kept.author, kept.created_at, kept.noted_at, text, kept.is_liked, kept.notes)


PAGES = 32
"""X shows no more than 3,200 posts of an account. Pages cost money, so none beyond the period is requested."""


def answered_since(
    x: XOwnPosts, since: datetime, *, excluding: Collection[str] = (), at_most: int = PAGES
) -> frozenset[str] | None:
    """Return the ids of the posts that the account replied to since then; None when X refuses.

    The posts in `excluding` don't count as replies. At most `at_most` hundred posts are read: older ones stay unknown.
    """
    answered: set[str] = set()
    try:
        for page in pages(lambda token: x.own_posts(start_time=since, page_token=token), at_most=at_most):
            answered |= {post.in_reply_to for post in page.posts if post.in_reply_to and post.id not in excluding}
    except REFUSALS as exc:
        _log.warning("the account's replies stay unknown: %s", exc)
        return None
    return frozenset(answered)
