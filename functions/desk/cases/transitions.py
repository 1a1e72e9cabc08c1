"""Every step that a person or X takes with a case, as a function from the case as it was seen to what it shall be.

None of them looks at the clock or writes anything: the caller saves the result in place of what it read, and so at
most one of those who saw the same takes it.
"""

from collections.abc import Iterable
from datetime import datetime

from desk.brand import Brand
from desk.cases.model import WAITING, Case, CaseEvent, CaseState, Draft, ReplyAs, Review
from desk.mentions.model import Mention
from desk.reading import Kind, Reading, Urgency
from desk.working_time import due_at

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
    return case._replace(state=CaseState.DRAFTED, draft=draft, review=None)


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
        review=None,
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
        review=Review.REPLY,
    )


def said_by_hand(case: Case, reply_as: ReplyAs, at: datetime) -> Case:
    """Somebody has answered on X itself; what was drafted here is not needed any more, unless that only promised."""
    after = case._replace(reply_as=reply_as, post_id=None, review=None)
    return _stands(after, reply_as, at)._replace(draft=case.draft if reply_as is ReplyAs.HOLDING else None)


def _stands(case: Case, reply_as: ReplyAs, at: datetime) -> Case:
    state = _SAID[reply_as]
    return case._replace(state=state, answered_at=at if state in OVER else case.answered_at)


def handed(case: Case, department: str, due_at: datetime) -> Case:
    """Another department's matter now, with its own clock; nobody there has taken it on yet."""
    return case._replace(
        department=department, due_at=due_at, holder=None, draft=None, state=CaseState.OPEN, review=None
    )


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
    return case._replace(state=CaseState.CLOSED, draft=None, review=None)


def review_of(reading: Reading) -> Review | None:
    """What the operator has to review of a mention that was read so."""
    return Review.READING if reading.to_review else None


_RANK = {Urgency.LOW: 0, Urgency.NORMAL: 1, Urgency.HIGH: 2}


def asked_again(case: Case, mention: Mention, reading: Reading, brand: Brand) -> Case:
    """The case after a mention that asks for an answer: it waits anew, or, where it waited, may be more urgent.

    What was promised for the calmer matter is no time for the more urgent one, nor for danger; and who took that on may
    not know of this.
    """
    due = due_at(mention.received_at, reading.kind, reading.urgency, brand)
    if case.state not in WAITING:
        return _reopened(case, mention.received_at, reading, due)
    case = case._replace(review=case.review or review_of(reading))
    if _RANK[reading.urgency] > _RANK[case.urgency]:
        return _raised(case, mention.received_at, reading, due)
    waits = case._replace(wakes=case.wakes or reading.wakes)
    if reading.danger and not case.danger:
        return waits._replace(holder=None, promised_until=None, alarmed_at=mention.received_at)
    return waits._replace(holder=None) if waits.wakes and not case.wakes else waits


def _raised(case: Case, at: datetime, reading: Reading, due: datetime) -> Case:
    """More urgent, and so due sooner.

    What becomes urgent has no holder any more: the person who took the calmer matter may be asleep. Neither what was
    promised then nor a time that was over already says by when it is due.
    """
    raised = case._replace(
        urgency=reading.urgency,
        wakes=case.wakes or reading.wakes,
        first_due_at=min(due, case.first_due_at),
        due_at=min(due, case.due_at),
    )
    if reading.urgency is not Urgency.HIGH:
        return raised
    return raised._replace(holder=None, promised_until=None, due_at=due if case.due_at <= at else raised.due_at)


def _reopened(case: Case, asked_at: datetime, reading: Reading, due: datetime) -> Case:
    """Waiting anew, and unless it is urgent in the same hands; the answer that it had is over."""
    return case._replace(
        holder=None if reading.urgency is Urgency.HIGH else case.holder,
        state=CaseState.OPEN,
        urgency=reading.urgency,
        wakes=reading.wakes,
        asked_at=asked_at,
        first_due_at=due,
        due_at=due,
        draft=None,
        post_id=None,
        reply_as=ReplyAs.ANSWER,
        promised_until=None,
        review=review_of(reading),
    )
