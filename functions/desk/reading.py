"""A reading: what the desk understood of a mention."""

from collections.abc import Mapping
from copy import replace
from enum import StrEnum
from typing import NamedTuple

OPERATOR = "operator"
"""The fallback department: the clerk who runs the account."""


class Kind(StrEnum):
    """What the author does."""

    INQUIRY = "inquiry"
    FAULT = "fault"
    RUMOR = "rumor"
    FEEDBACK = "feedback"
    CHAT = "chat"
    JUNK = "junk"


ANSWERED = (Kind.INQUIRY, Kind.FAULT, Kind.RUMOR)
"""Kinds to which somebody is expected to answer."""
NOBODYS = (Kind.CHAT, Kind.JUNK)
"""Kinds that no department hears of."""


class Need(StrEnum):
    """What the author wants of the brand."""

    INFORMATION = "information"
    SUPPORT = "support"
    RELATIONSHIP = "relationship"


class Urgency(StrEnum):
    """How fast someone must act; `high` runs on the wall clock."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Why(NamedTuple):
    """One reason for a reading: a rule's name and, where there is one, the evidence in the text.

    A catalogue turns it into a sentence; the rule's name is the catalogue's key `why.<rule>`.
    """

    rule: str
    evidence: str = ""


DANGER = Why("danger")
"""The reason where somebody may be in danger; it never has evidence."""


class Reading(NamedTuple):
    """What the desk understood. `confidence` is 0 to 1; `department` is None for chat and junk only."""

    kind: Kind
    need: Need
    department: str | None
    urgency: Urgency
    lang: str
    confidence: float
    why: tuple[Why, ...]
    terms: tuple[str, ...] = ()
    """The words that carry the matter; they are the author's, and forgotten with the rest of the text."""
    wakes: bool = False
    """Whether it is so likely urgent that somebody on call is to be woken: what is `high` may be so just in case."""
    danger: bool = False
    """Whether somebody may be in danger. It tells how to handle the mention and nothing about its author: such a
    reading keeps neither evidence nor `terms`."""
    to_review: bool = False
    """Whether it looks like chat or junk and is not surely so: an inquiry for the operator, who decides."""

    @property
    def opens_case(self) -> bool:
        """Whether someone is expected to answer."""
        return self.kind in ANSWERED

    @property
    def is_published(self) -> bool:
        """Whether a department hears of it at all."""
        return self.department is not None

    def handling_only(self) -> "Reading":
        """The reading as it may be stored and passed on: where somebody may be in danger, without the author's words.

        X forbids keeping conclusions about a person's health or about crimes, so that only the handling is left.
        """
        if not self.danger:
            return self
        others = (why for why in self.why if not why.evidence and why != DANGER)
        return self._replace(why=(DANGER, *others), terms=())


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
