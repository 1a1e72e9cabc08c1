"""The trained heads of this desk, loaded once, and what they say of a text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from desk.reader.grams import buckets
from desk.reader.heads import Heads, load_heads, score
from desk.reading import ANSWERED, NOBODYS, OPERATOR, Kind
from desk.text import unaddressed

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
