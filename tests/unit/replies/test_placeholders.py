"""Places of saved replies are filled from the case, and what is left blocks sending."""

from datetime import timedelta

import pytest

from desk.replies.compose import reply_text
from desk.replies.errors import InvalidField
from desk.replies.placeholders import case_values, filled, promised_time, unfilled
from desk.x.model import Author
from tests.unit.replies.scene import CASE, NOW, brand_with

UNTIL = NOW + timedelta(hours=3)


def test_a_case_and_a_promise_fill_their_places_in_both_languages() -> None:
    text = "{name} 님, {문의 번호} 건은 {부서}에서 {약속 시각}까지 답합니다."
    values = case_values(CASE, brand_with()) | promised_time(UNTIL, brand_with())

    assert filled(text, values) == f"김 님, {CASE.id} 건은 요금·청구에서 11월 24일(화) 오후 3:00까지 답합니다."
    assert filled("by {time}", promised_time(UNTIL, brand_with(), "en")) == "by Tue 24 Nov, 3:00 pm"


def test_what_nobody_knows_stays_a_place() -> None:
    unknown = CASE._replace(author=None, department="gone")
    values = case_values(unknown, brand_with()) | promised_time(None, brand_with())

    assert filled("{name} {time} {department} {지역}", values) == "{name} {time} {department} {지역}"


def test_a_value_is_never_read_as_a_place() -> None:
    hostile = CASE._replace(author=Author("7", "kim", "{case}"))
    odd = CASE._replace(author=Author("7", "kim", "\\1 {0} {"))

    assert filled("{name}/{case}", case_values(hostile, brand_with())) == f"{{name}}/{CASE.id}"
    assert filled("{name}", case_values(odd, brand_with())) == "\\1 {0} {"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("{지역} 통신은 {시각}에, {지역}은", ["{지역}", "{시각}"]),
        ("{}와 {1}, {{, } {", []),
        ("{a{name}b}", ["{name}"]),
        ("{" + "가" * 21 + "}", []),
    ],
)
def test_places_are_words_in_braces(text: str, places: list[str]) -> None:
    assert unfilled(text) == places


def test_an_answer_with_a_place_that_nobody_filled_is_rejected() -> None:
    with pytest.raises(InvalidField) as caught:
        reply_text("{지역} 통신은 복구되었습니다.")

    invalid = caught.value
    assert (invalid.name, invalid.problem, invalid.values) == ("text", "unfilled", {"places": "{지역}"})
