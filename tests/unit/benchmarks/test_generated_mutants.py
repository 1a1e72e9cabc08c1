"""Mutants are made from the code alone, and change what a function does."""

from pathlib import Path

import pytest

from benchmarks.mutants.forked import Result, compared, results_in, summary, survivors
from benchmarks.mutants.generated import AREAS, Mutant, generated, mutants_of

ROOT = Path(__file__).parents[3]


def _changed(body: str, kind: str) -> list[str]:
    """What the lines of a function become, without its head."""
    source = f"def act(a, b):\n    {body.replace('\n', '\n    ')}\n".encode()
    mutants = [each for each in mutants_of(source, "act.py") if f":{kind}" in each.id]
    lines = [each.applied_to(source).decode().partition("\n")[2].strip() for each in mutants]
    return [line.replace("\n    ", "\n") for line in lines]


@pytest.mark.parametrize(
    ("kind", "body", "changed"),
    [
        ("compare", "return a < b", ["return (a <= b)"]),
        ("compare", "return 0 < a == b", ["return (0 <= a == b)", "return (0 < a != b)"]),
        ("boolean", "return a and b", ["return (a or b)"]),
        ("not", "return not a", ["return (a)"]),
        ("constant", "return a(7)", ["return a((8))"]),
        ("constant", "return a(True)", ["return a((False))"]),
        ("constant", "return a['key']", ["return a[('keyx')]"]),
        ("arithmetic", "return a + b", ["return (a - b)"]),
        ("arithmetic", "a += b\nreturn a", ["a -= b\nreturn a"]),
        ("return", "return a", ["return None"]),
        ("dropped", "a.save(b)\nreturn a", ["pass\nreturn a"]),
        ("dropped", "a.b = b\nreturn a", ["pass\nreturn a"]),
        ("dropped", "raise ValueError('no')", ["pass"]),
        ("jump", "for each in a:\n    continue", ["for each in a:\n    break"]),
        ("default", "if a:\n    b()\nelse:\n    a()", ["if a:\n    b()\nelse:\n    pass"]),
        ("default", "match a:\n    case 1:\n        b()\n    case _:\n        b(a)",
         ["match a:\n    case 1:\n        b()\n    case _:\n        pass"]),
        ("element", "return a, b", ["return ((b,))", "return ((a,))"]),
        ("element", "return {'a': a, **b}", ["return ({**b})", "return ({'a': a})"]),
    ],
)  # fmt: skip
def test_a_place_is_changed(kind: str, body: str, changed: list[str]) -> None:
    assert _changed(body, kind) == changed


@pytest.mark.parametrize(
    "body",
    [
        '"""It says what it does."""',
        "_log.warning('it failed', extra={'a': 1})",
        "self._log.info('it began')",
        "c: 'Literal[1]'",
        "return None",
    ],
)
def test_docstrings_logs_and_annotations_are_left_alone(body: str) -> None:
    assert _changed(body, "") == []


def test_a_message_of_an_error_is_left_alone_but_not_what_it_is_of() -> None:
    assert _changed("raise Refused('never', a + b)", "") == ["pass", "raise Refused('never', (a - b))"]


def test_protocols_and_representations_are_left_alone() -> None:
    protocol = b"class A(Protocol):\n    def a(self):\n        return 1\n"
    representation = b"class A:\n    def __repr__(self):\n        return 'A'\n"

    assert mutants_of(protocol + representation, "a.py") == []


def test_a_change_that_would_close_over_other_variables_is_left_out() -> None:
    """A function's code can be replaced only by code with the same variables of outer functions: here the class's."""
    source = b"class A(B):\n    def a(self):\n        super().a()\n        self.c()\n"

    assert [each.id for each in mutants_of(source, "a.py")] == ["a.py:4:dropped"]


def test_a_mutant_names_the_method_and_its_first_line_and_a_second_one_of_a_line_has_a_number() -> None:
    source = b"class A:\n    @property\n    def a(self):\n        return 1 + 2\n"

    assert [(each.id, each.function, each.line) for each in mutants_of(source, "a.py")] == [
        ("a.py:4:return", "A.a", 2),
        ("a.py:4:arithmetic", "A.a", 2),
        ("a.py:4:constant", "A.a", 2),
        ("a.py:4:constant.2", "A.a", 2),
    ]


def test_an_area_has_the_same_mutants_each_time_in_all_of_its_files() -> None:
    once = generated(ROOT, frozenset({"sign-in"}), 12)

    assert once == generated(ROOT, frozenset({"sign-in"}), 12)
    assert len({each.id for each in once}) == 12
    assert len({each.file for each in once}) > 8


def test_each_area_has_its_folders() -> None:
    assert all((ROOT / "functions" / folder).is_dir() for folders in AREAS.values() for folder in folders)


def test_results_are_counted_by_area_and_compared(tmp_path: Path) -> None:
    mutants = [
        Mutant(name, area, "", "", 0, 0, 0, "") for name, area in (("a", "cases"), ("b", "cases"), ("c", "reading"))
    ]
    file = tmp_path / "earlier.tsv"
    file.write_text("a\tkilled\ttest_a\t0.1\nb\tsurvived\t\t2.0\nc\tkilled by time-out\ttest_c\t9\n", encoding="utf-8")
    earlier = results_in(file)
    later = earlier | {"a": Result("a", "no test", "", 0)}

    text, is_no_worse = compared(mutants, earlier, later)

    assert survivors(mutants, earlier) == [mutants[1]]
    assert summary(mutants, earlier).splitlines() == [
        "cases          1 of 2 killed; 1 survived",
        "reading        1 of 1 killed; no other",
        "all            2 of 3 killed; 1 survived",
    ]
    assert "- a: no test; earlier killed by test_a" in text
    assert not is_no_worse
    assert compared(mutants, later, earlier)[1]
