"""desk.text: cutting texts to a size, and quoting strangers without their private numbers."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.text import ELLIPSIS, cut, fair_share, first_words, mended, quoted, utf8_bytes, utf16_units

FAMILY = "👨‍👩‍👧‍👦"


def test_a_text_that_fits_is_left_alone() -> None:
    assert cut("청구서", 9) == "청구서"


def test_a_cut_text_ends_visibly_and_within_its_bytes() -> None:
    shortened = cut("가" * 25_000, 1_000)

    assert shortened.endswith(ELLIPSIS)
    assert 997 <= utf8_bytes(shortened) <= 1_000


@pytest.mark.parametrize("whole", [FAMILY, "👍🏽", "🇰🇷", "각", "e\u0301", "✌️"])
def test_a_character_that_people_see_as_one_is_never_cut_in_two(whole: str) -> None:
    whole = unicodedata.normalize("NFD", whole)

    for room in range(3, utf8_bytes(whole) + 3):
        assert cut(whole + whole, room) in {ELLIPSIS, whole + ELLIPSIS}


def test_endless_combining_marks_do_not_remove_everything() -> None:
    assert utf8_bytes(cut("a" + "\u0301" * 5_000, 500)) > 400


def test_a_text_is_empty_if_not_even_the_ellipsis_fits() -> None:
    assert cut("가나다", 2) == ""


@given(st.text(max_size=300), st.integers(min_value=0, max_value=400))
def test_no_text_outgrows_its_room(text: str, room: int) -> None:
    text = mended(text)

    assert utf8_bytes(cut(text, room)) <= room
    assert utf16_units(cut(text, room, utf16_units)) <= room
    cut(text, room).encode()


@given(st.lists(st.integers(min_value=0, max_value=1_000), min_size=1), st.integers(min_value=0, max_value=20_000))
def test_a_fair_share_uses_the_room_and_no_more(sizes: list[int], room: int) -> None:
    share = fair_share(sizes, room)

    assert sum(min(size, share) for size in sizes) <= room
    assert share >= max(sizes) or sum(min(size, share + 1) for size in sizes) > room


def test_the_short_are_spared_when_the_long_are_cut() -> None:
    assert fair_share([10, 10, 10_000], 1_000) == 980


def test_invalid_characters_are_replaced() -> None:
    sent = json.dumps(mended("가\ud800나\uffff다"), ensure_ascii=False).encode()

    assert json.loads(sent) == "가\ufffd나\ufffd다"


def test_a_strangers_numbers_are_masked_where_they_are_quoted_and_in_the_subject() -> None:
    text = "제 번호 010-1234-5678로\n전화 주세요"

    assert quoted(text) == "| 제 번호 ●●●-●●●●-●●78로\n| 전화 주세요"
    assert first_words(f"@jademobile {text}") == "제 번호 ●●●-●●●●-●●78로 전화 주세요"


def test_a_mark_that_is_not_seen_hides_no_number() -> None:
    assert quoted("010-12\u200b34-5678") == "| ●●●-●●●●-●●78"


def test_our_hotline_is_not_private() -> None:
    assert quoted("1588-0000, 114로 전화했어요") == "| 1588-0000, 114로 전화했어요"
