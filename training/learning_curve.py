"""What more examples would bring a brand: an estimate from heads that were taught fewer than there are.

Heads are taught a quarter, a half and seven eighths of the examples and read the rest, each time weighed anew, at the
limit of the head with all of them. The share that is not sent to a department falls about as a power of the number of
examples (Hestness et al. 2017, "Deep learning scaling is predictable, empirically"): a straight line through the
logarithms, which is drawn on to twice as many examples. Drawing the texts anew shows how far the line can be trusted.

The estimate is cautious. People write each example to differ from the others, so that it says little about the one that
is left out; customers repeat each other.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from desk.brand import Brand
from desk.reading import OPERATOR
from training.corpus import Labelled
from training.department import Trained, judged_places, left_out, texts_of
from training.fit import Numbers, matrix_of
from training.folds import ALWAYS, MOST, drawn_folds

MOST_TEXTS = 1_000
"""With more there is no curve: the heads would take long, and a few more examples bring next to nothing."""
MORE = 5
"""So many further examples a department may be asked for."""
_ROUNDS = {2: 1, 4: 2, 7: 1}
"""How many eighths of the examples teach, and how often all are drawn for it."""
_DRAWN, _SEED = 500, 24
_RANGE = (10, 90)
"""Percentiles of the lines through texts drawn anew: four of five lie between them."""


class Measured(NamedTuple):
    """The share of texts that is `sent` to a department, and the share of these that is sent to the `right` one.

    `examples` is how many a department had on average. The operator's own texts are not counted.
    """

    examples: float
    sent: float
    right: float


class Estimate(NamedTuple):
    """The share that is `sent` with so many `examples` a department, in four of five cases from `low` to `high`."""

    examples: int
    sent: float
    low: float
    high: float


class Curve(NamedTuple):
    """What was measured, and what the line says for as many examples as there are and for twice as many."""

    measured: tuple[Measured, ...]
    now: Estimate
    doubled: Estimate


class Lost(NamedTuple):
    """Of a department's texts left out, the share that goes to the operator or to another department."""

    department: str
    share: float


def learning_curve(brand: Brand, more: Sequence[Labelled], trained: Trained) -> Curve | None:
    """The curve at the limit of the `trained` head; None where there are too many texts to train so often."""
    texts = texts_of(brand, more)
    judged = judged_places(texts)
    if len(judged) > MOST_TEXTS:
        return None
    departments = [str(texts[place].department) for place in judged]
    counted = np.asarray(departments) != OPERATOR
    each = counted.sum() / len(set(departments) - {OPERATOR})
    examples = np.asarray([each * eighths / MOST for eighths in _ROUNDS])
    shares = [_shares(brand, texts, _rounds(departments, judged, len(texts), eighths), trained) for eighths in _ROUNDS]
    sent = np.stack([share[judged, 0][counted] for share in shares], axis=-1)
    right = np.stack([share[judged, 1][counted] for share in shares], axis=-1)
    means = sent.mean(axis=0)
    measured = zip(examples, means, right.mean(axis=0) / np.maximum(means, np.finfo(float).tiny), strict=True)
    drawn = np.random.default_rng(_SEED).integers(len(sent), size=(_DRAWN, len(sent)))
    lost = 1 - np.vstack([means, sent[drawn].mean(axis=1)]) + 0.5 / len(sent)  # that none is lost is never certain
    return Curve(
        tuple(Measured(*(float(value) for value in values)) for values in measured),
        _estimate(examples, lost, round(each)),
        _estimate(examples, lost, 2 * round(each)),
    )


def neediest(trained: Trained) -> list[Lost]:
    """The departments that lose texts left out, by what further examples should bring, most first.

    That is what they lose, times the share of their examples that would be new.
    """
    texts = Counter(trained.truth)
    found = Counter(true for true, went in zip(trained.truth, trained.routed(), strict=True) if true == went)
    lost = [Lost(key, 1 - found[key] / count) for key, count in texts.items() if key != OPERATOR]
    losing = [each for each in lost if each.share]
    return sorted(losing, key=lambda each: (-each.share * MORE / (texts[each.department] + MORE), each.department))


def _rounds(departments: Sequence[str], judged: Sequence[int], count: int, eighths: int) -> list[list[int]]:
    """Rounds in which so many eighths of the judged texts teach and the others are left out, each equally often."""
    rounds = []
    for seed in range(_ROUNDS[eighths]):
        drawn = np.asarray(drawn_folds(departments, seed))
        for first in range(0, MOST, min(eighths, MOST - eighths)):
            folds = np.full(count, ALWAYS)
            folds[np.asarray(judged)[(drawn - first) % MOST >= eighths]] = 0
            rounds.append(folds.tolist())
    return rounds


def _shares(brand: Brand, texts: Sequence[Labelled], rounds: Sequence[Sequence[int]], trained: Trained) -> Numbers:
    """For each text in how many of its readings it was sent to a department, and to its own."""
    found = left_out(brand, texts, matrix_of([each.text for each in texts]), rounds)
    said = np.asarray(found.classes)[found.shares.argmax(axis=1)]
    sent = (found.shares.max(axis=1) >= trained.sure) & (said != OPERATOR)
    right = sent & (said == np.asarray([str(texts[place].department) for place in found.places]))
    times = np.maximum(1, np.bincount(found.places, minlength=len(texts)))
    hits = [np.bincount(found.places, weights=each, minlength=len(texts)) for each in (sent, right)]
    return np.stack(hits, axis=-1) / times[:, None]


def _estimate(examples: Numbers, lost: Numbers, count: int) -> Estimate:
    """What the line through the first row of shares says, and where those through the other rows lie."""
    across, down = np.log(examples), np.log(lost)
    moved = across - across.mean()
    slope = np.minimum((down * moved).sum(axis=-1) / (moved**2).sum(), 0.0)
    shares = 1 - np.exp(down.mean(axis=-1) + slope * (np.log(count) - across.mean()))
    low, high = np.percentile(shares[1:], _RANGE)
    return Estimate(count, float(shares[0]), float(low), float(high))
