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

from desk.reader.features import BITS, buckets
from desk.reading import ANSWERED, NOBODYS, OPERATOR, Kind
from desk.text import unaddressed

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


_FOLDER = Path(__file__).parent
GENERAL, DEPARTMENT = _FOLDER / "general.heads", _FOLDER / "department.heads"
"""What every brand shares, and what belongs to the brand: `dorothy train` writes the second."""

CALM, HIGH, DANGER = "calm", "high", "danger"
"""The classes of the heads for urgency (calm, high) and danger (calm, danger)."""
_OWN_WORDS = 0.85
"""How probable it must be at least that a text is nobody's when it bears one of the brand's own words. A text of
another trade than the training texts' is read as chat with more confidence than it deserves, and what the brand deals
with is what its own words name."""
_WORD = range(2, 16)
"""Characters of a word that can be told as a reason; where no blanks are written a whole post is one word."""
_MARKS = "\"'.,!?~…·:;()[]{}<>「」『』（）。、！？“”‘’#"


class Guess(NamedTuple):
    """The likeliest class, and how probable it is."""

    name: str
    confidence: float


class Trained:
    """The heads. `department` is None where the brand's is not trained: then words alone tell departments apart."""

    def __init__(self, general: Heads, department: Heads | None) -> None:
        self._general = general
        self._department = department

    def kind(self, found: Sequence[int], *, heard: bool) -> Guess:
        """What the author does, most likely. Nobody's kinds (chat, junk) count together, and so does their confidence.

        What is `heard` is in danger or urgent by a rule, so that its kind is one that somebody answers. Nobody answers
        feedback either, so that it must be clearly likelier than a kind that somebody answers.
        """
        shares = self._general.heads["kind"].probabilities(found)
        best = max(ANSWERED, key=lambda kind: shares[kind])
        if heard:
            return Guess(best, shares[best])
        nobody = sum(shares[kind] for kind in NOBODYS)
        if nobody > max(shares[best], shares[Kind.FEEDBACK]):
            return Guess(max(NOBODYS, key=lambda kind: shares[kind]), nobody)
        if shares[Kind.FEEDBACK] >= self._general.limits["feedback"] * shares[best]:
            return Guess(Kind.FEEDBACK, shares[Kind.FEEDBACK])
        return Guess(best, shares[best])

    def is_nobodys(self, confidence: float, *, own_words: bool) -> bool:
        """Whether chat or junk is sure enough that nobody has to look, given whether it bears the brand's own words."""
        limit = self._general.limits["nobody"]
        return confidence >= (max(limit, _OWN_WORDS) if own_words else limit)

    def wants_support(self, found: Sequence[int]) -> bool:
        """Whether an inquiry needs a look at the author's own account, line, order or device."""
        shares = self._general.heads["need"].probabilities(found)
        return shares["support"] >= shares["information"]

    def is_danger(self, seen: Sequence[int]) -> bool:
        """Whether somebody may be in danger; `seen` are the text's `urgency_buckets`."""
        return self._general.heads["danger"].probabilities(seen)[DANGER] >= self._general.limits["danger"]

    def urgency(self, seen: Sequence[int]) -> float:
        """How likely it is that somebody must act at once; `seen` are the text's `urgency_buckets`."""
        return self._general.heads["urgency"].probabilities(seen)[HIGH]

    def is_urgent(self, urgency: float) -> bool:
        """Whether that is likely enough for an answer by the wall clock."""
        return urgency >= self._general.limits["urgent"]

    def is_alarming(self, urgency: float) -> bool:
        """Whether that is likely enough to wake somebody."""
        return urgency >= self._general.limits["alarm"]

    def department(self, found: Sequence[int], claims: Mapping[str, float]) -> Guess | None:
        """Whose matter it is; None where nobody trained the brand's head.

        `claims` says how strongly words and examples of desk.yaml speak for a department. They vote: where they agree
        with the head it is surer than by itself, where they don't it is less sure.
        """
        if self._department is None:
            return None
        weight = self._department.limits.get("words", 0.0)
        votes = {key: weight * strength for key, strength in claims.items()}
        shares = self._department.heads["department"].probabilities(found, votes)
        best = max(shares, key=lambda key: shares[key])
        return Guess(best, shares[best])

    def is_sure(self, confidence: float) -> bool:
        """Whether a department is sure enough to be told without a person's look."""
        return self._department is not None and confidence >= self._department.limits["sure"]

    def telling_word(self, text: str, department: str) -> str:
        """The word of the text, as written, that speaks most for this department; "" when none does."""
        if self._department is None:
            return ""
        weights = self._department.heads["department"].weights_of(department)
        words = dict.fromkeys(word.strip(_MARKS) for word in unaddressed(text).split())
        weighed = {word: score(weights, buckets(word)) - weights.bias for word in words if len(word) in _WORD}
        best = max(weighed, key=lambda word: weighed[word], default="")
        return best if best and weighed[best] > 0 else ""


def load_trained(departments: Mapping[str, object]) -> Trained:
    """The heads beside this module; the department's only if it was trained for just these departments.

    Nobody has to teach what goes to the operator.

    Raises ValueError for files of another version.
    """
    department = load_heads(DEPARTMENT) if DEPARTMENT.exists() else None
    if department and {OPERATOR, *department.heads["department"].names()} != {OPERATOR, *departments}:
        department = None
    return Trained(load_heads(GENERAL), department)
