"""Each call to AWS by which those on call are told fails in each way; the runs of the next minutes make up for it."""

from collections.abc import Iterator, Sequence
from copy import replace
from datetime import timedelta
from itertools import chain

import pytest

from desk.cases.model import CaseEventKind
from desk.cases.sla import CALL_AGAIN_AFTER
from desk.reading import Kind, Urgency
from tests.failing_calls import Call, Trouble, each_alone, first_of, some_together, stored, told
from tests.unit.chase.chase_scene import DUE, a_case
from tests.unit.chase.deployed import BRAND, ON_CALL, Deployed, deployed

MINUTE = timedelta(minutes=1)
ALARM = a_case(
    1,
    kind=Kind.FAULT,
    urgency=Urgency.HIGH,
    wakes=True,
    asked_at=DUE,
    opened_at=DUE,
    due_at=DUE + timedelta(hours=1),
)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch, replace(BRAND, acknowledgements={})) as made:
        made.has(ALARM)
        yield made


def wrong(stack: Deployed, trouble: Trouble, calls: Sequence[Call]) -> Iterator[str]:
    """What is not as it must be after the run that the trouble befell, and the next one.

    What could not be noted in the history is noted when they are told again.
    """
    stack.runs(DUE, "attend", trouble)
    later = stack.runs(DUE + MINUTE, "attend").answer
    times = len(stack.sent(ON_CALL))
    if later["failures"] or not 1 <= times <= (1 if max(trouble) < first_of("Publish", calls) else 2):
        yield f"told {times} times within a minute: {later}"
    if not stack.events(ALARM):
        stack.runs(DUE + MINUTE + CALL_AGAIN_AFTER, "attend")
    events = [event.what for event in stack.events(ALARM)]
    if events != [CaseEventKind.CALLED]:
        yield f"the history has {events}"


def test_those_on_call_are_told_once_and_twice_where_it_could_not_be_noted(stack: Deployed) -> None:
    state = stored()
    calls = stack.runs(DUE, "attend").made

    for trouble in chain(each_alone(calls), some_together(calls, count=8, seed=2)):
        stack.put_back(state)
        assert not list(wrong(stack, trouble, calls)), told(trouble, calls)
