import pytest

from local.quality.heads import ClassFigures, Confusion, Head


def head(*counts: tuple[str, str, int]) -> Head:
    made = Head()
    for label, read, n in counts:
        for _ in range(n):
            made.add(label, read)
    return made


EXAMPLE = (("a", "a", 6), ("a", "b", 2), ("b", "b", 1), ("b", "c", 1))


def test_figures_are_those_that_one_counts_by_hand() -> None:
    made = head(*EXAMPLE)

    assert (made.n, made.accuracy) == (10, 0.7)
    assert made.classes() == [
        ClassFigures("a", precision=1.0, recall=0.75, f1=12 / 14, n=8),
        ClassFigures("b", precision=1 / 3, recall=0.5, f1=2 / 5, n=2),
    ]


def test_macro_f1_weighs_each_label_that_occurs_alike() -> None:
    assert head(*EXAMPLE).macro_f1 == pytest.approx((6 / 7 + 0.4) / 2)


def test_a_label_that_is_never_read_has_figures_of_nought() -> None:
    (only,) = head(("a", "b", 3)).classes()

    assert (only.precision, only.recall, only.f1, only.n) == (0.0, 0.0, 0.0, 3)


def test_confusions_come_with_the_most_frequent_first_and_their_share_of_the_label() -> None:
    assert head(*EXAMPLE).confusions() == [Confusion("a", "b", 2, 0.25), Confusion("b", "c", 1, 0.5)]


def test_the_matrix_has_a_row_for_each_label() -> None:
    assert head(*EXAMPLE).matrix() == {"a": {"a": 6, "b": 2}, "b": {"b": 1, "c": 1}}


def test_of_nothing_there_is_nothing() -> None:
    empty = Head()

    assert (empty.n, empty.accuracy, empty.macro_f1) == (0, 0.0, 0.0)
    assert empty.classes() == []
    assert empty.confusions() == []
