"""The trained heads: linear classifiers over a text's buckets, one head per question (kind, department, danger, ...).

A file of heads is one line of JSON, then `2 ** BITS` bytes for each class of each head, in the order of the JSON. Each
byte is the weight of a bucket, where 128 is zero. A class's score is the sum of its weights over a text's buckets,
divided by the square root of their number. A class with a step of 0 has no weights: it is the baseline of the only
other class.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from math import exp, log, sqrt
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from desk.reader.features import BITS
from desk.reading import ANSWERED, OPERATOR, UNROUTED_KINDS, Kind, Safety

ZERO = 128
"""The byte of a weight of zero."""
_NO_VOTES: Mapping[str, float] = MappingProxyType({})
FORM = 1
"""The version of the file format; files of another version are refused."""


class ClassWeights(NamedTuple):
    """One class: its weights by bucket, the value of one step of a weight, and its score without any bucket."""

    name: str
    weights: bytes
    step: float
    bias: float


class Head(NamedTuple):
    """One question. `sharpness` turns scores into probabilities that are calibrated on texts left out of training."""

    classes: tuple[ClassWeights, ...]
    sharpness: float

    def probabilities(self, found: Sequence[int], votes: Mapping[str, float] = _NO_VOTES) -> dict[str, float]:
        """The probability of each class for a text with these buckets. `votes` are added to the classes' scores."""
        scores = [
            self.sharpness * each + votes.get(one.name, 0.0)
            for one, each in zip(self.classes, scores_of(self.classes, found), strict=True)
        ]
        most = max(scores)
        shares = [exp(value - most) for value in scores]
        whole = sum(shares)
        return {each.name: share / whole for each, share in zip(self.classes, shares, strict=True)}

    def names(self) -> tuple[str, ...]:
        """The names of the classes."""
        return tuple(each.name for each in self.classes)

    def weights_of(self, name: str) -> ClassWeights:
        """The class with this name."""
        return next(each for each in self.classes if each.name == name)


class Heads(NamedTuple):
    """A file of heads: the heads by name, and the limits that were tuned with them."""

    heads: Mapping[str, Head]
    limits: Mapping[str, float]


def score(each: ClassWeights, found: Sequence[int]) -> float:
    """The score of a class, where 0 is undecided."""
    return scores_of((each,), found)[0]


def scores_of(classes: Sequence[ClassWeights], found: Sequence[int]) -> list[float]:
    """The score of each class."""
    if not found:
        return [each.bias for each in classes]
    pick = itemgetter(*found) if len(found) > 1 else lambda weights: (weights[found[0]],)
    nothing, root = ZERO * len(found), sqrt(len(found))
    return [
        float(each.bias + each.step * (sum(pick(each.weights)) - nothing) / root) if each.weights else each.bias
        for each in classes
    ]


def load_heads(path: Path) -> Heads:
    """Load the heads in this file. Raises ValueError where it is incomplete or of another version."""
    line, _, weights = path.read_bytes().partition(b"\n")
    try:
        stated = json.loads(line)
        is_ours = stated["form"] == FORM and stated["bits"] == BITS
        read = Heads(_heads(stated["heads"], weights), stated["limits"]) if is_ours else None
    except (ValueError, LookupError, TypeError) as exc:
        raise ValueError(f"{path.name} is incomplete; train it again") from exc
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
"""The heads that every brand shares, and those of the brand, which `dorothy train` writes."""

CALM, HIGH, DANGER, CHECK = "calm", "high", Safety.DANGER.value, Safety.CHECK.value
"""The classes of the heads for urgency (calm, high) and for safety (calm, danger; calm, check)."""
POSSIBLE = "possible danger"
"""The limit of the head for danger from which a text is to be checked."""
_OWN_WORDS = 0.85
"""The least probability at which a text with one of the brand's own words counts as chat or junk. Texts of a trade that
the training texts lack are read as chat with too much confidence, and the brand's own words name its trade."""


_LEAST = 1e-300
"""The least probability of which a logarithm is taken."""


class Guess(NamedTuple):
    """The likeliest class and its probability.

    `lead` is its distance, in log odds, from the likeliest class that it had to beat, its `rival`; below 0 a rule
    decided for it. `is_doubtful` says that it is feedback, but not clearly likelier than what somebody answers.
    """

    name: str
    confidence: float
    rival: str = ""
    lead: float = 0.0
    is_doubtful: bool = False


def _guess(shares: Mapping[str, float], name: str, confidence: float, together: Collection[str] = ()) -> Guess:
    """The guess for a class; those that count `together` with it are no rivals."""
    rival, most = "", 0.0
    for each, share in shares.items():
        if share > most and each != name and each not in together:
            rival, most = each, share
    return Guess(name, confidence, rival, log(max(shares[name], _LEAST) / most) if rival else 0.0)


class Trained:
    """Answers the reader's questions. `department` is None where the brand's head is not trained."""

    def __init__(self, general: Heads, department: Heads | None) -> None:
        self._general = general
        self._department = department

    @property
    def kind_head(self) -> Head:
        """The head that tells kinds apart."""
        return self._general.heads["kind"]

    def kind(self, found: Sequence[int], *, must_be_answered: bool) -> Guess:
        """The likeliest kind. Chat and junk, which no department gets, count together, also for the confidence.

        With `must_be_answered` the text is in danger or urgent by a rule, so that it is of a kind that somebody
        answers. Feedback, which needs no answer, is in doubt unless it is clearly likelier than a kind that does.
        """
        shares = self._general.heads["kind"].probabilities(found)
        best = max(ANSWERED, key=lambda kind: shares[kind])
        if must_be_answered:
            return _guess(shares, best, shares[best])
        nobody = sum(shares[kind] for kind in UNROUTED_KINDS)
        if nobody > max(shares[best], shares[Kind.FEEDBACK]):
            return _guess(shares, max(UNROUTED_KINDS, key=lambda kind: shares[kind]), nobody, UNROUTED_KINDS)
        if shares[Kind.FEEDBACK] >= shares[best]:
            is_doubtful = shares[Kind.FEEDBACK] < self._general.limits["feedback"] * shares[best]
            return _guess(shares, Kind.FEEDBACK, shares[Kind.FEEDBACK])._replace(is_doubtful=is_doubtful)
        return _guess(shares, best, shares[best])

    def is_unrouted(self, confidence: float, *, own_words: bool) -> bool:
        """Whether chat or junk is sure enough for no department to get it; the brand's own words raise the limit."""
        limit = self._general.limits["nobody"]
        return confidence >= (max(limit, _OWN_WORDS) if own_words else limit)

    def wants_support(self, found: Sequence[int]) -> bool:
        """Whether an inquiry is about the author's own account, line, order or device."""
        shares = self._general.heads["need"].probabilities(found)
        return shares["support"] >= shares["information"]

    def safety(self, seen: Sequence[int]) -> Safety | None:
        """How to handle the text because somebody may be at risk; `seen` are its `urgency_buckets`."""
        limits, danger = self._general.limits, self._general.heads[DANGER].probabilities(seen)[DANGER]
        if danger >= limits[DANGER]:
            return Safety.DANGER
        is_check = danger >= limits[POSSIBLE] or self._general.heads[CHECK].probabilities(seen)[CHECK] >= limits[CHECK]
        return Safety.CHECK if is_check else None

    def urgency(self, seen: Sequence[int]) -> float:
        """The probability that somebody must act at once; `seen` are the text's `urgency_buckets`."""
        return self._general.heads["urgency"].probabilities(seen)[HIGH]

    def is_urgent(self, urgency: float) -> bool:
        """Whether this probability is high enough for a deadline by the wall clock."""
        return urgency >= self._general.limits["urgent"]

    def is_alarming(self, urgency: float) -> bool:
        """Whether this probability is high enough to call somebody at night."""
        return urgency >= self._general.limits["alarm"]

    def department(self, found: Sequence[int], claims: Mapping[str, float]) -> Guess | None:
        """The likeliest department; None where the brand's head is not trained.

        `claims` are the strengths with which words and examples of desk.yaml claim the text for departments. They vote
        beside the head, which makes it surer where both agree and less sure where they don't.
        """
        if self._department is None:
            return None
        votes = {key: self.vote_of(strength) for key, strength in claims.items()}
        shares = self.department_head.probabilities(found, votes)
        best = max(shares, key=lambda key: shares[key])
        return _guess(shares, best, shares[best])

    @property
    def department_head(self) -> Head:
        """The brand's head that tells departments apart. Raises LookupError where it is not trained."""
        if self._department is None:
            raise LookupError("no head for departments")
        return self._department.heads["department"]

    def vote_of(self, strength: float) -> float:
        """What a claim of this strength adds to its department's score."""
        return self._department.limits.get("words", 0.0) * strength if self._department else 0.0

    def is_sure(self, confidence: float) -> bool:
        """Whether this is sure enough for the department to get the text without review by a person."""
        return self._department is not None and confidence >= self._department.limits["sure"]


def load_trained(departments: Mapping[str, object]) -> Trained:
    """Load the heads beside this module; the brand's only if it was trained for these very departments.

    The operator, who needs no training texts, doesn't count. Raises ValueError for files of another version.
    """
    department = load_heads(DEPARTMENT) if DEPARTMENT.exists() else None
    if department and {OPERATOR, *department.heads["department"].names()} != {OPERATOR, *departments}:
        department = None
    return Trained(load_heads(GENERAL), department)
