"""Turns of phrase are looked for in `normalized` text, and quoted as the author wrote them."""

from time import process_time

import pytest

from desk.reader.signs import as_written, normalized


@pytest.mark.parametrize(
    ("text", "found", "written"),
    [
        ("전화가 안 잡혀요", "안잡혀요", "안 잡혀요"),
        ("전화가 안\n잡혀요", "안잡혀요", "안 잡혀요"),
        ("전화가 안잡혀요", "안잡혀요", "안잡혀요"),
        ("지금 못 해요!", "못해요", "못 해요"),
        ("The Wi-Fi, again", "wi fi", "Wi-Fi"),
        ("The Wi-Fi, again", "wi-fi", "Wi-Fi"),
        ("NO SIGNAL here", "no signal", "NO SIGNAL"),
        ("I Can’t call", "can't call", "Can’t call"),
        ("it is DOWN @jade again", "down again", "DOWN again"),
        ("REALLY? Now", "really ? now", "REALLY? Now"),
        ("WiFi 동안, 요금", "wifi 동안", "WiFi 동안"),
        ("왜요?", "?", "?"),
        ("İZMİR", "i zmi r", "İZMİR"),
        (f"안{'!' * 50}잡혀요", "안잡혀요", "안잡혀요"),
        ("something else", "wi-fi", "wi-fi"),
        ("anything", "", ""),
    ],
)
def test_what_was_found_is_quoted_as_the_text_spells_it(text: str, found: str, written: str) -> None:
    assert as_written(text, found) == written


@pytest.mark.parametrize("text", ["전화가 안 잡혀요", "The Wi-Fi, AGAIN", "I Can’t! Call", "「긴급」 못—해요"])
def test_whatever_is_said_is_found_again(text: str) -> None:
    normal = normalized(text).strip()

    assert normalized(as_written(text, normal)).strip() == normal


def test_a_text_made_to_be_searched_for_long_is_not() -> None:
    before = process_time()

    as_written("안 " * 500 + "안 잡혀요", "안안안안안안안안안안안안잡혀요")

    assert process_time() - before < 0.05
