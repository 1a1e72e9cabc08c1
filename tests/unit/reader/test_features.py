"""The features that the trained heads see of a text, and the text without handles and links."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.reader.features import BITS, buckets, plain, word_buckets
from desk.text import HANDLE, unaddressed

TEXT = "와이파이가 자꾸 끊겨요 since 9am"


@given(st.text(max_size=200))
def test_any_text_has_each_of_its_buckets_once(text: str) -> None:
    found = buckets(text)

    assert sorted(found) == sorted(set(found)) == sorted(buckets(text))
    assert all(0 <= bucket < 1 << BITS for bucket in found)


def test_the_buckets_are_the_same_for_ever() -> None:
    assert sorted(buckets("폰")) == [10124, 28107, 75191, 96952, 137031, 144730]


@pytest.mark.parametrize(
    "other",
    [
        unicodedata.normalize("NFD", TEXT),
        TEXT.upper(),
        TEXT.replace("9am", "９ａｍ"),
        TEXT.replace("9", "7"),
        f"  {TEXT}\n",
        TEXT.replace(" ", "\n\t "),
        f"@emerald {TEXT}",
        f"{TEXT} @a_2",
        f"@emerald{TEXT}",
    ],
)
def test_the_same_said_otherwise_falls_into_the_same_buckets(other: str) -> None:
    assert set(buckets(other)) == set(buckets(TEXT))


def test_the_order_of_words_is_seen_around_the_spaces_between_them() -> None:
    one, other = set(buckets("ab cd")), set(buckets("cd ab"))

    assert one & other == set(word_buckets("ab")) | set(word_buckets("cd"))
    assert (len(one - other), len(other - one)) == (2, 2)


def test_handles_count_from_the_third_after_those_that_x_puts_before_a_reply() -> None:
    few, many = f"@one @two @three {TEXT} @emerald @a_friend", f"{TEXT} @emerald @a_friend @one"

    assert set(buckets(few)) == set(buckets(TEXT)) != set(buckets(many))
    assert set(buckets(many)) == set(buckets(f"@other {TEXT} @two @emerald @b"))


def test_links_are_alike_and_not_nothing() -> None:
    one, other = set(buckets(f"{TEXT} https://a.example/b?c=1")), set(buckets(f"{TEXT} http://other.example"))

    assert one == other != set(buckets(TEXT))
    assert set(buckets("https://t.co/aB3와이파이")) == set(buckets("http://a.example 와이파이"))


@pytest.mark.parametrize("text", ["", "  \n", "@emerald", "@a @b"])
def test_where_nothing_is_said_there_are_no_buckets(text: str) -> None:
    assert buckets(text) == []


@pytest.mark.parametrize("text", ["\ud800", "안녕\udfff", "a\ud83d b"])
def test_half_a_character_is_a_character(text: str) -> None:
    assert buckets(text)
    assert buckets(text) != buckets(text.replace("\ud800", "").replace("\udfff", "").replace("\ud83d", ""))


@pytest.mark.parametrize(("one", "other"), [("끊겨요", "끊긴다"), ("안돼요", "안되네")])
def test_a_korean_stem_is_seen_through_its_ending_by_its_letters(one: str, other: str) -> None:
    shared = set(word_buckets(one)) & set(word_buckets(other))

    assert shared.difference(word_buckets(one[:1]), word_buckets(f"{one[:1]}x"))


def test_of_korean_letters_five_in_a_row_count_apart_from_characters() -> None:
    letters = unicodedata.normalize("NFD", " 끊겨요 ")

    assert len(set(word_buckets("끊겨요"))) == (4 + 4 + 3) + (len(letters) - 4)


def test_latin_words_have_longer_pieces_and_no_letters_taken_apart() -> None:
    assert len(set(word_buckets("signal"))) == 7 + 7 + 6 + 5 + 4


def test_plain_keeps_no_name_no_figure_and_no_capital() -> None:
    assert plain("@Jade Bill of ２０26-11:\nHTTPS://X.example/1  ＯＫ @a @b @c") == "bill of 0000-00: ⓤ ok ⓗ"


def test_a_long_text_has_no_more_buckets_than_there_are() -> None:
    text = "".join(chr(0xAC00 + place) for place in range(5_000))

    assert 10_000 < len(buckets(text)) <= 1 << BITS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@emeraldmobile家里的宽带断了", "家里的宽带断了"),
        ("@emeraldmobile가 먹통", "가 먹통"),
        ("봐요 https://t.co/Xmpl12안내", "봐요 안내"),
        ("www.example.com 여기요 @a_1 @b", "여기요"),
        ("plain", "plain"),
    ],
)
def test_the_words_stay_without_spaces_around_handles_and_links(text: str, said: str) -> None:
    assert " ".join(unaddressed(text).split()) == said


def test_handles_are_counted_without_spaces_between_them() -> None:
    assert HANDLE.findall("@one이랑 @two、@three") == ["@one", "@two", "@three"]
