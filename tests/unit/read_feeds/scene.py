"""Feeds of a brand, whose documents a test sets, read every ten minutes on stores in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from desk.brand import CheckSettings, FeedSettings
from desk.checks.posts import CheckPosts, TimelineTexts
from desk.errors import QueueUnavailable
from desk.feeds.model import FeedState, ParsedFeed
from desk.feeds.parse import parse_feed
from desk.fetch.model import Fetched, FetchFailed, Limits
from desk.posts.model import Post
from desk.posts.submit import PostSubmitter
from read_feeds.announce import Announcer
from read_feeds.read import FeedReader, FeedsReport
from tests.brands import small_brand
from tests.fakes.feeds import FakeAnnouncementDrafts, FakeFeeds
from tests.fakes.pictures import FakePictureQueue, FakePictures
from tests.fakes.posts import FakePostQueue, FakePosts, FakePostTimer

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)
BLOG = FeedSettings("블로그", "https://blog.emerald.example/feed", ("에메랄드모바일",))
NEWSROOM = FeedSettings("뉴스룸", "https://news.emerald.example/feed", auto=True)
LINK = "https://www.example.com/blog"


def item(number: int, **parts: str) -> str:
    """An entry of an RSS feed; a part "" is left out."""
    written = {"guid": f"post-{number}", "title": f"글 {number}", "link": f"{LINK}/{number}"} | parts
    return f"<item>{''.join(f'<{name}>{text}</{name}>' for name, text in written.items() if text)}</item>"


def rss(*items: str) -> bytes:
    """An RSS feed with these entries."""
    return f"<rss version='2.0'><channel><title>에메랄드</title>{''.join(items)}</channel></rss>".encode()


@dataclass
class FakeFetcher:
    """Implements Fetcher: what is at an address is a document, an answer or an error. `asked` has each request."""

    at: dict[str, bytes | Fetched | Exception] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def get(self, url: str, limits: Limits, headers: Mapping[str, str] | None = None) -> Fetched:
        self.asked.append((url, headers or {}))
        found = self.at[url]
        if isinstance(found, Exception):
            raise found
        return (
            found if isinstance(found, Fetched) else Fetched(200, {"content-type": "application/rss+xml"}, found, url)
        )


@dataclass
class FeedScene:
    """The desk with its feeds. `now` is the time for which the schedule fires."""

    feeds: tuple[FeedSettings, ...] = (BLOG,)
    now: datetime = NOON
    store: FakeFeeds = field(default_factory=FakeFeeds)
    fetcher: FakeFetcher = field(default_factory=FakeFetcher)
    drafts: FakeAnnouncementDrafts = field(default_factory=FakeAnnouncementDrafts)
    posts: FakePosts = field(default_factory=FakePosts)
    queue: FakePostQueue = field(default_factory=FakePostQueue)
    pictures: FakePictures = field(default_factory=FakePictures)
    picture_queue: FakePictureQueue = field(default_factory=FakePictureQueue)
    queue_errors: list[QueueUnavailable] = field(default_factory=list)
    approval: frozenset[str] = frozenset()
    is_in_trial: bool = False

    def has(self, document: bytes | Fetched | Exception, feed: FeedSettings = BLOG) -> None:
        """Have this at the feed's address."""
        self.fetcher.at[feed.url] = document

    def reads(self, *, runs_on: int = 1_000) -> FeedsReport:
        """Run once, ten minutes after the run before; there is time for so many feeds."""
        turns = iter([True] * runs_on)
        brand = small_brand(feeds=self.feeds, is_in_trial=self.is_in_trial, checks=CheckSettings(banned=("업계 최초",)))
        announcer = Announcer(
            drafts=self.drafts,
            posts=self.posts,
            submitter=self.submitter,
            check=CheckPosts(brand, TimelineTexts(self.posts)),
            pictures=self.pictures,
            picture_queue=self.picture_queue,
        )
        reader = FeedReader(brand, self.store, self.fetcher, announcer, parse=_parsed, clock=lambda: self.now)
        try:
            return reader.read_feeds(self.now, lambda: next(turns, False))
        finally:
            self.now += TEN_MINUTES

    def finds(self, document: bytes | Fetched | Exception, feed: FeedSettings = BLOG) -> FeedsReport:
        """Run once with this at the feed's address."""
        self.has(document, feed)
        return self.reads()

    @property
    def submitter(self) -> PostSubmitter:
        timer, errors = FakePostTimer(), self.queue_errors
        return PostSubmitter(
            self.posts, self.queue, timer, lambda: self.now, errors.append, handle="jade", approval=self.approval
        )

    @property
    def drafted(self) -> list[str]:
        """The first lines of all drafts, the newest first."""
        return [draft.text.partition("\n")[0] for draft in self.drafts.all()]

    @property
    def posted(self) -> list[Post]:
        return list(self.posts.posts.values())

    def state(self, feed: FeedSettings = BLOG) -> FeedState:
        return self.store.states[feed.name]


def _parsed(body: bytes, content_type: str, url: str) -> ParsedFeed:
    return parse_feed(body, content_type, url, ZoneInfo("Asia/Seoul"))


def moved(to: str, body: bytes) -> Fetched:
    """The answer after permanent redirects to this address."""
    return Fetched(200, {}, body, to, moved_to=to)


def failed(reason: object) -> FetchFailed:
    """The error of a fetch that failed for this reason."""
    return FetchFailed(reason)  # type: ignore[arg-type]
