"""Intervals by writer, on cases whose figures one can count by hand."""

import pytest
from sklearn.metrics import f1_score

from benchmarks.bootstrap import difference, estimate, macro_f1, share

TEN = [f"writer {place % 10}" for place in range(1000)]


def test_a_share_is_that_of_all_texts_however_many_each_writer_has() -> None:
    assert share([True, True, True, False], ["a", "a", "a", "b"]).value == 0.75


def test_texts_of_one_writer_are_drawn_together() -> None:
    of_writers = share([each < "writer 5" for each in TEN], TEN)
    of_texts = share([place % 2 > 0 for place in range(400)], [str(place) for place in range(400)])

    assert of_writers.value == of_texts.value == 0.5
    assert (of_writers.low, of_writers.high) == (0.2, 0.8)
    assert (of_texts.low, of_texts.high) == pytest.approx((0.451, 0.549), abs=0.002)


def test_the_same_texts_always_have_the_same_interval() -> None:
    hits = [place % 7 + place % 10 < 5 for place in range(1000)]

    assert share(hits, TEN) == share(hits, TEN)


def test_none_of_few_is_not_surely_none() -> None:
    none, all_of_them = share([False] * 100, ["a"] * 100), share([True] * 100, ["a"] * 100)

    assert none == pytest.approx((0.0, 0.0, 0.0362), abs=1e-4)
    assert all_of_them == pytest.approx((1.0, 0.9638, 1.0), abs=1e-4)


def test_macro_f1_is_that_of_the_classes_that_are_true() -> None:
    true = ["a", "a", "a", "b", "b", "c"]
    said = ["a", "a", "b", "b", "d", "a"]

    expected = f1_score(true, said, average="macro", labels=["a", "b", "c"], zero_division=0.0)

    assert macro_f1(true, said, ["w"] * 6).value == pytest.approx(expected)


def test_both_sides_of_a_difference_are_judged_on_the_same_draws() -> None:
    true = ["a" if place % 3 else "b" for place in range(1000)]
    wrong = ["b" if place % 10 < 4 else label for place, label in enumerate(true)]

    same, better = difference(true, wrong, wrong, TEN), difference(true, true, wrong, TEN)

    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    assert better.value == pytest.approx(1 - macro_f1(true, wrong, TEN).value)
    assert 0 < better.low < better.value < better.high


def test_a_figure_gets_the_sums_of_all_its_columns() -> None:
    assert estimate([(1, 2), (3, 4)], ["a", "b"], lambda sums: sums[:, 0] * sums[:, 1]).value == 24
