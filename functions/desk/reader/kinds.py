"""What the author does, by the first rule that fits, in the order in which kinds outrank one another."""

from collections.abc import Callable
from typing import NamedTuple

from desk.reader.signs import NOTHING, Found
from desk.reading import Kind, Urgency, Why

DECISIVE = 2
"""From this weight on a sign stands on its own."""
_MANY_HANDLES = 3
_CERTAINTY_BY_WEIGHT = (0.2, 0.5, 0.7, 0.8, 0.9, 0.95)
"""How sure a kind is, by the weight of the sign that decided it."""


class Clues(NamedTuple):
    """A text's signs, whether it bears a word of any department, and how many accounts it calls."""

    found: dict[str, Found]
    about_us: bool
    handles: int

    def weight(self, sign: str) -> int:
        """How much speaks for a sign."""
        return self.found.get(sign, NOTHING).weight

    def wants(self) -> int:
        """How much speaks for a question or a request."""
        return self.weight("question") + self.weight("request")

    def serious(self) -> bool:
        """Whether an insult or a row of handles stands beside something that somebody must hear."""
        return self.about_us or self.weight("rumor") > 0 or self.weight("fault") >= DECISIVE


class _Rule(NamedTuple):
    kind: Kind
    why: str
    sign: str
    fits: Callable[[Clues], bool]


def _asks(clues: Clues) -> bool:
    return clues.wants() >= DECISIVE or (clues.wants() > 0 and clues.about_us)


def _thanks_for_work(clues: Clues) -> bool:
    """Thanks for what was done may name the fault that is over, but no other, and want nothing more."""
    over = clues.weight("fault") <= (DECISIVE if clues.weight("mended") else 0)
    thanked = clues.weight("thanks") >= DECISIVE and clues.weight("effort") > 0
    return thanked and over and not clues.wants() and not clues.weight("opinion")


_RULES = (
    _Rule(Kind.JUNK, "advertising", "advertising", lambda c: c.weight("advertising") >= DECISIVE > c.weight("rumor")),
    _Rule(Kind.JUNK, "insult", "insult", lambda c: c.weight("insult") > 0 and not c.serious() and not c.wants()),
    _Rule(Kind.JUNK, "handles", "", lambda c: c.handles >= _MANY_HANDLES and not c.serious()),
    _Rule(Kind.RUMOR, "rumor_word", "rumor", lambda c: c.weight("rumor") >= DECISIVE),
    _Rule(
        Kind.CHAT,
        "social",
        "thanks",
        lambda c: c.weight("thanks") >= DECISIVE and not c.weight("question") and not c.about_us,
    ),
    _Rule(Kind.CHAT, "social", "thanks", _thanks_for_work),
    _Rule(
        Kind.FAULT,
        "fault_word",
        "fault",
        lambda c: c.weight("fault") >= DECISIVE and c.weight("fault") >= c.weight("opinion"),
    ),
    _Rule(
        Kind.CHAT,
        "social",
        "social",
        lambda c: c.weight("social") >= DECISIVE and not c.about_us and c.wants() < 2 * DECISIVE,
    ),
    _Rule(
        Kind.FEEDBACK,
        "opinion",
        "opinion",
        lambda c: c.weight("opinion") >= DECISIVE and c.weight("opinion") > c.wants(),
    ),
    _Rule(Kind.INQUIRY, "question", "question", lambda c: _asks(c) and c.weight("question") >= c.weight("request")),
    _Rule(Kind.INQUIRY, "request", "request", _asks),
    _Rule(Kind.FEEDBACK, "opinion", "opinion", lambda c: c.weight("opinion") > 0 and c.about_us),
    _Rule(Kind.INQUIRY, "no_sign", "", lambda _: True),
)
"""The last one fits always: what nobody understands is an inquiry, so that somebody looks at it."""


def kind_of(clues: Clues) -> tuple[Kind, float, Why]:
    """The kind, how sure it is (0 to 1), and why."""
    rule = next(rule for rule in _RULES if rule.fits(clues))
    sign = clues.found.get(rule.sign, NOTHING)
    return (
        rule.kind,
        _CERTAINTY_BY_WEIGHT[min(sign.weight, len(_CERTAINTY_BY_WEIGHT) - 1)],
        Why(rule.why, sign.evidence),
    )


HURRY = frozenset({"outage", "leak", "legal"})
"""The rules that make urgent, as reasons name them. Danger is decided before (`desk.reader.danger`)."""


def urgency_of(kind: Kind, found: dict[str, Found], *, understood: bool) -> tuple[Urgency, tuple[Why, ...]]:
    """Urgency with its reason: high for an outage of many, a leak or fraud under way, legal steps or press with a date.

    What was not `understood` is not urgent.
    """
    if kind is Kind.FEEDBACK:
        return Urgency.LOW, ()
    outage = kind is Kind.FAULT and "network_down" in found
    dated = "date" in found
    applying = {
        "outage": outage,
        "leak": understood,
        "legal": understood and dated,
    }
    for sign, applies in applying.items():
        if applies and sign in found:
            return Urgency.HIGH, (Why(sign, found[sign].evidence),)
    return Urgency.NORMAL, ()
