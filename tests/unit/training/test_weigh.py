"""What margins, counts and words weigh beside each other."""

from math import log

import numpy as np
import pytest

from training.weigh import Weights, confidence, weigh

NOTHING = np.zeros((100, 2))


def speaking(right: float, n: int = 100) -> tuple[np.ndarray, list[int]]:
    """Scores of 1 for the first of two classes, and labels of which so many are it."""
    return np.tile([1.0, 0.0], (n, 1)), [0] * round(n * right) + [1] * round(n * (1 - right))


def test_margins_are_as_sharp_as_they_are_right() -> None:
    margins, labels = speaking(0.9)

    found = weigh(margins, NOTHING, NOTHING, labels, 100)

    assert found.sharpness == pytest.approx(log(9), rel=0.02)


@pytest.mark.parametrize(("texts", "least", "most"), [(5, 0.9, 1.3), (100_000, 0.0, 0.05)])
def test_words_that_tell_nothing_keep_their_weight_where_texts_are_few(texts: int, least: float, most: float) -> None:
    claims, labels = speaking(0.5)

    found = weigh(NOTHING, NOTHING, claims, labels, texts)

    assert least <= found.words <= most


def test_counts_that_are_right_where_margins_are_wrong_gain_weight() -> None:
    margins, labels = speaking(0.5)
    counts = np.array([[1.0, 0.0] if label == 0 else [0.0, 1.0] for label in labels])

    assert (
        weigh(margins, counts, NOTHING, labels, 100_000).counts > weigh(margins, NOTHING, NOTHING, labels, 100).counts
    )


def test_confidence_adds_all_three_up() -> None:
    shares = confidence(np.array([[0.5, 0.0]]), np.array([[1.0, 0.0]]), np.array([[0.0, 2.0]]), Weights(2.0, 0.25, 1.5))

    assert shares[0, 0] == pytest.approx(1 / (1 + np.exp(3.0 - 1.5)))
    assert shares.sum() == pytest.approx(1)
