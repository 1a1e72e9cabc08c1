"""Trained heads: for each class of a question a weight for each bucket, in one byte, and nothing else to compute with.

The file: one line of JSON, then for each class of each head, in the line's order, `2 ** BITS` bytes; a byte of 128
weighs nothing. A class's score is the sum of its weights over a text's buckets, by the square root of their number. A
class with a step of 0 has no weights: it is what the only other class is measured by.
"""

import json
from collections.abc import Mapping, Sequence
from math import exp, sqrt
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from desk.reader.grams import BITS

_ZERO = 128
_NO_VOTES: Mapping[str, float] = MappingProxyType({})
FORM = 1
"""The file's form; another is not read."""


class ClassWeights(NamedTuple):
    """One class: its weights by bucket, what a step of a weight is worth, and what it has before any bucket."""

    name: str
    weights: bytes
    step: float
    bias: float


class Head(NamedTuple):
    """One question. `sharpness` turns scores into probabilities as they were seen on texts left out of training."""

    classes: tuple[ClassWeights, ...]
    sharpness: float

    def probabilities(self, found: Sequence[int], votes: Mapping[str, float] = _NO_VOTES) -> dict[str, float]:
        """How probable each class is for a text with these buckets; they add up to one.

        `votes` is what speaks for a class besides.
        """
        scores = [
            self.sharpness * each + votes.get(one.name, 0.0)
            for one, each in zip(self.classes, scores_of(self.classes, found), strict=True)
        ]
        most = max(scores)
        shares = [exp(value - most) for value in scores]
        whole = sum(shares)
        return {each.name: share / whole for each, share in zip(self.classes, shares, strict=True)}

    def names(self) -> tuple[str, ...]:
        """Its classes."""
        return tuple(each.name for each in self.classes)

    def weights_of(self, name: str) -> ClassWeights:
        """The class of this name."""
        return next(each for each in self.classes if each.name == name)


class Heads(NamedTuple):
    """A model file: its heads by name, and the limits that were found with them."""

    heads: Mapping[str, Head]
    limits: Mapping[str, float]


def score(each: ClassWeights, found: Sequence[int]) -> float:
    """What speaks for a class, where 0 is undecided."""
    return scores_of((each,), found)[0]


def scores_of(classes: Sequence[ClassWeights], found: Sequence[int]) -> list[float]:
    """What speaks for each of these classes."""
    if not found:
        return [each.bias for each in classes]
    pick = itemgetter(*found) if len(found) > 1 else lambda weights: (weights[found[0]],)
    nothing, root = _ZERO * len(found), sqrt(len(found))
    return [
        float(each.bias + each.step * (sum(pick(each.weights)) - nothing) / root) if each.weights else each.bias
        for each in classes
    ]


def load_heads(path: Path) -> Heads:
    """The heads in this file; raises ValueError for one of another form, or that is not whole."""
    line, _, weights = path.read_bytes().partition(b"\n")
    try:
        stated = json.loads(line)
        is_ours = stated["form"] == FORM and stated["bits"] == BITS
        read = Heads(_heads(stated["heads"], weights), stated["limits"]) if is_ours else None
    except (ValueError, LookupError, TypeError) as exc:
        raise ValueError(f"{path.name} is not whole; train it again") from exc
    if read is None:
        raise ValueError(f"{path.name} was trained for another version; train it again")
    return read


def _heads(stated: Mapping[str, Any], weights: bytes) -> dict[str, Head]:
    size = 1 << BITS
    if len(weights) != size * sum(each["step"] > 0 for head in stated.values() for each in head["classes"]):
        raise ValueError("weights are missing, or there are more than classes")
    rows = (weights[at : at + size] for at in range(0, len(weights), size))
    return {
        name: Head(
            tuple(
                ClassWeights(each["name"], next(rows) if each["step"] else b"", each["step"], each["bias"])
                for each in head["classes"]
            ),
            head["sharpness"],
        )
        for name, head in stated.items()
    }
