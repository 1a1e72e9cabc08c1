"""A sample is the same for the same commit, and a test that costs more than its kind may fails."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import changed, families
from tests.families import sample, variants
from tests.kinds import CALLS, MOST_CALLS, PAGES, PROCESSES, beyond

ROOT = Path(__file__).parents[2]
EVERY = range(40)
NOTHING = {PROCESSES: 0, CALLS: 0, PAGES: 0}


@pytest.fixture(autouse=True)
def one_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(families._Run, "tries_all", False)
    monkeypatch.setattr(families._Run, "chosen_by", "0123abcd")


def test_a_commit_chooses_so_many_variants_and_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = sample("weeks", EVERY, 5)

    assert len(tried) == 5
    assert tried == sorted(tried) == sample("weeks", EVERY, 5)
    assert sample("nights", EVERY, 5) != tried
    monkeypatch.setattr(families._Run, "chosen_by", "4567ef01")
    assert sample("weeks", EVERY, 5) != tried


def test_what_once_found_a_defect_is_tried_by_every_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    for commit in ("one", "two", "three"):
        monkeypatch.setattr(families._Run, "chosen_by", commit)
        tried = sample("weeks", EVERY, 5, always=["7", "31"])

        assert {7, 31} <= set(tried)
        assert len(tried) == 7


def test_in_the_end_every_variant_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = set[int]()
    for commit in range(60):
        monkeypatch.setattr(families._Run, "chosen_by", str(commit))
        tried.update(sample("weeks", EVERY, 5))
    assert tried == set(EVERY)

    monkeypatch.setattr(families._Run, "tries_all", True)
    assert sample("weeks", EVERY, 5) == list(EVERY)


def test_a_family_without_variants_or_with_an_unknown_one_is_an_error() -> None:
    with pytest.raises(AssertionError, match="weeks has no variants"):
        sample("weeks", [], 5)
    with pytest.raises(AssertionError, match=r"weeks has no \{.41.\}"):
        sample("weeks", EVERY, 5, always=["41"])


def test_the_nodes_of_variants_have_their_names() -> None:
    @variants("week, seed", [("dry", 1), ("wet", 2)], 1, named=lambda each: f"{each[0]}-{each[1]}")
    def test(week: str, seed: int) -> None: ...

    (mark,) = test.pytestmark  # type: ignore[attr-defined]
    assert mark.args[0] == "week, seed"
    assert mark.kwargs["ids"] in (["dry-1"], ["wet-2"])


@pytest.mark.parametrize(
    ("kind", "spent", "wrong"),
    [
        ("unit", {CALLS: MOST_CALLS}, ""),
        ("unit", {CALLS: MOST_CALLS + 1}, f"this unit test costs {MOST_CALLS + 1} calls"),
        ("unit", {PROCESSES: 1, PAGES: 2}, "this unit test costs 1 processes, 2 pages"),
        ("emulator", {CALLS: 9_999}, ""),
        ("emulator", {PROCESSES: 1}, "this emulator test costs 1 processes"),
        ("process", {PROCESSES: 3, CALLS: 9_999}, ""),
        ("process", {PAGES: 1}, "this process test costs 1 pages"),
        ("browser", {PROCESSES: 1, PAGES: 9}, ""),
        ("whole_desk", {PROCESSES: 9, CALLS: 9_999, PAGES: 9}, ""),
    ],
)
def test_a_kind_may_cost_what_it_is_for(kind: str, spent: dict[str, int], wrong: str) -> None:
    assert beyond(kind, NOTHING | spent) == wrong


@pytest.mark.process
def test_a_test_that_starts_a_process_fails_unless_it_is_marked_and_the_run_says_what_it_costs(tmp_path: Path) -> None:
    test = "import subprocess, sys, pytest\n{mark}\ndef test_one():\n    subprocess.run([sys.executable, '-V'])\n"
    (tmp_path / "test_marked.py").write_text(test.format(mark="@pytest.mark.process"), encoding="utf-8")
    (tmp_path / "test_unmarked.py").write_text(test.format(mark=""), encoding="utf-8")
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", "-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml")]

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(ROOT), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "2 passed, 1 error" in ended.stdout
    assert "this unit test costs 1 processes" in ended.stdout
    (row,) = [line for line in ended.stdout.splitlines() if line.startswith("process ")]
    assert row.split()[1::2] == ["1", "1", "0"]  # tests, processes, pages
    assert "to repeat it: pytest --sample=" in ended.stdout


@pytest.mark.parametrize(
    ("file", "test"),
    [
        ("functions/desk/cases/sla.py", "tests/unit/cases/test_sla.py"),
        ("functions/operator_console/inbox/_row.html.j2", "tests/unit/operator_console/inbox/test_inbox.py"),
        ("infra/template.yaml", "tests/template/test_tables.py"),
        ("tests/unit/cases/test_sla.py", "tests/unit/cases/test_sla.py"),
        ("tests/fakes/cases.py", "tests/contract/test_cases.py"),
    ],
)
def test_a_changed_file_has_the_tests_that_import_it_or_lie_in_the_folder_of_its_name(file: str, test: str) -> None:
    assert test in changed.tests_of([file])


def test_the_closest_tests_of_a_file_come_first() -> None:
    assert changed.tests_of(["functions/desk/cases/transitions.py"])[0].startswith("tests/unit/cases/")
    assert changed.tests_of(["LICENSE"]) == []
