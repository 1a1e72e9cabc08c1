"""The list of faults fits the code as it is; trying them takes minutes, and is no part of the tests."""

from pathlib import Path

import pytest

from benchmarks.mutants.mutants import MUTANTS, Mutant
from benchmarks.mutants.run import Outcome, changed, try_mutant
from tests.families import for_each

ROOT = Path(__file__).parents[3]


@for_each("mutant", MUTANTS)
def test_each_fault_has_its_place_in_the_code_and_tests_that_should_notice_it(mutant: Mutant) -> None:
    changed((ROOT / mutant.file).read_text(encoding="utf-8"), mutant)

    assert all((ROOT / path).exists() for path in mutant.tests.split())


def test_there_are_sixty_of_them_and_no_two_are_one() -> None:
    assert len({(mutant.file, mutant.old, mutant.new) for mutant in MUTANTS}) == len(MUTANTS) == 60


@pytest.mark.process
@pytest.mark.parametrize(
    ("new", "outcome"),
    [("return 2", Outcome.NOTICED), ("return 1  # the same", Outcome.UNNOTICED), ("return (", Outcome.BROKEN)],
)
def test_a_fault_is_noticed_if_its_tests_fail_and_is_gone_afterwards(
    new: str, outcome: Outcome, tmp_path: Path
) -> None:
    (tmp_path / "figure.py").write_text("def one():\n    return 1\n", encoding="utf-8")
    (tmp_path / "test_figure.py").write_text(
        "from figure import one\n\n\ndef test_one():\n    assert one() == 1\n", encoding="utf-8"
    )

    assert try_mutant(Mutant("a figure", "figure.py", "return 1", new, "test_figure.py"), tmp_path) is outcome
    assert (tmp_path / "figure.py").read_text(encoding="utf-8") == "def one():\n    return 1\n"


def test_a_piece_that_is_not_there_once_is_an_error() -> None:
    with pytest.raises(ValueError, match="2 times"):
        changed("a a", Mutant("", "figure.py", "a", "b", ""))
