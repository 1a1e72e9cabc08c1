"""What is new in a feed, whatever the feed does."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk.brand import FeedSettings
from desk.feeds import marks as marks_module
from desk.feeds.marks import FeedMarks, entry_key, marks_of, packed, unpacked
from desk.feeds.model import FeedEntry
from desk.feeds.news import MOST_DRAFTS, MOST_POSTS, NewsPlan, announcement_of, news_of, plan_of

TODAY = date(2026, 11, 28)
BEGAN = datetime(2026, 11, 20, tzinfo=UTC)
FEED = FeedSettings("블로그", "https://blog.emerald.example/feed", ("에메랄드모바일",))


def entry(number: int, **changes: object) -> FeedEntry:
    made = FeedEntry(
        f"id-{number}", f"글 {number}", f"https://example.com/{number}", published=BEGAN + timedelta(number)
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def known(*entries: FeedEntry, today: date = TODAY) -> FeedMarks:
    return FeedMarks().with_entries(entries, today)


ONE, TWO, THREE = entry(1), entry(2), entry(3)


def test_entries_that_are_not_known_are_news_the_oldest_first() -> None:
    assert news_of([THREE, TWO, ONE], known(ONE), BEGAN) == [TWO, THREE]


def test_without_dates_the_last_of_the_document_is_the_oldest() -> None:
    undated = [each._replace(published=None) for each in (THREE, ONE, TWO)]

    assert [each.id for each in news_of(undated, FeedMarks(), BEGAN)] == ["id-2", "id-1", "id-3"]


@pytest.mark.parametrize(
    "again",
    [
        ONE._replace(published=BEGAN + timedelta(30)),
        ONE._replace(published=None),
        ONE._replace(title="고친 제목"),
        ONE._replace(link="https://www.e.example/new-address"),
        ONE._replace(id="another id"),
        ONE._replace(id=""),
        ONE._replace(picture=None, summary="요약"),
    ],
)
def test_a_known_entry_is_no_news_however_it_comes_back(again: FeedEntry) -> None:
    assert news_of([TWO, again], known(ONE, TWO), BEGAN) == []


def test_an_entry_that_got_an_id_only_later_is_known() -> None:
    assert news_of([ONE], known(ONE._replace(id="")), BEGAN) == []


def test_entries_with_the_same_link_and_different_titles_are_different() -> None:
    home = [each._replace(link="https://example.com/") for each in (TWO, ONE)]

    assert len(news_of(home, known(home[1]), BEGAN)) == 1


def test_an_entry_that_is_listed_twice_is_news_once() -> None:
    assert news_of([ONE._replace(title="고친 제목"), ONE, ONE], FeedMarks(), BEGAN) == [ONE._replace(title="고친 제목")]


def test_an_entry_from_before_the_first_reading_is_no_news() -> None:
    old = entry(0, published=BEGAN - timedelta(days=1, seconds=1))

    assert news_of([old], FeedMarks(), BEGAN) == []
    assert news_of([old._replace(published=BEGAN - timedelta(days=1))], FeedMarks(), BEGAN) != []


def test_an_entry_of_the_future_is_news_now() -> None:
    assert news_of([entry(0, published=datetime(9999, 1, 1, tzinfo=UTC))], FeedMarks(), BEGAN) != []


def test_a_mark_is_written_anew_after_a_month_only() -> None:
    marks = known(ONE)

    assert marks.with_entries([ONE], TODAY + timedelta(days=29)).days == marks.days
    assert set(marks.with_entries([ONE], TODAY + timedelta(days=30)).days.values()) == {min(marks.days.values()) + 30}


def test_beyond_the_most_the_marks_of_what_was_listed_the_longest_ago_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks_module, "MOST_MARKS", 4)
    marks = known(ONE).with_entries([TWO], TODAY + timedelta(days=40))

    marks = marks.with_entries([ONE], TODAY + timedelta(days=80)).with_entries([THREE], TODAY + timedelta(days=90))

    assert [marks.know(each) for each in (ONE, TWO, THREE)] == [True, False, True]


def test_marks_are_packed_and_unpacked() -> None:
    marks = known(ONE, TWO._replace(id=""))

    assert unpacked(packed(marks.days)) == marks.days
    assert len(marks.days) == 3
    assert unpacked(b"") == {}


def test_days_before_the_first_one_count_as_it() -> None:
    assert set(known(ONE, today=date(2001, 1, 1)).days.values()) == {0}


def test_marks_and_keys_tell_ids_from_titles() -> None:
    assert marks_of(FeedEntry("x", "", "")) != marks_of(FeedEntry("", "x", ""))
    assert entry_key("블로그", ONE) == entry_key("블로그", ONE._replace(title="고친 제목", link="", published=None))
    assert entry_key("블로그", ONE) != entry_key("뉴스룸", ONE)


def numbered(count: int) -> tuple[FeedEntry, ...]:
    return tuple(entry(number) for number in range(count))


def test_a_feed_makes_drafts() -> None:
    assert plan_of(numbered(2), is_automatic=False, posted=0, drafted=0) == NewsPlan(drafts=numbered(2))


def test_an_automatic_feed_makes_posts_up_to_the_most() -> None:
    assert plan_of(numbered(MOST_POSTS), is_automatic=True, posted=0, drafted=0) == NewsPlan(posts=numbered(MOST_POSTS))
    assert plan_of(numbered(1), is_automatic=True, posted=MOST_POSTS - 1, drafted=0) == NewsPlan(posts=numbered(1))


def test_more_at_once_or_in_a_day_become_drafts() -> None:
    many = numbered(MOST_POSTS + 1)

    assert plan_of(many, is_automatic=True, posted=0, drafted=0) == NewsPlan(drafts=many)
    assert plan_of(numbered(1), is_automatic=True, posted=MOST_POSTS, drafted=0) == NewsPlan(drafts=numbered(1))


def test_of_a_flood_the_newest_become_drafts_and_the_rest_is_only_recorded() -> None:
    flood = numbered(200)

    plan = plan_of(flood, is_automatic=True, posted=0, drafted=3)

    assert plan == NewsPlan(drafts=flood[-(MOST_DRAFTS - 3) :], left_out=flood[: 200 - (MOST_DRAFTS - 3)])
    assert plan_of(flood, is_automatic=False, posted=0, drafted=MOST_DRAFTS) == NewsPlan(left_out=flood)


def test_an_announcement_has_title_hashtags_and_link() -> None:
    announcement = announcement_of(FEED, ONE)

    assert announcement.text == "글 1 #에메랄드모바일\nhttps://example.com/1"
    assert announcement.is_complete


def test_a_long_title_is_cut_as_the_api_does() -> None:
    announcement = announcement_of(FEED, entry(1, title="아주 긴 제목입니다 " * 50))

    assert "… #에메랄드모바일\nhttps://example.com/1" in announcement.text
    assert announcement.is_complete


@pytest.mark.parametrize(
    ("odd", "text"),
    [
        (entry(1, title="", summary="첫 문장"), "첫 문장 #에메랄드모바일\nhttps://example.com/1"),
        (entry(1, title=""), "#에메랄드모바일\nhttps://example.com/1"),
        (entry(1, link=""), "글 1 #에메랄드모바일"),
        (entry(1, link="javascript:alert(1)"), "글 1 #에메랄드모바일"),
        (entry(1, link="https://[bad"), "글 1 #에메랄드모바일\nhttps://[bad"),
        (entry(1, title="$A $B 주식"), "$A $B 주식 #에메랄드모바일\nhttps://example.com/1"),
    ],
)
def test_what_x_would_not_take_is_left_to_a_person(odd: FeedEntry, text: str) -> None:
    assert announcement_of(FEED, odd)[1:] == (text, False)
