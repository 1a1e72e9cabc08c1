"""The heads for urgency and danger: logistic regression on letters and topics, with limits from a set of their own.

The head for urgency learns from texts that ask for an answer, since only those can be urgent, and from the files about
danger. The head for danger learns from all texts but the urgent ones of other files, which may be of danger or not.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from desk.reader.features import buckets, urgency_buckets
from desk.reader.heads import CALM, DANGER, HIGH
from desk.reading import ANSWERED, Urgency
from training.corpus import Labelled
from training.fit import Fitted, Numbers, matrix_of, rarity_of
from training.folds import probabilities
from training.head import Head

DANGER_FILES = ("fortyone", "fortytwo", "fortythree", "fortyfour")
"""Writers whose urgent texts are all of danger; their other texts only seem urgent."""
_PENALTY = 10.0
_LOOKALIKE = 8.0
"""What a text that only looks like danger weighs beside another one."""
_SHARPNESS = 1.0
"""Logistic regression gives probabilities itself."""
_MOST = 1_000
_SEED = 20261128
_SHARES = {"danger": 0.02, "urgent": 0.03, "alarm": 0.01}
"""So many of the calibration set's texts that are not urgent may be above each limit."""


def train_urgency(
    texts: Sequence[Labelled], calibration: Sequence[Labelled]
) -> tuple[dict[str, Head], dict[str, float]]:
    """Fit both heads on `texts`; find the limits on `calibration`, which neither has seen."""
    matrix, seen = _matrix(texts), _matrix(calibration)
    high = np.array([each.urgency == Urgency.HIGH for each in texts])
    asks = np.array([each.kind in ANSWERED for each in texts])
    about_danger = np.array([each.writer in DANGER_FILES for each in texts])
    weights = np.where(about_danger & ~high, _LOOKALIKE, 1.0)
    heads = {
        "urgency": _fitted(matrix, high, weights, asks | about_danger, HIGH),
        "danger": _fitted(matrix, high, weights, about_danger | ~high, DANGER),
    }
    return heads, _limits(heads, seen, calibration)


def urgency_view(text: str) -> list[int]:
    """The buckets of a text that both heads see."""
    return urgency_buckets(text, buckets(text))


def _matrix(texts: Sequence[Labelled]) -> csr_matrix:
    return matrix_of([each.text for each in texts], urgency_view)


def _fitted(
    matrix: csr_matrix, high: NDArray[np.bool_], weights: Numbers, taught: NDArray[np.bool_], name: str
) -> Head:
    """The head that recognises `high` among the `taught` texts."""
    rows = matrix[taught]
    rarity = rarity_of(rows)
    model = LogisticRegression(
        C=_PENALTY, class_weight="balanced", solver="liblinear", random_state=_SEED, max_iter=_MOST
    )
    model.fit(rows @ diags(rarity), high[taught], weights[taught])
    rows_of_weights = np.vstack([np.zeros(matrix.shape[1]), model.coef_[0] * rarity])
    return Head(Fitted((CALM, name), rows_of_weights, np.array([0.0, model.intercept_[0]])), _SHARPNESS)


def _limits(heads: dict[str, Head], seen: csr_matrix, calibration: Sequence[Labelled]) -> dict[str, float]:
    """How likely danger and urgency must be; urgency is judged over texts that ask for an answer."""
    calm = np.array([each.urgency != Urgency.HIGH for each in calibration])
    asks = np.array([each.kind in ANSWERED for each in calibration])
    danger, urgency = (_likelihood(heads[name], seen) for name in ("danger", "urgency"))
    return {
        "danger": float(np.quantile(danger[calm], 1 - _SHARES["danger"])),
        "urgent": float(np.quantile(urgency[calm & asks], 1 - _SHARES["urgent"])),
        "alarm": float(np.quantile(urgency[calm & asks], 1 - _SHARES["alarm"])),
    }


def _likelihood(head: Head, seen: csr_matrix) -> Numbers:
    return probabilities(head.fitted.scores(seen), head.sharpness)[:, 1]
