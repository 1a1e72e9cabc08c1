"""What each action of the page makes of a case: one function an action, and the table of them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from desk.cases import transitions as case_steps
from desk.cases.model import WAITING, CaseEvent, CaseEventKind
from desk.reading import ANSWERED, Urgency
from desk.replies.forms import Asked, InvalidField, Step, Unsent, department_in, kind_in, reason_in
from desk.replies.send import answer_step
from desk.replies.view import FACT_CHECKERS, Action
from desk.working_time import due_at


def _take(asked: Asked) -> Step:
    event = asked.event(CaseEventKind.TAKEN)
    return Step(case_steps.taken(_waiting(asked).case, event.by), event)


def _close(asked: Asked) -> Step:
    """Nobody has to answer; or what was answered, in public or in private, has come to its end."""
    if asked.case.state not in case_steps.CLOSABLE:
        raise InvalidField("answer.problem.not_now")
    if not (reason := reason_in(asked.fields)):
        is_over = asked.case.state in case_steps.OVER
        raise InvalidField("answer.problem.end" if is_over else "answer.problem.reason", "reason")
    return Step(case_steps.closed(asked.case), _ending(asked, asked.event(CaseEventKind.CLOSED, text=reason)))


def _hand(asked: Asked) -> Step:
    return _handed(asked, department_in(asked.fields, asked.brand))


def _fact_check(asked: Asked) -> Step:
    """The matter stays what it is; another department says whether it is true."""
    if FACT_CHECKERS not in asked.brand.departments:
        raise InvalidField("answer.problem.not_now")
    return _handed(asked, FACT_CHECKERS)


def _handed(asked: Asked, department: str) -> Step:
    case = _waiting(asked).case
    if department == case.department:
        raise InvalidField("answer.problem.department", "department")
    after = case_steps.handed(case, department, due_at(asked.now, case.kind, case.urgency, asked.brand))
    event = asked.event(CaseEventKind.HANDED, text=reason_in(asked.fields))
    return Step(after, event._replace(department=department))


def _misread(asked: Asked) -> Step:
    """Move the case to the right department and kind; close it if nobody has to answer it."""
    case, kind = _waiting(asked).case, kind_in(asked.fields)
    if kind not in ANSWERED:
        after = case_steps.closed(case._replace(kind=kind))
        return Step(after, _ending(asked, asked.misreading(kind, None)))
    department = department_in(asked.fields, asked.brand)
    if (kind, department) == (case.kind, case.department):
        raise InvalidField("answer.problem.same", "kind")
    after = case_steps.misread(case, kind, department, due_at(asked.now, kind, case.urgency, asked.brand))
    return Step(after, asked.misreading(kind, department))


def _raise(asked: Asked) -> Step:
    case = _waiting(asked).case
    if case.urgency is Urgency.HIGH:
        raise InvalidField("answer.problem.not_now")
    after = case_steps.raised(case, _due_as(Urgency.HIGH, asked), asked.now)
    return Step(after, asked.urgency_correction(CaseEventKind.RAISED))


def _lower(asked: Asked) -> Step:
    case = _waiting(asked).case
    if case.urgency is not Urgency.HIGH:
        raise InvalidField("answer.problem.not_now")
    after = case_steps.lowered(case, _due_as(Urgency.NORMAL, asked))
    return Step(after, asked.urgency_correction(CaseEventKind.LOWERED))


def _due_as(urgency: Urgency, asked: Asked) -> datetime:
    """By when an answer is due had it been read so from the beginning."""
    return due_at(asked.case.asked_at, asked.case.kind, urgency, asked.brand)


def _unmask(asked: Asked) -> Step:
    return Step(asked.case, asked.event(CaseEventKind.UNMASKED), is_look=True)


def _edit(_asked: Asked) -> Step:
    raise Unsent


def _ending(asked: Asked, event: CaseEvent) -> CaseEvent:
    """The same, with since when the author has waited, if it ends a waiting."""
    return event._replace(asked_at=asked.case.asked_at) if asked.case.state in WAITING else event


def _waiting(asked: Asked) -> Asked:
    """The same, where somebody still waits for an answer and none is on its way; else raises InvalidField."""
    if asked.case.state not in case_steps.ANSWERABLE:
        raise InvalidField("answer.problem.not_now")
    return asked


STEPS: Mapping[str, Callable[[Asked], Step]] = {
    Action.TAKE: _take,
    Action.ANSWER: answer_step,
    Action.PRIVATE: answer_step,
    Action.CONFIRM: answer_step,
    Action.EDIT: _edit,
    Action.HAND: _hand,
    Action.FACT_CHECK: _fact_check,
    Action.CLOSE: _close,
    Action.MISREAD: _misread,
    Action.RAISE: _raise,
    Action.LOWER: _lower,
    Action.UNMASK: _unmask,
}
"""The step of each action; it raises InvalidField or Unsent where none is taken."""
