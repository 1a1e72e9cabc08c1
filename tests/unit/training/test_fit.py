"""Fitting one head: the same every time, and as probable as it says."""

from math import log
from typing import Any

import numpy as np
import pytest
from sklearn.svm import LinearSVC

from desk.reader.features import BITS, buckets
from tests.unit.training.slices import some_texts
from training.fit import fit, fit_counts, matrix_of, rarity_of, seen_in, sharpness_of

TEXTS = (
    "청구서 봐요",
    "청구서 와요",
    "요금 청구서",
    "안테나 봐요",
    "안테나 와요",
    "안테나 느려",
    "쿠폰 와요",
    "쿠폰 봐요",
)
LABELS = ("billing",) * 3 + ("network",) * 3 + ("apps",) * 2


def test_a_text_weighs_the_same_however_many_pieces_it_has() -> None:
    short, long = matrix_of(["폰", "안녕하세요 청구서가 안 와요"])

    assert [row.multiply(row).sum() for row in (short, long)] == pytest.approx([1, 1])
    assert list(short.indices) == sorted(buckets("폰"))


def test_a_text_without_pieces_is_an_empty_row() -> None:
    matrix = matrix_of(["", "폰", "@jade"])

    assert matrix.shape == (3, 1 << BITS)
    assert list(np.diff(matrix.indptr)) == [0, 6, 0]


def test_what_was_shown_is_known_by_its_class() -> None:
    head = fit(matrix_of(TEXTS), LABELS)

    assert head.classes == ("apps", "billing", "network")
    assert [head.classes[place] for place in head.scores(matrix_of(TEXTS)).argmax(axis=1)] == list(LABELS)
    assert head.classes[head.scores(matrix_of(["쿠폰 느려"])).argmax()] == "apps"


def test_of_two_classes_the_first_is_the_measure_and_needs_no_weights() -> None:
    head = fit(matrix_of(TEXTS[:6]), LABELS[:6])
    scores = head.scores(matrix_of(["청구서"]))[0]

    assert head.classes == ("billing", "network")
    assert not head.weights[0].any()
    assert scores[0] == 0 > scores[1]


def test_a_bucket_of_a_single_text_weighs_nothing() -> None:
    head = fit(matrix_of(TEXTS), LABELS)
    once = sorted(set(buckets("느려")) - {bucket for text in TEXTS if "느려" not in text for bucket in buckets(text)})

    assert once
    assert not head.weights[:, once].any()
    assert head.weights[:, buckets("쿠폰")].any()


def test_how_rare_buckets_are_is_in_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    solved = list[tuple[Any, Any]]()

    class Watched(LinearSVC):  # type: ignore[misc]
        def fit(self, rows: Any, labels: Any) -> Any:
            solved.append((self, rows))
            return super().fit(rows, labels)

    monkeypatch.setattr("training.fit.LinearSVC", Watched)

    head = fit(matrix_of(TEXTS), LABELS)

    ((model, rows),) = solved
    assert head.scores(matrix_of(TEXTS)) == pytest.approx(model.decision_function(rows))


def test_what_is_common_elsewhere_is_less_rare() -> None:
    matrix = matrix_of(TEXTS)

    alone, beside = rarity_of(matrix), rarity_of(matrix, beside=seen_in(matrix_of(["쿠폰"] * 50 + ["안녕"] * 50)))

    common, other = (buckets(text) for text in ("쿠폰", "안테나"))
    blank = set(common) & set(other)
    assert np.mean(alone[sorted(set(common) - blank)]) > np.mean(beside[sorted(set(common) - blank)])
    assert np.mean(alone[sorted(set(other) - blank)]) < np.mean(beside[sorted(set(other) - blank)])


def test_a_bucket_that_too_few_of_the_own_texts_have_weighs_nothing() -> None:
    matrix = matrix_of(TEXTS)
    once = sorted(set(buckets("느려")) - {bucket for text in TEXTS if "느려" not in text for bucket in buckets(text)})

    assert not rarity_of(matrix, beside=seen_in(matrix_of(["느려"] * 9)))[once].any()
    assert rarity_of(matrix, fewest=1)[once].all()


def test_counts_spread_as_the_margins_do_and_know_what_was_shown() -> None:
    matrix = matrix_of(TEXTS)
    rarity = rarity_of(matrix)
    margins = fit(matrix, LABELS, rarity)

    counts = fit_counts(matrix, LABELS, rarity, like=margins)

    scores = counts.scores(matrix)
    assert scores.std() == pytest.approx((matrix @ margins.weights.T).std())
    assert [counts.classes[place] for place in scores.argmax(axis=1)] == list(LABELS)


def test_two_fits_are_the_same_to_the_last_bit() -> None:
    texts = some_texts()
    labels = [str(each.kind) for each in texts]

    one, other = (fit(matrix_of([each.text for each in texts]), labels) for _ in range(2))

    assert one.weights.tobytes() == other.weights.tobytes()
    assert one.biases.tobytes() == other.biases.tobytes()


@pytest.mark.parametrize(("right", "size"), [(0.75, 1.0), (0.75, 0.5), (0.9, 1.0)])
def test_sharpness_makes_scores_as_probable_as_they_are_right(right: float, size: float) -> None:
    n = 100
    scores = np.tile([size, -size], (n, 1))
    labels = [0] * round(n * right) + [1] * round(n * (1 - right))

    assert sharpness_of(scores, labels) == pytest.approx(log(right / (1 - right)) / (2 * size), rel=1e-3)


def test_scores_that_are_always_right_are_as_sharp_as_is_allowed() -> None:
    assert sharpness_of(np.array([[1.0, -1.0], [-1.0, 1.0]]), [0, 1]) > 15
