"""What a command does to a case: a pure function of the command, the case as it is, and the facts from outside."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from desk.cases import transitions as case_steps
from desk.cases.commands import (
    AddNote,
    AskFactCheckers,
    AssignCase,
    CaseCommand,
    ClearSafety,
    CloseCase,
    CorrectReading,
    HandOver,
    LabelCase,
    ReleaseCase,
    RemindDepartment,
    ReopenCase,
    ReturnDraft,
    SendReply,
    SetUrgency,
    ShowNumbers,
    SnoozeCase,
    TakeBack,
    TakeCase,
    TakeDownReply,
    WakeCase,
)
from desk.cases.model import NO_CHANGE, WAITING, Case, CaseEvent, CaseEventKind, CaseState, Reminded
from desk.cases.sla import answer_due_at
from desk.cases.store import CaseFile
from desk.promises.model import sentence_in
from desk.reader.explain import case_safety_note
from desk.reading import ANSWERED, OPERATOR, Safety, Urgency
from desk.replies.errors import CaseChanged, DangerLeftAlone, InvalidField, NothingToChange, NotPossible
from desk.replies.outcome import POSTED_KINDS, TAKE_DOWN_KINDS
from desk.replies.reply import CaseChange, CaseFacts, decide_reply, event_of
from desk.working_time import due_at

REOPENABLE = frozenset({CaseState.ANSWERED, CaseState.MOVED, CaseState.CLOSED})
"""States in which a person may open the case again."""


def decide(command: CaseCommand, file: CaseFile, facts: CaseFacts) -> CaseChange:
    """The change that the command makes. Raises CommandRefused."""
    if command.is_of_several and case_safety_note(file.case, [each.mention for each in file.mentions]):
        raise DangerLeftAlone
    if command.seen not in {None, file.case.version}:
        raise CaseChanged(file.case.version)
    return DECISIONS[type(command)](command, file, facts)


def _take(command: TakeCase, file: CaseFile, facts: CaseFacts) -> CaseChange:
    case = _answerable(file)
    event = event_of(command, CaseEventKind.TAKEN, facts)
    return CaseChange(case_steps.taken(case, command.by), _before(case, event, drops_draft=False))


def _assign(command: AssignCase, file: CaseFile, facts: CaseFacts) -> CaseChange:
    if file.case.state not in WAITING:
        raise NotPossible(file.case.state)
    if command.holder == file.case.holder:
        raise InvalidField("holder", "same_holder")
    event = event_of(command, CaseEventKind.ASSIGNED, facts)
    event = _before(file.case, event._replace(assignee=command.holder), drops_draft=False)
    return CaseChange(case_steps.taken(file.case, command.holder), event)


def _label(command: LabelCase, file: CaseFile, facts: CaseFacts) -> CaseChange:
    case, known = file.case, [*facts.brand.labels, *file.case.labels]
    if not set(command.labels) <= set(known):
        raise InvalidField("labels", "labels")
    labels = tuple(dict.fromkeys(key for key in known if key in command.labels))
    if labels == case.labels:
        raise InvalidField("labels", "same_labels")
    event = event_of(command, CaseEventKind.LABELLED, facts)._replace(labels=labels)
    return CaseChange(case._replace(labels=labels), _before(case, event, drops_draft=False))


def _close(command: CloseCase, file: CaseFile, facts: CaseFacts) -> CaseChange:
    if file.case.state not in case_steps.CLOSABLE:
        raise NotPossible(file.case.state)
    if not command.reason:
        raise InvalidField("reason", "end" if file.case.state in case_steps.OVER else "reason")
    event = event_of(command, CaseEventKind.CLOSED, facts, text=command.reason)
    return CaseChange(case_steps.closed(file.case), _with_wait(file.case, _before(file.case, event)))


def _ask_fact_checkers(command: AskFactCheckers, file: CaseFile, facts: CaseFacts) -> CaseChange:
    if facts.brand.fact_checkers == OPERATOR:
        raise NotPossible(file.case.state)
    return _hand(command, facts.brand.fact_checkers, file, facts)


def _hand_over(command: HandOver, file: CaseFile, facts: CaseFacts) -> CaseChange:
    return _hand(command, command.department, file, facts)


def _hand(command: HandOver | AskFactCheckers, department: str, file: CaseFile, facts: CaseFacts) -> CaseChange:
    case = _answerable(file)
    if department == case.department and case.awaits_release:
        return _release(command, file, facts)
    if department == case.department:
        raise InvalidField("department", "department")
    after = case_steps.handed(case, department, due_at(facts.now, case.kind, case.urgency, facts.brand))
    event = event_of(command, CaseEventKind.HANDED, facts, text=command.note)
    return CaseChange(after, _before(case, event._replace(department=department)))


def _take_back(command: TakeBack, file: CaseFile, facts: CaseFacts) -> CaseChange:
    case, last = file.case, last_step(file)
    if last is None or last.what not in TAKEN_BACK or case.state not in TAKEN_BACK[last.what]:
        raise NotPossible(case.state, "take_back_changed")
    if last.was_at is None:
        raise NotPossible(case.state, "take_back_lost")
    is_handed = last.was_at.department != case.department
    event = event_of(command, CaseEventKind.TAKEN_BACK if is_handed else CaseEventKind.RESTORED, facts)
    was = last.was_at
    event = event._replace(department=was.department, assignee=was.holder, labels=was.labels)
    return CaseChange(_with_words(case_steps.taken_back(case, last.was_at), file), event)


def _with_words(case: Case, file: CaseFile) -> Case:
    """The case with the words of promises that are open again, from the replies that made them."""
    texts = {event.post_id: event.text for event in file.events if event.what is CaseEventKind.QUEUED}
    promises = (
        promise if promise.words else promise._replace(words=sentence_in(texts.get(promise.post_id, ""), ""))
        for promise in case.promises
    )
    return case._replace(promises=tuple(promises))


_CLOSED = frozenset({CaseState.CLOSED})
TAKEN_BACK: Mapping[CaseEventKind, frozenset[CaseState]] = {
    CaseEventKind.HANDED: case_steps.ANSWERABLE,
    CaseEventKind.TAKEN: case_steps.ANSWERABLE,
    CaseEventKind.ASSIGNED: WAITING,
    CaseEventKind.CLOSED: _CLOSED,
    CaseEventKind.MISREAD: case_steps.ANSWERABLE | _CLOSED,
    CaseEventKind.RAISED: case_steps.ANSWERABLE,
    CaseEventKind.LOWERED: case_steps.ANSWERABLE,
    CaseEventKind.CLEARED: case_steps.ANSWERABLE,
    CaseEventKind.LABELLED: frozenset(CaseState),
}
"""The steps that can be taken back, and the states in which."""


def _before(case: Case, event: CaseEvent, *, drops_draft: bool = True) -> CaseEvent:
    """The event with how the case was before it, so that it can be taken back."""
    return event._replace(was_at=case_steps.place_of(case, drops_draft=drops_draft))


def last_step(file: CaseFile) -> CaseEvent | None:
    """The event that changed the case last; None if there is none, or if the author has written since."""
    last = next((event for event in reversed(file.events) if event.what not in NO_CHANGE), None)
    has_written = last and any(each.mention.received_at > last.at for each in file.mentions)
    return None if has_written else last


def _correct_reading(command: CorrectReading, file: CaseFile, facts: CaseFacts) -> CaseChange:
    """Move the case to the right department and kind. Close it if that kind needs no answer."""
    case, kind = _answerable(file), command.kind
    event = event_of(command, CaseEventKind.MISREAD, facts)._replace(
        kind=kind.value, was_kind=case.kind.value, was_department=case.department
    )
    event = _before(case, event)
    if kind not in ANSWERED and kind is not case.kind:
        return CaseChange(case_steps.closed(case, kind), _with_wait(case, event))
    department = command.department or case.department
    if (kind, department) == (case.kind, case.department):
        raise InvalidField("kind", "same")
    after = case_steps.misread(case, kind, department, due_at(facts.now, kind, case.urgency, facts.brand))
    return CaseChange(after, event._replace(department=department))


def _set_urgency(command: SetUrgency, file: CaseFile, facts: CaseFacts) -> CaseChange:
    case, is_raised = file.case, command.urgency is Urgency.HIGH
    says_danger = command.is_danger and case.open_safety is Safety.CHECK
    if (case.urgency is Urgency.HIGH) == is_raised and not says_danger:
        raise NothingToChange(case)
    case = _answerable(file)
    # The deadline that the case would have if it had had this urgency from the beginning.
    due = due_at(case.asked_at, case.kind, command.urgency, facts.brand)
    if is_raised:
        after, what = case_steps.raised(case, due, facts.now), CaseEventKind.RAISED
    else:
        after, what = case_steps.lowered(case, due), CaseEventKind.LOWERED
    return CaseChange(after, _with_reading(case, event_of(command, what, facts)))


def _clear_safety(command: ClearSafety, file: CaseFile, facts: CaseFacts) -> CaseChange:
    case = _answerable(file)
    if case.open_safety is not Safety.CHECK:
        raise NotPossible(case.state)
    return CaseChange(case_steps.cleared(case), _with_reading(case, event_of(command, CaseEventKind.CLEARED, facts)))


def _snooze(command: SnoozeCase, file: CaseFile, facts: CaseFacts) -> CaseChange:
    """Put the case off, but never beyond its deadline: then it comes back by itself."""
    case = _answerable(file)
    if not may_snooze(case, facts.now):
        raise InvalidField("snooze", "snooze_urgent")
    until = min(command.until or answer_due_at(case), answer_due_at(case)).astimezone(facts.now.tzinfo)
    if until <= facts.now:
        raise InvalidField("snooze", "snooze_past")
    event = event_of(command, CaseEventKind.SNOOZED, facts)
    return CaseChange(case_steps.snoozed(case, until), event._replace(until=until))


def may_snooze(case: Case, now: datetime) -> bool:
    """Whether the case may be put off: nothing that is urgent or past due, or where somebody may be at risk."""
    return case.urgency is not Urgency.HIGH and case.safety is None and answer_due_at(case) > now


def _wake(command: WakeCase, file: CaseFile, facts: CaseFacts) -> CaseChange:
    if file.case.snoozed_until is None:
        raise NotPossible(file.case.state)
    return CaseChange(case_steps.woken(file.case), event_of(command, CaseEventKind.WOKEN, facts))


def _add_note(command: AddNote, file: CaseFile, facts: CaseFacts) -> CaseChange:
    return CaseChange(file.case, event_of(command, CaseEventKind.NOTED, facts, text=command.text))


def _return_draft(command: ReturnDraft, file: CaseFile, facts: CaseFacts) -> CaseChange:
    case = file.case
    if case.state is not CaseState.DRAFTED or case.draft is None or case.department == OPERATOR:
        raise NotPossible(case.state)
    event = event_of(command, CaseEventKind.RETURNED, facts, text=command.comment)
    return CaseChange(case_steps.returned(case, command.comment), event._replace(department=case.department))


REMINDED_EVERY = timedelta(hours=1)
"""How often a department can be reminded of a case by people, all of them together."""


def may_remind(last: Reminded | None, now: datetime) -> bool:
    """Whether so long has passed since the last reminder that a person asked for."""
    return last is None or now >= last.at + REMINDED_EVERY


def _remind(command: RemindDepartment, file: CaseFile, facts: CaseFacts) -> CaseChange:
    case, last = file.case, file.case.reminded
    if not case_steps.waits_at_department(case) or facts.brand.in_trial(case.department):
        raise NotPossible(case.state, "remind_elsewhere")
    if not any(each.reading for each in file.mentions):
        raise NotPossible(case.state, "remind_gone")
    if last and not may_remind(last, facts.now):
        raise InvalidField("remind", "remind_again", by=last.by, minutes=(facts.now - last.at) // timedelta(minutes=1))
    event = event_of(command, CaseEventKind.REMINDED_BY_PERSON, facts)
    return CaseChange(case_steps.reminded(case, command.by, facts.now), event._replace(department=case.department))


def may_release(case: Case) -> bool:
    """Whether the case waits in a trial for a person, who may release it to its department."""
    return case.awaits_release and case.state in case_steps.ANSWERABLE


def _release(command: ReleaseCase | HandOver | AskFactCheckers, file: CaseFile, facts: CaseFacts) -> CaseChange:
    """Hand the case to the department that was proposed; its deadline counts from now on."""
    case = file.case
    if not may_release(case):
        raise NotPossible(case.state)
    after = case_steps.released(case, due_at(facts.now, case.kind, case.urgency, facts.brand))
    event = event_of(command, CaseEventKind.RELEASED, facts)
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


def _take_down(command: TakeDownReply, file: CaseFile, facts: CaseFacts) -> CaseChange:
    reply = next((event for event in removable_replies(file.events) if event.post_id == command.post_id), None)
    if reply is None:
        raise NotPossible(file.case.state)
    event = event_of(command, CaseEventKind.TAKING_DOWN, facts, text=reply.text, post_id=command.post_id)
    return CaseChange(file.case, event._replace(x_id=reply.x_id))


def _reopen(command: ReopenCase, file: CaseFile, facts: CaseFacts) -> CaseChange:
    case = file.case
    if case.state not in REOPENABLE:
        raise NotPossible(case.state)
    due = due_at(facts.now, case.kind, case.urgency, facts.brand)
    event = event_of(command, CaseEventKind.REOPENED, facts, text=command.reason)
    return CaseChange(case_steps.reopened(case, facts.now, due), event)


def _show_numbers(command: ShowNumbers, file: CaseFile, facts: CaseFacts) -> CaseChange:
    return CaseChange(file.case, event_of(command, CaseEventKind.UNMASKED, facts), is_view_only=True)


def _answerable(file: CaseFile) -> Case:
    """The case, whose author waits and has no reply on its way. Raises NotPossible for any other case."""
    if file.case.state not in case_steps.ANSWERABLE:
        raise NotPossible(file.case.state)
    return file.case


def _with_wait(case: Case, event: CaseEvent) -> CaseEvent:
    """The event with the time since which the author has waited, if the author waits."""
    return event._replace(asked_at=case.asked_at) if case.state in WAITING else event


def _with_reading(case: Case, event: CaseEvent) -> CaseEvent:
    """The event with the kind and department whose urgency was wrong."""
    event = _before(case, event, drops_draft=False)
    return event._replace(was_kind=case.kind.value, was_department=case.department)


DECISIONS: Mapping[type[CaseCommand], Callable[[Any, CaseFile, CaseFacts], CaseChange]] = {
    SendReply: decide_reply,
    TakeCase: _take,
    AssignCase: _assign,
    HandOver: _hand_over,
    AskFactCheckers: _ask_fact_checkers,
    TakeBack: _take_back,
    CloseCase: _close,
    CorrectReading: _correct_reading,
    SetUrgency: _set_urgency,
    ClearSafety: _clear_safety,
    SnoozeCase: _snooze,
    WakeCase: _wake,
    AddNote: _add_note,
    LabelCase: _label,
    ReturnDraft: _return_draft,
    RemindDepartment: _remind,
    ReleaseCase: _release,
    ReopenCase: _reopen,
    TakeDownReply: _take_down,
    ShowNumbers: _show_numbers,
}
"""The decision about each command, after what all of them have in common."""
