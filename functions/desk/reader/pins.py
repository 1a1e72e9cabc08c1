"""Rules of the brand that stand above whatever the reader makes of a mention: desk.yaml's `pins`."""

from collections.abc import Iterable
from copy import replace
from typing import TYPE_CHECKING

from desk.brand import Pin
from desk.cases.author_cases import AuthorCase
from desk.mentions.model import Mention
from desk.reader.agreement import TO_REVIEW, Settled, agreed, kinds_for
from desk.reader.kinds import HURRY
from desk.reader.protocol import PollReader
from desk.reading import OPERATOR, Reading, Urgency, Why

if TYPE_CHECKING:
    from desk.reader.conditions import Condition

RETURNING = "returning_customer"
"""The reason of such a reading; its evidence is the number of the last case."""

_DOUBT = "uncertain"


def is_in_doubt(reading: Reading) -> bool:
    """Whether the operator gets it only because nobody knows whose matter it is; what is urgent stays there."""
    is_unknown = reading.department == OPERATOR and any(why.rule == _DOUBT for why in reading.why)
    return is_unknown and reading.urgency is not Urgency.HIGH


def returned(reading: Reading, last: AuthorCase) -> Reading:
    """The reading for the department that has the author's last case; unchanged where it is not in doubt."""
    if not is_in_doubt(reading) or last.department == OPERATOR:
        return reading
    why = tuple(Why(RETURNING, last.id) if each.rule == _DOUBT else each for each in reading.why)
    return replace(reading, department=last.department, why=why)


_EVIDENCE = 40
"""Characters of evidence; a regular expression may fit a whole post."""
_ABOUT_URGENCY = HURRY | {"danger", "like_urgent"}
_ABOUT_DEPARTMENT = frozenset({"context", "rumors", "uncertain", "picture", "unreadable", RETURNING})
"""Rules that tell of the department although their name does not begin with that word."""
_CERTAIN = 1.0


class Pinned:
    """A reader whose readings obey pins.

    Pins are tried from the first to the last; what an earlier one settled no later one changes. What pins leave open
    stays as it was read where it agrees with them. A department that a pin excludes gives way to the operator.
    """

    def __init__(self, reader: PollReader, pins: Iterable[Pin]) -> None:
        self._reader = reader
        self._pins = _with_conditions(pins)

    def read(self, mention: Mention, last: AuthorCase | None = None) -> Reading:
        """The reader's reading, pinned; whatever decided is the first reason.

        What is in doubt goes to the department of the author's `last` case, where no pin sends it elsewhere.
        """
        reading = self._reader.read(mention)
        reading = returned(reading, last) if last else reading
        met = self._met(mention, reading.lang) if self._pins else []
        return _pinned(reading, met) if met else reading

    def is_routed(self, mention: Mention) -> bool:
        """See PollReader; where there are pins, only the whole reading tells what they make of it."""
        return self.read(mention).is_published if self._pins else self._reader.is_routed(mention)

    def _met(self, mention: Mention, lang: str) -> list[tuple[Pin, str]]:
        """The pins that this mention meets, with the evidence."""
        from desk.reader.conditions import seen_in  # noqa: PLC0415 - see _with_conditions

        seen = seen_in(mention, lang)
        return [(pin, found) for pin, condition in self._pins if (found := condition(seen)) is not None]


def _with_conditions(pins: Iterable[Pin]) -> "list[tuple[Pin, Condition]]":
    """Each pin with its condition; a desk without pins does not pay for what they need at its start."""
    if not (listed := list(pins)):
        return []
    from desk.reader.conditions import condition_of  # noqa: PLC0415 - see above

    return [(pin, condition_of(pin.condition, pin.value)) for pin in listed]


def _pinned(reading: Reading, met: list[tuple[Pin, str]]) -> Reading:
    settled, excluded = Settled(), dict[str, Why]()
    whys: list[Why] = []
    for pin, found in met:
        wider = _joined(settled, pin, excluded)
        whys += [_why(pin, found, _effect(part, wider)) for part in _gained(settled, wider)]
        if pin.never and not settled.department:
            excluded.setdefault(pin.never, _why(pin, found, "never"))
        settled = wider
    pinned = agreed(reading, settled)
    if pinned.department in excluded:
        whys.append(excluded[pinned.department])
        pinned = replace(pinned, department=OPERATOR)
    if not whys:
        return reading
    is_certain = settled.department is not None or pinned.department is None
    return replace(
        pinned,
        confidence=_CERTAIN if is_certain else reading.confidence,
        why=(*whys, *(why for why in reading.why if _still_holds(why, reading, pinned, settled))),
    )


def _joined(settled: Settled, pin: Pin, excluded: Iterable[str]) -> Settled:
    """What is settled with whatever the pin can add to it without contradiction."""
    for part in Settled._fields:
        wanted = getattr(pin, part)
        is_open = getattr(settled, part) is None and (part != "department" or wanted not in excluded)
        wider = replace(settled, **{part: wanted}) if wanted is not None and is_open else settled
        settled = wider if kinds_for(wider) else settled
    return settled


def _gained(settled: Settled, wider: Settled) -> list[str]:
    return [part for part in Settled._fields if getattr(wider, part) != getattr(settled, part)]


def _effect(part: str, settled: Settled) -> str:
    """What a settled part is told as."""
    if part == "department" and settled.department == OPERATOR:
        return "operator"
    if part == "urgency":
        return "high" if settled.urgency is Urgency.HIGH else "calm"
    return part


def _why(pin: Pin, found: str, effect: str) -> Why:
    """The reason `pin.<cause>.<effect>`; words that a regular expression found are a cause like any word."""
    cause = pin.condition if pin.condition != "regex" else "word" if found else "pattern"
    return Why(f"pin.{cause}.{effect}", " ".join(found.split())[:_EVIDENCE])


def _still_holds(why: Why, read: Reading, pinned: Reading, settled: Settled) -> bool:
    """Whether the part of the reading that a reason tells of is as it was read, and no pin decided it."""
    if why.rule == TO_REVIEW:
        return pinned.to_review
    part = _part_of(why)
    return getattr(settled, part) is None and getattr(pinned, part) == getattr(read, part)


def _part_of(why: Why) -> str:
    if why.rule in _ABOUT_URGENCY:
        return "urgency"
    return "department" if why.rule in _ABOUT_DEPARTMENT or why.rule.startswith("department") else "kind"
