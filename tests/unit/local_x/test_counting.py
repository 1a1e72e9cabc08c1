"""The local X counts by other means than the desk does: where both agree, neither made a mistake alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.x import weight as desk
from desk.x.weight import weigh
from local.x.counting import count, links
from tests.families import for_each
from tests.twitter_text import Row, rows

_PEOPLE = [*"👨👩🧑👦👧🏃👯⛹🕵👍☝✌🤝❤💋👱🧟🏳🏴👁🗨"]
_SIGNS = [*"❗⭐☕⛔✅✨♾©®™ℹ〰㊗🀄😀1#*♀♂⚕✈🌈🍳🦰☠⚧🇰🇷🇦"]
_JOINTS = ["\ufe0f", "\ufe0e", "\u200d", "\u20e3", "🏻", "🏽", "🏿"]
_EMOJI = st.lists(st.sampled_from([*_PEOPLE, *_SIGNS, *_JOINTS]), min_size=1, max_size=8).map("".join)
_HOSTS = [
    "example",
    "www",
    "가게",
    "a_b",
    "a-b",
    "é",
    "xn--3e0b707e",
    ".",
    ".",
    "com",
    "kr",
    "co",
    "한국",
    "みんな",
    "zzz",
    "fa",
]
_AROUND = [
    "http://",
    "https://",
    "HTTP://",
    "/",
    "?",
    "=",
    "&",
    "(",
    ")",
    "a",
    "7",
    "@",
    "#",
    "$",
    "-",
    "_",
    ":80",
    ",",
    "…",
]
_URLISH = st.lists(st.sampled_from([*_HOSTS, *_AROUND]), min_size=1, max_size=10).map("".join)
_WORDS = st.sampled_from(
    ["안녕하세요", "hello", "e\u0301", "\u1100\u1161", "漢字", "\u2028", "\u3000", "“", "—", "가" * 60, "a" * 90]
)
_TEXTS = st.lists(st.one_of(_EMOJI, _URLISH, _WORDS), max_size=12).map(" ".join)


@rows("weights")
def test_texts_count_what_the_conformance_suite_says(row: Row) -> None:
    found = count(row.text)

    assert (found.length, found.valid) == (row.expected["weightedLength"], row.expected["valid"])


@rows("urls")
def test_links_are_those_of_the_conformance_suite(row: Row) -> None:
    assert [url for *_, url in links(row.text)] == row.expected


@given(_TEXTS)
def test_the_desk_and_the_local_x_count_the_same(text: str) -> None:
    weight, found = weigh(text), count(text)

    assert (weight.weighted_length, weight.valid, weight.valid_text) == found


@given(_TEXTS)
def test_the_desk_and_the_local_x_find_the_same_links(text: str) -> None:
    assert desk.links(text) == links(text)


@pytest.mark.parametrize("last", ["", "\ufe0f", "🏽", "\ufe0f🏽", "\u200d♀\ufe0f"])
def test_the_desk_and_the_local_x_count_every_character_that_may_be_an_emoji_the_same(last: str) -> None:
    characters = [chr(number) for number in (*range(0x3400), *range(0xFE00, 0x10000), *range(0x1F000, 0x1FB00))]

    assert [one for one in characters if weigh(one + last).weighted_length != count(one + last).length] == []


@for_each("word", ["가", "é", "д", "a-", "_9", "A", "漢", "カ", "ᄒᆞ", "a.b.", "가.나.", "é."])
@for_each(
    "around",
    [
        "{}",
        "앞 {} 뒤",
        "example.kr{}",
        "http://example.kr{} b",
        "example.kr한{}",
        "{}-https://a.com",
        "{}_https://a.com",
        "https://{}.com/a",
        "https://example.com/{} b",
        "{} https://example.com/a",
    ],
)
def test_long_words_count_the_same(word: str, around: str) -> None:
    text = around.format(word * 80)

    assert weigh(text).weighted_length == count(text).length
    assert desk.links(text) == links(text)
