"""Every step that a person or X takes with a case, as a function from the case as it was seen to what it shall be.

None of them looks at the clock or writes anything: whoever takes a step saves it in place of what was seen, and so at
most one of those who saw the same takes it.
"""

from collections.abc import Iterable
from datetime import datetime

from desk.case import WAITING, Case, CaseState, Draft, ReplyAs
from desk.case_event import CaseEvent
from desk.reading import Kind, Urgency

ANSWERABLE = WAITING - {CaseState.QUEUED}
"""States in which a reply may be sent: not while another one is on its way."""

OVER = frozenset({CaseState.ANSWERED, CaseState.MOVED})
"""States in which the author has an answer, or was asked into private: what is left is to close the case."""

CLOSABLE = ANSWERABLE | OVER
"""States in which a person may say that nobody has to answer any more."""

_SAID = {ReplyAs.ANSWER: CaseState.ANSWERED, ReplyAs.HOLDING: CaseState.PROMISED, ReplyAs.PRIVATE: CaseState.MOVED}


def waited_since(case: Case, events: Iterable[CaseEvent]) -> datetime | None:
    """Since when the author has waited for the answer that is given now; None where that was answered before."""
    was_answered = any(event.asked_at == case.asked_at for event in events)
    return case.asked_at if case.state in WAITING and not was_answered else None


def taken(case: Case, by: str) -> Case:
    """In somebody's hands, as the others see."""
    return case._replace(holder=by)


def drafted(case: Case, draft: Draft) -> Case:
    """An answer waits for the operator; an earlier draft gives way."""
    return case._replace(state=CaseState.DRAFTED, draft=draft)


def queued(
    case: Case, post_id: str, draft: Draft, reply_as: ReplyAs, *, promised_until: datetime | None = None
) -> Case:
    """A reply is on its way, with the text of the draft; a holding one promises an answer until then."""
    return case._replace(
        state=CaseState.QUEUED,
        draft=draft,
        post_id=post_id,
        reply_as=reply_as,
        promised_until=promised_until or case.promised_until,
    )


def said(case: Case, at: datetime) -> Case:
    """The reply stands on X: an answer ends the waiting, and so does the way into private; a holding reply does not."""
    return _stands(case, case.reply_as, at)._replace(draft=None)


def not_said(case: Case) -> Case:
    """The reply will not stand on X: what was written waits as a draft; an earlier promise still stands."""
    return case._replace(
        state=CaseState.DRAFTED if case.draft else CaseState.OPEN,
        post_id=None,
        reply_as=ReplyAs.ANSWER,
        promised_until=None if case.reply_as is ReplyAs.HOLDING else case.promised_until,
    )


def said_by_hand(case: Case, reply_as: ReplyAs, at: datetime) -> Case:
    """Somebody has answered on X itself; what was drafted here is not needed any more, unless that only promised."""
    after = case._replace(reply_as=reply_as, post_id=None)
    return _stands(after, reply_as, at)._replace(draft=case.draft if reply_as is ReplyAs.HOLDING else None)


def _stands(case: Case, reply_as: ReplyAs, at: datetime) -> Case:
    state = _SAID[reply_as]
    return case._replace(state=state, answered_at=at if state in OVER else case.answered_at)


def handed(case: Case, department: str, due_at: datetime) -> Case:
    """Another department's matter now, with its own clock; nobody there has taken it on yet."""
    return case._replace(department=department, due_at=due_at, holder=None, draft=None, state=CaseState.OPEN)


def misread(case: Case, kind: Kind, department: str, due_at: datetime) -> Case:
    """What the desk read wrongly, put right: the case is handed over as what it is."""
    return handed(case, department, due_at)._replace(kind=kind)


def raised(case: Case, due_at: datetime, at: datetime) -> Case:
    """Urgent, as a person says: in nobody's hands until somebody takes it on as that, and no promise counts.

    Here as below `due_at` is counted since the author waits, as if it had been read so from the beginning.
    """
    return case._replace(
        urgency=Urgency.HIGH,
        wakes=True,
        alarmed_at=at,
        holder=None,
        promised_until=None,
        first_due_at=due_at,
        due_at=due_at,
    )


def lowered(case: Case, due_at: datetime) -> Case:
    """Not urgent, as a person says: nobody on call is woken for it any more."""
    return case._replace(urgency=Urgency.NORMAL, wakes=False, first_due_at=due_at, due_at=due_at)


def closed(case: Case) -> Case:
    """Nobody has to answer any more."""
    return case._replace(state=CaseState.CLOSED, draft=None)
