"""What happened to a case that somebody has to hear of, besides whoever did it."""

from desk.case import Case
from desk.case_event import CaseEvent, CaseEventKind
from desk.case_steps import ANSWERABLE


def is_news(after: Case, seen: Case, event: CaseEvent) -> bool:
    """Whether somebody has to hear of this step: of an answer to send, of a new case, of a reply that was not said."""
    return event.what in (CaseEventKind.DRAFTED, CaseEventKind.NOT_SAID) or after.department != seen.department


def still_matters(event: CaseEvent, case: Case) -> bool:
    """Whether there is still something to do about such an event, as the case stands now."""
    if event.what is CaseEventKind.DRAFTED:
        return case.state in ANSWERABLE and case.draft is not None and case.draft.text == event.text
    is_theirs = event.what is CaseEventKind.NOT_SAID or case.department == event.department
    return is_theirs and case.state in ANSWERABLE
