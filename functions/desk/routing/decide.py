"""What a mention means for its author's case: a pure function."""

from copy import replace
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.model import Case, CaseState, Event, case_id_of, conversation_of
from desk.cases.transitions import asked_again
from desk.mentions.model import Mention
from desk.notifications.notifier import department_of
from desk.reading import Kind, Reading
from desk.working_time import due_at

LISTED_MENTIONS = 500
"""A case lists at most its first 500 mentions; later ones are found by its events."""


class Decision(NamedTuple):
    """What happens, the case as it stands afterwards, and whether a department is told."""

    event: Event | None
    case: Case | None
    published: bool


def decide(mention: Mention, reading: Reading, case: Case | None, brand: Brand) -> Decision:
    """Open, join or edit a case, or leave it; `case` is the author's in this conversation, if there is one."""
    if case is not None:
        event = _event_in_case(mention, reading)
        return Decision(event, _joined(case, mention, reading, brand), reading.is_published)
    if reading.kind is Kind.FEEDBACK:
        return Decision(Event.FEEDBACK, None, reading.is_published)
    if reading.opens_case or reading.is_published:  # whatever has a department has someone who must look
        return Decision(Event.CASE_OPENED, _opened(mention, reading, brand), published=True)
    return Decision(None, None, published=False)


def case_id_for(mention: Mention) -> str:
    """The number of the case that this mention opens or joins."""
    return case_id_of(conversation_of(mention.post), mention.post.author_id)


def _event_in_case(mention: Mention, reading: Reading) -> Event:
    if reading.kind is Kind.FEEDBACK:
        return Event.FEEDBACK
    return Event.CASE_EDITED if mention.is_edit else Event.CASE_JOINED


def _opened(mention: Mention, reading: Reading, brand: Brand) -> Case:
    due = due_at(mention.received_at, reading.kind, reading.urgency, brand)
    return Case(
        id=case_id_for(mention),
        conversation_id=conversation_of(mention.post),
        author_id=mention.post.author_id,
        author=mention.post.author,
        department=department_of(reading, brand),
        kind=reading.kind,
        need=reading.need,
        urgency=reading.urgency,
        lang=reading.lang,
        state=CaseState.OPEN,
        opened_at=mention.received_at,
        asked_at=mention.received_at,
        first_due_at=due,
        due_at=due,
        mention_ids=(mention.id,),
        wakes=reading.wakes,
        danger=reading.danger,
    )


def _joined(case: Case, mention: Mention, reading: Reading, brand: Brand) -> Case:
    """The case keeps its department, gains a version, and knows its author by the name that they have now.

    Only what asks for an answer changes how it is waited for.
    """
    listed = mention.id in case.mention_ids or len(case.mention_ids) >= LISTED_MENTIONS
    grown = replace(
        case,
        version=case.version + 1,
        mention_ids=case.mention_ids if listed else (*case.mention_ids, mention.id),
        author=mention.post.author or case.author,
    )
    after = asked_again(grown, mention, reading, brand) if reading.opens_case else grown
    return after._replace(danger=case.danger or reading.danger)
