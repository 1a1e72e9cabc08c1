"""Each call that a run of reminders makes fails in each way, or two of them do; the run after it makes up for it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import chain

import pytest

from desk.cases.model import CaseEventKind
from desk.notifications.subscribers import SubscribersItems
from desk.reading import OPERATOR
from tests.failing_calls import Call, Trouble, each_alone, first_of, some_together, stored, told
from tests.unit.chase.chase_scene import DUE, a_case
from tests.unit.chase.deployed import Deployed, deployed

QUARTER = timedelta(minutes=15)
DUE_NOW, LATE, NOBODY_READS = a_case(1), a_case(2, due_at=DUE - timedelta(hours=1)), a_case(3, department="network")
EXPECTED = {
    DUE_NOW: ("billing", CaseEventKind.DUE),
    LATE: (OPERATOR, CaseEventKind.ESCALATED),
    NOBODY_READS: (OPERATOR, CaseEventKind.DUE),
}
"""Who hears of each case, and what of it."""


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch) as made:
        for case in EXPECTED:
            made.has(case)
        notes = SubscribersItems(made.client, desk_table=made.tables.desk)
        for department, confirmed in {"billing": 1, "network": 0, OPERATOR: 1}.items():
            notes.record(department, confirmed, [])
        yield made


def wrong(stack: Deployed, trouble: Trouble, calls: Sequence[Call]) -> Iterator[str]:
    """What is not as it must be after the run that the trouble befell, and the next one."""
    stack.runs(DUE, trouble=trouble)
    later = stack.runs(DUE + QUARTER).answer
    if later["failures"] or later["RemindersPutOff"]:
        yield f"the next run left something undone: {later}"
    most = 1 if max(trouble) < first_of("PublishBatch", calls) else 2
    for case, (topic, stage) in EXPECTED.items():
        times = sum(case.id in text for text in stack.sent(topic))
        if not 1 <= times <= most:
            yield f"{topic} was told of {case.id} {times} times"
        events = [event.what for event in stack.events(case)]
        if events != [stage]:
            yield f"the history of {case.id} has {events}"


def test_everybody_is_reminded_once_and_twice_where_a_mail_was_sent_and_not_noted(stack: Deployed) -> None:
    state = stored()
    calls = stack.runs(DUE).made

    for trouble in chain(each_alone(calls), some_together(calls, count=8, seed=1)):
        stack.put_back(state)
        assert not list(wrong(stack, trouble, calls)), told(trouble, calls)
