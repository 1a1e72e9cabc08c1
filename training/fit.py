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

from desk.reader.features import BITS, buckets

type Numbers = NDArray[np.float64]
"""Scores and probabilities have a row for each text, weights for each class."""

_SCALE = 6.0
"""Brings the rarest buckets to about one, where the penalty below was chosen."""
_PENALTY = 1.0
_FEWEST = 2
"""Texts that a bucket must be seen in: a bucket of a single text teaches only that text."""
_SMOOTHED = 0.1
"""Added to each count, so that what a class never had does not rule it out."""
_SEED = 20261125
_COUNTS = 0.25
"""What counts weigh beside margins in heads of many texts; on texts left out by writer it gained 0.4 points."""
_TWO = 2
"""Of two classes the first has no weights: it is what the second is measured against."""
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


class Seen(NamedTuple):
    """In how many of how many texts each bucket was found."""

    by_bucket: Numbers
    texts: int


def seen_in(matrix: csr_matrix) -> Seen:
    """Count the texts of `matrix_of` by bucket."""
    return Seen(np.asarray((matrix > 0).sum(axis=0), dtype=float).ravel(), matrix.shape[0])


def rarity_of(matrix: csr_matrix, *, beside: Seen | None = None, fewest: int = _FEWEST) -> Numbers:
    """How rare each bucket is in these texts and in those `beside` them; 0 for one in fewer than `fewest` of these."""
    own = seen_in(matrix)
    seen, texts = (own.by_bucket + beside.by_bucket, own.texts + beside.texts) if beside else own
    rarity = (np.log((texts + 1) / (seen + 1)) + 1) / _SCALE
    rarity[own.by_bucket < fewest] = 0
    return np.asarray(rarity)


def fit(matrix: csr_matrix, labels: Sequence[str], rarity: Numbers | None = None) -> Fitted:
    """The head that separates these labels; the result is deterministic."""
    rarity = rarity_of(matrix) if rarity is None else rarity
    model = LinearSVC(C=_PENALTY, class_weight="balanced", random_state=_SEED, max_iter=_MOST)
    model.fit(matrix @ diags(rarity), labels)
    classes = tuple(str(each) for each in model.classes_)
    weights, biases = model.coef_ * rarity, model.intercept_
    if len(classes) == _TWO:
        weights, biases = np.vstack([0 * weights, 2 * weights]), np.concatenate([0 * biases, 2 * biases])
    return Fitted(classes, weights, biases)


def fit_counts(matrix: csr_matrix, labels: Sequence[str], rarity: Numbers, like: Fitted) -> Fitted:
    """What simple counts say of each bucket of the texts, scaled so that scores spread as those of `like` do."""
    found = np.unique(matrix.indices)
    rows, weights = matrix[:, found], np.zeros_like(like.weights)
    model = ComplementNB(alpha=_SMOOTHED).fit(rows @ diags(rarity[found]), labels)
    counts = model.feature_log_prob_ * rarity[found]
    counts -= counts[0] if len(counts) == _TWO else counts.mean(axis=0)
    weights[:, found] = counts * (rows @ like.weights[:, found].T).std() / (rows @ counts.T).std()
    return Fitted(like.classes, weights, np.zeros(len(like.classes)))


def together(margins: Fitted, counts: Fitted, weight: float = _COUNTS) -> Fitted:
    """One head of both, in which counts weigh so much."""
    return margins._replace(weights=margins.weights + weight * counts.weights)


def fit_together(matrix: csr_matrix, labels: Sequence[str]) -> Fitted:
    """The head of margins and counts that separates these labels."""
    margins, rarity = fit(matrix, labels), rarity_of(matrix)
    return together(margins, fit_counts(matrix, labels, rarity, like=margins))


def sharpness_of(scores: Numbers, labels: Sequence[int]) -> float:
    """By what to multiply scores of texts left out of training so that their softmax is as probable as it says."""

    def surprise(sharpness: float) -> float:
        scaled = scores * sharpness
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-logs[np.arange(len(labels)), labels].mean())

    return float(minimize_scalar(surprise, bounds=(0.1, 20.0), method="bounded").x)
