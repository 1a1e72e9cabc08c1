"""What it does to a case when its author asks again: pure functions."""

from datetime import datetime

from desk.brand import Brand
from desk.case import WAITING, Case, CaseState, ReplyAs
from desk.mention import Mention
from desk.reading import Reading, Urgency
from desk.working_time import due_at

_RANK = {Urgency.LOW: 0, Urgency.NORMAL: 1, Urgency.HIGH: 2}


def asked_again(case: Case, mention: Mention, reading: Reading, brand: Brand) -> Case:
    """The case after a mention that asks for an answer: it waits anew, or, where it waited, may be more urgent.

    What was promised for the calmer matter is no time for the more urgent one, nor for danger; and who took that on may
    not know of this.
    """
    due = due_at(mention.received_at, reading.kind, reading.urgency, brand)
    if case.state not in WAITING:
        return _reopened(case, mention.received_at, reading, due)
    if _RANK[reading.urgency] > _RANK[case.urgency]:
        return _raised(case, mention.received_at, reading, due)
    waits = case._replace(wakes=case.wakes or reading.wakes)
    if reading.danger and not case.danger:
        return waits._replace(holder=None, promised_until=None, alarmed_at=mention.received_at)
    return waits._replace(holder=None) if waits.wakes and not case.wakes else waits


def _raised(case: Case, at: datetime, reading: Reading, due: datetime) -> Case:
    """More urgent, and so due sooner.

    What becomes urgent is in nobody's hands: whoever took the calmer matter on may be asleep. Neither what was promised
    then nor a time that was over already says by when it is due.
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
    )
