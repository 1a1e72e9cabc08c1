"""What somebody did on the page of a case, in a few words."""

from datetime import datetime

from desk.reading import OPERATOR
from local.demo.play import Handled

_DEEDS = {
    "take": "takes {case}",
    "hand": "hands {case} to {department}: {reason}",
    "close": "says that {case} needs no answer: {reason}",
}


def deed(handled: Handled) -> str:
    """Who did what with the case, and what stands on X by it."""
    worked = handled.worked
    who = "the operator" if worked.department == OPERATOR else worked.department
    what = _DEEDS.get(worked.action) or _answer(handled)
    return f"{who} {what.format(case=handled.case_id, **worked.filled)}"


def _answer(handled: Handled) -> str:
    if handled.reply is None:
        return "drafts an answer to {case}: {text}"
    if "holding" in handled.worked.filled:
        until = datetime.fromisoformat(handled.worked.filled["promised_until"])
        return f"promises {{case}} an answer by {until:%a %H:%M}"
    return "sends the answer to {case}" if handled.worked.department == OPERATOR else "answers {case}"
