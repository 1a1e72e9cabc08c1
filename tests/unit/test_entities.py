"""Mentions, hashtags and cashtags by X's rules, as its conformance suite and another implementation have them."""

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desk.x.entities import (
    EntityKind,
    cashtags,
    entities,
    handles,
    hashtags,
    is_hashtag,
    without_leading_handles,
)
from local.x import text as local_text
from tests.twitter_text import Row, rows


@rows("mentions")
def test_mentions_are_those_of_the_conformance_suite(row: Row) -> None:
    assert handles(row.text) == row.expected


@rows("hashtags")
def test_hashtags_are_those_of_the_conformance_suite(row: Row) -> None:
    assert hashtags(row.text) == row.expected
    assert [is_hashtag(name) for name in row.expected] == [True] * len(row.expected)


@rows("cashtags")
def test_cashtags_are_those_of_the_conformance_suite(row: Row) -> None:
    assert cashtags(row.text) == row.expected


@rows("places")
def test_entities_are_where_the_conformance_suite_says(row: Row) -> None:
    assert [[name, begin, end] for _, begin, end, name in entities(row.text)] == row.expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("＠user 안녕하세요", ["user"]),
        ("f!@kn @a@b a@example.com", []),
        ("@jade한테 @jade_kr에게", ["jade", "jade_kr"]),
        ("https://example.com/@jade example.com/?to=@jade,@ben @carl", ["carl"]),
        ("@jade/friends @ben/7", ["ben"]),
        ("@\N{KELVIN SIGN}im @jadeé", []),
        ("@" + "a" * 25, ["a" * 20]),
    ],
)
def test_handles_in_korean_in_links_and_in_lists(text: str, found: list[str]) -> None:
    assert handles(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#보조금은 #요금제!", ["보조금은", "요금제"]),
        ("a#b 1#b &#b _#b ㄱ#b", []),
        ("/#b .#b ©#b", ["b", "b", "b"]),
        ("#\ufe0f\u20e3 #\u20e3 #a#b", []),
        ("https://example.com/#b example.com/a#b", []),
        ("#" + "가" * 300, ["가" * 300]),
    ],
)
def test_hashtags_beside_other_signs(text: str, found: list[str]) -> None:
    assert hashtags(text) == found


@pytest.mark.parametrize("name", ["", "1", "_", "a b", "#a", "a#", "a-b", "a.b", "é!", "https"])
def test_what_is_no_hashtag(name: str) -> None:
    assert is_hashtag(name) == (name == "https")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("@a ＠b\n@c 안녕", "안녕"),
        ("@a님 안녕", "님 안녕"),
        ("  안녕 @a", "  안녕 @a"),
        ("@a", ""),
        ("@a@b 안녕", "@a@b 안녕"),
        ("@a/list 안녕", "@a/list 안녕"),
    ],
)
def test_the_handles_at_the_beginning_are_left_out(text: str, rest: str) -> None:
    assert without_leading_handles(text) == rest


SIGNS = st.text(alphabet="@＠#＃$./:&!_-aZ1é가ा️‍ \u200brt한ก\n", max_size=30)
URLS = st.sampled_from(["https://example.com/", "example.com", "t.co/abc", "RT", "@jade", "＠jade", "#Thai"])
TEXTS = st.lists(st.one_of(SIGNS, URLS), max_size=6).map("".join)


@given(TEXTS)
@example("RT@jade")
@example("@RT@jade")
@example("RT@RT@jade")
@example("＠jadet.co/abc:@jade")
def test_another_implementation_finds_the_same_mentions(text: str) -> None:
    assert handles(text) == local_text.handles(text)


@given(TEXTS)
def test_entities_are_in_order_and_apart(text: str) -> None:
    found = entities(text)

    assert all(before.end <= after.begin < after.end for before, after in pairwise(found))
    for kind, begin, end, name in found:
        assert text[begin:end].endswith(name) or kind is EntityKind.LINK


def test_a_long_text_takes_no_longer_than_its_length_explains() -> None:
    for piece in ("#", "@", "@a/", "RT@", "#a", "＠a@", "#" + "\u0e31"):
        assert len(entities(piece * 20_000)) < 20_001


@pytest.mark.process
def test_the_tables_of_links_are_loaded_only_for_texts_that_may_have_one() -> None:
    code = "import sys; from desk.x.entities import hashtags; hashtags('#a @b'); print('desk.x.weight' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
