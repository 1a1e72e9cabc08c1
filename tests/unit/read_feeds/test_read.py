"""Each new entry is announced once, whatever the feed, the network and the desk's own stores do."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.errors import QueueUnavailable, StoreBusy
from desk.feeds import parse
from desk.feeds.model import FeedFailure
from desk.feeds.news import MOST_DRAFTS, MOST_POSTS
from desk.fetch.model import Fetched, FetchFailed, FetchReason
from desk.pictures.model import PictureState, is_picture_id
from desk.posts.commands import SubmitPost
from desk.posts.model import PostKind, PostState
from desk.posts.submit import PostSubmitter
from read_feeds.announce import Announcer
from tests.unit.read_feeds.scene import BLOG, LINK, NEWSROOM, NOON, TEN_MINUTES, FeedScene, item, moved, rss

DAY = timedelta(days=1)
NOT_MODIFIED = Fetched(304, {}, b"", BLOG.url)


def begun(*feeds: object, with_items: tuple[str, ...] = (), **scene: object) -> FeedScene:
    """A desk that has read its feeds once."""
    made = FeedScene(*feeds, **scene)  # type: ignore[arg-type]
    for feed in made.feeds:
        made.has(rss(*with_items), feed)
    made.reads()
    return made


# What is new


def test_the_first_reading_only_records() -> None:
    scene = begun(with_items=(item(2), item(1)))

    assert (scene.drafted, scene.posted) == ([], [])
    assert scene.state().began_at == NOON


def test_a_new_entry_becomes_a_draft() -> None:
    scene = begun(with_items=(item(1),))

    report = scene.finds(rss(item(2), item(1)))

    (draft,) = scene.drafts.all()
    assert draft.text == f"글 2 #에메랄드모바일\n{LINK}/2"
    assert (draft.source, draft.made_at, draft.pictures) == ("블로그", NOON + TEN_MINUTES, ())
    assert (report.drafts, scene.state().news_at) == (1, NOON + TEN_MINUTES)
    assert scene.posted == []


def test_an_entry_is_announced_once_whatever_the_feed_does_next() -> None:
    scene = begun(with_items=(item(1),))
    scene.finds(rss(item(2), item(1)))

    for document in (
        rss(item(1), item(2)),
        rss(item(2, pubDate="Wed, 25 Nov 2026 09:00:00 +0900"), item(1)),
        rss(item(2, title="고친 제목"), item(1)),
        rss(),
        rss(item(2), item(1)),
        rss(item(2, guid="https://www.example.com/?p=2"), item(1, guid="")),
    ):
        report = scene.finds(document)
        assert report.failed == {}

    assert scene.drafted == ["글 2 #에메랄드모바일"]


def test_a_draft_that_a_person_removed_does_not_come_back() -> None:
    scene = begun()
    scene.finds(rss(item(1)))
    (draft,) = scene.drafts.all()
    scene.drafts.remove(draft.id, by="박지민", now=scene.now)

    scene.finds(rss(item(1), item(2)))
    scene.store.marked.clear()  # even if the marks were lost
    scene.finds(rss(item(1)))

    assert "글 1 #에메랄드모바일" not in scene.drafted


def test_news_come_in_the_order_in_which_they_were_published() -> None:
    scene = begun((NEWSROOM,))

    scene.finds(rss(item(3), item(2), item(1)), NEWSROOM)

    assert [post.text.partition("\n")[0] for post in scene.posted] == ["글 1", "글 2", "글 3"]


def test_an_older_entry_that_appears_when_a_newer_one_is_removed_is_no_news() -> None:
    scene = begun(with_items=(item(9),))

    scene.finds(rss(item(3, pubDate="Mon, 02 Nov 2026 09:00:00 +0900")))

    assert scene.drafted == []


@pytest.mark.parametrize("written", ["2026.11.02 09:00:00", "2026/11/02 09:00", "2026년 11월 2일"])
def test_an_older_entry_whose_date_is_not_in_the_form_of_rss_is_no_news_either(written: str) -> None:
    scene = begun((NEWSROOM,), with_items=(item(9),))

    scene.finds(rss(item(3, pubDate=written)), NEWSROOM)

    assert (scene.drafted, scene.posted) == ([], [])


@pytest.mark.parametrize("written", ["", "어제", "2026.11.24 09:00:00"])
def test_at_the_first_reading_nothing_is_news_whatever_its_date(written: str) -> None:
    scene = begun((NEWSROOM,), with_items=(item(2, pubDate=written), item(1)))

    scene.finds(rss(item(1), item(2, pubDate=written)), NEWSROOM)

    assert (scene.drafted, scene.posted) == ([], [])


def test_another_address_in_desk_yaml_begins_anew() -> None:
    scene = begun(with_items=(item(1),))
    there = BLOG._replace(url="https://www.emerald.example/feed")
    scene.feeds = (there,)

    scene.finds(rss(item(7, guid="7"), item(1)), there)
    scene.finds(rss(item(8), item(7, guid="7"), item(1)), there)

    assert scene.drafted == ["글 8 #에메랄드모바일"]


def test_of_a_flood_the_newest_become_drafts_and_it_is_shown_and_counted() -> None:
    scene = begun((NEWSROOM,))
    flood = [item(number, guid=f"new-{number}") for number in range(200, 0, -1)]

    report = scene.finds(rss(*flood), NEWSROOM)
    again = scene.finds(rss(item(300), *flood), NEWSROOM)

    assert (report.drafts, report.posts, report.left_out) == (MOST_DRAFTS, 0, 200 - MOST_DRAFTS)
    assert set(scene.drafted) == {f"글 {number}" for number in range(181, 201)}
    assert (again.drafts, again.posts, again.left_out) == (0, 1, 0)
    assert scene.state(NEWSROOM).left_out == 180


def test_the_next_day_has_room_again() -> None:
    scene = begun()
    scene.finds(rss(*(item(number) for number in range(30))))
    scene.now += DAY

    report = scene.finds(rss(item(40), *(item(number) for number in range(30))))

    assert report.drafts == 1


# Automatic feeds


def test_an_automatic_feed_queues_a_post_once() -> None:
    scene = begun((NEWSROOM,))

    report = scene.finds(rss(item(1)), NEWSROOM)
    scene.finds(rss(item(1), item(1, title="고친 제목")), NEWSROOM)

    (post,) = scene.posted
    assert (post.kind, post.text, post.by) == (PostKind.ANNOUNCEMENT, f"글 1\n{LINK}/1", "뉴스룸")
    assert (post.state, post.estimated_micro_usd) == (PostState.QUEUED, 200_000)
    assert post.expires_at == NOON + TEN_MINUTES + DAY
    assert (report.posts, scene.drafted) == (1, [])
    assert [sent.post_id for sent in scene.queue.sent] == [post.id]


def test_an_automatic_post_awaits_approval_where_desk_yaml_says_so() -> None:
    scene = begun((NEWSROOM,), approval=frozenset({"announcement"}))

    scene.finds(rss(item(1)), NEWSROOM)

    assert [post.state for post in scene.posted] == [PostState.AWAITING_APPROVAL]


def test_a_desk_in_trial_publishes_nothing_by_itself() -> None:
    scene = begun((NEWSROOM,), is_in_trial=True)

    scene.finds(rss(item(1)), NEWSROOM)

    assert (scene.posted, scene.drafted) == ([], ["글 1"])


def test_more_than_the_days_posts_become_drafts() -> None:
    scene = begun((NEWSROOM,))
    for number in range(MOST_POSTS + 2):
        scene.finds(rss(item(number)), NEWSROOM)

    assert len(scene.posted) == MOST_POSTS
    assert len(scene.drafted) == 2


@pytest.mark.parametrize("entry", [item(1, title=""), item(1, link="http://10.0.0.1/1"), item(1, title="$A $B")])
def test_what_x_would_not_take_becomes_a_draft_and_stops_no_other_entry(entry: str) -> None:
    scene = begun((NEWSROOM,))

    scene.finds(rss(entry, item(2)), NEWSROOM)

    assert [post.text for post in scene.posted] == [f"글 2\n{LINK}/2"]
    assert len(scene.drafts.all()) == 1


def test_what_was_read_in_a_guessed_encoding_becomes_a_draft_that_says_so() -> None:
    scene = begun((NEWSROOM,))
    korean = Fetched(200, {"content-type": "text/xml; charset=euc-kr"}, rss(item(1)).decode().encode("cp949"), "")

    scene.finds(korean._replace(headers={"content-type": "text/xml"}), NEWSROOM)
    scene.finds(korean._replace(body=rss(item(2)).decode().encode("cp949")), NEWSROOM)

    (draft,) = scene.drafts.all()
    assert (draft.text, draft.is_guessed) == (f"글 1\n{LINK}/1", True)
    assert [post.text for post in scene.posted] == [f"글 2\n{LINK}/2"]


@pytest.mark.parametrize("title", ["업계 최초 요금제", "010-1234-5678로 전화 주세요", "@somebody 님의 글"])
def test_what_the_check_warns_of_becomes_a_draft(title: str) -> None:
    scene = begun((NEWSROOM,))

    scene.finds(rss(item(1, title=title)), NEWSROOM)

    assert (scene.posted, scene.drafted) == ([], [title])


def test_a_text_that_the_account_has_just_published_is_left_to_a_person() -> None:
    scene = begun((NEWSROOM,))
    post, _ = scene.submitter.submit(SubmitPost(PostKind.ANNOUNCEMENT, f"글 1\n{LINK}/1", by="cms"))

    scene.finds(rss(item(1)), NEWSROOM)

    assert (scene.posted, scene.drafted) == ([post], ["글 1"])


# Pictures


PICTURED = item(1, description="&lt;img src='/eins.png' alt='노트북'&gt;")


def test_the_picture_of_an_entry_is_fetched_and_attached_with_its_text() -> None:
    scene = begun()

    scene.finds(rss(PICTURED))

    (draft,), (picture,) = scene.drafts.all(), scene.pictures.pictures.values()
    assert [(each.id, each.alt) for each in draft.pictures] == [(picture.id, "노트북")]
    assert (picture.source_url, picture.by) == ("https://www.example.com/eins.png", "블로그")
    assert picture.state is PictureState.WAITING
    assert is_picture_id(picture.id)
    assert scene.picture_queue.sent == [picture.id]


def test_an_entry_whose_picture_cannot_be_queued_is_tried_again() -> None:
    scene = begun()
    scene.picture_queue.fails = True

    report = scene.finds(rss(PICTURED))
    scene.picture_queue.fails = False
    scene.reads()

    assert report.interrupted.keys() == {"블로그"}
    assert scene.drafted == ["글 1 #에메랄드모바일"]


# Asking


def test_an_unchanged_document_is_asked_for_by_its_etag_and_time() -> None:
    scene = FeedScene()
    headers = {"etag": 'W/"41"', "last-modified": "Tue, 24 Nov 2026 03:00:00 GMT"}
    scene.finds(Fetched(200, headers, rss(item(1)), BLOG.url))

    for _ in range(3):
        report = scene.finds(NOT_MODIFIED)

    _, asked = scene.fetcher.asked[-1]
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('W/"41"', "Tue, 24 Nov 2026 03:00:00 GMT")
    assert (report.unchanged, scene.state().read_at) == (1, NOON + 3 * TEN_MINUTES)


def test_not_modified_for_weeks_is_no_failure_and_news_come_after_it() -> None:
    scene = begun(with_items=(item(1),))
    for _ in range(30):
        scene.now += DAY
        assert scene.finds(NOT_MODIFIED).failing == []

    scene.finds(rss(item(2), item(1)))

    assert scene.drafted == ["글 2 #에메랄드모바일"]


def test_not_modified_as_the_first_answer_is_a_failure() -> None:
    scene = FeedScene()

    scene.finds(NOT_MODIFIED)

    assert (scene.state().failure, scene.state().detail) == (FeedFailure.STATUS, "304")


def test_the_same_bytes_are_not_read_again() -> None:
    scene = begun(with_items=(item(1),))

    assert scene.reads().unchanged == 1
    assert scene.store.calls["save_marks"] == 1


def test_a_feed_that_moved_for_good_is_read_there() -> None:
    scene = begun(with_items=(item(1),))
    there = "https://www.emerald.example/feed"
    scene.finds(moved(there, rss(item(1))))
    scene.fetcher.at[there] = rss(item(2), item(1))

    scene.reads()

    assert (scene.state().moved_to, scene.fetcher.asked[-1][0]) == (there, there)
    assert scene.drafted == ["글 2 #에메랄드모바일"]


def test_if_the_new_address_fails_the_one_of_desk_yaml_is_tried() -> None:
    scene = begun(with_items=(item(1),))
    there = "https://www.emerald.example/feed"
    scene.finds(moved(there, rss(item(1))))
    scene.fetcher.at[there] = FetchFailed(FetchReason.NOT_FOUND)
    scene.reads()
    scene.has(rss(item(2), item(1)))

    scene.reads()

    assert scene.fetcher.asked[-1][0] == BLOG.url
    assert (scene.state().moved_to, scene.state().failure, len(scene.drafted)) == (None, None, 1)


def test_entries_beyond_those_that_are_read_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "MOST_ENTRIES", 2)
    scene = begun()

    assert scene.finds(rss(item(3), item(2), item(1))).unread == {"블로그": 1}


# Failures


FAILURES = [
    (FetchFailed(FetchReason.TOO_LARGE), FeedFailure.NOT_FETCHED, "too_large"),
    (FetchFailed(FetchReason.TOO_SLOW), FeedFailure.NOT_FETCHED, "too_slow"),
    (FetchFailed(FetchReason.NOT_FOUND), FeedFailure.NOT_FETCHED, "not_found"),
    (Fetched(404, {}, b"", BLOG.url), FeedFailure.STATUS, "404"),
    (Fetched(410, {}, b"", BLOG.url), FeedFailure.STATUS, "410"),
    (Fetched(503, {}, b"", BLOG.url), FeedFailure.STATUS, "503"),
    (
        Fetched(200, {"content-type": "text/html"}, b"<html><body>...</body></html>", BLOG.url),
        FeedFailure.NOT_A_FEED,
        "",
    ),
    (Fetched(200, {}, b"", BLOG.url), FeedFailure.EMPTY, ""),
    (
        Fetched(200, {"content-type": "text/xml; charset=iso-2022-kr"}, rss(), BLOG.url),
        FeedFailure.ENCODING,
        "iso-2022-kr",
    ),
    (Fetched(200, {}, b"<!DOCTYPE rss>" + rss(), BLOG.url), FeedFailure.DOCUMENT_TYPE, ""),
    (Fetched(200, {}, rss("<a>" * 1_000), BLOG.url), FeedFailure.TOO_COMPLEX, ""),
    (Fetched(200, {}, rss(item(1, title="&#xD83D;")), BLOG.url), FeedFailure.DAMAGED, ""),
]


@pytest.mark.parametrize(("answer", "failure", "detail"), FAILURES)
def test_a_failure_is_remembered_with_its_reason_and_forgotten_when_the_feed_is_read(
    answer: Fetched | Exception, failure: FeedFailure, detail: str
) -> None:
    scene = begun(with_items=(item(1),))

    report = scene.finds(answer)
    scene.finds(answer)

    state = scene.state()
    assert (state.failure, state.detail, state.failing_since) == (failure, detail, NOON + TEN_MINUTES)
    assert (state.read_at, list(report.failed)) == (NOON, ["블로그"])
    scene.finds(rss(item(2), item(1)))
    state = scene.state()
    assert (state.failure, state.failing_since, len(scene.drafted)) == (None, None, 1)


def test_a_feed_that_fails_for_a_day_is_reported_until_it_is_read() -> None:
    scene = begun()
    assert scene.finds(FetchFailed(FetchReason.TOO_SLOW)).failing == []
    scene.now += DAY - 2 * TEN_MINUTES
    assert scene.reads().failing == []

    assert scene.reads().failing == ["블로그"]
    assert scene.finds(rss()).failing == []


def test_a_feed_that_never_could_be_read_begins_when_it_can() -> None:
    scene = FeedScene()
    scene.finds(Fetched(500, {}, b"", BLOG.url))

    scene.finds(rss(item(1)))
    scene.finds(rss(item(2), item(1)))

    assert scene.drafted == ["글 2 #에메랄드모바일"]


@pytest.mark.parametrize(
    ("retry_after", "waits"),
    [
        ("3600", timedelta(hours=1)),
        ("Tue, 24 Nov 2026 04:00:00 GMT", timedelta(hours=1)),
        ("999999999999", DAY),
        ("soon", None),
        ("", None),
    ],
)
def test_a_server_that_asks_to_wait_is_not_asked_before(retry_after: str, waits: timedelta | None) -> None:
    scene = FeedScene()

    scene.finds(Fetched(429, {"retry-after": retry_after}, b"", BLOG.url))

    assert scene.state().retry_at == (NOON + waits if waits else None)
    report = scene.reads()
    assert (report.not_tried, len(scene.fetcher.asked)) == (["블로그"] if waits else [], 1 if waits else 2)
    scene.now = NOON + DAY + TEN_MINUTES
    assert scene.finds(rss()).read == 1


# Each for itself


def test_a_feed_that_fails_stops_no_other() -> None:
    scene = begun((BLOG, NEWSROOM))
    scene.has(ValueError("a defect"), BLOG)
    scene.has(rss(item(1)), NEWSROOM)

    report = scene.reads()

    assert report.defects == {"블로그": "ValueError"}
    assert (scene.state().failure, len(scene.posted)) == (FeedFailure.DEFECT, 1)


def test_an_entry_at_which_the_desk_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = begun()
    draft = Announcer.draft

    def fails_at_one(self: Announcer, feed: object, entry: object, now: datetime) -> object:
        if getattr(entry, "id", "") == "post-1":
            raise KeyError("a defect")
        return draft(self, feed, entry, now)  # type: ignore[arg-type]

    monkeypatch.setattr(Announcer, "draft", fails_at_one)
    report = scene.finds(rss(item(2), item(1)))

    assert scene.drafted == ["글 2 #에메랄드모바일"]
    assert report.defects.keys() == {"블로그: post-1"}


def test_feeds_that_had_no_turn_come_first_the_next_time() -> None:
    third = BLOG._replace(name="셋째", url="https://third.emerald.example/feed")
    scene = FeedScene((BLOG, NEWSROOM, third))
    for feed in scene.feeds:
        scene.has(rss(), feed)

    reports = [scene.reads(runs_on=2) for _ in range(2)]

    assert [report.not_tried for report in reports] == [["셋째"], ["뉴스룸"]]


def test_a_feed_that_failed_comes_after_the_others_and_has_a_turn_all_the_same() -> None:
    scene = FeedScene((BLOG, NEWSROOM))
    scene.has(rss("<a>" * 1_000), BLOG)
    scene.has(rss(), NEWSROOM)
    scene.reads()

    reports = [scene.reads(runs_on=1) for _ in range(9)]

    assert [report.not_tried for report in reports] == [["블로그"]] * 6 + [["뉴스룸"], ["블로그"], ["블로그"]]


def test_a_feed_on_which_another_run_works_is_left_alone() -> None:
    scene = begun()
    scene.store.claim("블로그", scene.now, scene.now + TEN_MINUTES)

    assert scene.finds(rss(item(1))).not_tried == ["블로그"]
    assert scene.finds(rss(item(1))).drafts == 1


# Ends in between


@pytest.mark.parametrize("when", ["fail_before", "fail_after"])
@pytest.mark.parametrize(
    ("store", "method"),
    [("store", "claim"), ("store", "save_marks"), ("store", "save"), ("drafts", "add")],
)
def test_a_run_that_ends_anywhere_is_repeated_without_making_anything_twice(store: str, method: str, when: str) -> None:
    scene = begun(with_items=(item(1),))
    getattr(getattr(scene, store), when).append(method)

    report = scene.finds(rss(item(3), item(2), item(1)))
    scene.reads()
    scene.reads()

    assert report.interrupted.keys() == {"블로그"}
    assert sorted(scene.drafted) == ["글 2 #에메랄드모바일", "글 3 #에메랄드모바일"]


@pytest.mark.parametrize("when", ["fail_before", "fail_after"])
def test_a_post_whose_answer_is_lost_is_made_once(when: str) -> None:
    scene = begun((NEWSROOM,))
    getattr(scene.posts, when).append("add")

    report = scene.finds(rss(item(1)), NEWSROOM)
    scene.reads()

    assert report.interrupted.keys() == {"뉴스룸"}
    assert (len(scene.posted), scene.drafted) == (1, [])


def test_a_publisher_that_cannot_be_woken_is_left_to_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = begun((NEWSROOM,))

    def unavailable(self: PostSubmitter, post_id: str, **_: object) -> None:
        raise QueueUnavailable("posts")

    monkeypatch.setattr(type(scene.queue), "send", unavailable)
    report = scene.finds(rss(item(1)), NEWSROOM)

    assert (report.posts, len(scene.queue_errors)) == (1, 1)


def test_a_store_that_is_down_is_told_at_once() -> None:
    scene = FeedScene()
    scene.store.busy.add("all")

    with pytest.raises(StoreBusy):
        scene.finds(rss())


def test_an_entry_dated_in_the_future_is_announced_now() -> None:
    scene = begun()

    scene.finds(rss(item(1, pubDate="Fri, 01 Jan 2027 00:00:00 GMT")))

    assert scene.drafted == ["글 1 #에메랄드모바일"]
    assert scene.state().news_at == datetime(2026, 11, 24, 3, 10, tzinfo=UTC)
