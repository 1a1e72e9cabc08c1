"""When an answer is due, and which reminder a case has come to: pure functions of the case and the time."""

from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import Brand, Targets
from desk.cases.model import Case, CaseEventKind
from desk.cases.transitions import ANSWERABLE
from desk.reading import OPERATOR, Kind, Safety, Urgency
from desk.working_time import due_at, is_working, working_between

CALL_AGAIN_AFTER = timedelta(minutes=10)
"""How long after a call the next one follows while nobody has taken the case on."""

UNSEEN_FOR = timedelta(minutes=15)
"""How long a case whose safety is to be checked waits for anybody to open it before the operator is notified."""

REMINDER_STAGES = (CaseEventKind.REMINDED, CaseEventKind.DUE, CaseEventKind.ESCALATED)
"""In the order in which they follow each other."""


class Reminder(NamedTuple):
    """A reminder: its stage, one of REMINDER_STAGES, and the moment by which the answer is due."""

    stage: CaseEventKind
    due: datetime

    def is_later_than(self, stage: CaseEventKind | None) -> bool:
        """Whether this follows the stage that was sent last for the same due moment; None: none was sent."""
        return stage is None or REMINDER_STAGES.index(self.stage) > REMINDER_STAGES.index(stage)


def is_unseen(case: Case, now: datetime) -> bool:
    """Whether its safety is to be checked and nobody has opened it or acted on it for UNSEEN_FOR."""
    since = case.unseen_since
    is_to_check = case.open_safety is Safety.CHECK and case.state in ANSWERABLE
    return is_to_check and since is not None and since + UNSEEN_FOR <= now


def current_reminder(case: Case, now: datetime, brand: Brand) -> Reminder | None:
    """The latest reminder that the case has come to; None before the first, and where nobody is to be reminded.

    Reminders of cases that are not urgent wait for working hours: one that falls due at closing is sent at opening.
    """
    if case.state not in ANSWERABLE or not (_by_the_clock(case, brand) or is_working(now, brand)):
        return None
    due = answer_due_at(case)
    if now < due:
        if case.promises and due == case.promised_until:
            return None  # people are reminded of the promise itself
        left = _between(now, due, case, brand)
        return Reminder(CaseEventKind.REMINDED, due) if left <= _remind_before(case, brand) else None
    is_late = overdue_by(case, now, brand) >= _escalate_after(case, brand)
    is_escalated = is_late and case.department != OPERATOR and case.department in brand.departments
    return Reminder(CaseEventKind.ESCALATED if is_escalated else CaseEventKind.DUE, due)


def answer_due_at(case: Case) -> datetime:
    """When the answer is due: the promised time if that is later than the case's own due time."""
    return max(case.due_at, case.promised_until or case.due_at)


def overdue_by(case: Case, now: datetime, brand: Brand) -> timedelta:
    """How long the answer has been due: in working time, or by the clock for urgent cases."""
    return _between(answer_due_at(case), now, case, brand)


def reminder_horizon(now: datetime, brand: Brand) -> datetime:
    """No case that is due later has come to any reminder."""
    soonest = brand._replace(targets=Targets(high=timedelta(), normal=brand.chase.before))
    high = max(brand.targets.of(kind).high for kind in Kind) / 2
    return max(now + high, due_at(now, Kind.INQUIRY, Urgency.NORMAL, soonest))


def answering_department(case: Case, brand: Brand) -> str:
    """Who can act on the case now: the operator for unknown departments, and for drafts that it sends."""
    department = brand.departments.get(case.department)
    has_draft_to_send = case.draft is not None and not case.draft.comment
    if department is None or (has_draft_to_send and not department.answers_to_x):
        return OPERATOR
    return department.key


def _remind_before(case: Case, brand: Brand) -> timedelta:
    """How long before the due time the first reminder is sent: never more than half of the target."""
    targets = brand.targets.of(case.kind)
    return targets.high / 2 if case.urgency is Urgency.HIGH else min(brand.chase.before, targets.normal / 2)


def _escalate_after(case: Case, brand: Brand) -> timedelta:
    return brand.targets.of(case.kind).high / 2 if case.urgency is Urgency.HIGH else brand.chase.escalate


def _by_the_clock(case: Case, brand: Brand) -> bool:
    return case.urgency is Urgency.HIGH or not brand.hours.days


def _between(start: datetime, end: datetime, case: Case, brand: Brand) -> timedelta:
    if _by_the_clock(case, brand):
        return max(end - start, timedelta())
    return working_between(start, end, brand)
