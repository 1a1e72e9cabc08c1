"""The text of a post: what X would show and refuse, and how an article becomes a text."""

import unicodedata
from time import process_time

import pytest
import regex  # knows what people see as a character
from hypothesis import assume, example, given
from hypothesis import strategies as st

from desk.posts.errors import (
    BadEncoding,
    BadHashtag,
    BadLink,
    ForbiddenCharacters,
    PostNotAccepted,
    TextEmpty,
    TextTooLong,
    TitleDoesNotFit,
    TooManyCashtags,
)
from desk.posts.text import article_text, cleaned_and_weighed, link_for_x
from desk.x.weight import MAX_WEIGHT, links, weigh
from tests.families import for_each
from tests.twitter_text import Row, rows

URL = "https://example.com/news/1"
FAMILY, FLAG, ENGLAND = "👨‍👩‍👧‍👦", "🇰🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"
ROOM = MAX_WEIGHT - 23 - 1
"""The weight that a URL and the line before it leave."""


@pytest.mark.parametrize(
    ("text", "shown", "weight"),
    [
        ("점검을 마쳤습니다", "점검을 마쳤습니다", 17),
        ("\u110b\u1161\u11ab\u1102\u1167\u11bc", "안녕", 4),
        ("  앞뒤\r\n두 줄\r끝 \n", "앞뒤\n두 줄\n끝", 13),
        (FLAG + FAMILY, FLAG + FAMILY, 4),
        ("가" * 140, "가" * 140, 280),
        (FAMILY * 140, FAMILY * 140, 280),
        ("https://example.com/" + "a" * 3980, "https://example.com/" + "a" * 3980, 23),
        ("$KRW 환율 $5", "$KRW 환율 $5", 12),
        ("탭\t", "탭", 2),
    ],
)
def test_a_text_is_weighed_as_it_will_appear(text: str, shown: str, weight: int) -> None:
    found = cleaned_and_weighed(text)

    assert (found.text, found.weighted_length, found.valid) == (shown, weight, True)


def test_a_text_too_long_is_refused_with_the_count() -> None:
    with pytest.raises(TextTooLong) as refused:
        cleaned_and_weighed("가" * 141)

    assert (refused.value.count, refused.value.field) == (282, "text")
    assert "282" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("벨\x07", "U+0007"),
        ("탭\t둘", "U+0009"),
        ("거꾸로 \u202etxt", "U+202E"),
        ("격리 \u2066a\u2069", "U+2066, U+2069"),
        ("반쪽 \ud83d!", "U+D83D"),
        ("줄\u2028줄", "U+2028"),
        ("\ufeff시작", "U+FEFF"),
        ("끝\U0010ffff!", "U+10FFFF"),
        ("\x01\x02\x03\x04\x05\x06\x06", "U+0001, U+0002, U+0003, U+0004, U+0005 …"),
    ],
)
def test_forbidden_characters_are_refused_by_name(text: str, names: str) -> None:
    with pytest.raises(ForbiddenCharacters) as refused:
        cleaned_and_weighed(text)

    assert refused.value.values == {"characters": names}


@pytest.mark.parametrize("text", ["", " \n ", "\u200b\u200d", "\ufe0f", "\u3164", "\u115f\u1160 \uffa0", "\u2800"])
def test_a_text_without_visible_characters_is_refused(text: str) -> None:
    with pytest.raises(TextEmpty):
        cleaned_and_weighed(text)


@rows("cashtags")
def test_cashtags_are_counted_as_the_conformance_suite_does(row: Row) -> None:
    assert _cashtags(row.text) == max(1, len(row.expected))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (".$NG $KT", 1),
        ("$TEST_ $KT", 2),
        ("가$KT $NG", 1),
        ("$KT와 $NG", 1),
        ("($KT) $NG.", 1),
        ("$KRW $USD, $JPY.K", 3),
    ],
)
def test_a_cashtag_comes_after_a_space_and_before_one_or_punctuation(text: str, count: int) -> None:
    assert _cashtags(text) == count


def _cashtags(text: str) -> int:
    """How many there are, of which one is not told."""
    try:
        cleaned_and_weighed(text)
    except TooManyCashtags as refused:
        return int(refused.values["count"])
    return 1


_SLOW = [
    *("a.b.", "가.나.", "1.", "a-", "é.é.", "https://", "(", "@", "a.com/", "x" * 90 + ".", "가", "é", "\u0323"),
    *("한a한a한á", "\u200d" + "\u0301" * 20, "👨\u200d👩\u200d👧．", "ﷺ" * 60 + "_", "a-" * 30 + "é", "a-" * 30 + "。"),
    *("aaaaaaaaaaaaé", "-a" * 7 + "é", "한 ", "é" * 990 + " ", ("é" + "a-" * 7) * 990 + " ", "a-a." * 19 + "@"),
]
"""Words on which a careless expression would look at each letter from each letter."""


@for_each("begin", ["", "https://a.com/"])
@for_each("unit", _SLOW)
def test_no_text_takes_long_to_weigh(begin: str, unit: str) -> None:
    began = process_time()

    with pytest.raises(TextTooLong):
        cleaned_and_weighed(
            f"{begin}{unit * (16_384 // len(unit.encode()) + 1)}"[:16_300] + " https://example.com" * 13
        )

    assert process_time() - began < 2


@pytest.mark.parametrize("text", ["\ufffd", "5G \ufffd\ufffd\ufffd 안내", "\u202e\ufffd"])
def test_a_text_that_was_not_utf_8_is_refused_by_its_encoding(text: str) -> None:
    with pytest.raises(BadEncoding) as refused:
        cleaned_and_weighed(text)

    assert refused.value.field == "text"
    assert "UTF-8" in str(refused.value)


# Articles


def test_an_article_that_fits_is_title_hashtags_and_link() -> None:
    text = article_text("점검을 마쳤습니다", URL, ["공지", "#점검"])

    assert text == f"점검을 마쳤습니다 #공지 #점검\n{URL}"
    assert article_text(" 두 줄\n제목 ", URL) == f"두 줄 제목\n{URL}"
    assert article_text("제목", URL, ["공지", "＃공지"]) == f"제목 #공지\n{URL}"


@pytest.mark.parametrize("first", ["가" * count for count in range(1, 6)])
def test_a_title_is_cut_between_two_words(first: str) -> None:
    text = article_text(f"{first} {'여러분께 ' * 40}", URL, ["공지"])

    shown = text.partition("… #")[0]
    assert set(shown.split()) == {first, "여러분께"}
    assert weigh(text + "여러분께 ").weighted_length > MAX_WEIGHT


def test_no_more_than_half_is_lost_for_a_whole_word() -> None:
    text = article_text("공지 " + "가" * 300, URL)

    assert text.startswith("공지 가가가")


def test_a_title_is_cut_only_when_it_does_not_fit() -> None:
    title = "가" * (ROOM // 2)

    assert article_text(title, URL) == f"{title}\n{URL}"
    assert (text := article_text(title + "나", URL)) == f"{title[:-1]}…\n{URL}"
    assert weigh(text).weighted_length == MAX_WEIGHT


@for_each("before", ["!", "!!", "!!!"])
@for_each("cluster", [FAMILY, FLAG, ENGLAND, "👍🏽", "e\u0323\u0301\u0302", "ᄒᆞᆫ", "ᄀힰ", "☎️"])
def test_no_character_is_broken(cluster: str, before: str) -> None:
    text = article_text(before + cluster * 150, URL)

    shown = text.partition("…")[0].removeprefix(before)
    assert shown
    assert shown == unicodedata.normalize("NFC", cluster) * regex_count(shown)


def regex_count(text: str) -> int:
    return len(regex.findall(r"\X", text))


def test_decomposed_jamo_count_as_the_syllables_they_are() -> None:
    title = unicodedata.normalize("NFD", "안녕하세요 " * 15)

    assert article_text(title, URL) == f"{'안녕하세요 ' * 14}안녕하세요\n{URL}"


def test_a_url_of_4000_characters_leaves_as_much_room_as_a_short_one() -> None:
    url = "https://example.com/" + "a" * 3980

    text = article_text("가" * 141, url, ["공지"])

    assert text.endswith(f"… #공지\n{url}")
    assert weigh(text).weighted_length in {MAX_WEIGHT - 1, MAX_WEIGHT}


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.com", "https://example.com"),
        (" https://example.com/a?b=c&d#e ", "https://example.com/a?b=c&d#e"),
        ("https://example.com/소식/1", "https://example.com/%EC%86%8C%EC%8B%9D/1"),
        ("https://example.com/%EC%86%8C?q=식", "https://example.com/%EC%86%8C?q=%EC%8B%9D"),
        ("https://한국.한국/a", "https://xn--3e0b707e.xn--3e0b707e/a"),
        ("https://example.com:8443/a b", "https://example.com:8443/a%20b"),
        ("https://example.com/100%/a", "https://example.com/100%25/a"),
        ("https://example.com/a(b)", "https://example.com/a(b)"),
        ("https://example.com/a.", "https://example.com/a%2E"),
        ("https://example.com/a(b", "https://example.com/a%28b"),
        ("https://example.com/a:", "https://example.com/a%3A"),
        ("https://example.com/a(b).", "https://example.com/a(b)%2E"),
        ("https://example.com/?q=what?", "https://example.com/?q=what%3F"),
        ("https://example.com/a|b", "https://example.com/a%7Cb"),
        ("https://example.com/a^b{c}\"d'", "https://example.com/a%5Eb%7Bc%7D%22d%27"),
        ("https://example.com/~kim", "https://example.com/~kim"),
    ],
)
def test_a_url_becomes_one_that_x_takes_whole(url: str, link: str) -> None:
    assert link_for_x(url) == link
    assert links(link) == [(0, len(link), link)]


@for_each(
    "url",
    [
        "",
        "example.com/a",
        "//example.com/a",
        "ftp://example.com/a",
        "javascript:alert(1)",
        "https://",
        "https:///a",
        "https://localhost/a",
        "https://10.1.2.3/a",
        "https://kim:pass@example.com/a",
        "https://example.com/\x00a",
        "https://exa\nmple.com/a",
        "https://exa mple.com/a",
        "https://[::1/a",
        "https://example..com/a",
        f"https://{'a' * 64}.com/",
        "https://example.com/" + "a" * 4077,
        "https://example.com/" + "가" * 500,
        "https://example.invalid/a",
        *(f"https://example.com:{port}/news" for port in ("99999", "-1", "x")),
        "https://example.com/\ud83d",
    ],
)
def test_a_url_of_which_x_makes_no_link_is_refused(url: str) -> None:
    with pytest.raises(BadLink) as refused:
        link_for_x(url)

    assert refused.value.field == "url"


@pytest.mark.parametrize("hashtag", ["", "#", "두 낱말", "1234", "a-b", "##a", "a" * 101, "a.com"])
def test_a_hashtag_that_x_would_not_make_is_refused(hashtag: str) -> None:
    with pytest.raises(BadHashtag):
        article_text("제목", URL, ["공지", hashtag])


def test_a_hashtag_far_too_long_is_refused_at_once() -> None:
    began = process_time()

    with pytest.raises(BadHashtag):
        article_text("점검", URL, ["a" * 16_000 + "-"])

    assert process_time() - began < 0.5


@pytest.mark.parametrize("unit", ["한a", FAMILY, "．", "\u200d" + "\u0301" * 20, "a.com/(", "a-" * 30 + "é"])
def test_no_title_takes_long_to_cut(unit: str) -> None:
    began = process_time()

    article_text(f"점검 {unit * (16_000 // len(unit.encode()))}", URL, ["공지"])

    assert process_time() - began < 2


@pytest.mark.parametrize(
    ("title", "hashtags", "kind"),
    [
        (" \n", [], TextEmpty),
        ("거꾸로 \u202e", [], ForbiddenCharacters),
        ("$A $B", [], TooManyCashtags),
        ("제목", ["가" * 63, "나" * 62], TitleDoesNotFit),
    ],
)
def test_a_title_is_checked_like_any_text_and_needs_room(
    title: str, hashtags: list[str], kind: type[PostNotAccepted]
) -> None:
    with pytest.raises(kind) as refused:
        article_text(title, URL, hashtags)

    assert refused.value.field == ("hashtags" if hashtags else "title")


CLUSTERS = [
    *"가나다힣abcXYZ019 .,-:/#@$&·…\n",
    *(
        FAMILY,
        FLAG,
        "🇺🇸",
        ENGLAND,
        "👍🏽",
        "e\u0301",
        "안녕",
        "ᄒᆞᆫ",
        "☎️",
        "漢字",
        "example.com",
        "https://example.com/a",
    ),
    *("a.co", "주소.한국", "  ", "（", "ﷺ", "क्ष"),
]
TITLES = st.lists(st.sampled_from(CLUSTERS), max_size=200).map("".join) | st.text(max_size=300)
TAGS = st.lists(st.text(st.sampled_from("공지점검abc_1"), min_size=1, max_size=40), max_size=8)
PATHS = st.text(st.sampled_from("가a1/.-_~%?#&=()|'\"!,;:é👍🏽 "), max_size=60) | st.just("a" * 3980)


@given(title=TITLES, path=PATHS, tags=TAGS)
@example(title="see example.co" + "m" * 3 + " " + "가" * 200, path="", tags=[])
@example(title="a." * 2000, path="", tags=[])
def test_any_article_fits_has_its_whole_link_and_breaks_no_character(title: str, path: str, tags: list[str]) -> None:
    url = f"https://example.com/{path}"
    try:
        text = article_text(title, url, tags)
    except PostNotAccepted:
        assume(False)

    weight, link = weigh(text), link_for_x(url)
    assert weight.valid
    assert weight.text == text
    assert text.endswith("\n" + link)
    assert links(text)[-1] == (len(text) - len(link), len(text), link)
    assert is_whole_beginning(shown_title(text, link, tags), " ".join(unicodedata.normalize("NFC", title).split()))


def shown_title(text: str, link: str, tags: list[str]) -> str:
    names = " ".join(f"#{tag}" for tag in dict.fromkeys(tags))
    return text.removesuffix(f"\n{link}").removesuffix(f" {names}" if names else "")


def is_whole_beginning(shown: str, title: str) -> bool:
    """Whether this is the title, or a beginning of it that ends between two characters, and an ellipsis."""
    if shown == title:
        return True
    beginning = shown.removesuffix("…")
    ends = {0}
    for cluster in regex.findall(r"\X", title):
        ends.add(max(ends) + len(cluster))
    return shown.endswith("…") and title.startswith(beginning) and len(beginning) in ends
