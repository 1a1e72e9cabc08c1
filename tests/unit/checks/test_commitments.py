"""Sentences in which the brand binds itself to say or do something by a time."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from benchmarks.promises import SENTENCES, measure
from desk.checks.commitments import commitment_in
from desk.checks.moments import Grain

NOW = datetime(2026, 12, 1, 13, 33, tzinfo=ZoneInfo("Asia/Seoul"))
"""A Tuesday."""


HELD_OUT = ("held_out_1", "held_out_2")
"""By writers who did not know the rules: a failure here says by how much, and nobody looks at which sentences."""


@pytest.mark.parametrize("part", ["development", *HELD_OUT])
def test_commitments_are_told_from_other_sentences_and_their_moments_are_read(part: str) -> None:
    found = measure(SENTENCES / f"{part}.jsonl")

    assert found.precision >= 0.95
    assert found.recall >= 0.9
    assert found.right_moments >= 0.95 * found.right
    assert found.right_grains >= 0.95 * found.right


def test_at_least_400_sentences_are_held_out_in_both_languages_and_half_of_them_commit_to_nothing() -> None:
    lines = [line for part in HELD_OUT for line in (SENTENCES / f"{part}.jsonl").read_text("utf-8").splitlines()]
    labelled = [json.loads(line) for line in lines]

    assert len({each["text"] for each in labelled}) >= 400
    assert {each["language"] for each in labelled} == {"ko", "en"}
    assert 0.4 <= sum(each["promise"] for each in labelled) / len(labelled) <= 0.6


def test_the_sentence_the_words_and_the_moment_are_named() -> None:
    found = commitment_in("불편을 드려 죄송합니다. 2시 3분까지 알려 드릴게요. 고맙습니다.", NOW)

    assert found
    assert (found.sentence, found.words) == ("2시 3분까지 알려 드릴게요.", "2시 3분")
    assert (found.due, found.grain) == (NOW.replace(hour=14, minute=3), Grain.MINUTE)


def test_of_several_commitments_the_first_that_is_due_is_found() -> None:
    found = commitment_in("내일까지 처리하겠습니다. 그 전에 오늘 오후 5시까지 진행 상황을 알려 드릴게요.", NOW)

    assert found
    assert found.due == NOW.replace(hour=17, minute=0)


def test_working_days_skip_weekends_and_the_days_on_which_the_brand_does_not_work() -> None:
    text = "영업일 기준 3일 이내에 답변드리겠습니다."

    assert [found.due.day for days in ([], [date(2026, 12, 3)]) if (found := commitment_in(text, NOW, days))] == [4, 7]


def test_a_limit_may_stand_in_the_sentence_before_and_in_the_one_after() -> None:
    texts = ["1시간만 시간을 주세요. 그 안에 답변드리겠습니다.", "다시 연락드릴게요. 1시간 안에요!"]

    assert [found.due.hour for text in texts if (found := commitment_in(text, NOW))] == [14, 14]


def test_a_time_that_is_past_commits_to_nothing() -> None:
    assert commitment_in("오늘 오전 10시에 안내드리겠습니다.", NOW) is None


@pytest.mark.parametrize("text", ["오늘 중 안내 " * 20_000, "by 3 pm we will " * 10_000, "1일 " * 20_000])
def test_a_long_text_takes_no_time(text: str) -> None:
    commitment_in(text, NOW)
