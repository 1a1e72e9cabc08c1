"""Decides what mentions mean for their authors' cases; pure functions."""

from collections.abc import Mapping, Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.model import Case, CaseState, Event, RoutedMention, Step, case_id_of, conversation_of
from desk.cases.transitions import asked_again, awaiting_release, doubted, with_safety
from desk.errors import failure_of
from desk.mentions.model import Mention, Source
from desk.notifications.model import department_or_operator
from desk.reading import Kind, Reading
from desk.working_time import due_at

LISTED_MENTIONS = 500
"""A case lists at most its first 500 mentions; later ones are found by its events."""

HEARD_BY_DEPARTMENTS = (Kind.FAULT, Kind.RUMOR)
"""Kinds of posts found by listening that departments are notified of."""

_STEP_ENTRIES = 33
"""Entries of one case in one step: each takes three writes, the case takes one, and a transaction has a hundred."""


class RoutingDecision(NamedTuple):
    """What happens, the case afterwards, and whether a department is notified."""

    event: Event | None
    case: Case | None
    published: bool


@dataclass(slots=True)
class RoutingPlan:
    """Steps in the order in which they must be committed; why a mention could not be decided, by mention id."""

    steps: list[Step] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


def plan(read: Sequence[tuple[Mention, Reading]], cases: Mapping[str, Case], brand: Brand) -> RoutingPlan:
    """Decide mentions, oldest first, each on its case as the mention before it left the case."""
    planned = RoutingPlan()
    current: dict[str, Case] = dict(cases)
    before: dict[str, Case | None] = {}
    groups: dict[str, list[RoutedMention]] = {}
    for mention, reading in sorted(read, key=lambda pair: (len(pair[0].id), pair[0].id)):  # ids grow with time
        try:
            case_id = case_id_for(mention)
            decision = decide(mention, reading, current.get(case_id), brand)
        except Exception as exc:  # noqa: BLE001 - a failure in one mention must not stop the others
            planned.failures[mention.id] = failure_of(exc)
            continue
        recipient = department_or_operator((decision.case or reading).department, brand) if decision.published else None
        entry = RoutedMention(mention, reading, decision.event, decision.case, recipient)
        if decision.case is None:
            planned.steps.append(Step((entry,), None))
            continue
        group = groups.setdefault(case_id, [])
        if len(group) == _STEP_ENTRIES:
            planned.steps.append(Step(tuple(group), before[case_id]))
            group.clear()
        if not group:
            before[case_id] = current.get(case_id)
        group.append(entry)
        current[case_id] = decision.case
    planned.steps += [Step(tuple(group), before[case_id]) for case_id, group in groups.items()]
    return planned


def decide(mention: Mention, reading: Reading, case: Case | None, brand: Brand) -> RoutingDecision:
    """Open, join or edit a case, or do nothing; `case` is the author's case in this conversation, if there is one."""
    if mention.source is Source.LISTENING:
        return _decide_heard(mention, reading, case, brand)
    if case is not None:
        event = _event_in_case(mention, reading)
        return RoutingDecision(event, _joined(case, mention, reading, brand), reading.is_published)
    if reading.kind is Kind.FEEDBACK:
        return RoutingDecision(Event.FEEDBACK, None, reading.is_published)
    if reading.opens_case or reading.is_published:  # a mention with a department has somebody who must look at it
        return RoutingDecision(
            Event.CASE_OPENED, new_case(mention, reading, brand, at=mention.received_at), published=True
        )
    return RoutingDecision(None, None, published=False)


def _decide_heard(mention: Mention, reading: Reading, case: Case | None, brand: Brand) -> RoutingDecision:
    """A post that was found by listening: its author asked us nothing, so nobody waits for an answer.

    A person who may be at risk is the exception: that is handled as if it had been addressed to us.
    """
    if reading.safety:
        if case is None:
            opened = new_case(mention, reading, brand, at=mention.received_at)
            return RoutingDecision(Event.CASE_OPENED, opened, published=True)
        return RoutingDecision(_event_in_case(mention, reading), _joined(case, mention, reading, brand), published=True)
    if case is not None:
        return RoutingDecision(_event_in_case(mention, reading), _listed(case, mention), published=reading.opens_case)
    if reading.kind in HEARD_BY_DEPARTMENTS:
        return RoutingDecision(Event.HEARD, None, published=True)
    return RoutingDecision(None, None, published=False)


def case_id_for(mention: Mention) -> str:
    """The id of the case that this mention opens or joins."""
    return case_id_of(conversation_of(mention.post), mention.post.author_id)


def _event_in_case(mention: Mention, reading: Reading) -> Event:
    if reading.kind is Kind.FEEDBACK:
        return Event.FEEDBACK
    return Event.CASE_EDITED if mention.is_edit else Event.CASE_JOINED


def new_case(mention: Mention, reading: Reading, brand: Brand, *, at: datetime) -> Case:
    """The case that the mention opens at this moment, from which its author waits for an answer."""
    due = due_at(at, reading.kind, reading.urgency, brand)
    department = department_or_operator(reading.department, brand)
    opened = Case(
        id=case_id_for(mention),
        conversation_id=conversation_of(mention.post),
        author_id=mention.post.author_id,
        author=mention.post.author,
        department=department,
        kind=reading.kind,
        need=reading.need,
        urgency=reading.urgency,
        lang=reading.lang,
        state=CaseState.OPEN,
        opened_at=at,
        asked_at=at,
        first_due_at=due,
        due_at=due,
        mention_ids=(mention.id,),
        wakes=reading.wakes,
        awaits_release=brand.in_trial(department),
    )
    return with_safety(doubted(opened, mention, reading), mention, reading)


def _joined(case: Case, mention: Mention, reading: Reading, brand: Brand) -> Case:
    """The case in its next version, with its author's current name; it keeps its department.

    Only a mention that asks for an answer changes until when the case waits for one.
    """
    grown = _listed(case, mention)._replace(snoozed_until=None)
    is_new = mention.id not in case.mention_ids
    after = asked_again(grown, mention, reading, brand, is_new=is_new) if reading.opens_case else grown
    if reading.opens_case and brand.in_trial(after.department):
        after = awaiting_release(after)
    return with_safety(after, mention, reading)


def _listed(case: Case, mention: Mention) -> Case:
    """The case in its next version, which lists the mention and has its author's current name."""
    is_listed = mention.id in case.mention_ids or len(case.mention_ids) >= LISTED_MENTIONS
    return replace(
        case,
        version=case.version + 1,
        mention_ids=case.mention_ids if is_listed else (*case.mention_ids, mention.id),
        author=mention.post.author or case.author,
    )
