"""The head that belongs to the brand: whose matter a text is."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from desk.brand import Brand
from desk.reader.signs import WordIndex, normalized
from desk.reader.words_reader import Departments, clear_department, readable_part
from desk.reading import OPERATOR
from training.corpus import FEWEST_EXAMPLES, CorpusError, Labelled, load_part
from training.fit import Fitted, Numbers, Seen, fit_counts, matrix_of, rarity_of, seen_in, together
from training.folds import ALWAYS, FEWEST, drawn_folds, folds_of, parts_left_out
from training.head import Head
from training.transfer import NO_TRANSFER, fit_with_transfer, load_transfer
from training.weigh import Weights, confidence, weigh
from training.write import write_heads

_FEW = 2_000
"""Below so many texts a bucket teaches though only one text has it, and texts are left out four times over."""
_MANY = 10_000
"""From so many texts on they need no knowledge of others' texts: with 7,200 it gained 1.4 points, with 14,400 0.3."""
_ROUNDS = 4
_RIGHT_OF_OTHERS, _RIGHT_OF_OWN = 0.91, 0.96
"""So many of those that are sent without a person's review should go to the right department, on texts left out.

Customers write differently from the authors of the examples. Where a writer's texts are left out as a whole that is
measured; where not, the second figure leaves a margin for it."""
_LIMITS = tuple(step / 100 for step in range(20, 96))
_EXAMPLES, _WORDS = "desk.yaml", "desk.yaml words"
"""Whose the lines of desk.yaml are."""
_BACKGROUND = 8
"""One in so many texts of the corpus is enough to estimate how rare a bucket is in general."""


class Trained(NamedTuple):
    """The head, and how it did on texts left out: what was true, and what words and head said, by text.

    `words` is what a claim by desk.yaml's words weighs beside the head; `more` is how many texts were not desk.yaml's.
    """

    head: Head
    words: float
    sure: float
    truth: tuple[str, ...]
    said: tuple[str, ...]
    confidence: tuple[float, ...]
    by_words: tuple[str, ...]
    more: int

    def routed(self) -> tuple[str, ...]:
        """Where the texts left out would go: to the operator what is not sure enough."""
        judged = zip(self.said, self.confidence, strict=True)
        return tuple(said if confidence >= self.sure else OPERATOR for said, confidence in judged)

    def is_better(self) -> bool:
        """Whether at least as many texts reach their department as by words alone."""
        return _share_right(self.truth, self.routed()) >= _share_right(self.truth, self.by_words)


class LeftOut(NamedTuple):
    """For each text as often as rounds left it out: its place, the shares of the classes, the department by words."""

    classes: tuple[str, ...]
    places: tuple[int, ...]
    weights: Weights
    shares: Numbers
    by_words: tuple[str, ...]


def examples_of(brand: Brand) -> list[Labelled]:
    """What desk.yaml teaches: each department's examples, and each of its words as one more text."""
    found = []
    for key, department in brand.departments.items():
        found += [Labelled(text, _EXAMPLES, department=key) for text in department.examples]
        found += [Labelled(word, _WORDS, department=key) for word in department.words]
    return found


def contradictions(brand: Brand, more: Sequence[Labelled]) -> dict[str, list[str]]:
    """The brand's own texts that stand under more than one department, in desk.yaml or there, and which these are."""
    departments = defaultdict[str, set[str]](set)
    for each in (*examples_of(brand), *more):
        if each.department in brand.departments:
            departments[each.text].add(str(each.department))
    return {each.text: sorted(departments[each.text]) for each in more if len(departments[each.text]) > 1}


def train_department(brand: Brand, more: Sequence[Labelled] = ()) -> Trained:
    """Fit the head on desk.yaml and on the brand's own texts, of which contradictions teach nothing.

    Raises CorpusError for too few examples, and TransferError where the transfer map can't be used.
    """
    texts = texts_of(brand, more)
    labels = [str(each.department) for each in texts]
    matrix = matrix_of([each.text for each in texts])
    judged = judged_places(texts)
    rounds = _rounds(texts, judged)
    found = left_out(brand, texts, matrix, rounds)
    shares = found.shares.reshape(len(rounds), len(judged), -1).mean(axis=0)
    said, sureness = shares.argmax(axis=1), shares.max(axis=1)
    truth, by_words = tuple(labels[place] for place in judged), tuple(found.by_words[: len(judged)])
    sure = _limit(
        sureness,
        np.asarray(found.classes)[said] == np.asarray(truth),
        sought=_RIGHT_OF_OWN if len(rounds) > 1 else _RIGHT_OF_OTHERS,
        by_words=_share_right(truth, by_words),
        counted=np.asarray(truth) != OPERATOR,
    )
    fitted = _fit(matrix, labels)
    return Trained(
        Head(together(*fitted, found.weights.counts), found.weights.sharpness),
        found.weights.words,
        sure,
        truth,
        tuple(found.classes[place] for place in said),
        tuple(float(each) for each in sureness),
        by_words,
        sum(each.writer not in (_EXAMPLES, _WORDS) for each in texts),
    )


def texts_of(brand: Brand, more: Sequence[Labelled]) -> list[Labelled]:
    """What the head is trained on. Raises CorpusError for too few examples."""
    unclear = contradictions(brand, more)
    own = [each for each in more if each.department in brand.departments and each.text not in unclear]
    texts = [*examples_of(brand), *own]
    _check(brand, texts)
    return texts


def judged_places(texts: Sequence[Labelled]) -> list[int]:
    """Where the texts are that can be left out: all but desk.yaml's words, which are always taught."""
    return [place for place, each in enumerate(texts) if each.writer != _WORDS]


def left_out(brand: Brand, texts: Sequence[Labelled], matrix: csr_matrix, rounds: Sequence[Sequence[int]]) -> LeftOut:
    """What heads say of the texts that each round's folds leave out in turn, weighed so that they are likeliest."""
    labels = [str(each.department) for each in texts]
    classes = tuple(sorted(set(labels)))
    parts = [_left_out(brand, texts, matrix, folds) for folds in rounds]
    margins, counts, claims = (np.vstack([part[at] for part in parts]) for at in range(3))
    places = tuple(place for folds in rounds for place, fold in enumerate(folds) if fold != ALWAYS)
    true = [classes.index(labels[place]) for place in places]
    weights = weigh(margins, counts, claims, true, len(set(places)))
    by_words = tuple(name for part in parts for name in part[3])
    return LeftOut(classes, places, weights, confidence(margins, counts, claims, weights), by_words)


def write_department(trained: Trained, path: Path) -> None:
    """Write it where the reader finds it."""
    limits = {"sure": trained.sure, "words": trained.words}
    write_heads(path, {"department": trained.head}, limits, more=trained.more)


def _fit(matrix: csr_matrix, labels: Sequence[str]) -> tuple[Fitted, Fitted]:
    """Margins and counts of these texts. Raises TransferError where the transfer map can't be used."""
    texts = matrix.shape[0]
    rarity = rarity_of(matrix, beside=_background(), fewest=1 if texts < _FEW else 2)
    margins = fit_with_transfer(matrix, labels, rarity, load_transfer() if texts < _MANY else NO_TRANSFER)
    return margins, fit_counts(matrix, labels, rarity, like=margins)


@cache
def _background() -> Seen:
    """How many texts of the corpus each bucket is found in."""
    return seen_in(matrix_of([each.text for each in load_part("train")[::_BACKGROUND]]))


def _rounds(texts: Sequence[Labelled], judged: Sequence[int]) -> list[list[int]]:
    """Which folds to leave out in turn, once by writers where there are enough, else drawn; words are always taught."""
    writers = [each.writer for each in texts]
    if len(set(writers) - {_EXAMPLES, _WORDS}) >= FEWEST:
        folds = folds_of(writers, cut={_EXAMPLES, _WORDS})
        return [[ALWAYS if writer == _WORDS else fold for writer, fold in zip(writers, folds, strict=True)]]
    labels = [str(texts[place].department) for place in judged]
    rounds = []
    for seed in range(_ROUNDS if len(texts) < _FEW else 1):
        folds = [ALWAYS] * len(texts)
        for place, fold in zip(judged, drawn_folds(labels, seed), strict=True):
            folds[place] = fold
        rounds.append(folds)
    return rounds


def _left_out(
    brand: Brand, texts: Sequence[Labelled], matrix: csr_matrix, folds: Sequence[int]
) -> tuple[Numbers, Numbers, Numbers, list[str]]:
    """For each judged text what margins, counts and words say that did not know it, and the department by words."""
    labels = [str(each.department) for each in texts]
    classes, (margins, counts) = parts_left_out(matrix, labels, folds, _fit)
    claims, by_words = np.zeros_like(margins), [OPERATOR] * len(texts)
    judged = [place for place, fold in enumerate(folds) if fold != ALWAYS]
    for fold in sorted({folds[place] for place in judged}):
        held = [place for place in judged if folds[place] == fold]
        known = Departments(_without(brand, [texts[place] for place in held]))
        index = WordIndex(known.words)
        for place in held:
            said = normalized(readable_part(texts[place].text))
            made = known.claims(said, index.found_in(said))
            by_words[place] = clear_department(made)
            for claim in made:
                if claim.department in classes:
                    claims[place, classes.index(claim.department)] = claim.strength
    return margins[judged], counts[judged], claims[judged], [by_words[place] for place in judged]


def _without(brand: Brand, texts: Sequence[Labelled]) -> Brand:
    """The brand as if its examples did not have these texts."""
    held = {(each.department, each.text) for each in texts if each.writer == _EXAMPLES}
    departments = {
        key: each._replace(examples=tuple(text for text in each.examples if (key, text) not in held))
        for key, each in brand.departments.items()
    }
    return brand._replace(departments=departments)


def _check(brand: Brand, texts: Sequence[Labelled]) -> None:
    known = {key: 0 for key in brand.departments if key != OPERATOR}
    for each in texts:
        if each.writer != _WORDS and each.department in known:
            known[each.department] += 1
    if len(known) <= 1:
        raise CorpusError(
            "desk.yaml needs at least two departments besides the operator, else there is nothing to learn"
        )
    few = {key: count for key, count in known.items() if count < FEWEST_EXAMPLES}
    if few:
        counts = ", ".join(f"{key} has {count}" for key, count in few.items())
        raise CorpusError(f"desk.yaml needs at least {FEWEST_EXAMPLES} examples a department: {counts}")


def _limit(
    sureness: Numbers, right: NDArray[np.bool_], *, sought: float, by_words: float, counted: NDArray[np.bool_]
) -> float:
    """The lowest confidence above which readings are right as often as `sought`, if confidence is to be believed.

    It is lower where otherwise fewer of the `counted` texts would reach their department than `by_words`.
    """

    def trusted(limit: float) -> bool:
        above = sureness[sureness >= limit]
        return bool(len(above)) and bool(above.mean() >= sought)

    def reaches(limit: float) -> bool:
        return bool((right & (sureness >= limit))[counted].mean() >= by_words)

    wanted = next((limit for limit in _LIMITS if trusted(limit)), _LIMITS[-1])
    return max((limit for limit in _LIMITS if limit <= wanted and reaches(limit)), default=wanted)


def _share_right(truth: Sequence[str], said: Sequence[str]) -> float:
    """How many of the departments' texts reach it; the operator's own do not count."""
    judged = [(t, s) for t, s in zip(truth, said, strict=True) if t != OPERATOR]
    return sum(t == s for t, s in judged) / max(1, len(judged))
