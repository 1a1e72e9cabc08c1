"""What a digest says about people: who replied to the morning greeting, and which posts the account liked."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from heapq import nsmallest
from itertools import takewhile
from zoneinfo import ZoneInfo

from daily_digest.model import Attendance, Attendee, Favourite, Favourites
from daily_digest.periods import Period
from desk.errors import BreakerOpen, SettingsError, XError
from desk.posts.model import Post
from desk.private_numbers import masked
from desk.reports.attendance import MORNINGS_KEPT, AttendanceRecord, AttendanceStore, GreetingReply
from desk.reports.favourites import FavouriteStore, KeptFavourite
from desk.x.model import Author, XLikes, XOwnPosts, XPost, XTimelines, time_of

REFUSALS = (XError, BreakerOpen, SettingsError)
"""X refuses, it is not asked, or our credentials are unusable. None of it keeps a digest from being made."""


def told(error: Exception) -> str:
    """Why, for readers of the digest: what is wrong with our secret belongs into the log."""
    return "no usable credentials" if isinstance(error, SettingsError) else str(error)


OPEN_FOR = timedelta(hours=2)
"""How long after the greeting an answer to it counts."""
_LOOKED_AT = 20_000  # mentions of those two hours
_NAMES = 100  # looked up in one digest, since X bills them
_REGULAR = 3  # mornings at least, and at least half of the last ones


class Roll:
    """Takes the attendance. A morning may be taken any number of times, also before its two hours are over, and late.

    Only mornings on which the greeting stood on X make or break a row. X is asked for names that are not known yet,
    a hundred at most in one digest (which `now` tells from the next); what it refuses stays unknown until another day.
    """

    def __init__(self, store: AttendanceStore, x: XTimelines) -> None:
        self._store = store
        self._x = x
        self._digest: datetime | None = None
        self._names_left = 0

    def take(self, day: date, greeting: Post | None, answered: frozenset[str] | None, now: datetime) -> Attendance:
        """The attendance of this day of the desk's, put on the roll.

        `answered` are the ids of the mentions that the account replied to or liked, None when X did not tell. Raises
        StoreBusy; then some may be on the roll, and taking it again is safe.
        """
        if greeting is None or greeting.x_id is None:
            return Attendance(day, greeting, (), replies_known=answered is not None)
        replies = self._answers(greeting.x_id)
        taken = self._store.mornings()
        greeted = sorted({*taken, day})
        before = self._store.records(replies)
        there = [
            _with_morning(before.get(key) or AttendanceRecord(key, (), 0, author=None), day, greeted) for key in replies
        ]
        named = self._named(there, replies, now)
        changed = [each for each in named if each != before.get(each.author_id)]
        if changed or day not in taken:
            self._store.save(day, changed, now)
        found = [_attendee(each, replies[each.author_id], day, greeted, answered or frozenset()) for each in named]
        found.sort(key=lambda attendee: (-attendee.in_a_row, int(attendee.mention_id)))
        return Attendance(day, greeting, tuple(found), replies_known=answered is not None)

    def _answers(self, greeting_id: str) -> dict[str, list[GreetingReply]]:
        """The replies of the two hours by author, each author's oldest first."""
        since = time_of(greeting_id)
        by_author: dict[str, list[GreetingReply]] = {}
        for reply in self._store.replies_to(greeting_id, since=since, until=since + OPEN_FOR, limit=_LOOKED_AT):
            by_author.setdefault(reply.author_id, []).append(reply)
        return by_author

    def _named(
        self, there: Sequence[AttendanceRecord], replies: Mapping[str, Sequence[GreetingReply]], now: datetime
    ) -> list[AttendanceRecord]:
        """The same people with the names that are stored with their mentions, on the roll, or told by X."""
        stored = {key: reply.author for key, some in replies.items() for reply in some if reply.author}
        known = [each._replace(author=stored.get(each.author_id, each.author)) for each in there]
        nameless = [each for each in known if each.author is None]
        longest_first = sorted(nameless, key=lambda each: -each.in_a_row)
        told = self._look_up([replies[each.author_id][0] for each in longest_first], now)
        return [each if each.author else each._replace(author=told.get(each.author_id)) for each in known]

    def _look_up(self, replies: Sequence[GreetingReply], now: datetime) -> dict[str, Author]:
        if self._digest != now:
            self._digest, self._names_left = now, _NAMES
        asked = [reply.mention_id for reply in replies[: self._names_left]]
        if not asked:
            return {}
        self._names_left -= len(asked)
        try:
            shown = self._x.posts(asked, with_authors=True).posts
        except REFUSALS as exc:
            self._names_left = 0
            _log.warning("names of those who answered the greeting stay unknown: %s", exc)
            return {}
        return {post.author_id: post.author for post in shown.values() if post.author}


def _with_morning(person: AttendanceRecord, day: date, greeted: Sequence[date]) -> AttendanceRecord:
    """The person with this morning. A row that goes on beyond the mornings that are remembered is counted on."""
    days = sorted({*person.mornings, day})
    in_a_row = _row(days, days[-1], greeted)
    if in_a_row >= len(person.mornings) == MORNINGS_KEPT:
        in_a_row = max(in_a_row, person.in_a_row + (day > person.mornings[-1]))
    return person._replace(mornings=tuple(days[-MORNINGS_KEPT:]), in_a_row=in_a_row)


def _row(days: Collection[date], last: date, greeted: Sequence[date]) -> int:
    """How many of the greeted mornings up to `last` these days hold without a gap."""
    row = 0
    for morning in reversed([each for each in greeted if each <= last]):
        if morning not in days:
            break
        row += 1
    return row


def _attendee(
    person: AttendanceRecord,
    replies: Sequence[GreetingReply],
    day: date,
    greeted: Sequence[date],
    answered: Collection[str],
) -> Attendee:
    days = {*person.mornings, day}
    later = sum(day < morning <= person.mornings[-1] for morning in greeted)
    in_a_row = person.in_a_row - later if later < person.in_a_row else _row(days, day, greeted)
    return Attendee(
        author_id=person.author_id,
        author=person.author,
        mention_id=replies[0].mention_id,
        in_a_row=in_a_row,
        regular=_is_regular(days, [morning for morning in greeted if morning <= day]),
        greeted_back=any(reply.mention_id in answered for reply in replies),
    )


def _is_regular(days: Collection[date], greeted: Iterable[date]) -> bool:
    recent = list(greeted)[-MORNINGS_KEPT:]
    there = sum(morning in days for morning in recent)
    return there >= _REGULAR and there * 2 >= len(recent)


_log = logging.getLogger(__name__)
_PAGES = 3
_CHECKED_A_DAY = 100  # what one look-up takes; X bills each


class FavouriteReader:
    """Reads, keeps and looks up again. A liked post belongs to the moment at which the desk first saw it.

    X does not tell when a post was liked, and shows likes from the latest on. So a walk goes down to a post that an
    earlier walk had found and gone past, or as far as three pages reach. What was found before X refused is kept
    unsettled: the next walk goes past it, and finds what lay behind. What the very first walk finds may have been liked
    long ago, so it belongs to the moment at which it was written.
    """

    def __init__(self, surroundings: XLikes, x: XTimelines, store: FavouriteStore, zone: ZoneInfo) -> None:
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

    def __init__(self, surroundings: XLikes, store: FavouriteStore, now: datetime) -> None:
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
