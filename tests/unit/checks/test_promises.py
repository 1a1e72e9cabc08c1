"""Promises without a time, on invented sentences. Those that are held out were written after the rule was tuned."""

import json
from pathlib import Path

import pytest

from desk.checks.promises import promise_without_time

SENTENCES = json.loads((Path(__file__).parents[2] / "data" / "promises.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("held_out", "precision", "recall"), [(False, 0.98, 0.98), (True, 0.9, 0.95)])
def test_promises_are_told_from_other_sentences(*, held_out: bool, precision: float, recall: float) -> None:
    some = [each for each in SENTENCES if each["held_out"] is held_out]
    found = [each for each in some if promise_without_time(each["text"])]
    right = [each for each in found if each["promises"]]

    assert len(right) / len(found) >= precision, [each["text"] for each in found if not each["promises"]]
    missed = [each["text"] for each in some if each["promises"] and each not in found]
    assert len(right) / (len(right) + len(missed)) >= recall, missed


def test_the_sentence_that_promises_is_named() -> None:
    text = "불편을 드려 죄송합니다. 원인을 찾아 고치겠습니다. 좋은 하루 보내세요."

    assert promise_without_time(text) == "원인을 찾아 고치겠습니다."


@pytest.mark.parametrize(
    "text",
    [
        "원인을 찾아 고치겠습니다. 늦어도 내일 오전까지 마칩니다.",
        "오후 6시까지 답을 드립니다. 그때 자세히 알려 드릴게요.",
        "We'll fix it. You will hear from us by 6 pm.",
    ],
)
def test_a_limit_in_the_next_sentence_or_the_one_before_is_a_time(text: str) -> None:
    assert promise_without_time(text) is None


def test_today_in_another_sentence_is_no_limit() -> None:
    assert promise_without_time("오늘도 이용해 주셔서 감사합니다. 확인 후 연락드리겠습니다.")


def test_a_long_text_takes_no_time() -> None:
    assert promise_without_time("확인 " * 20_000) is None
