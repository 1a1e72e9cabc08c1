"""Heads so small that one knows what they say."""

from collections.abc import Mapping
from math import log

from desk.reader.features import BITS, buckets
from desk.reader.heads import CALM, CHECK, DANGER, HIGH, POSSIBLE, ClassWeights, Head, Heads, Trained

_WEIGHS_NOTHING = bytes([128]) * (1 << BITS)
_MOST = 255
_BLANK = frozenset(buckets("a")) & frozenset(buckets("b"))
"""What each word has: the blank at its ends."""
INQUIRY: Mapping[str, float] = {
    "inquiry": 0.9, "fault": 0.02, "rumor": 0.02, "feedback": 0.02, "chat": 0.02, "junk": 0.02,
}  # fmt: skip


def constant(shares: Mapping[str, float]) -> Head:
    """A head for which every text is as probably of each class as told."""
    return Head(tuple(ClassWeights(name, _WEIGHS_NOTHING, 0.0, log(share)) for name, share in shares.items()), 1.0)


def hearing(words: Mapping[str, str]) -> Head:
    """A head that is sure of a class where its word stands alone, and undecided where there is none."""
    return Head(tuple(ClassWeights(name, _weighing(word), 0.1, 0.0) for name, word in words.items()), 1.0)


def trained(
    kind: Mapping[str, float] | Head = INQUIRY,
    *,
    support: float = 0.5,
    high: float = 0.1,
    danger: Head | None = None,
    check: Head | None = None,
    department: Head | None = None,
    nobody: float = 0.6,
    feedback: float = 1.0,
    urgent: float = 0.3,
    words: float = 0.0,
) -> Trained:
    """Heads with these answers; urgent from `urgent` on, alarming from 0.35, in danger from 0.5 and possibly from 0.45,
    to be checked from 0.4, sure from 0.8.

    `words` is what a claim by desk.yaml's words weighs.
    """
    heads = {
        "kind": kind if isinstance(kind, Head) else constant(kind),
        "need": constant({"support": support, "information": 1 - support}),
        "urgency": constant({HIGH: high, CALM: 1 - high}),
        DANGER: danger or constant({DANGER: 0.1, CALM: 0.9}),
        CHECK: check or constant({CHECK: 0.1, CALM: 0.9}),
    }
    limits = {"nobody": nobody, "feedback": feedback, "urgent": urgent, "alarm": 0.35}
    limits |= {DANGER: 0.5, POSSIBLE: 0.45, CHECK: 0.4}
    general = Heads(heads, limits)
    return Trained(general, Heads({"department": department}, {"sure": 0.8, "words": words}) if department else None)


def _weighing(word: str) -> bytes:
    weights = bytearray(_WEIGHS_NOTHING)
    for bucket in set(buckets(word)) - _BLANK:
        weights[bucket] = _MOST
    return bytes(weights)
