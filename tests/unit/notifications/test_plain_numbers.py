"""Mails carry nobody's private numbers further."""

from desk.text import first_words, quoted


def test_a_strangers_numbers_are_masked_where_they_are_quoted_and_in_the_subject() -> None:
    text = "제 번호 010-1234-5678로\n전화 주세요"

    assert quoted(text) == "| 제 번호 ●●●-●●●●-●●78로\n| 전화 주세요"
    assert first_words(f"@jademobile {text}") == "제 번호 ●●●-●●●●-●●78로 전화 주세요"


def test_a_mark_that_is_not_seen_hides_no_number() -> None:
    assert quoted("010-12\u200b34-5678") == "| ●●●-●●●●-●●78"


def test_our_hotline_is_not_private() -> None:
    assert quoted("1588-0000, 114로 전화했어요") == "| 1588-0000, 114로 전화했어요"
