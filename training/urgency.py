"""The heads for urgency and safety: logistic regression on letters and topics, with limits from a set of their own.

The head for urgency learns from texts that ask for an answer, since only those can be urgent, and from writers who were
asked for risk and for what only looks like it. The heads for danger and check, the two degrees of risk, learn what
tells their own texts from those without any risk; each leaves out the texts of the other.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from desk.reader.features import buckets, urgency_buckets
from desk.reader.heads import CALM, CHECK, DANGER, HIGH, POSSIBLE
from desk.reading import ANSWERED, Urgency
from training.corpus import SAFE, Labelled
from training.fit import Fitted, Numbers, matrix_of, rarity_of
from training.folds import probabilities
from training.head import Head

_PENALTY = 10.0
_LOOKALIKE = 4.0
"""What a calm text by a writer about risk weighs beside another one."""
_ABOUT_RISK = 0.1
"""The share of a writer's texts at risk from which the others only look like it."""
_SHARPNESS = 1.0
"""Logistic regression gives probabilities itself."""
_MOST = 1_000
_SEED = 20261128
_SHARES = {"urgent": 0.03, "alarm": 0.01, DANGER: 0.0001, POSSIBLE: 0.0005, CHECK: 0.002}
"""So many of the calibration set's texts that are not urgent, or without any risk, may be above each limit."""


def train_urgency(
    texts: Sequence[Labelled], calibration: Sequence[Labelled]
) -> tuple[dict[str, Head], dict[str, float]]:
    """Fit the heads on `texts`; find the limits on `calibration`, which none of them has seen."""
    matrix, seen = _matrix(texts), _matrix(calibration)
    high = np.array([each.urgency == Urgency.HIGH for each in texts])
    asks = np.array([each.kind in ANSWERED for each in texts])
    about_risk = _about_risk(texts)
    weights = np.where(about_risk & ~high, _LOOKALIKE, 1.0)
    safe, check, danger = (np.array([each.safety == degree for each in texts]) for degree in (SAFE, CHECK, DANGER))
    heads = {
        "urgency": _fitted(matrix, high, asks | about_risk, HIGH, weights),
        DANGER: _fitted(matrix, danger, safe | danger, DANGER),
        CHECK: _fitted(matrix, check, safe | check, CHECK),
    }
    return heads, _limits(heads, seen, calibration)


def urgency_view(text: str) -> list[int]:
    """The buckets of a text that these heads see."""
    return urgency_buckets(text, buckets(text))


def _matrix(texts: Sequence[Labelled]) -> csr_matrix:
    return matrix_of([each.text for each in texts], urgency_view)


def _about_risk(texts: Sequence[Labelled]) -> NDArray[np.bool_]:
    """Which texts are by writers who wrote about risk."""
    by_writer = defaultdict[str, list[bool]](list)
    for each in texts:
        by_writer[each.writer].append(each.safety in {CHECK, DANGER})
    return np.array([np.mean(by_writer[each.writer]) >= _ABOUT_RISK for each in texts])


def _fitted(
    matrix: csr_matrix,
    sought: NDArray[np.bool_],
    taught: NDArray[np.bool_],
    name: str,
    weights: Numbers | None = None,
) -> Head:
    """The head that recognises what is `sought` among the `taught` texts."""
    rows = matrix[taught]
    rarity = rarity_of(rows)
    model = LogisticRegression(
        C=_PENALTY, class_weight="balanced", solver="liblinear", random_state=_SEED, max_iter=_MOST
    )
    model.fit(rows @ diags(rarity), sought[taught], None if weights is None else weights[taught])
    rows_of_weights = np.vstack([np.zeros(matrix.shape[1]), model.coef_[0] * rarity])
    return Head(Fitted((CALM, name), rows_of_weights, np.array([0.0, model.intercept_[0]])), _SHARPNESS)


def _limits(heads: dict[str, Head], seen: csr_matrix, calibration: Sequence[Labelled]) -> dict[str, float]:
    """How likely danger, a check and urgency must be; urgency is judged over texts that ask for an answer."""
    waits = np.array([each.urgency != Urgency.HIGH and each.kind in ANSWERED for each in calibration])
    safe = np.array([each.safety == SAFE for each in calibration])
    judged = {"urgent": ("urgency", waits), "alarm": ("urgency", waits)}
    judged |= {DANGER: (DANGER, safe), POSSIBLE: (DANGER, safe), CHECK: (CHECK, safe)}
    return {
        limit: float(np.quantile(_likelihood(heads[name], seen)[texts], 1 - _SHARES[limit]))
        for limit, (name, texts) in judged.items()
    }


def _likelihood(head: Head, seen: csr_matrix) -> Numbers:
    return probabilities(head.fitted.scores(seen), head.sharpness)[:, 1]
