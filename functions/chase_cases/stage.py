"""Which reminder a case has come to: pure functions of the case, the moment and the brand."""

from datetime import datetime, timedelta

from desk.brand import Brand, Targets
from desk.case import Case
from desk.case_event import CaseEventKind
from desk.case_steps import ANSWERABLE
from desk.ports.chases import ChaseStep
from desk.reading import OPERATOR, Kind, Urgency
from desk.working_time import due_at, is_working, working_between

STAGES = (CaseEventKind.REMINDED, CaseEventKind.DUE, CaseEventKind.ESCALATED)
"""In the order in which they come."""


def step_of(case: Case, now: datetime, brand: Brand) -> ChaseStep | None:
    """The latest reminder that the case has come to; None before the first, and where nobody is to be reminded.

    Of what is not urgent nothing is said while the desk does not work: what fell due at closing is told at opening.
    """
    if case.state not in ANSWERABLE or not (_by_the_clock(case, brand) or is_working(now, brand)):
        return None
    due = due_of(case)
    if now < due:
        left = _between(now, due, case, brand)
        return ChaseStep(CaseEventKind.REMINDED, due) if left <= _before(case, brand) else None
    is_late = overdue(case, now, brand) >= _escalate(case, brand)
    return ChaseStep(CaseEventKind.ESCALATED if is_late and not _is_operators(case, brand) else CaseEventKind.DUE, due)


def due_of(case: Case) -> datetime:
    """By when the author is to be answered: as was promised, where that is later than the case's own clock."""
    return max(case.due_at, case.promised_until or case.due_at)


def overdue(case: Case, now: datetime, brand: Brand) -> timedelta:
    """For how long the answer has been due: in working time, or by the clock on the wall where that counts."""
    return _between(due_of(case), now, case, brand)


def horizon(now: datetime, brand: Brand) -> datetime:
    """No case whose own clock ends later has come to any reminder."""
    soonest = brand._replace(targets=Targets(high=timedelta(), normal=brand.chase.before))
    high = max(brand.targets.of(kind).high for kind in Kind) / 2
    return max(now + high, due_at(now, Kind.INQUIRY, Urgency.NORMAL, soonest))


def is_news(step: ChaseStep, told: CaseEventKind | None) -> bool:
    """Whether the step is later than what was told for the same due moment."""
    return told is None or STAGES.index(step.stage) > STAGES.index(told)


def who_answers(case: Case, brand: Brand) -> str:
    """Who can take the case further now: the operator for lost departments, and for drafts that it is to send."""
    department = brand.departments.get(case.department)
    if department is None or (case.draft and not department.answers_to_x):
        return OPERATOR
    return department.key


def _before(case: Case, brand: Brand) -> timedelta:
    """How long before the due moment: never more than half of the time that there was."""
    targets = brand.targets.of(case.kind)
    return targets.high / 2 if case.urgency is Urgency.HIGH else min(brand.chase.before, targets.normal / 2)


def _escalate(case: Case, brand: Brand) -> timedelta:
    return brand.targets.of(case.kind).high / 2 if case.urgency is Urgency.HIGH else brand.chase.escalate


def _is_operators(case: Case, brand: Brand) -> bool:
    return case.department == OPERATOR or case.department not in brand.departments


def _by_the_clock(case: Case, brand: Brand) -> bool:
    return case.urgency is Urgency.HIGH or not brand.hours.days


def _between(start: datetime, end: datetime, case: Case, brand: Brand) -> timedelta:
    if _by_the_clock(case, brand):
        return max(end - start, timedelta())
    return working_between(start, end, brand)
