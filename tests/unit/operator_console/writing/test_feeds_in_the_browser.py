"""How feeds are shown beside the composer: readable on both widths, in light and dark, and without axe's findings."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from desk.brand import FeedSettings
from desk.feeds.model import FeedFailure, FeedState
from desk.posts.announcement_drafts import AnnouncementDraft
from tests.brands import small_brand
from tests.browser import DESKTOP, PHONE, Chromium
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk
from tests.unit.replies.scene import NOW

pytestmark = pytest.mark.browser

BLOG, NEWSROOM, LOG = (
    FeedSettings("블로그", "https://blog.emerald.example/feed"),
    FeedSettings("뉴스룸", "https://news.emerald.example/feed", auto=True),
    FeedSettings("개발자 이야기", "https://dev.emerald.example/feed"),
)
LONG = "https://www.emerald.example/" + "very-long-path/" * 12 + "feed.xml"
DRAFT = AnnouncementDraft("feed-1", "헤드라인 쓰는 재미 #에메랄드\nhttps://blog.example.com/headline", "블로그", NOW)


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk(brand=small_brand(feeds=(BLOG, NEWSROOM, LOG)))
    scene.browser = browser
    scene.posts.switch = scene.switch
    hour = timedelta(hours=1)
    scene.feeds.states = {
        state.name: state
        for state in (
            FeedState("블로그", BLOG.url, read_at=NOW, left_out=180, left_out_at=NOW - 5 * hour, moved_to=LONG),
            FeedState(
                "뉴스룸",
                NEWSROOM.url,
                read_at=NOW - 30 * hour,
                failing_since=NOW - 29 * hour,
                failure=FeedFailure.NOT_FETCHED,
                detail="not_reached",
            ),
        )
    }
    scene.announcement_drafts.add(DRAFT)
    with scene.served() as scene.url:
        yield scene


@variants("width", [DESKTOP, PHONE], count=1)
def test_the_feeds_fit_the_page_and_axe_finds_nothing(desk: Desk, width: int) -> None:
    with desk.opened(path="write", width=width) as page:
        assert page.locator("#feeds li").count() == 3
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert desk.browser.violations_in_both_themes(page) == []
