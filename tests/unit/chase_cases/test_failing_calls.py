"""Each AWS call of a run fails in each way, alone or with another one; the following runs make up for it."""

from collections.abc import Iterator, Sequence
from copy import replace
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from desk.cases.model import CaseEventKind, CaseState
from desk.cases.sla import CALL_AGAIN_AFTER, UNSEEN_FOR
from desk.notifications.topics import SubscribersItems
from desk.posts.model import PostState, acknowledgement_id
from desk.promises.store import promise_actions
from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency
from tests.cases import a_promise
from tests.failing_calls import Call, Trouble, each_alone, first_of, sample_of, some_together, stored, told
from tests.unit.chase_cases.deployed import BRAND, ON_CALL, Deployed, deployed
from tests.unit.chase_cases.scene import DUE, a_case, seoul

pytestmark = pytest.mark.emulator

MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)
DUE_NOW, LATE, NOBODY_READS = a_case(1), a_case(2, due_at=DUE - timedelta(hours=1)), a_case(3, department="network")
REMINDED = {
    DUE_NOW: ("billing", CaseEventKind.DUE),
    LATE: (OPERATOR, CaseEventKind.ESCALATED),
    NOBODY_READS: (OPERATOR, CaseEventKind.DUE),
}
"""The recipient and the stage of each case's reminder."""
ALARM = a_case(
    1,
    kind=Kind.FAULT,
    urgency=Urgency.HIGH,
    wakes=True,
    asked_at=DUE,
    opened_at=DUE,
    due_at=DUE + timedelta(hours=1),
)
NIGHT = seoul(24, 22)
TO_CHECK = a_case(1, asked_at=NIGHT, opened_at=NIGHT, safety=Safety.CHECK, unseen_since=NIGHT)
PROMISE = a_promise(DUE + 10 * MINUTE, subject=TO_CHECK.id, made_at=DUE - 60 * MINUTE)
PROMISED = a_case(1, state=CaseState.PROMISED, promised_until=PROMISE.due_at, promises=(PROMISE,))
UNSEEN_AT = NIGHT + UNSEEN_FOR
READING = Reading(Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.5, (), safety=Safety.CHECK)
ACKNOWLEDGED = [
    a_case(number, asked_at=DUE, opened_at=DUE + timedelta(seconds=number), due_at=DUE + timedelta(hours=9))
    for number in (2, 3)
]
"""Two whose numbers choose the same words, so that the second one gets the others."""


def wrong_reminders(stack: Deployed, trouble: Trouble, calls: Sequence[Call]) -> Iterator[str]:
    """Deviations after the run with the trouble and the next one."""
    stack.runs(DUE, trouble=trouble)
    later = stack.runs(DUE + QUARTER).answer
    if later["failures"] or later["put_off"]:
        yield f"the next run left something undone: {later}"
    most = 1 if max(trouble) < first_of("PublishBatch", calls) else 2
    for case, (topic, stage) in REMINDED.items():
        times = sum(case.id in text for text in stack.sent(topic))
        if not 1 <= times <= most:
            yield f"{topic} was reminded of {case.id} {times} times"
        events = [event.what for event in stack.events(case)]
        if events != [stage]:
            yield f"the history of {case.id} has {events}"


def wrong_calls(stack: Deployed, trouble: Trouble, calls: Sequence[Call]) -> Iterator[str]:
    """Deviations after the run with the trouble and the next one; a call that wasn't recorded is made again."""
    stack.runs(DUE, "attend", trouble)
    later = stack.runs(DUE + MINUTE, "attend").answer
    times = len(stack.sent(ON_CALL))
    if later["failures"] or not 1 <= times <= (1 if max(trouble) < first_of("Publish", calls) else 2):
        yield f"called {times} times within a minute: {later}"
    if not stack.events(ALARM):
        stack.runs(DUE + MINUTE + CALL_AGAIN_AFTER, "attend")
    events = [event.what for event in stack.events(ALARM)]
    if events != [CaseEventKind.CALLED]:
        yield f"the history has {events}"


def wrong_checks(stack: Deployed, trouble: Trouble, calls: Sequence[Call]) -> Iterator[str]:
    """Deviations after the run with the trouble and the next one; what wasn't recorded is sent again."""
    stack.runs(UNSEEN_AT, "attend", trouble)
    later = stack.runs(UNSEEN_AT + MINUTE, "attend").answer
    if later["failures"]:
        yield f"the next run left something undone: {later}"
    for topic, sent in ((OPERATOR, "PublishBatch"), (ON_CALL, "Publish")):
        times = len(stack.sent(topic))
        if not 1 <= times <= (1 if max(trouble) < first_of(sent, calls) else 2):
            yield f"{topic} was notified {times} times"
    wrong = {event.what for event in stack.events(TO_CHECK)} - {CaseEventKind.UNSEEN, CaseEventKind.CALLED}
    if wrong or len(stack.events(TO_CHECK)) > 2:
        yield f"the history has {stack.events(TO_CHECK)}"


def wrong_promises(stack: Deployed, trouble: Trouble, calls: Sequence[Call]) -> Iterator[str]:
    """Deviations after the run with the trouble and the next one; a reminder that wasn't recorded is sent again."""
    stack.runs(DUE, "attend", trouble)
    later = stack.runs(DUE + MINUTE, "attend").answer
    if later["failures"]:
        yield f"the next run left something undone: {later}"
    mailed, told = (
        sum("답변" in text or '"promise"' in text for text in stack.sent(topic)) for topic in (OPERATOR, "_phones")
    )
    if not 1 <= mailed <= (1 if max(trouble) < first_of("PublishBatch", calls) else 2) or told > 2:
        yield f"mailed {mailed} times, devices notified {told} times"
    if stack.runs(DUE + 2 * MINUTE, "attend").answer["promises"]:
        yield "reminded once more"


def wrong_acknowledgements(stack: Deployed, trouble: Trouble) -> Iterator[str]:
    """Deviations after the run with the trouble and the next one."""
    stack.runs(DUE + MINUTE, "attend", trouble)
    later = stack.runs(DUE + 2 * MINUTE, "attend").answer
    if later["failures"]:
        yield f"the next run left something undone: {later}"
    posts = {post.id: post for post in stack.posts()}
    if set(posts) != {acknowledgement_id(case.id) for case in ACKNOWLEDGED}:
        yield f"there are {sorted(posts)}"
    if any(post.state is not PostState.QUEUED for post in posts.values()):
        yield "a post isn't queued"
    for case in ACKNOWLEDGED:
        post = posts.get(acknowledgement_id(case.id))
        events = stack.events(case)
        if post and [(event.what, event.text) for event in events] != [(CaseEventKind.ACKNOWLEDGED, post.text)]:
            yield f"{post.text!r} is queued, the history has {events}"


def test_a_reminder_is_sent_once_or_twice_if_it_could_not_be_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with deployed(monkeypatch) as stack:
        for case in REMINDED:
            stack.has(case)
        subscribers = SubscribersItems(stack.client, desk_table=stack.tables.desk)
        for department, confirmed in {"billing": 1, "network": 0, OPERATOR: 1}.items():
            subscribers.record(department, confirmed, [])
        state = stored()
        calls = stack.runs(DUE).made

        every = chain(each_alone(calls), some_together(calls, count=8, seed=1))
        for trouble in sample_of("reminders", every, calls):
            stack.put_back(state)
            assert not list(wrong_reminders(stack, trouble, calls)), told(trouble, calls)


def test_a_call_is_made_once_or_twice_if_it_could_not_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    with deployed(monkeypatch, replace(BRAND, acknowledgements={})) as stack:
        stack.has(ALARM)
        state = stored()
        calls = stack.runs(DUE, "attend").made

        every = chain(each_alone(calls), some_together(calls, count=8, seed=2))
        for trouble in sample_of("calls", every, calls):
            stack.put_back(state)
            assert not list(wrong_calls(stack, trouble, calls)), told(trouble, calls)


def test_what_nobody_opens_is_mailed_and_called_for_once_or_twice_if_it_could_not_be_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with deployed(monkeypatch, replace(BRAND, acknowledgements={})) as stack:
        stack.has(TO_CHECK, reading=READING)
        state = stored()
        calls = stack.runs(UNSEEN_AT, "attend").made
        assert {event.what for event in stack.events(TO_CHECK)} == {CaseEventKind.UNSEEN, CaseEventKind.CALLED}

        every = chain(each_alone(calls), some_together(calls, count=8, seed=4))
        for trouble in sample_of("unopened checks", every, calls):
            stack.put_back(state)
            assert not list(wrong_checks(stack, trouble, calls)), told(trouble, calls)


def test_a_promise_is_reminded_of_once_or_twice_if_it_could_not_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    with deployed(monkeypatch, replace(BRAND, acknowledgements={})) as stack:
        stack.has(PROMISED)
        promises: Any = list(promise_actions((), PROMISED.promises, DUE - MINUTE * 60, "", stack.tables.desk))
        stack.client.transact_write_items(TransactItems=promises)
        state = stored()
        calls = stack.runs(DUE, "attend").made
        assert [event.what for event in stack.events(PROMISED)] == [CaseEventKind.REMINDED]

        every = chain(each_alone(calls), some_together(calls, count=8, seed=5))
        for trouble in sample_of("promises", every, calls):
            stack.put_back(state)
            assert not list(wrong_promises(stack, trouble, calls)), told(trouble, calls)


def test_each_case_is_acknowledged_once_and_its_history_has_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    with deployed(monkeypatch, replace(BRAND, on_call=type(BRAND.on_call)())) as stack:
        for case in ACKNOWLEDGED:
            stack.has(case)
        state = stored()
        calls = stack.runs(DUE + MINUTE, "attend").made
        assert len({post.text for post in stack.posts()}) == 2

        every = chain(each_alone(calls), some_together(calls, count=8, seed=3))
        for trouble in sample_of("acknowledgements", every, calls):
            stack.put_back(state)
            assert not list(wrong_acknowledgements(stack, trouble)), told(trouble, calls)
