"""The index keeps what it was made of, and refuses bytes that are none."""

from collections import Counter

import pytest

from desk.suggestions.index import MOST, AnswerIndex, IndexedAnswer, NotAnIndex, index_bytes
from desk.suggestions.terms import terms


def an_answer(number: int, text: str, department: str = "billing", times: int = 1) -> IndexedAnswer:
    return IndexedAnswer(f"reply-{number}", department, "inquiry", terms(text), Counter(), times)


ANSWERS = [
    an_answer(1, "요금 환불은 사흘 걸립니다"),
    an_answer(2, "로밍은 공항에서 켜 주세요", "plans", 70_000),
    an_answer(3, "Refunds take three days"),
]


def test_a_hit_has_what_was_indexed_of_the_answer() -> None:
    (hit,) = AnswerIndex(index_bytes(ANSWERS)).closest(terms("공항 로밍"), "plans", "inquiry", limit=5)

    assert hit[:4] == ("reply-2", "plans", "inquiry", 65_535)
    assert hit.closeness > 1


def test_words_in_another_form_are_found_by_letters_they_share() -> None:
    index = AnswerIndex(index_bytes(ANSWERS))

    assert index.closest(terms("환불하려면"), "billing", "inquiry", limit=1)[0].post_id == "reply-1"
    assert index.closest(terms("refunding"), "billing", "inquiry", limit=1)[0].post_id == "reply-3"


def test_a_term_that_most_answers_have_says_nothing() -> None:
    many = [an_answer(number, f"감사합니다 {chr(0xAC00 + number * 7)}") for number in range(500)]
    index = AnswerIndex(index_bytes(many))

    assert index.closest(terms("감사"), "billing", "inquiry", limit=5) == []
    assert index.closest(terms(f"감사 {chr(0xAC00 + 7 * 7)}"), "billing", "inquiry", limit=5)[0].post_id == "reply-7"


def test_an_empty_index_finds_nothing() -> None:
    assert AnswerIndex(index_bytes([])).closest(terms("로밍"), "plans", "inquiry", limit=5) == []


@pytest.mark.parametrize("end", [0, 3, 10, 60, -1, -4])
def test_bytes_that_break_off_are_refused(end: int) -> None:
    whole = index_bytes(ANSWERS)

    with pytest.raises(NotAnIndex):
        AnswerIndex(whole[:end] if end >= 0 else whole[: whole.rindex(b"\n")])


def test_no_more_answers_are_taken_than_places_have_bits() -> None:
    with pytest.raises(ValueError, match="holds"):
        index_bytes([ANSWERS[0]] * (MOST + 1))


def test_numbers_handles_and_links_are_no_terms() -> None:
    assert terms("@jade 12,000 https://t.co/a9") == Counter()
    assert terms("환불") == terms("@jade 환불 https://t.co/a9 3")
