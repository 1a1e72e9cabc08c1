"""A reading: what the desk understood of a mention."""

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
