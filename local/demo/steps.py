"""What somebody did on the page of a case, in a few words."""

from datetime import datetime

from desk.reading import OPERATOR
from local.demo.office import Handled

_DEEDS = {
    "take": "takes {case}",
    "hand": "hands {case} to {department}: {reason}",
    "close": "says that {case} needs no answer: {reason}",
    "misread": "says that {case} was read wrongly: it is for {department}",
    "private": "asks the author of {case} into a private conversation",
}


def deed(handled: Handled) -> str:
    """Who did what with the case, or what the page said instead."""
    worked = handled.worked
    who = "the operator" if worked.department == OPERATOR else worked.department
    cases = handled.case_ids
    case = cases[0] if len(cases) == 1 else f"{len(cases)} cases that nobody had taken on"
    if worked.refused:
        return f"{who} may not {worked.action} {case}: {handled.refusal}"
    what = _DEEDS.get(worked.action) or _answer(handled)
    return f"{who} {what.format(case=case, **worked.filled)}"


def _answer(handled: Handled) -> str:
    if not handled.replies:
        return "drafts an answer to {case}: {text}"
    if "holding" in handled.worked.filled:
        until = datetime.fromisoformat(handled.worked.filled["promised_until"])
        return f"promises {{case}} an answer by {until:%a %H:%M}"
    parts = f" in {len(handled.replies)} posts" if len(handled.replies) > 1 else ""
    return ("sends the answer to {case}" if handled.worked.department == OPERATOR else "answers {case}") + parts
