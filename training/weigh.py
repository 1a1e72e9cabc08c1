"""What margins, counts and the words of desk.yaml weigh beside each other, so that texts left out are likeliest.

All three add up to one score, and its softmax is the confidence. With few texts the weights keep near what served three
desks of 15 examples a department; with many the texts decide: of 300 examples a department, words weigh nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from training.fit import Numbers
from training.folds import probabilities


class Weights(NamedTuple):
    """`sharpness` multiplies margins and counts, of which counts weigh `counts`; `words` multiplies claims by words."""

    sharpness: float
    counts: float
    words: float


_USUAL = Weights(sharpness=4.0, counts=0.25, words=1.2)
_SPREAD = Weights(sharpness=100.0, counts=0.1, words=0.4)
"""How far from the usual a weight may well be, as a standard deviation; the sharpness is free."""
_BOUNDS = ((0.1, 20.0), (0.0, 1.0), (0.0, 5.0))


def weigh(margins: Numbers, counts: Numbers, claims: Numbers, labels: Sequence[int], texts: int) -> Weights:
    """The likeliest weights for what is said of `texts` texts, each as often as rounds left it out."""
    places = np.arange(len(labels))

    def surprise(values: Numbers) -> float:
        shares = confidence(margins, counts, claims, Weights(*values))
        unusual = ((values - np.array(_USUAL)) / np.array(_SPREAD)) ** 2 / 2
        return float(-np.log(shares[places, list(labels)] + 1e-12).mean() + unusual.sum() / texts)

    found = minimize(surprise, np.array(_USUAL), method="L-BFGS-B", bounds=_BOUNDS).x
    return Weights(*(float(each) for each in found))


def confidence(margins: Numbers, counts: Numbers, claims: Numbers, weights: Weights) -> Numbers:
    """How probable each class is, as the reader says it."""
    return probabilities(weights.sharpness * (margins + weights.counts * counts) + weights.words * claims, 1.0)
