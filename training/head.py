"""One head as it is shipped: fitted on all texts, and as sharp as it is right on those left out of training."""

from collections.abc import Sequence
from typing import NamedTuple

from scipy.sparse import csr_matrix

from training.fit import Fit, Fitted, Numbers, sharpness_of
from training.folds import left_out, probabilities


class Head(NamedTuple):
    """The weights, and by what to multiply their scores for probabilities."""

    fitted: Fitted
    sharpness: float


def train_head(
    matrix: csr_matrix, labels: Sequence[str], folds: Sequence[int], *, fit: Fit, judged: Sequence[int] | None = None
) -> tuple[Head, Numbers]:
    """The head, and the probabilities of the classes for each `judged` text (default: all) when it is left out."""
    classes, scores = left_out(matrix, labels, folds, fit)
    places = range(len(labels)) if judged is None else judged
    judged_scores = scores[list(places)]
    sharpness = sharpness_of(judged_scores, [classes.index(labels[place]) for place in places])
    return Head(fit(matrix, labels), sharpness), probabilities(judged_scores, sharpness)
