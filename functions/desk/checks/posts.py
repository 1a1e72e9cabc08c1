"""What the rules need to know about the world: earlier texts, trends, and whether links answer.

A fact that could not be looked up is left out: the check says so, and the text can be sent all the same.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from desk.brand import Brand
from desk.checks.model import CheckContext, CheckResult, LinkCheck, RecentText
from desk.errors import StoreBusy
from desk.posts.model import WRITTEN, Post, PostKind, PostState
from desk.posts.references import links_to_pages
from desk.posts.store import PostStore
from desk.staff.saved_replies import RepliesForChecks
from desk.trends.store import TrendStore

LOOK_BACK = timedelta(days=7)
"""How far back texts count as recent."""

_HASHTAG_SIGNS = frozenset("#＃")
_KEPT = timedelta(minutes=1)
_TRENDS_LAST = timedelta(hours=3)
"""Older trends are not known."""
_PAGES, _PAGE = 4, 250
_PLANNED = (PostState.SCHEDULED, PostState.AWAITING_APPROVAL, PostState.QUEUED, PostState.HELD, PostState.IN_DOUBT)
_AHEAD = timedelta(days=31)


class ChecksLinks(Protocol):
    """Checks whether links answer. It never raises: what could not be checked is said by the result."""

    def check(self, urls: Sequence[str], now: datetime) -> Sequence[LinkCheck]:
        """The results, in the order of the links, within a few seconds."""
        ...


class TimelineTexts:
    """The texts of the account's own posts for the timeline, of the last days and planned. They are kept for a minute.

    Somebody types while they are needed, and they rarely change; the unique key of a text holds without them.
    """

    def __init__(self, posts: PostStore) -> None:
        self._posts = posts
        self._read_at: datetime | None = None
        self._texts: Sequence[RecentText] = ()

    def recent(self, now: datetime, *, is_sent: bool) -> Sequence[RecentText]:
        """The texts. Raises StoreBusy.

        For a post that `is_sent` they are read anew, and forgotten: the post itself is to be among them from then on.
        """
        if is_sent:
            self._read_at = None
        if self._read_at is None or not timedelta(0) <= now - self._read_at < _KEPT:
            posts = [*self._published(now - LOOK_BACK), *self._planned(now)]
            self._texts = [RecentText(post.text, post.publish_at, post.id) for post in posts]
            self._read_at = None if is_sent else now
        return self._texts

    def _published(self, since: datetime) -> Iterable[Post]:
        cursor = None
        for _ in range(_PAGES):
            page = self._posts.page(PostState.PUBLISHED, limit=_PAGE, cursor=cursor)
            yield from (post for post in page.posts if post.kind in WRITTEN and post.at >= since)
            cursor = page.next_cursor
            if cursor is None or page.posts[-1].at < since:
                return

    def _planned(self, now: datetime) -> Iterable[Post]:
        for state in _PLANNED:
            found = self._posts.between(state, now - LOOK_BACK, now + _AHEAD, limit=_PAGE)
            yield from (post for post in found if post.kind in WRITTEN)


class Trends:
    """The trends of the brand's first place, as they were read last."""

    def __init__(self, trends: TrendStore, woeid: int) -> None:
        self._trends = trends
        self._woeid = woeid

    def names(self, now: datetime) -> frozenset[str] | None:
        """The trends without `#` and spaces, in lower case; None if none were read for some hours. It never raises."""
        try:
            readings = self._trends.between(self._woeid, now - _TRENDS_LAST, now + _KEPT)
        except StoreBusy:
            return None
        read = [reading for reading in readings if not reading.problem]
        if not read:
            return None
        return frozenset("".join(trend.name.removeprefix("#").split()).casefold() for trend in read[-1].trends)


class CheckPosts:
    """Checks texts for the timeline.

    `trends`, `links` and `replies` are None where nobody asks for these, as in the API.
    """

    def __init__(  # noqa: PLR0913 - the brand, and all that the rules must know
        self,
        brand: Brand,
        texts: TimelineTexts,
        *,
        trends: Trends | None = None,
        links: ChecksLinks | None = None,
        replies: RepliesForChecks | None = None,
        on_busy: Callable[[StoreBusy], None] = lambda _: None,
    ) -> None:
        self._brand = brand
        self._texts = texts
        self._trends = trends
        self._links = links
        self._replies = replies
        self._on_busy = on_busy

    def check(  # noqa: PLR0913 - the post, by its parts
        self,
        text: str,
        kind: PostKind,
        now: datetime,
        *,
        publish_at: datetime | None = None,
        post_id: str = "",
        reason: str = "",
        is_sent: bool = False,
    ) -> CheckResult:
        """The findings on the text. It never raises: a note says what could not be checked.

        `post_id` is the post's own id, if it has one already: a form that is sent twice does not repeat itself.
        `is_sent`: the post is submitted now, and not only typed.
        """
        from desk.checks.rules import findings_in  # noqa: PLC0415 - its expressions cost every start some milliseconds

        urls = links_to_pages(text)
        context = CheckContext(
            brand=self._brand,
            kind=kind,
            publish_at=publish_at or now,
            recent=self._recent(now, post_id, is_sent=is_sent),
            trending=self._trends.names(now) if self._trends and _HASHTAG_SIGNS.intersection(text) else None,
            links=self._links.check(urls, now) if self._links and urls else None,
            saved_replies=self._replies.known(now, is_sent=is_sent) if self._replies else (),
        )
        return CheckResult(findings_in(text, context), reason)

    def _recent(self, now: datetime, post_id: str, *, is_sent: bool) -> Sequence[RecentText] | None:
        try:
            recent = self._texts.recent(now, is_sent=is_sent)
            return [each for each in recent if not post_id or each.id != post_id]
        except StoreBusy as exc:
            self._on_busy(exc)
            return None
