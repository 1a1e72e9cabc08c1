"""What goes together in a reading: each kind has its needs, its urgencies, and somebody who hears of it or nobody."""

from collections.abc import Mapping
from copy import replace
from typing import NamedTuple

from desk.reading import OPERATOR, Kind, Need, Reading, Urgency


class Agreement(NamedTuple):
    """The needs and urgencies that a kind can have, the usual ones first, and whether a department hears of it."""

    needs: tuple[Need, ...]
    urgencies: tuple[Urgency, ...]
    is_heard: bool


class Settled(NamedTuple):
    """Parts of a reading that stand, whatever the rest is; None leaves a part open."""

    kind: Kind | None = None
    need: Need | None = None
    department: str | None = None
    urgency: Urgency | None = None


TO_REVIEW = "to_review"
"""The reason of a reading that the operator has to review, since it may be chat or junk."""
_ANSWERED = (Urgency.NORMAL, Urgency.HIGH)
_QUIET = (Urgency.LOW,)

AGREEMENTS: Mapping[Kind, Agreement] = {
    Kind.FEEDBACK: Agreement((Need.RELATIONSHIP,), _QUIET, is_heard=True),
    Kind.INQUIRY: Agreement((Need.INFORMATION, Need.SUPPORT), _ANSWERED, is_heard=True),
    Kind.FAULT: Agreement((Need.SUPPORT,), _ANSWERED, is_heard=True),
    Kind.RUMOR: Agreement((Need.INFORMATION,), _ANSWERED, is_heard=True),
    Kind.CHAT: Agreement((Need.RELATIONSHIP,), _QUIET, is_heard=False),
    Kind.JUNK: Agreement((Need.RELATIONSHIP,), _QUIET, is_heard=False),
}
"""In the order in which a kind is taken where the reader's own does not agree: what asks least of people first."""


def kinds_for(settled: Settled) -> list[Kind]:
    """The kinds that agree with everything settled; none when it contradicts itself."""
    return [kind for kind, agreement in AGREEMENTS.items() if _agrees(kind, agreement, settled)]


def need_of(kind: Kind, *, own: bool) -> Need:
    """What a kind's author needs; an inquiry's depends on whether it is about the author's `own` case."""
    return _kept(Need.SUPPORT if own else Need.INFORMATION, AGREEMENTS[kind].needs)


def agreed(reading: Reading, settled: Settled) -> Reading:
    """The reading with what is settled, the rest kept where it agrees; `settled` must not contradict itself."""
    kinds = kinds_for(settled)
    kind = reading.kind if reading.kind in kinds else kinds[0]
    agreement = AGREEMENTS[kind]
    urgency = settled.urgency or _kept(reading.urgency, agreement.urgencies)
    heard_by = settled.department or reading.department or OPERATOR
    return replace(
        reading,
        kind=kind,
        need=settled.need or _kept(reading.need, agreement.needs),
        department=heard_by if agreement.is_heard else None,
        urgency=urgency,
        terms=() if kind is Kind.JUNK else reading.terms,
        wakes=urgency is Urgency.HIGH and (settled.urgency is Urgency.HIGH or reading.wakes),
        to_review=reading.to_review and kind is reading.kind and not (settled.kind or settled.department),
    )


def _agrees(kind: Kind, agreement: Agreement, settled: Settled) -> bool:
    return (
        settled.kind in (None, kind)
        and settled.need in (None, *agreement.needs)
        and settled.urgency in (None, *agreement.urgencies)
        and (settled.department is None or agreement.is_heard)
    )


def _kept[T](found: T, possible: tuple[T, ...]) -> T:
    return found if found in possible else possible[0]
