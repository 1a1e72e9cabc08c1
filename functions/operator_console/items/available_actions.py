"""What one person may do with an opened case or mention now: the forms that their page shows."""

from collections.abc import Sequence
from datetime import datetime

from desk.cases.model import WAITING, Case, CaseEvent, CaseState
from desk.cases.transitions import ANSWERABLE
from desk.reading import OPERATOR
from desk.replies.decide import REOPENABLE, may_release, may_snooze, removable_replies
from desk.replies.forms import Action
from desk.replies.view import View, allowed_actions
from desk.staff.model import Person
from operator_console.app import Right, may

UNDO = "undo"
_ON_MENTIONS = frozenset({Action.NOTE, Action.TAKE, Action.ASSIGN, Action.HAND})


def available_actions(view: View, person: Person, now: datetime) -> frozenset[str]:
    """The names of the actions on a case, as in the addresses of their forms."""
    case = view.case
    if not may(person, Right.DRAFT):
        return frozenset()
    drafts = {Action.NOTE.value: True, UNDO: case.state is CaseState.QUEUED}
    if not may(person, Right.ACT):
        return frozenset(name for name, is_possible in drafts.items() if is_possible)
    mine = {action.value for action in allowed_actions(view)} - {Action.ANSWER.value, Action.PRIVATE.value}
    return frozenset(
        mine | {name for name, is_possible in (drafts | _of_operator(case, view.events, now)).items() if is_possible}
    )


def actions_on_mention(person: Person) -> frozenset[str]:
    """The names of the actions on a mention without a case: each of them opens one first."""
    return frozenset(action.value for action in _ON_MENTIONS) if may(person, Right.ACT) else frozenset()


def _of_operator(case: Case, events: Sequence[CaseEvent], now: datetime) -> dict[str, bool]:
    return {
        Action.ASSIGN.value: case.state in WAITING,
        Action.SNOOZE.value: case.state in ANSWERABLE and may_snooze(case, now) and not case.snoozed_until,
        Action.WAKE.value: case.snoozed_until is not None,
        Action.RETURN_DRAFT.value: (
            case.state is CaseState.DRAFTED and case.draft is not None and case.department != OPERATOR
        ),
        Action.RELEASE.value: may_release(case),
        Action.REOPEN.value: case.state in REOPENABLE,
        Action.TAKE_DOWN.value: bool(removable_replies(events)),
    }


def colleagues_of(view: View) -> list[str]:
    """Names of people who had to do with the case, whom it can be assigned to with few keys."""
    names = {event.by for event in view.events if event.by}
    return sorted(names | ({view.case.holder} if view.case.holder else set()))
