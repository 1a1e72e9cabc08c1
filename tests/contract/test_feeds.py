"""Feeds and drafts of announcements: the fakes and DynamoDB keep the same promises."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk.errors import LeaseLost
from desk.feeds.marks import MOST_MARKS, FeedMarks
from desk.feeds.model import FeedEntry, FeedFailure, FeedState
from desk.feeds.store import FeedItems, FeedStore
from desk.pictures.model import AttachedPicture
from desk.posts.announcement_drafts import AnnouncementDraft, AnnouncementDraftItems, AnnouncementDrafts
from tests.fakes.feeds import FakeAnnouncementDrafts, FakeFeeds
from tests.tables import Dynamo

NOON = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
BLOG = "블로그"
DRAFT = AnnouncementDraft(
    "feed-1",
    "헤드라인 쓰는 재미 #에메랄드\nhttps://blog.emerald.example/1",
    BLOG,
    NOON,
    (AttachedPicture("p-1", "노트북 앞의 사람"), AttachedPicture("p-2")),
    is_guessed=True,
)


@pytest.fixture
def drafts(dynamo: Dynamo | None) -> AnnouncementDrafts:
    return AnnouncementDraftItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeAnnouncementDrafts()


@pytest.fixture
def feeds(dynamo: Dynamo | None) -> FeedStore:
    return FeedItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeFeeds()


def test_a_draft_is_found_as_it_was_added(drafts: AnnouncementDrafts) -> None:
    drafts.add(DRAFT)

    assert drafts.get("feed-1") == DRAFT
    assert drafts.get("feed-2") is None


def test_drafts_are_listed_the_newest_first(drafts: AnnouncementDrafts) -> None:
    newer = DRAFT._replace(id="feed-0", made_at=LATER, pictures=(), is_guessed=False)
    drafts.add(newer)
    drafts.add(DRAFT)

    assert list(drafts.all()) == [newer, DRAFT]


def test_adding_a_draft_again_changes_nothing(drafts: AnnouncementDrafts) -> None:
    drafts.add(DRAFT)
    drafts.add(DRAFT._replace(text="다른 글"))

    assert drafts.get("feed-1") == DRAFT


def test_a_removed_draft_does_not_come_back(drafts: AnnouncementDrafts) -> None:
    drafts.add(DRAFT)
    drafts.remove("feed-1", by="박지민", now=LATER)
    drafts.remove("feed-1", by="이수진", now=LATER)
    drafts.add(DRAFT)

    assert drafts.get("feed-1") is None
    assert list(drafts.all()) == []


def test_removing_a_draft_that_never_was_keeps_its_id_free(drafts: AnnouncementDrafts) -> None:
    drafts.remove("feed-1", by="박지민", now=NOON)
    drafts.add(DRAFT)

    assert drafts.get("feed-1") == DRAFT


def test_a_feed_that_was_never_tried_is_claimed_as_new(feeds: FeedStore) -> None:
    assert feeds.all() == {}

    state = feeds.claim(BLOG, NOON, LATER)

    assert state == FeedState(BLOG, tried_at=NOON, claimed_until=LATER, version=1)


def test_one_run_at_a_time_works_on_a_feed(feeds: FeedStore) -> None:
    first = feeds.claim(BLOG, NOON, LATER)

    assert feeds.claim(BLOG, NOON, LATER) is None
    assert feeds.claim("다른 피드", NOON, LATER) is not None
    assert first
    feeds.save(first)
    assert feeds.claim(BLOG, NOON, LATER) is not None


def test_a_claim_ends_with_its_time_and_who_lost_it_saves_nothing(feeds: FeedStore) -> None:
    slow = feeds.claim(BLOG, NOON, LATER)
    quick = feeds.claim(BLOG, LATER, LATER + timedelta(minutes=5))

    assert slow
    assert quick
    with pytest.raises(LeaseLost):
        feeds.save(slow._replace(etag='"slow"'))
    feeds.save(quick._replace(etag='"quick"'))
    assert feeds.all()[BLOG].etag == '"quick"'


def test_a_state_is_found_as_it_was_saved(feeds: FeedStore) -> None:
    claimed = feeds.claim(BLOG, NOON, LATER)
    assert claimed
    full = claimed._replace(
        url="https://blog.emerald.example/feed",
        moved_to="https://www.emerald.example/feed",
        etag='W/"1"',
        modified="Sat, 28 Nov 2026 03:00:00 GMT",
        digest="0123",
        began_at=NOON - timedelta(days=3),
        read_at=NOON,
        failing_since=NOON,
        failure=FeedFailure.STATUS,
        detail="503",
        retry_at=LATER,
        day=date(2026, 11, 28),
        drafted=2,
        posted=1,
        news_at=NOON,
        left_out=200,
        left_out_at=NOON,
    )

    feeds.save(full)

    assert feeds.all() == {BLOG: full._replace(claimed_until=None, version=2)}


def test_marks_are_found_as_they_were_saved(feeds: FeedStore) -> None:
    assert feeds.marks(BLOG) == FeedMarks()
    known = FeedMarks().with_entries([FeedEntry("1", "하나", "https://e.example/1")], NOON.date())

    feeds.save_marks(BLOG, known)

    assert feeds.marks(BLOG) == known._replace(version=1)
    assert feeds.marks("다른 피드") == FeedMarks()


def test_the_marks_of_an_empty_feed_are_stored_too(feeds: FeedStore) -> None:
    feeds.save_marks(BLOG, FeedMarks())

    assert feeds.marks(BLOG) == FeedMarks(version=1)


def test_marks_that_changed_meanwhile_are_not_overwritten(feeds: FeedStore) -> None:
    feeds.save_marks(BLOG, FeedMarks())
    seen = feeds.marks(BLOG)
    feeds.save_marks(BLOG, seen)

    with pytest.raises(LeaseLost):
        feeds.save_marks(BLOG, seen)


def test_as_many_marks_as_a_feed_may_have_fit(feeds: FeedStore) -> None:
    full = FeedMarks({number.to_bytes(12): 2523 for number in range(MOST_MARKS)})

    feeds.save_marks(BLOG, full)

    assert feeds.marks(BLOG).days == full.days
