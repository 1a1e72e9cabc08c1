"""The head that belongs to the brand: whose matter a text is."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from desk.brand import Brand
from desk.reading import OPERATOR
from training.corpus import CorpusError, Labelled
from training.fit import Fitted, Numbers, fit_with_counts, matrix_of
from training.folds import folds_of
from training.head import Head, train_head
from training.write import write_heads

_FEWEST = 8
"""Examples of a department below which nothing can be learned of it."""
_FEW = 2_000
"""Below so many texts each is shown twice, since `fit` passes over what stands in one text alone: where texts are few,
most of what tells departments apart does."""
_RIGHT = 0.92
"""So many of those that are sent without a person's look must go to the right department, on texts left out."""
_LEAST_SURE, _MOST_SURE = 0.2, 0.95
_EXAMPLES, _WORDS = "desk.yaml", "desk.yaml words"
"""Whose the lines of desk.yaml are."""


class Trained(NamedTuple):
    """The head, and how it did on texts left out: what was true and what it said, by text."""

    head: Head
    sure: float
    truth: tuple[str, ...]
    said: tuple[str, ...]
    confidence: tuple[float, ...]


def examples_of(brand: Brand) -> list[Labelled]:
    """What desk.yaml teaches: each department's examples, and each of its words as one more text."""
    found = []
    for key, department in brand.departments.items():
        found += [Labelled(text, _EXAMPLES, department=key) for text in department.examples]
        found += [Labelled(word, _WORDS, department=key) for word in department.words]
    return found


def train_department(brand: Brand, more: Sequence[Labelled] = ()) -> Trained:
    """Fit the head on desk.yaml and on the brand's own texts. Raises CorpusError for too few examples."""
    _check(brand)
    texts = [*examples_of(brand), *(each for each in more if each.department in brand.departments)]
    labels = [str(each.department) for each in texts]
    judged = [place for place, each in enumerate(texts) if each.writer != _WORDS]
    folds = folds_of([each.writer for each in texts], cut={_EXAMPLES, _WORDS})
    head, shares = train_head(matrix_of([each.text for each in texts]), labels, folds, fit=_fit, judged=judged)
    truth = tuple(labels[place] for place in judged)
    said = tuple(head.fitted.classes[place] for place in shares.argmax(axis=1))
    sureness = shares.max(axis=1)
    sure = _limit(sureness, np.asarray(said) == np.asarray(truth))
    return Trained(head, sure, truth, said, tuple(float(each) for each in sureness))


def write_department(trained: Trained, path: Path) -> None:
    """Write it where the reader finds it."""
    write_heads(path, {"department": trained.head}, {"sure": trained.sure})


def _fit(matrix: csr_matrix, labels: Sequence[str]) -> Fitted:
    if matrix.shape[0] < _FEW:
        return fit_with_counts(vstack([matrix, matrix]).tocsr(), [*labels, *labels])
    return fit_with_counts(matrix, labels)


def _check(brand: Brand) -> None:
    known = {key: len(each.examples) for key, each in brand.departments.items() if key != OPERATOR}
    if len(known) <= 1:
        raise CorpusError(
            "desk.yaml needs at least two departments besides the operator, else there is nothing to learn"
        )
    few = {key: count for key, count in known.items() if count < _FEWEST}
    if few:
        told = ", ".join(f"{key} has {count}" for key, count in few.items())
        raise CorpusError(f"desk.yaml needs at least {_FEWEST} examples a department: {told}")


def _limit(sureness: Numbers, right: NDArray[np.bool_]) -> float:
    """The lowest confidence above which so many are right."""
    for limit in np.arange(_LEAST_SURE, _MOST_SURE, 0.01):
        above = sureness >= limit
        if above.any() and right[above].mean() >= _RIGHT:
            return float(limit)
    return _MOST_SURE
