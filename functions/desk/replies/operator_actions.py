"""Further actions of people who are signed in, such as assigning, snoozing or opening a case again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.cases import transitions as case_steps
from desk.cases.model import NO_CHANGE, WAITING, Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.sla import answer_due_at
from desk.cases.store import CaseFile
from desk.posts.errors import PostNotAccepted
from desk.posts.submit import parse_moment
from desk.reading import OPERATOR, Urgency
from desk.replies.forms import (
    Action,
    ActionRequest,
    CaseChange,
    Fields,
    InvalidField,
    comment_in,
    holder_in,
    note_in,
    reason_in,
)
from desk.replies.outcome import POSTED_KINDS, TAKE_DOWN_KINDS
from desk.working_time import due_at

UNTIL_ANSWERED = "department"
"""The value of the field `snooze` that puts a case off until its department answers, or its deadline comes."""

REOPENABLE = frozenset({CaseState.ANSWERED, CaseState.MOVED, CaseState.CLOSED})
"""States in which a person may open the case again."""
_AFTERNOON, _MORNING = time(16), time(9)


def _note(request: ActionRequest) -> CaseChange:
    return CaseChange(request.case, request.event(CaseEventKind.NOTED, text=note_in(request.fields)))


def _assign(request: ActionRequest) -> CaseChange:
    holder = holder_in(request.fields)
    if request.case.state not in WAITING:
        raise InvalidField("answer.problem.not_now")
    if holder == request.case.holder:
        raise InvalidField("answer.problem.same_holder", "holder")
    event = request.event(CaseEventKind.ASSIGNED)
    return CaseChange(case_steps.taken(request.case, holder), event._replace(assignee=holder))


def _snooze(request: ActionRequest) -> CaseChange:
    """Put the case off, but never beyond its deadline: then it comes back by itself."""
    case = request.case
    if case.state not in case_steps.ANSWERABLE:
        raise InvalidField("answer.problem.not_now")
    if not may_snooze(case, request.now):
        raise InvalidField("answer.problem.snooze_urgent", "snooze")
    until = snooze_end(case, request.fields, request.now, ZoneInfo(request.brand.timezone))
    event = request.event(CaseEventKind.SNOOZED)
    return CaseChange(case_steps.snoozed(case, until), event._replace(until=until))


def may_snooze(case: Case, now: datetime) -> bool:
    """Whether the case may be put off: nothing that is urgent or past due, or where somebody may be at risk."""
    return case.urgency is not Urgency.HIGH and case.safety is None and answer_due_at(case) > now


def snooze_end(case: Case, fields: Fields, now: datetime, zone: ZoneInfo) -> datetime:
    """When the case comes back, by the fields of the form. Raises InvalidField.

    `snooze` is `hour`, `afternoon` (16:00), `tomorrow` (09:00), `department` or `date`, which is in `snooze_until`.
    """
    local = now.astimezone(zone)
    choices: Mapping[str, Callable[[], datetime]] = {
        "hour": lambda: now + timedelta(hours=1),
        "afternoon": lambda: datetime.combine(local.date(), _AFTERNOON, zone),
        "tomorrow": lambda: datetime.combine(local.date() + timedelta(days=1), _MORNING, zone),
        UNTIL_ANSWERED: lambda: answer_due_at(case),
        "date": lambda: _chosen_moment(fields, zone),
    }
    choice = choices.get(fields.get("snooze", ""))
    if choice is None:
        raise InvalidField("answer.problem.snooze", "snooze")
    until = choice()
    if until <= now:
        raise InvalidField("answer.problem.snooze_past", "snooze")
    return min(until, answer_due_at(case)).astimezone(now.tzinfo)


def _chosen_moment(fields: Fields, zone: ZoneInfo) -> datetime:
    """The moment that was typed; a day alone means its morning."""
    typed = fields.get("snooze_until", "").strip()
    try:
        return parse_moment(typed if "T" in typed else f"{typed}T{_MORNING:%H:%M}", zone, field="snooze_until")
    except PostNotAccepted:
        raise InvalidField("answer.problem.snooze", "snooze") from None


def _wake(request: ActionRequest) -> CaseChange:
    if request.case.snoozed_until is None:
        raise InvalidField("answer.problem.not_now")
    return CaseChange(case_steps.woken(request.case), request.event(CaseEventKind.WOKEN))


def _take_back(request: ActionRequest) -> CaseChange:
    """Take a hand-over back, if it is the last thing that happened to the case."""
    case, last = request.case, last_step(request.file)
    if last is None or last.what is not CaseEventKind.HANDED or case.state not in case_steps.ANSWERABLE:
        raise InvalidField("answer.problem.take_back_changed")
    if last.was_at is None:
        raise InvalidField("answer.problem.take_back_lost")
    event = request.event(CaseEventKind.TAKEN_BACK)
    event = event._replace(department=last.was_at.department, assignee=last.was_at.holder)
    return CaseChange(case_steps.taken_back(case, last.was_at), event)


def last_step(file: CaseFile) -> CaseEvent | None:
    """The event that changed the case last; None if there is none, or if the author has written since."""
    last = next((event for event in reversed(file.events) if event.what not in NO_CHANGE), None)
    has_written = last and any(each.mention.received_at > last.at for each in file.mentions)
    return None if has_written else last


def _return_draft(request: ActionRequest) -> CaseChange:
    case = request.case
    if case.state is not CaseState.DRAFTED or case.draft is None or case.department == OPERATOR:
        raise InvalidField("answer.problem.not_now")
    comment = comment_in(request.fields)
    event = request.event(CaseEventKind.RETURNED, text=comment)
    return CaseChange(case_steps.returned(case, comment), event._replace(department=case.department))


def may_release(case: Case) -> bool:
    """Whether the case waits in a trial for a person, who may release it to its department."""
    return case.awaits_release and case.state in case_steps.ANSWERABLE


def release_change(request: ActionRequest) -> CaseChange:
    """Hand the case to the department that was proposed; its deadline counts from now on."""
    case = request.case
    if not may_release(case):
        raise InvalidField("answer.problem.not_now")
    after = case_steps.released(case, due_at(request.now, case.kind, case.urgency, request.brand))
    event = request.event(CaseEventKind.RELEASED)
    return CaseChange(after, event._replace(department=case.department))


def removable_replies(events: Sequence[CaseEvent]) -> list[CaseEvent]:
    """The desk's own replies on X that nobody has asked to take down, or that X did not delete."""
    last: dict[str, CaseEventKind] = {}
    for event in events:
        if event.post_id and event.what in TAKE_DOWN_KINDS:
            last[event.post_id] = event.what
    ended = (None, CaseEventKind.NOT_TAKEN_DOWN)
    return [
        event for event in events if event.what in POSTED_KINDS and event.post_id and last.get(event.post_id) in ended
    ]


def _take_down(request: ActionRequest) -> CaseChange:
    post_id = request.fields.get("post", "")
    reply = next((event for event in removable_replies(request.file.events) if event.post_id == post_id), None)
    if reply is None:
        raise InvalidField("answer.problem.not_now")
    if not request.fields.get("sure"):
        raise InvalidField("answer.problem.sure", "sure")
    event = request.event(CaseEventKind.TAKING_DOWN, text=reply.text, post_id=post_id)
    return CaseChange(request.case, event._replace(x_id=reply.x_id))


def _reopen(request: ActionRequest) -> CaseChange:
    case = request.case
    if case.state not in REOPENABLE:
        raise InvalidField("answer.problem.not_now")
    event = request.event(CaseEventKind.REOPENED, text=reason_in(request.fields))
    due = due_at(request.now, case.kind, case.urgency, request.brand)
    return CaseChange(case_steps.reopened(case, request.now, due), event)


OPERATOR_ACTIONS: Mapping[str, Callable[[ActionRequest], CaseChange]] = {
    Action.NOTE: _note,
    Action.ASSIGN: _assign,
    Action.SNOOZE: _snooze,
    Action.WAKE: _wake,
    Action.TAKE_BACK: _take_back,
    Action.RETURN_DRAFT: _return_draft,
    Action.RELEASE: release_change,
    Action.REOPEN: _reopen,
    Action.TAKE_DOWN: _take_down,
}
"""The change that each of these actions makes. Each function raises InvalidField if nothing is to be saved."""
