"""Mentions as they were routed, read from the tables; and the faults among them, by which a spike may be found."""

from collections.abc import Collection, Iterable

from desk.brand import Brand
from desk.cases.model import Event, RoutedMention
from desk.cases.store import CaseStore
from desk.mentions.model import Source, StoredMention
from desk.notifications.model import department_or_operator
from desk.reading import Kind
from desk.spikes.faults import Fault
from desk.spikes.watch import LATE


def stored_entries(stored: Collection[StoredMention], cases: CaseStore) -> list[RoutedMention]:
    """What was decided about mentions that were read; without those whose items do not say. Raises StoreBusy."""
    outcomes = [(one.mention, one.outcome) for one in stored if one.outcome]
    case_ids = {outcome.case_id for _, outcome in outcomes if outcome.case_id}
    found = cases.get_many(case_ids) if case_ids else {}
    return [
        RoutedMention(mention, outcome.reading, Event(outcome.event), found.get(outcome.case_id or ""))
        for mention, outcome in outcomes
        if outcome.event in set(Event)
    ]


def faults_among(entries: Iterable[RoutedMention], brand: Brand) -> list[Fault]:
    """Those of the entries by which a spike may be found."""
    return [_fault_of(entry, brand) for entry in entries if _may_show_spike(entry)]


def _may_show_spike(entry: RoutedMention) -> bool:
    """Whether the mention is a fault that somebody told the brand lately; a later version of it tells nothing new."""
    mention = entry.mention
    is_recent = mention.received_at - mention.post.created_at <= LATE
    return entry.reading.kind is Kind.FAULT and mention.source is Source.MENTIONS and not mention.is_edit and is_recent


def _fault_of(entry: RoutedMention, brand: Brand) -> Fault:
    mention = entry.mention
    return Fault(
        mention.id,
        mention.post.created_at,
        department_or_operator(entry.reading.department, brand),
        mention.post.author_id,
        entry.case.id if entry.case else None,
        backlog=mention.backlog,
    )
