"""A family that is one test fails for each value that is wrong, and says which."""

import pytest

from tests.families import for_each, is_tried, tries_all


@for_each("number", [1, 2])
@for_each("word, length", [("a", 1), ("bb", 2)])
def test_every_value_is_tried_with_every_other(number: int, word: str, length: int) -> None:
    assert len(word * number) == length * number


def test_each_value_that_fails_is_named() -> None:
    @for_each("number", [1, 2, 3])
    def even(number: int) -> None:
        assert number % 2 == 0

    with pytest.RaisesGroup(AssertionError, AssertionError, match="2 of 3 failed") as failed:
        even()

    assert [exc.__notes__ for exc in failed.value.exceptions] == [["for number = (1,)"], ["for number = (3,)"]]


def test_a_family_without_values_proves_nothing_and_fails() -> None:
    @for_each("number", [])
    def never(number: int) -> None: ...

    with pytest.raises(AssertionError, match="nothing to try"):
        never()


def test_about_one_in_four_variants_that_only_their_tests_know_is_tried_the_same_ones_by_everybody() -> None:
    tried = [name for name in map(str, range(400)) if is_tried("numbers", name, one_in=4)]

    assert len(tried) == 400 if tries_all() else len(tried) in range(60, 140)
    assert tried == [name for name in map(str, range(400)) if is_tried("numbers", name, one_in=4)]
    assert is_tried("numbers", "1", one_in=1)
