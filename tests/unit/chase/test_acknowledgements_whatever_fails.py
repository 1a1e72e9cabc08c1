"""Each call to AWS by which authors are told that their matter has arrived fails in each way: it is said just once."""

from collections.abc import Iterator
from copy import replace
from datetime import timedelta
from itertools import chain

import pytest

from desk.cases.model import CaseEventKind
from desk.posts.model import PostState, acknowledgement_id
from tests.failing_calls import Trouble, each_alone, some_together, stored, told
from tests.unit.chase.chase_scene import DUE, a_case
from tests.unit.chase.deployed import BRAND, Deployed, deployed

MINUTE = timedelta(minutes=1)
CASES = [
    a_case(number, asked_at=DUE, opened_at=DUE + timedelta(seconds=number), due_at=DUE + timedelta(hours=9))
    for number in (2, 3)
]
"""Two whose numbers choose the same words, so that the second one gets the others."""


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch, replace(BRAND, on_call=type(BRAND.on_call)())) as made:
        for case in CASES:
            made.has(case)
        yield made


def wrong(stack: Deployed, trouble: Trouble) -> Iterator[str]:
    """What is not as it must be after the run that the trouble befell, and the next one."""
    stack.runs(DUE + MINUTE, "attend", trouble)
    later = stack.runs(DUE + 2 * MINUTE, "attend").answer
    if later["failures"]:
        yield f"the next run left something undone: {later}"
    posts = {post.id: post for post in stack.posts()}
    if set(posts) != {acknowledgement_id(case.id) for case in CASES}:
        yield f"there are {sorted(posts)}"
    if any(post.state is not PostState.QUEUED for post in posts.values()):
        yield "a post is not on its way"
    for case in CASES:
        post = posts.get(acknowledgement_id(case.id))
        events = stack.events(case)
        if post and [(event.what, event.text) for event in events] != [(CaseEventKind.ACKNOWLEDGED, post.text)]:
            yield f"{post.text!r} is said, the history has {events}"


def test_each_is_said_once_and_noted_as_it_was_said(stack: Deployed) -> None:
    state = stored()
    calls = stack.runs(DUE + MINUTE, "attend").made
    assert len({post.text for post in stack.posts()}) == 2

    for trouble in chain(each_alone(calls), some_together(calls, count=8, seed=3)):
        stack.put_back(state)
        assert not list(wrong(stack, trouble)), told(trouble, calls)
