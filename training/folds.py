"""What a head says of texts that it was not trained on: each writer's by a head trained on all others'."""

from collections.abc import Callable, Collection, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from training.fit import Fit, Fitted, Numbers

FEWEST = 5
"""So many folds at least: a single source of texts is cut into as many."""
MOST = 8
"""So many at most: each is a training of its own."""
ALWAYS = -1
"""In the place of a fold: a text that every head is trained on and none is judged by."""


def folds_of(writers: Sequence[str], cut: Collection[str] = ()) -> list[int]:
    """In which fold each text is: by its writer, of whom some share one where they are many.

    In turn are cut the texts of writers in `cut`, and all where the others are so few that hardly anything else would
    teach.
    """
    others = sorted(set(writers) - set(cut))
    whole = {writer: place % MOST for place, writer in enumerate(others)} if len(others) >= FEWEST else {}
    return [whole.get(writer, place % FEWEST) for place, writer in enumerate(writers)]


def drawn_folds(labels: Sequence[str], seed: int) -> list[int]:
    """Folds drawn at random, with the texts of each label spread evenly over them."""
    drawn = np.random.default_rng(seed).permutation(len(labels))
    by_label = drawn[np.argsort(np.asarray(labels)[drawn], kind="stable")]
    folds = np.empty(len(labels), int)
    folds[by_label] = np.arange(len(labels)) % MOST
    return folds.tolist()


def left_out(
    matrix: csr_matrix, labels: Sequence[str], folds: Sequence[int], fit: Fit
) -> tuple[tuple[str, ...], Numbers]:
    """The classes, and for each text the scores by a head that has seen no text of its fold."""
    classes, (scores,) = parts_left_out(matrix, labels, folds, lambda rows, names: (fit(rows, names),))
    return classes, scores


def parts_left_out(
    matrix: csr_matrix,
    labels: Sequence[str],
    folds: Sequence[int],
    fit: Callable[[csr_matrix, Sequence[str]], tuple[Fitted, ...]],
) -> tuple[tuple[str, ...], list[Numbers]]:
    """The same for each of several heads that are fitted together. Texts of the fold ALWAYS get no scores (-1)."""
    classes = tuple(sorted(set(labels)))
    scores = list[Numbers]()
    known, place = np.asarray(labels), np.asarray(folds)
    for fold in sorted(set(folds) - {ALWAYS}):
        inside, outside = np.flatnonzero(place == fold), np.flatnonzero(place != fold)
        heads = fit(matrix[outside], list(known[outside]))
        scores = scores or [np.full((len(labels), len(classes)), -1.0) for _ in heads]
        for head, filled in zip(heads, scores, strict=True):
            columns = [classes.index(name) for name in head.classes]
            filled[np.ix_(inside, columns)] = head.scores(matrix[inside])
    return classes, scores


def probabilities(scores: Numbers, sharpness: float) -> Numbers:
    """Scores as the reader turns them into probabilities."""
    scaled = scores * sharpness
    shares = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
