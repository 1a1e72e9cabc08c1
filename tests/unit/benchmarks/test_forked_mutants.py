"""Mutants of a tiny project are tried in forked processes."""

import json
from pathlib import Path

import pytest

from benchmarks.mutants.forked import Result, Run, results_in, try_mutants
from benchmarks.mutants.generated import Mutant

pytestmark = pytest.mark.process

_CODE = b"""\
from functools import cache


@cache
def one():
    return 1


def two():
    return one() + 1


def waits(seconds):
    while seconds > 0:
        seconds -= 1
    return seconds


def exits():
    return 3


def untested():
    return 4


FIRST = one()
"""
_TESTS = """\
import pytest
import figures


@pytest.fixture(scope="module")
def shared():
    return figures.exits()


def test_one():
    assert figures.one() == 1


def test_two():
    assert figures.two() == 2


earlier = []


def test_waiting():
    earlier.append("this test")
    assert figures.waits(3) == 0


def test_first_of_shared(shared):
    assert shared


def test_second_of_shared(shared):
    assert shared == 3


def test_that_fails_alone():
    assert earlier and figures.two() == 2


def test_that_fails_unbroken():
    assert figures.one() == 5


@pytest.mark.browser
def test_in_a_browser():
    assert figures.untested() == 4


def test_left_out():
    assert figures.untested() == 4
"""


def _mutant(name: str, function: str, old: bytes, new: str) -> Mutant:
    line = _CODE[: _CODE.index(f"def {function}".encode())].count(b"\n") + 1
    start = _CODE.index(old, _CODE.index(f"def {function}".encode()))
    if function == "one":
        line -= 1  # its decorator's
    return Mutant(name, "cases", "functions/figures.py", function, line, start, start + len(old), new)


_MUTANTS = [
    _mutant("cached", "one", b"return 1", "return 2"),
    _mutant("decides", "two", b"+ 1", "- 1"),
    _mutant("changes nothing", "two", b"one() + 1", "1 + one()"),
    _mutant("crashes", "exits", b"return 3", "return __import__('os')._exit(0)"),
    _mutant("of a shared fixture", "exits", b"return 3", "return 6"),
    _mutant("untested", "untested", b"return 4", "return 5"),
    _mutant("cannot be tried", "two", b"return", "return ("),
    _mutant("never ends", "waits", b"seconds -= 1", "pass"),
]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions/figures.py").write_bytes(_CODE)
    (tmp_path / "test_figures.py").write_text(_TESTS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = functions\nmarkers = browser\n", encoding="utf-8")
    return Run(tmp_path, tmp_path / "results.tsv", tmp_path / "recording.json", left_out=["*test_left_out"])


def test_each_mutant_meets_the_tests_that_execute_it(run: Run) -> None:
    assert try_mutants(_MUTANTS[:-1], run) == 0

    found = {name: (result.outcome, result.test.partition("::")[2]) for name, result in results_in(run.results).items()}
    error, _ = found.pop("cannot be tried")
    assert error.startswith("could not be tried: SyntaxError")
    assert found == {
        "cached": ("killed", "test_one"),
        "decides": ("killed", "test_two"),
        "changes nothing": ("survived", ""),
        "crashes": ("killed", "test_first_of_shared"),
        "of a shared fixture": ("killed", "test_second_of_shared"),
        "untested": ("no test", ""),
    }


def test_what_has_a_result_is_not_tried_again_and_a_recording_is_read_again(run: Run) -> None:
    cached, decides, endless = _MUTANTS[0], _MUTANTS[1], _MUTANTS[-1]
    try_mutants([cached, endless], run._replace(slack=2))
    stored = json.loads(run.recording.read_text(encoding="utf-8"))
    slow = [[name, passed, [100, 100], functions] for name, passed, _, functions in stored["tests"]]
    run.recording.write_text(json.dumps(stored | {"tests": slow}), encoding="utf-8")

    try_mutants([cached, decides, endless], run._replace(at_once=2))

    results = results_in(run.results)
    assert results["cached"].is_killed
    assert results["never ends"][1:3] == ("killed by time-out", "test_figures.py::test_waiting")
    assert results["decides"] == Result("decides", "survived within the limit", "", results["decides"].seconds)
