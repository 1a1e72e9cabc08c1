from time import process_time

import pytest

from desk.posts.errors import BadEncoding, ForbiddenCharacters, TextEmpty, TextTooLong, TooManyCashtags
from desk.posts.text import cleaned_and_weighed
from tests.twitter_text import Row, rows

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇰🇷"


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
        ("탭\t", ""),
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
def test_characters_that_nobody_sees_are_refused_by_name(text: str, names: str) -> None:
    if not names:
        assert cleaned_and_weighed(text).text == "탭"
        return

    with pytest.raises(ForbiddenCharacters) as refused:
        cleaned_and_weighed(text)

    assert refused.value.values == {"characters": names}


@pytest.mark.parametrize("text", ["", " \n ", "\u200b\u200d", "\ufe0f", "\u3164", "\u115f\u1160 \uffa0", "\u2800"])
def test_a_text_of_which_nothing_is_seen_is_refused(text: str) -> None:
    with pytest.raises(TextEmpty):
        cleaned_and_weighed(text)


@rows("cashtags")
def test_cashtags_are_counted_as_the_conformance_suite_does(row: Row) -> None:
    assert _cashtags(row.text) == max(1, len(row.expected))


@pytest.mark.parametrize(
    ("text", "count"), [(".$NG $KT", 1), ("$TEST_ $KT", 2), ("가$KT $NG", 1), ("$KT와 $NG", 1), ("($KT) $NG.", 1)]
)
def test_a_cashtag_stands_after_a_space_and_before_one_or_punctuation(text: str, count: int) -> None:
    assert _cashtags(text) == count


def _cashtags(text: str) -> int:
    """How many there are, of which one is not told."""
    try:
        cleaned_and_weighed(text)
    except TooManyCashtags as refused:
        return int(refused.values["count"])
    return 1


def test_one_cashtag_is_all_that_x_allows() -> None:
    with pytest.raises(TooManyCashtags) as refused:
        cleaned_and_weighed("$KRW $USD, $JPY.K")

    assert refused.value.values == {"count": 3}


_SLOW = [
    *("a.b.", "가.나.", "1.", "a-", "é.é.", "https://", "(", "@", "a.com/", "x" * 90 + ".", "가", "é", "\u0323"),
    *("한a한a한á", "\u200d" + "\u0301" * 20, "👨\u200d👩\u200d👧．", "ﷺ" * 60 + "_", "a-" * 30 + "é", "a-" * 30 + "。"),
    *("aaaaaaaaaaaaé", "-a" * 7 + "é", "한 ", "é" * 990 + " ", ("é" + "a-" * 7) * 990 + " ", "a-a." * 19 + "@"),
]
"""Words on which a careless expression would look at each letter from each letter."""


@pytest.mark.parametrize("begin", ["", "https://a.com/"])
@pytest.mark.parametrize("unit", _SLOW)
def test_no_text_of_a_request_takes_long_to_weigh(begin: str, unit: str) -> None:
    began = process_time()

    with pytest.raises(TextTooLong):
        cleaned_and_weighed(
            f"{begin}{unit * (16_384 // len(unit.encode()) + 1)}"[:16_300] + " https://example.com" * 13
        )

    assert process_time() - began < 2


@pytest.mark.parametrize("text", ["\ufffd", "5G \ufffd\ufffd\ufffd 안내", "\u202e\ufffd"])
def test_what_was_not_utf_8_on_its_way_is_refused_by_its_encoding(text: str) -> None:
    with pytest.raises(BadEncoding) as refused:
        cleaned_and_weighed(text)

    assert refused.value.field == "text"
    assert "UTF-8" in str(refused.value)
