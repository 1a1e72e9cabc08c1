"""A reading: the desk's understanding of a mention, and the parts of it that can go together."""

from collections.abc import Mapping
from copy import replace
from enum import StrEnum
from typing import NamedTuple

OPERATOR = "operator"
"""The fallback department: the clerk who runs the account."""


class Kind(StrEnum):
    """The kind of a mention: the author's purpose."""

    INQUIRY = "inquiry"
    FAULT = "fault"
    RUMOR = "rumor"
    FEEDBACK = "feedback"
    CHAT = "chat"
    JUNK = "junk"


ANSWERED = (Kind.INQUIRY, Kind.FAULT, Kind.RUMOR)
"""Kinds that need an answer."""
UNROUTED_KINDS = (Kind.CHAT, Kind.JUNK)
"""Kinds that no department gets."""


class Need(StrEnum):
    """What the author needs from the brand."""

    INFORMATION = "information"
    SUPPORT = "support"
    RELATIONSHIP = "relationship"


class Urgency(StrEnum):
    """How fast somebody must act; deadlines of `high` run day and night."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Safety(StrEnum):
    """How a mention is handled because somebody may be at risk. It says nothing about the author."""

    DANGER = "danger"
    """Sure: it is urgent, and the people on call are called at once."""
    CHECK = "check"
    """Possible: a person has to look at it, and nobody is woken at once."""


class Why(NamedTuple):
    """One reason for a reading: a rule's name and, where there is one, the evidence in the text.

    The catalogue's key `why.<rule>` turns it into a sentence.
    """

    rule: str
    evidence: str = ""


SAFETY_REASONS = {safety: Why(safety.value) for safety in Safety}
"""The reason for each way of handling. None ever has evidence."""


def open_safety(safety: Safety | None, urgency: Urgency) -> Safety | None:
    """What is still to be handled: a danger is over once a person has said that it is not urgent."""
    return None if safety is Safety.DANGER and urgency is not Urgency.HIGH else safety


def stronger(one: Safety | None, other: Safety | None) -> Safety | None:
    """The stronger of the two: danger before what is to be checked."""
    return next((safety for safety in Safety if safety in (one, other)), None)


class Reading(NamedTuple):
    """The reading of a mention. `confidence` is 0 to 1; `department` is None only for chat and junk that are sure."""

    kind: Kind
    need: Need
    department: str | None
    urgency: Urgency
    lang: str
    confidence: float
    why: tuple[Why, ...]
    terms: tuple[str, ...] = ()
    """The words that say what it is about. They are the author's, and are removed with the text."""
    wakes: bool = False
    """Whether it is so likely to be urgent that people on call are called at night; not all that is `high` is."""
    safety: Safety | None = None
    """How to handle it because somebody may be at risk; None for almost all. Such a reading keeps neither evidence nor
    `terms`."""
    review: bool = False
    """Whether it is probably of its `kind`, which needs no answer, but not surely: a person decides."""

    @property
    def opens_case(self) -> bool:
        """Whether it needs an answer, or a person's decision."""
        return self.kind in ANSWERED or self.review

    @property
    def counts_as(self) -> str:
        """The label that figures count it under: its kind, or REVIEW until a person decides."""
        return REVIEW if self.review else self.kind

    @property
    def label(self) -> str:
        """See `label_of`."""
        return label_of(self.kind, review=self.review)

    @property
    def is_published(self) -> bool:
        """Whether a department gets it."""
        return self.department is not None

    def handling_only(self) -> "Reading":
        """The reading as it may be stored: without the author's words where somebody may be at risk.

        X forbids keeping conclusions about a person's health or about crimes. Only the handling is left.
        """
        if self.safety is None:
            return self
        first = SAFETY_REASONS[self.safety]
        others = (why for why in self.why if not why.evidence and why != first)
        return self._replace(why=(first, *others), terms=())


class Agreement(NamedTuple):
    """The needs and urgencies that a kind can have, the usual ones first, and whether a department gets it."""

    needs: tuple[Need, ...]
    urgencies: tuple[Urgency, ...]
    is_routed: bool


class Settled(NamedTuple):
    """Parts of a reading that are fixed; None leaves a part open."""

    kind: Kind | None = None
    need: Need | None = None
    department: str | None = None
    urgency: Urgency | None = None


REVIEW = "review"
"""The reason of a reading that a person has to review, and what figures count it as until somebody decides."""
_ANSWERED = (Urgency.NORMAL, Urgency.HIGH)
_QUIET = (Urgency.LOW,)

AGREEMENTS: Mapping[Kind, Agreement] = {
    Kind.FEEDBACK: Agreement((Need.RELATIONSHIP,), _QUIET, is_routed=True),
    Kind.INQUIRY: Agreement((Need.INFORMATION, Need.SUPPORT), _ANSWERED, is_routed=True),
    Kind.FAULT: Agreement((Need.SUPPORT,), _ANSWERED, is_routed=True),
    Kind.RUMOR: Agreement((Need.INFORMATION,), _ANSWERED, is_routed=True),
    Kind.CHAT: Agreement((Need.RELATIONSHIP,), _QUIET, is_routed=False),
    Kind.JUNK: Agreement((Need.RELATIONSHIP,), _QUIET, is_routed=False),
}
"""In the order of preference where the reader's kind doesn't agree: the kind with the least work for people first."""
REVIEWED = Agreement((Need.RELATIONSHIP,), _ANSWERED, is_routed=True)
"""What agrees with a kind that is to review: somebody decides by a deadline, as for an inquiry."""


def kinds_for(settled: Settled) -> list[Kind]:
    """The kinds that agree with all settled parts; none where these contradict each other."""
    return [kind for kind, agreement in AGREEMENTS.items() if _agrees(kind, agreement, settled)]


def need_of(kind: Kind, *, own: bool) -> Need:
    """The need of a kind; that of an inquiry depends on whether it is about the author's `own` matter."""
    return _kept(Need.SUPPORT if own else Need.INFORMATION, AGREEMENTS[kind].needs)


def agreeing_need(kind: Kind, need: Need) -> Need:
    """This need where it agrees with the kind, else the kind's usual one."""
    return _kept(need, AGREEMENTS[kind].needs)


def label_of(kind: str, *, review: bool) -> str:
    """The name of a kind below `kind.` in the catalogue; one that is to review is only probable."""
    return f"probably.{kind}" if review else str(kind)


def with_settled(reading: Reading, settled: Settled) -> Reading:
    """The reading with the settled parts, the others kept where they agree. `settled` must not contradict itself.

    What is to review stays so where nothing that is settled decides it, as a department does for chat and junk, which
    have none. Else it counts as an inquiry, so that nothing but a settled part lets it go without an answer.
    """
    kinds = kinds_for(settled)
    decides = settled.kind or (settled.department and reading.kind in UNROUTED_KINDS)
    is_decided = decides or not _agrees(reading.kind, REVIEWED, settled)
    review = reading.review and not is_decided
    own = Kind.INQUIRY if reading.review and not review else reading.kind
    kind = own if review or own in kinds else kinds[0]
    agreement = REVIEWED if review else AGREEMENTS[kind]
    urgency = settled.urgency or _kept(reading.urgency, agreement.urgencies)
    department = settled.department or reading.department or OPERATOR
    return replace(
        reading,
        kind=kind,
        need=settled.need or _kept(reading.need, agreement.needs),
        department=department if agreement.is_routed else None,
        urgency=urgency,
        terms=() if kind is Kind.JUNK else reading.terms,
        wakes=urgency is Urgency.HIGH and (settled.urgency is Urgency.HIGH or reading.wakes),
        review=review,
    )


def _agrees(kind: Kind, agreement: Agreement, settled: Settled) -> bool:
    return (
        settled.kind in (None, kind)
        and settled.need in (None, *agreement.needs)
        and settled.urgency in (None, *agreement.urgencies)
        and (settled.department is None or agreement.is_routed)
    )


def _kept[T](found: T, possible: tuple[T, ...]) -> T:
    return found if found in possible else possible[0]
