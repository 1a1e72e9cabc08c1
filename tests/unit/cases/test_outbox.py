"""Which changes need a notification, and how long it stays relevant."""

from datetime import timedelta
from typing import Any

import pytest

from desk.cases import transitions as case_steps
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft
from desk.cases.outbox import is_still_relevant, needs_notification
from desk.reading import Kind
from tests.families import for_each
from tests.unit.posts.scene import NOON, a_case

OPEN = a_case()
DRAFT = Draft("내일 됩니다", "지은", NOON)
DRAFTED = case_steps.drafted(OPEN, DRAFT)
ELSEWHERE = case_steps.handed(OPEN, "network", NOON)


def event(what: CaseEventKind, **more: Any) -> CaseEvent:
    return CaseEvent(what, NOON, "지은", **more)


@for_each("what", CaseEventKind)
def test_only_drafts_and_replies_that_were_not_posted_need_a_notification_by_themselves(what: CaseEventKind) -> None:
    notified = (
        CaseEventKind.DRAFTED,
        CaseEventKind.RETURNED,
        CaseEventKind.REMINDED_BY_PERSON,
        CaseEventKind.NOT_SAID,
        CaseEventKind.RELEASED,
    )

    assert needs_notification(OPEN, OPEN, event(what)) is (what in notified)


@pytest.mark.parametrize("what", [CaseEventKind.HANDED, CaseEventKind.MISREAD])
def test_a_case_that_moves_to_another_department_needs_a_notification(what: CaseEventKind) -> None:
    assert needs_notification(ELSEWHERE, OPEN, event(what, department="network"))


def test_a_department_that_gets_its_case_back_needs_no_notification() -> None:
    assert not needs_notification(OPEN, ELSEWHERE, event(CaseEventKind.TAKEN_BACK, department="billing"))


def test_a_misread_case_that_stays_needs_no_notification() -> None:
    after = case_steps.misread(OPEN, Kind.FAULT, "billing", NOON + timedelta(hours=1))

    assert not needs_notification(after, OPEN, event(CaseEventKind.MISREAD, department="billing"))


@pytest.mark.parametrize(
    ("now", "is_relevant"), [(OPEN, True), (DRAFTED, False), (ELSEWHERE, False), (case_steps.closed(OPEN), False)]
)
def test_a_reminder_is_relevant_while_its_department_has_not_answered(now: Case, is_relevant: bool) -> None:
    asked = event(CaseEventKind.REMINDED_BY_PERSON, department=OPEN.department)

    assert is_still_relevant(asked, now) is is_relevant


@pytest.mark.parametrize(
    ("now", "is_relevant"),
    [
        (DRAFTED, True),
        (case_steps.taken(DRAFTED, "민수"), True),
        (case_steps.drafted(OPEN, DRAFT._replace(text="모레 됩니다")), False),
        (DRAFTED._replace(state=CaseState.QUEUED), False),
        (ELSEWHERE, False),
        (case_steps.closed(OPEN), False),
    ],
)
def test_a_draft_is_relevant_while_it_waits(now: Case, is_relevant: bool) -> None:
    assert is_still_relevant(event(CaseEventKind.DRAFTED, text=DRAFT.text), now) is is_relevant


@pytest.mark.parametrize(
    ("now", "is_relevant"),
    [
        (case_steps.returned(DRAFTED, "날짜도"), True),
        (case_steps.returned(DRAFTED, "다른 의견"), False),
        (case_steps.returned(DRAFTED, "날짜도")._replace(state=CaseState.QUEUED), False),
        (case_steps.drafted(OPEN, DRAFT), False),
        (case_steps.closed(OPEN), False),
    ],
)
def test_a_draft_that_went_back_is_relevant_until_the_department_writes_again(now: Case, is_relevant: bool) -> None:
    assert is_still_relevant(event(CaseEventKind.RETURNED, text="날짜도"), now) is is_relevant


@pytest.mark.parametrize("what", [CaseEventKind.HANDED, CaseEventKind.MISREAD])
@pytest.mark.parametrize(
    ("now", "is_relevant"),
    [
        (ELSEWHERE, True),
        (case_steps.drafted(ELSEWHERE, DRAFT), True),
        (OPEN, False),
        (ELSEWHERE._replace(state=CaseState.QUEUED), False),
        (case_steps.closed(ELSEWHERE), False),
    ],
)
def test_a_hand_over_is_relevant_while_the_case_is_there_and_waits(
    what: CaseEventKind, now: Case, is_relevant: bool
) -> None:
    assert is_still_relevant(event(what, department="network"), now) is is_relevant


@pytest.mark.parametrize("state", CaseState)
def test_a_reply_that_was_not_posted_is_relevant_until_another_one_is_sent_or_nobody_waits(state: CaseState) -> None:
    waits = {CaseState.OPEN, CaseState.DRAFTED, CaseState.PROMISED}

    assert is_still_relevant(event(CaseEventKind.NOT_SAID), OPEN._replace(state=state)) is (state in waits)
