"""Linear heads, one against the rest, fitted on the buckets that the reader sees.

A bucket's value is its rarity in the training texts (inverse document frequency) by the square root of the number of a
text's buckets; the rarity is multiplied into the weights afterwards, so that the reader needs weights alone. Source of
the method: Joachims 1998, "Text categorization with support vector machines"; Fan et al. 2008, LIBLINEAR; for the
counts: Rennie et al. 2003, "Tackling the poor assumptions of naive Bayes text classifiers".
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, diags
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from desk.reader.grams import BITS, buckets

type Numbers = NDArray[np.float64]
"""Scores and probabilities have a row for each text, weights for each class."""

_SCALE = 6.0
"""Brings the rarest buckets to about one, where the penalty below was chosen."""
_PENALTY = 1.0
_SEEN = 2
"""Texts that a bucket must be seen in: what stands in one text alone teaches only that text."""
_COUNTED = 0.5
"""What counts weigh beside margins."""
_SMOOTHED = 0.1
"""Added to each count, so that what a class never had does not rule it out."""
_SEED = 20261125
_MOST = 20_000
"""Rounds of the solver, far more than it takes."""


class Fitted(NamedTuple):
    """One head in full precision: a row of weights for each class, and its bias."""

    classes: tuple[str, ...]
    weights: Numbers
    biases: Numbers

    def scores(self, matrix: csr_matrix) -> Numbers:
        """A row for each text of `matrix_of`, a column for each class."""
        return np.asarray(matrix @ self.weights.T + self.biases)


def matrix_of(texts: Sequence[str], view: Callable[[str], Sequence[int]] = buckets) -> csr_matrix:
    """A row for each text: in each of its buckets, as the `view` finds them, one by the square root of their number."""
    columns, ends, values = list[int](), [0], list[float]()
    for text in texts:
        found = sorted(view(text))
        columns += found
        ends.append(len(columns))
        values += [1 / max(1, len(found)) ** 0.5] * len(found)
    return csr_matrix((values, columns, ends), shape=(len(texts), 1 << BITS))


type Fit = Callable[[csr_matrix, Sequence[str]], Fitted]


def fit(matrix: csr_matrix, labels: Sequence[str]) -> Fitted:
    """The head that tells these labels apart; the same every time."""
    rarity = rarity_of(matrix)
    model = LinearSVC(C=_PENALTY, class_weight="balanced", random_state=_SEED, max_iter=_MOST)
    model.fit(matrix @ diags(rarity), labels)
    classes = tuple(str(each) for each in model.classes_)
    weights, biases = model.coef_ * rarity, model.intercept_
    if len(classes) == 2:  # noqa: PLR2004 - the solver keeps one row for two classes; the first is the measure
        weights, biases = np.vstack([0 * weights, 2 * weights]), np.concatenate([0 * biases, 2 * biases])
    return Fitted(classes, weights, biases)


def fit_with_counts(matrix: csr_matrix, labels: Sequence[str]) -> Fitted:
    """The same, with what simple counts say of each bucket added: better where classes are many and their texts few."""
    margins = fit(matrix, labels)
    rarity = rarity_of(matrix)
    counts = ComplementNB(alpha=_SMOOTHED).fit(matrix @ diags(rarity), labels).feature_log_prob_ * rarity
    counts -= counts.mean(axis=0)
    share = _COUNTED * (matrix @ margins.weights.T).std() / (matrix @ counts.T).std()
    return margins._replace(weights=margins.weights + share * counts)


def rarity_of(matrix: csr_matrix) -> Numbers:
    """How rare each bucket is in these texts; 0 for one that stands in a single text."""
    seen = np.asarray((matrix > 0).sum(axis=0)).ravel()
    rarity = (np.log((matrix.shape[0] + 1) / (seen + 1)) + 1) / _SCALE
    rarity[seen < _SEEN] = 0
    return np.asarray(rarity)


def sharpness_of(scores: Numbers, labels: Sequence[int]) -> float:
    """By what to multiply scores of texts left out of training so that their softmax is as probable as it says."""

    def surprise(sharpness: float) -> float:
        scaled = scores * sharpness
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-logs[np.arange(len(labels)), labels].mean())

    return float(minimize_scalar(surprise, bounds=(0.1, 20.0), method="bounded").x)
