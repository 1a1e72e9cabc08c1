"""Lives of a case: no answer is said twice, none is believed that was not said, and none goes unheard."""

from collections import Counter

import pytest

from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from desk.posts.model import PostState
from tests.unit.answer.life_at_a_page import ENDS
from tests.unit.answer.life_of_a_case import Life

LIVES = 400
PART = 50


def lived(seed: int) -> Life:
    life = Life(seed)
    life.goes_on(60)
    life.recovers()
    return life


def ends_of(life: Life, event: CaseEvent) -> list[CaseEvent]:
    return [one for one in life.events if one.post_id == event.post_id and one.what in ENDS]


@pytest.mark.parametrize("first", range(0, LIVES, PART))
def test_whatever_happens_each_answer_is_said_once_or_known_not_to_be(first: int) -> None:
    for seed in range(first, first + PART):
        life = lived(seed)

        assert life.wrongs == [], seed
        assert life.case.state is not CaseState.QUEUED, seed
        said = [(post.in_reply_to, post.text) for post in life.on_x]
        assert len(said) == len(set(said)), seed
        for event in (one for one in life.events if one.what is CaseEventKind.QUEUED):
            post = life.posts.posts.get(event.post_id or "")
            (end,) = ends_of(life, event)
            is_said = post is not None and post.state is PostState.PUBLISHED
            assert (end.what is not CaseEventKind.NOT_SAID) == is_said, seed


@pytest.mark.parametrize("first", range(0, LIVES, PART))
def test_a_case_whose_last_answer_stands_on_x_waits_only_for_what_was_asked_since(first: int) -> None:
    for seed in range(first, first + PART):
        life = lived(seed)
        queued = [one for one in life.events if one.what is CaseEventKind.QUEUED]
        if not queued:
            continue
        (end,) = ends_of(life, queued[-1])
        is_last = end is life.events[-1] and life.asked_at <= queued[-1].at  # nor did somebody draft one more

        if end.what is CaseEventKind.ANSWERED and is_last:
            assert life.case.state is CaseState.ANSWERED, seed
        if end.what is CaseEventKind.NOT_SAID:
            assert life.case.state is not CaseState.ANSWERED, seed


def test_these_lives_meet_everything_that_can_happen() -> None:
    seen: Counter[str] = Counter()
    for seed in range(100):
        seen += lived(seed).seen

    for what in (
        "killed", "a store gave up", "queued", "the author wrote", "swept: not stored", "post published",
        "post refused", "post expired", "post cancelled", "form done", "form invalid", "form moved", "form closed",
        "form unavailable", "form shown", "asked into private",
        "done queued", "done unsure", "done drafted", "done handed", "done closed",
    ):  # fmt: skip
        assert seen[what] > 2, what
