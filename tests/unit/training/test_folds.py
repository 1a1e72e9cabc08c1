"""What a head says of texts that it was not trained on."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from training.fit import Fitted, fit, matrix_of
from training.folds import ALWAYS, drawn_folds, folds_of, left_out, parts_left_out, probabilities

TEXTS = ("청구서 봐요", "안테나 봐요", "청구서 와요", "안테나 와요", "청구서", "안테나 와요 봐요")
LABELS = ("billing", "network") * 3


def test_each_writer_is_a_fold_where_there_are_five() -> None:
    assert folds_of(["b", "a", "b", "c", "e", "d", "a"]) == [1, 0, 1, 2, 4, 3, 0]


@pytest.mark.parametrize("writers", [["a"] * 7, ["a", "b", "c", "d", "a", "b", "c"]])
def test_fewer_writers_are_cut_in_turn(writers: list[str]) -> None:
    assert folds_of(writers) == [0, 1, 2, 3, 4, 0, 1]


def test_no_head_is_trained_on_the_fold_that_it_judges() -> None:
    matrix, seen = matrix_of(TEXTS), list[set[bytes]]()

    def watched(rows: Any, labels: Sequence[str]) -> Fitted:
        seen.append({row.indices.tobytes() for row in rows})
        return fit(rows, labels)

    left_out(matrix, LABELS, [0, 0, 1, 1, 2, 2], watched)

    rows = [row.indices.tobytes() for row in matrix]
    assert seen == [set(rows[2:]), {*rows[:2], *rows[4:]}, set(rows[:4])]


def test_scores_stand_at_their_texts_place_and_class() -> None:
    classes, scores = left_out(matrix_of(TEXTS), LABELS, [0, 0, 1, 1, 2, 2], fit)

    assert classes == ("billing", "network")
    assert [classes[place] for place in scores.argmax(axis=1)] == list(LABELS)


def test_what_is_always_taught_is_in_every_head_and_never_judged() -> None:
    matrix, seen = matrix_of(TEXTS), list[int]()

    def watched(rows: Any, labels: Sequence[str]) -> Fitted:
        seen.append(len(labels))
        return fit(rows, labels)

    _, scores = left_out(matrix, LABELS, [ALWAYS, ALWAYS, 1, 1, 2, 2], watched)

    assert seen == [4, 4]
    assert (scores[:2] == -1.0).all()
    assert (scores[2:] != -1.0).all()


def test_parts_are_left_out_together() -> None:
    matrix = matrix_of(TEXTS)

    def doubled(rows: Any, labels: Sequence[str]) -> tuple[Fitted, Fitted]:
        head = fit(rows, labels)
        return head, head._replace(weights=2 * head.weights, biases=2 * head.biases)

    _, (one, other) = parts_left_out(matrix, LABELS, [0, 0, 1, 1, 2, 2], doubled)

    assert other == pytest.approx(2 * one)


def test_drawn_folds_have_each_label_evenly_and_differ_by_seed() -> None:
    labels = ["a"] * 16 + ["b"] * 8

    one, other = (drawn_folds(labels, seed) for seed in (0, 1))

    assert Counter(one[:16]) == dict.fromkeys(range(8), 2)
    assert Counter(one[16:]) == dict.fromkeys(range(8), 1)
    assert one == drawn_folds(labels, 0) != other


def test_a_class_that_only_the_fold_has_is_least_likely_there() -> None:
    labels = [*LABELS[:-1], "apps"]

    classes, scores = left_out(matrix_of(TEXTS), labels, [0, 0, 1, 1, 2, 3], fit)

    assert classes == ("apps", "billing", "network")
    assert scores[-1, 0] == -1.0
    assert scores[0, 0] != -1.0


def test_writers_beyond_eight_share_folds_but_none_is_split() -> None:
    folds = folds_of([writer for writer in "abcdefghij" for _ in range(2)])

    assert folds == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 0, 0, 1, 1]


@pytest.mark.parametrize("writers", [["desk.yaml"], ["desk.yaml words"], ["desk.yaml", "tickets"]])
def test_what_is_to_be_cut_and_single_sources_are_cut_in_five(writers: list[str]) -> None:
    folds = folds_of([writer for writer in writers for _ in range(10)], cut={"desk.yaml", "desk.yaml words"})

    assert folds == [0, 1, 2, 3, 4] * (2 * len(writers))


def test_of_five_sources_each_is_left_out_whole_beside_what_is_cut() -> None:
    folds = folds_of([*["desk.yaml"] * 10, *(writer for writer in "abcde" for _ in range(3))], cut={"desk.yaml"})

    assert folds == [0, 1, 2, 3, 4] * 2 + [fold for fold in range(5) for _ in range(3)]


def test_probabilities_are_the_readers() -> None:
    shares = probabilities(np.array([[1.0, 0.0], [1000.0, -1000.0]]), 2.0)

    assert shares.sum(axis=1) == pytest.approx([1, 1])
    assert shares[0, 0] == pytest.approx(1 / (1 + np.exp(-2)))
    assert shares[1, 0] == 1
