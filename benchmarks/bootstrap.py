"""95 % intervals by writer: a writer's texts are alike, so whole writers are drawn, with replacement.

Each figure is one of sums over texts, so that a draw of writers only adds their sums up. The ends are those of the
middle 95 % of all draws. Source of the method: Efron and Tibshirani 1993, "An introduction to the bootstrap".
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

type _Numbers = NDArray[np.float64]

_DRAWS, _SEED = 10_000, 20261201
_TAIL = 0.025


class Estimate(NamedTuple):
    """A figure and the ends of its interval."""

    value: float
    low: float
    high: float

    def plain(self) -> dict[str, float]:
        """The same, rounded, by name."""
        return {name: round(value, 5) for name, value in self._asdict().items()}


def estimate(rows: ArrayLike, writers: Sequence[str], figure: Callable[[_Numbers], _Numbers]) -> Estimate:
    """The figure of the sum of all rows, one a text; `figure` gets many sums at a time, along the first axis."""
    numbers = np.asarray(rows, float)
    names, places = np.unique(np.asarray(writers), return_inverse=True)
    sums = np.zeros((len(names), *numbers.shape[1:]))
    np.add.at(sums, places, numbers)
    times = np.random.default_rng(_SEED).multinomial(len(names), np.full(len(names), 1 / len(names)), _DRAWS)
    drawn = figure(np.tensordot(times.astype(float), sums, axes=1))
    (value,) = figure(sums.sum(axis=0)[np.newaxis])
    low, high = np.quantile(drawn, (_TAIL, 1 - _TAIL))
    return Estimate(float(value), float(low), float(high))


def share(hits: Sequence[bool], writers: Sequence[str]) -> Estimate:
    """The share of hits. Where there are none, or nothing else, no draw differs, and the end is the exact binomial."""
    found = estimate([(hit, 1) for hit in hits], writers, lambda sums: sums[:, 0] / sums[:, 1])
    unseen = 1 - _TAIL ** (1 / len(hits))
    if found.value == 0:
        return found._replace(high=unseen)
    return found._replace(low=1 - unseen) if found.value == 1 else found


def macro_f1(true: Sequence[str], said: Sequence[str], writers: Sequence[str]) -> Estimate:
    """The mean F1 of the classes that are true somewhere."""
    return estimate(_counts(true, said), writers, _macro_f1)


def difference(true: Sequence[str], ours: Sequence[str], theirs: Sequence[str], writers: Sequence[str]) -> Estimate:
    """By how much the macro-F1 of ours is greater, where both judge the same texts."""
    both = np.stack([_counts(true, ours), _counts(true, theirs)], axis=1)
    return estimate(both, writers, lambda sums: _macro_f1(sums[:, 0]) - _macro_f1(sums[:, 1]))


def _counts(true: Sequence[str], said: Sequence[str]) -> NDArray[Any]:
    """For each text and class, whether it is true and said, true, said."""
    classes = np.unique(np.asarray(true))
    is_true, is_said = (np.asarray(labels)[:, np.newaxis] == classes for labels in (true, said))
    return np.stack([is_true & is_said, is_true, is_said], axis=2)


def _macro_f1(sums: _Numbers) -> _Numbers:
    right, true, said = (sums[..., at] for at in range(3))
    f1 = 2 * right / np.maximum(true + said, 1)
    return np.asarray(f1.sum(axis=1) / (true > 0).sum(axis=1))
