"""From what was decided to what a department is told, with the thread so far."""

from collections.abc import Iterable, Mapping, Sequence

from desk.author_cases import RecentCases
from desk.brand import Brand
from desk.case import Case
from desk.delivery import Delivery, Event
from desk.mention import Mention
from desk.ports.routing_store import Entry, RoutingStore, StoredMention
from desk.reading import OPERATOR
from route_inquiry.decide import department_of

_THREAD = 10
"""How many of a case's earlier mentions are shown."""


def entry_of(stored: StoredMention, cases: Mapping[str, Case]) -> Entry | None:
    """What was decided about a mention that was read; None when its item does not say."""
    outcome = stored.outcome
    if outcome is None or outcome.event is None:
        return None
    case = cases.get(outcome.case_id) if outcome.case_id else None
    return Entry(stored.mention, outcome.reading, outcome.event, case, published=True)


def deliveries_of(
    entries: Sequence[Entry], store: RoutingStore, brand: Brand, known: Iterable[Mention] = ()
) -> list[Delivery]:
    """What to tell of these entries, each with its thread.

    Earlier mentions that are not `known` yet are read from the store. Raises StoreBusy.
    """
    earlier = {entry.mention.id: _earlier(entry) for entry in entries}
    mentions = {mention.id: mention for mention in known} | {entry.mention.id: entry.mention for entry in entries}
    missing = {mention_id for ids in earlier.values() for mention_id in ids} - mentions.keys()
    if missing:
        mentions |= {key: stored.mention for key, stored in store.mentions(missing).items()}
    return [
        delivery_of(entry, brand, [mentions[key] for key in earlier[entry.mention.id] if key in mentions])
        for entry in entries
        if entry.event is not None
    ]


def with_earlier(delivery: Delivery, recent: RecentCases) -> Delivery:
    """The delivery of a new case with its author's other cases; any other as it is: the department knows the case."""
    if delivery.case is None or delivery.event is not Event.CASE_OPENED:
        return delivery
    return delivery._replace(earlier=recent.beside(delivery.case))


def delivery_of(entry: Entry, brand: Brand, thread: Sequence[Mention] = ()) -> Delivery:
    """What to tell of this entry, which is an event."""
    if entry.event is None:
        raise ValueError(f"nobody is told of {entry.mention.id}")
    return Delivery(
        event=entry.event,
        mention=entry.mention,
        reading=entry.reading,
        department=_department(entry, brand),
        case=entry.case,
        thread=tuple(thread),
    )


def _earlier(entry: Entry) -> Sequence[str]:
    """The case's mentions before this one, the last few, oldest first."""
    if entry.case is None or entry.event is Event.CASE_OPENED:
        return ()
    ids = entry.case.mention_ids
    place = ids.index(entry.mention.id) if entry.mention.id in ids else len(ids)
    return ids[max(0, place - _THREAD) : place]


def _department(entry: Entry, brand: Brand) -> str:
    if entry.case is None:
        return department_of(entry.reading, brand)
    return entry.case.department if entry.case.department in brand.departments else OPERATOR
