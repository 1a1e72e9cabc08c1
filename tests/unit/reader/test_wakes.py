"""What is likely to be an emergency wakes somebody; what is treated as urgent just in case does not."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.brand import Pin
from desk.mentions.model import Mention
from desk.reader.heads import Trained
from desk.reader.pins import Pinned
from desk.reader.trained_reader import TrainedReader
from desk.reader.words_reader import WordsReader
from desk.reading import Kind, Reading, Urgency
from desk.x.model import XPost
from tests.brands import emerald, small_brand
from tests.unit.reader.toy_heads import INQUIRY, trained

NIGHT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
CALM = "음 그거 말인데요"
LEGAL = "내일까지 답 없으면 소송 갑니다. 환불해 주세요"
FEEDBACK: Mapping[str, float] = {**INQUIRY, "feedback": 0.9, "inquiry": 0.02}
CHAT: Mapping[str, float] = {**INQUIRY, "chat": 0.9, "inquiry": 0.02}
SHIPPED = TrainedReader(emerald())


def mention(text: str) -> Mention:
    return Mention(XPost("9", f"@jade {text}", "5", NIGHT, "9", "und", ("9",)), NIGHT)


def read(text: str, heads: Trained, *pins: Pin) -> Reading:
    return Pinned(TrainedReader(small_brand(), heads), pins).read(mention(text))


def test_words_about_courts_wake_somebody_even_if_the_heads_disagree() -> None:
    seen = read(LEGAL, trained(high=0.001))

    assert (seen.urgency, seen.wakes) == (Urgency.HIGH, True)


def test_the_words_alone_wake_too() -> None:
    seen = WordsReader(small_brand()).read(mention(LEGAL))

    assert (seen.urgency, seen.wakes) == (Urgency.HIGH, True)


def test_a_sure_head_wakes_somebody() -> None:
    seen = read(CALM, trained(high=0.4))

    assert (seen.urgency, seen.wakes) == (Urgency.HIGH, True)


def test_urgency_as_a_precaution_wakes_nobody() -> None:
    seen = read(CALM, trained(high=0.3, urgent=0.25))

    assert (seen.urgency, seen.wakes) == (Urgency.HIGH, False)


def test_a_normal_mention_wakes_nobody() -> None:
    seen = read(CALM, trained(high=0.2))

    assert (seen.urgency, seen.wakes) == (Urgency.NORMAL, False)


@pytest.mark.parametrize("looks_like", [FEEDBACK, CHAT])
def test_feedback_and_chat_wake_nobody(looks_like: Mapping[str, float]) -> None:
    assert not read(CALM, trained(looks_like, high=0.4)).wakes


def test_a_pin_to_high_wakes() -> None:
    seen = read(CALM, trained(high=0.001), Pin("word", "그거", urgency=Urgency.HIGH))

    assert (seen.urgency, seen.wakes) == (Urgency.HIGH, True)


@pytest.mark.parametrize("pin", [Pin("word", "소송", urgency=Urgency.NORMAL), Pin("word", "소송", kind=Kind.CHAT)])
def test_a_pin_to_what_is_not_urgent_lets_people_sleep(pin: Pin) -> None:
    assert not read(LEGAL, trained(), pin).wakes


def test_a_pin_of_another_part_leaves_it_as_it_was() -> None:
    pin = Pin("word", "그거", department="billing")

    assert [read(CALM, trained(high=high), pin).wakes for high in (0.4, 0.2)] == [True, False]


@given(st.text(max_size=80))
def test_only_an_urgent_mention_that_opens_a_case_wakes_somebody(text: str) -> None:
    seen = SHIPPED.read(mention(text))

    assert not seen.wakes or (seen.urgency is Urgency.HIGH and seen.opens_case)
