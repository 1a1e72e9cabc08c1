import unicodedata
from time import process_time

import pytest
import regex  # knows what people see as a character
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from desk.posts.errors import (
    BadHashtag,
    BadLink,
    ForbiddenCharacters,
    PostNotAccepted,
    TextEmpty,
    TitleDoesNotFit,
    TooManyCashtags,
)
from desk.posts.text import article_text, link_for_x
from desk.x.weight import MAX_WEIGHT, links, weigh

URL = "https://example.com/news/1"
FAMILY, FLAG, ENGLAND = "👨‍👩‍👧‍👦", "🇰🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"
ROOM = MAX_WEIGHT - 23 - 1
"""What a URL and the line before it leave."""


def test_what_fits_stays_as_it_is() -> None:
    text = article_text("점검을 마쳤습니다", URL, ["공지", "#점검"])

    assert text == f"점검을 마쳤습니다 #공지 #점검\n{URL}"


def test_without_hashtags_there_are_title_and_link() -> None:
    assert article_text(" 두 줄\n제목 ", URL) == f"두 줄 제목\n{URL}"


def test_a_hangul_title_of_141_characters_is_cut_within_its_only_word() -> None:
    text = article_text("가" * 141, URL)

    assert text == f"{'가' * 127}…\n{URL}"
    assert weigh(text).weighted_length == MAX_WEIGHT


@pytest.mark.parametrize("first", ["가" * count for count in range(1, 6)])
def test_a_title_is_cut_between_two_words(first: str) -> None:
    text = article_text(f"{first} {'여러분께 ' * 40}", URL, ["공지"])

    shown = text.partition("… #")[0]
    assert set(shown.split()) == {first, "여러분께"}
    assert weigh(text + "여러분께 ").weighted_length > MAX_WEIGHT


def test_no_more_than_half_is_lost_for_a_whole_word() -> None:
    text = article_text("공지 " + "가" * 300, URL)

    assert text.startswith("공지 가가가")


def test_a_title_that_just_fits_is_not_cut() -> None:
    title = "가" * (ROOM // 2)

    assert article_text(title, URL) == f"{title}\n{URL}"
    assert article_text(title + "나", URL) == f"{title[:-1]}…\n{URL}"


@pytest.mark.parametrize("before", ["!", "!!", "!!!"])
@pytest.mark.parametrize("cluster", [FAMILY, FLAG, ENGLAND, "👍🏽", "e\u0323\u0301\u0302", "ᄒᆞᆫ", "ᄀힰ", "☎️"])
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


@pytest.mark.parametrize(
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
        "https://example.com/\ud83d",
    ],
)
def test_a_url_of_which_x_makes_no_link_is_refused(url: str) -> None:
    with pytest.raises(BadLink) as refused:
        link_for_x(url)

    assert refused.value.field == "url"


@pytest.mark.parametrize("hashtag", ["", "#", "두 낱말", "1234", "a-b", "##a", "a" * 101, "a.com"])
def test_what_x_makes_no_hashtag_of_is_refused(hashtag: str) -> None:
    with pytest.raises(BadHashtag):
        article_text("제목", URL, ["공지", hashtag])


def test_a_hashtag_far_too_long_is_refused_at_once() -> None:
    began = process_time()

    with pytest.raises(BadHashtag):
        article_text("점검", URL, ["a" * 16_000 + "-"])

    assert process_time() - began < 0.5


@pytest.mark.parametrize("port", ["99999", "-1", "x"])
def test_a_url_whose_port_is_none_is_refused(port: str) -> None:
    with pytest.raises(BadLink):
        link_for_x(f"https://example.com:{port}/news")


@pytest.mark.parametrize("unit", ["한a", FAMILY, "．", "\u200d" + "\u0301" * 20, "a.com/(", "a-" * 30 + "é"])
def test_no_title_of_a_request_takes_long_to_cut(unit: str) -> None:
    began = process_time()

    article_text(f"점검 {unit * (16_000 // len(unit.encode()))}", URL, ["공지"])

    assert process_time() - began < 2


def test_a_hashtag_given_twice_is_there_once() -> None:
    assert article_text("제목", URL, ["공지", "＃공지"]) == f"제목 #공지\n{URL}"


def test_hashtags_that_leave_no_room_for_the_title_are_refused() -> None:
    with pytest.raises(TitleDoesNotFit):
        article_text("제목", URL, ["가" * 63, "나" * 62])


@pytest.mark.parametrize(
    ("title", "kind"),
    [(" \n", TextEmpty), ("거꾸로 \u202e", ForbiddenCharacters), ("$A $B", TooManyCashtags)],
)
def test_a_title_is_held_to_the_same_as_any_text(title: str, kind: type[PostNotAccepted]) -> None:
    with pytest.raises(kind) as refused:
        article_text(title, URL)

    assert refused.value.field == "title"


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
TITLES = st.lists(st.sampled_from(CLUSTERS), max_size=500).map("".join) | st.text(max_size=300)
TAGS = st.lists(st.text(st.sampled_from("공지점검abc_1"), min_size=1, max_size=40), max_size=8)
PATHS = st.text(st.sampled_from("가a1/.-_~%?#&=()|'\"!,;:é👍🏽 "), max_size=60) | st.just("a" * 3980)


@settings(deadline=None)
@given(title=TITLES, path=PATHS, tags=TAGS)
@example(title="see example.co" + "m" * 3 + " " + "가" * 200, path="", tags=[])
@example(title="a." * 2000, path="", tags=[])
def test_whatever_is_given_the_text_fits_has_the_link_whole_and_breaks_no_character(
    title: str, path: str, tags: list[str]
) -> None:
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
