"""What a head says of texts that it was not trained on: each writer's by a head trained on all others'."""

from collections.abc import Collection, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from training.fit import Fit, Numbers

FEWEST = 5
"""So many folds at least: a single source of texts is cut into as many."""
MOST = 8
"""So many at most: each is a training of its own."""


def folds_of(writers: Sequence[str], cut: Collection[str] = ()) -> list[int]:
    """In which fold each text is: by its writer, of whom some share one where they are many.

    In turn are cut the texts of writers in `cut`, and all where the others are so few that hardly anything else would
    teach.
    """
    others = sorted(set(writers) - set(cut))
    whole = {writer: place % MOST for place, writer in enumerate(others)} if len(others) >= FEWEST else {}
    return [whole.get(writer, place % FEWEST) for place, writer in enumerate(writers)]


def left_out(
    matrix: csr_matrix, labels: Sequence[str], folds: Sequence[int], fit: Fit
) -> tuple[tuple[str, ...], Numbers]:
    """The classes, and for each text the scores by a head that has seen no text of its fold."""
    classes = tuple(sorted(set(labels)))
    scores = np.full((len(labels), len(classes)), -1.0)
    known, place = np.asarray(labels), np.asarray(folds)
    for fold in sorted(set(folds)):
        inside, outside = np.flatnonzero(place == fold), np.flatnonzero(place != fold)
        head = fit(matrix[outside], list(known[outside]))
        columns = [classes.index(name) for name in head.classes]
        scores[np.ix_(inside, columns)] = head.scores(matrix[inside])
    return classes, scores


def probabilities(scores: Numbers, sharpness: float) -> Numbers:
    """Scores as the reader turns them into probabilities."""
    scaled = scores * sharpness
    shares = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
