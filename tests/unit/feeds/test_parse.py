"""Documents as feeds: a collection of what feeds in the world are like, written for these tests."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk.feeds import parse
from desk.feeds.html import plain_text
from desk.feeds.model import FeedEntry, FeedFailure, FeedPicture, FeedUnreadable, ParsedFeed
from desk.feeds.parse import parse_feed

SEOUL = ZoneInfo("Asia/Seoul")
FOLDER = Path(__file__).parents[2] / "data" / "feeds"
URL = "https://blog.emerald.example/feed/index.xml"
FIVE_PAST_ONE = datetime(2026, 11, 24, 4, 5, tzinfo=UTC)
HEADLINE = FeedEntry(
    "post-41", "헤드라인 쓰는 재미", "https://blog.emerald.example/posts/headline", published=FIVE_PAST_ONE
)
PICTURE = "https://img.emerald.example"


def rss(inner: str) -> bytes:
    return f"<rss version='2.0'><channel>{inner}</channel></rss>".encode()


def parsed(name: str, content_type: str = "") -> ParsedFeed:
    return parse_feed((FOLDER / name).read_bytes(), content_type, URL, SEOUL)


def titles(name: str) -> list[str]:
    return [entry.title for entry in parsed(name).entries]


@pytest.mark.parametrize(
    ("name", "is_guessed"),
    [
        *(
            (name, False)
            for name in ("plain.rss", "utf-8-with-bom.rss", "utf-16-with-bom.rss", "utf-16-without-bom.rss")
        ),
        *((name, False) for name in ("blank-lines-first.rss", "control-characters.rss", "not-well-formed.rss")),
        *((name, True) for name in ("euc-kr-that-says-utf-8.rss", "utf-8-that-says-euc-kr.rss", "no-encoding.rss")),
        *((name, True) for name in ("unknown-encoding.rss", "cut-in-a-character.rss")),
    ],
)
def test_the_same_entry_is_read_from_it(name: str, is_guessed: bool) -> None:
    assert parsed(name) == ParsedFeed([HEADLINE._replace(is_guessed=is_guessed)])


def test_syllables_that_the_declared_korean_encoding_lacks_are_read() -> None:
    assert titles("euc-kr.rss") == ["헤드라인 쓰는 똠방 재미"]


def test_html_in_titles_becomes_text_and_text_stays() -> None:
    assert titles("html-in-titles.rss") == [
        "굵은 제목",
        "빨간 제목 & 기호",
        "A&B",
        "3 < 4 & 5G",
        "스크립트",
        "여러 줄에 걸친 제목",
    ]


def test_named_entities_of_html_are_read() -> None:
    assert titles("named-entities.rss") == ["헤드라인 쓰는 재미 — 하나"]


def test_what_was_cut_off_is_read_as_far_as_it_goes() -> None:
    assert titles("ends-early.rss") == ["헤드라인 쓰는 재미", "뉴스레터 읽는 법"]


def test_entries_without_an_id_have_none() -> None:
    assert [(entry.id, entry.title) for entry in parsed("no-ids.rss").entries] == [("", "하나"), ("", "둘")]


def test_an_id_that_all_entries_have_is_none() -> None:
    assert [entry.id for entry in parsed("one-id-for-all.rss").entries] == ["", ""]


def test_an_entry_that_is_listed_twice_keeps_its_id() -> None:
    assert {entry.id for entry in parsed("an-entry-twice.rss").entries} == {"post-41"}


def test_entries_without_a_title_have_the_beginning_of_their_text() -> None:
    assert [(entry.title, entry.summary) for entry in parsed("no-titles.rss").entries] == [
        ("", "제목이 없는 글 둘째 문단"),
        ("", ""),
    ]


@pytest.mark.parametrize(
    "other",
    [
        "<image><title>img</title></image>",
        "<image><url>/i.png</url><title>&lt;b&gt;img&lt;/b&gt;</title></image>",
        "<textinput><title>search</title></textinput>",
        "<media:group xmlns:media='http://search.yahoo.com/mrss/'><media:title>film</media:title></media:group>",
    ],
)
def test_the_title_of_an_entry_is_its_own(other: str) -> None:
    title = "<title>&lt;b&gt;바른&lt;/b&gt; 제목 &amp;amp; 글</title>"

    for inner in (title + other, other + title):
        assert [each.title for each in parse_feed(rss(f"<item>{inner}</item>"), "", URL, SEOUL).entries] == [
            "바른 제목 & 글"
        ]


def test_an_address_that_is_too_long_is_none() -> None:
    base = "https://blog.emerald.example/" + "a" * 2_000
    body = f"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{base}/'><entry><title>하나</title><link href='1'/>"
    picture = "<link rel='enclosure' type='image/png' href='1.png'/>"

    (entry,) = parse_feed(f"{body}{picture}</entry></feed>".encode(), "", URL, SEOUL).entries

    assert (entry.link, entry.picture) == ("", None)


def test_links_are_made_absolute_and_ids_stay_as_they_are() -> None:
    assert [(entry.id, entry.link) for entry in parsed("relative-links.rss").entries] == [
        ("41", "https://blog.emerald.example/posts/1?a=1&b=2"),
        ("42", "https://blog.emerald.example/feed/posts/2"),
        ("43", ""),
        ("https://blog.emerald.example/posts/4", "https://blog.emerald.example/posts/4"),
    ]


def test_ids_do_not_depend_on_the_address_from_which_the_feed_is_read() -> None:
    body = (FOLDER / "relative-links.rss").read_bytes()

    here, there = (parse_feed(body, "", url, SEOUL).entries for url in (URL, "https://www.emerald.example/moved.xml"))

    assert [entry.id for entry in here] == [entry.id for entry in there]


def test_odd_links_are_left_as_they_are() -> None:
    assert [entry.link for entry in parsed("odd-links.rss").entries] == [
        "javascript:alert(1)",
        "https://[bad",
        "https://블로그.example/글/셋",
        "https://blog.emerald.example/4",
    ]


def test_dates_are_those_that_the_entries_write() -> None:
    dates = {entry.id: entry.published for entry in parsed("dates.rss").entries}

    assert dates == {
        "1": FIVE_PAST_ONE,
        "2": FIVE_PAST_ONE,
        "3": None,
        "4": None,
        "5": None,
        "6": datetime(9999, 1, 1, tzinfo=UTC),
        "7": datetime(2026, 3, 2, tzinfo=UTC),
    }


def test_the_picture_is_a_declared_one_or_the_first_of_the_text_that_is_no_icon() -> None:
    assert [entry.picture for entry in parsed("pictures.rss").entries] == [
        FeedPicture(f"{PICTURE}/large.jpg", "노트북 앞에 앉은 사람"),
        FeedPicture("https://blog.emerald.example/e.jpg?w=1"),
        FeedPicture(f"{PICTURE}/t.jpg"),
        FeedPicture("https://blog.emerald.example/4/photo.jpg", "눈 오는 거리"),
        None,
        FeedPicture("https://blog.emerald.example/6.webp"),
    ]


def test_old_formats_are_read() -> None:
    assert [(entry.id, entry.title) for entry in parsed("0.91.rss").entries] == [("", "하나")]
    (entry,) = parsed("1.0.rdf").entries
    assert entry == FeedEntry(
        "https://rdf.emerald.example/1", "하나", "https://rdf.emerald.example/1", published=FIVE_PAST_ONE
    )


def test_atom_with_its_own_base_and_three_kinds_of_titles_is_read() -> None:
    base, prefix = "https://blog.emerald.example/ko", "tag:blog.emerald.example,2026:"

    assert parsed("plain.atom").entries == [
        FeedEntry(
            f"{prefix}41",
            "헤드라인 쓰는 재미 & 기쁨",
            f"{base}/posts/41",
            published=FIVE_PAST_ONE,
            picture=FeedPicture(f"{base}/41.png", "연필"),
        ),
        FeedEntry(
            f"{prefix}40", "뉴스레터 읽는 법", f"{base}/posts/40", published=datetime(2026, 11, 23, 1, tzinfo=UTC)
        ),
        FeedEntry(
            f"{prefix}39",
            "<b> 태그는 굵게 씁니다",
            f"{base}/posts/39",
            published=datetime(2026, 11, 22, 1, tzinfo=UTC),
        ),
    ]


def test_json_feed_is_read_and_what_it_does_not_allow_is_passed_over() -> None:
    assert parsed("plain.json").entries == [
        FeedEntry(
            "post-41",
            "헤드라인 쓰는 재미",
            "https://blog.emerald.example/posts/41",
            published=FIVE_PAST_ONE,
            picture=FeedPicture("https://blog.emerald.example/41.png", "연필"),
        ),
        FeedEntry(
            "40",
            "",
            "https://blog.emerald.example/posts/40",
            "제목 없는 짧은 글",
            datetime(2026, 11, 23, 1, tzinfo=UTC),
        ),
        FeedEntry("post-39", "밖의 글", "https://partner.example/39", picture=FeedPicture(f"{PICTURE}/39.webp")),
    ]


def test_json_feed_with_a_byte_order_mark_is_read() -> None:
    assert titles("with-bom.json") == ["하나"]


def test_a_feed_without_entries_is_one() -> None:
    assert parsed("empty.rss") == ParsedFeed([])


@pytest.mark.parametrize("name", ["entity-bomb.rss", "external-entity.rss"])
def test_a_document_type_is_refused(name: str) -> None:
    with pytest.raises(FeedUnreadable) as caught:
        parsed(name)

    assert caught.value.failure is FeedFailure.DOCUMENT_TYPE


def test_a_document_on_which_the_tolerant_parser_fails_is_damaged() -> None:
    with pytest.raises(FeedUnreadable) as caught:
        parse_feed(rss("<item><title>&#xD83D;</title></item>"), "", URL, SEOUL)

    assert caught.value.failure is FeedFailure.DAMAGED


@pytest.mark.parametrize("name", ["maintenance.html", "another.json", "broken.json", "sitemap.xml"])
def test_other_documents_are_no_feeds(name: str) -> None:
    with pytest.raises(FeedUnreadable) as caught:
        parsed(name, "application/rss+xml")

    assert caught.value.failure is FeedFailure.NOT_A_FEED


@pytest.mark.parametrize("body", [b"", b" \r\n", b"\xef\xbb\xbf", b"\x00\x00\x00\x00"])
def test_an_empty_document_is_told_apart(body: bytes) -> None:
    with pytest.raises(FeedUnreadable) as caught:
        parse_feed(body, "", URL, SEOUL)

    assert caught.value.failure is FeedFailure.EMPTY


@pytest.mark.parametrize(
    ("items", "failure"),
    [
        ("[" * 500_000, FeedFailure.TOO_COMPLEX),
        ('[{"id":' + "9" * 9_999 + "}]", FeedFailure.NOT_A_FEED),
        ('[{"id":NaN}]', FeedFailure.NOT_A_FEED),
        ('[{"id":Infinity}]', FeedFailure.NOT_A_FEED),
    ],
)
def test_json_that_python_or_json_does_not_take_is_no_feed(items: str, failure: FeedFailure) -> None:
    body = f'{{"version":"https://jsonfeed.org/version/1","items":{items}}}'

    with pytest.raises(FeedUnreadable) as caught:
        parse_feed(body.encode(), "application/json", URL, SEOUL)

    assert caught.value.failure is failure


def test_of_keys_that_are_given_twice_the_last_counts() -> None:
    item = '{"id":"1","id":"2","title":"하나","title":"둘"}'
    body = f'{{"version":"https://jsonfeed.org/version/1","items":[{item}]}}'

    assert parse_feed(body.encode(), "", URL, SEOUL).entries == [FeedEntry("2", "둘", "")]


def test_a_document_is_not_taken_for_the_name_of_a_file() -> None:
    with pytest.raises(FeedUnreadable):
        parse_feed(str(FOLDER / "plain.rss").encode(), "", URL, SEOUL)


def test_more_entries_than_are_read_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "MOST_ENTRIES", 2)

    feed = parsed("html-in-titles.rss")

    assert ([entry.id for entry in feed.entries], feed.unread) == (["1", "2"], 4)


def test_ten_thousand_entries_are_read_within_seconds() -> None:
    item = "<item><guid>{0}</guid><title>{0}</title><link>/{0}</link><description>{1}</description></item>"
    items = "".join(item.format(number, "가" * 100) for number in range(10_000))

    feed = parse_feed(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), "", URL, SEOUL)

    assert len(feed.entries) == 10_000


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>하나</p><p>둘</p>", "하나 둘"),
        ("a<br>b&nbsp;c&#x26;", "a b c&"),
        ("<style>p {}</style><script>1 < 2</script>글", "글"),
        ("닫지 않은 <b>굵은 <i>글", "닫지 않은 굵은 글"),
        ("1 < 2 <", "1 < 2 <"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert plain_text(html) == text
