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
    if len(classes) == 2:  # noqa: PLR2004 - the solver keeps one row for two classes; the first is the measure
        weights, biases = np.vstack([0 * weights, 2 * weights]), np.concatenate([0 * biases, 2 * biases])
    return Fitted(classes, weights, biases)


def fit_counts(matrix: csr_matrix, labels: Sequence[str], rarity: Numbers, like: Fitted) -> Fitted:
    """What simple counts say of each bucket, scaled so that scores spread as those of `like` do."""
    weights = ComplementNB(alpha=_SMOOTHED).fit(matrix @ diags(rarity), labels).feature_log_prob_ * rarity
    weights -= weights.mean(axis=0)
    scale = (matrix @ like.weights.T).std() / (matrix @ weights.T).std()
    return Fitted(like.classes, scale * weights, np.zeros(len(like.classes)))


def sharpness_of(scores: Numbers, labels: Sequence[int]) -> float:
    """By what to multiply scores of texts left out of training so that their softmax is as probable as it says."""

    def surprise(sharpness: float) -> float:
        scaled = scores * sharpness
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-logs[np.arange(len(labels)), labels].mean())

    return float(minimize_scalar(surprise, bounds=(0.1, 20.0), method="bounded").x)
