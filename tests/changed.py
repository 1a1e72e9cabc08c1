"""Run the tests of the files that were changed: `python -m tests.changed [FILE...] [-- OPTIONS of pytest]`.

Without files, those that differ from the last commit; if there are none, those of that commit. The tests of a file
are those that import it, and those in the folder of its name. Tests that run a whole desk are left to `make test`.
"""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = (ROOT / "functions", ROOT)
MOST_FILES = 24
"""How many files of tests are run at most, so that it ends within half a minute."""
_NO_KIND = "not whole_desk"
_OF_ALL = ("desk.yaml", "infra/template.yaml", "pyproject.toml")


def main(arguments: list[str]) -> int:
    """Choose the tests, say which, and run them. Returns pytest's exit code, or 1 where a file has no tests."""
    files, _, options = _split(arguments)
    changed = files or _differing("HEAD") or _differing("HEAD~1", "HEAD")
    chosen = tests_of(changed)
    if not chosen:
        print(f"No test imports {', '.join(changed) or 'anything that was changed'}; make test runs all.")
        return 1
    tried = chosen[:MOST_FILES]
    left = len(chosen) - len(tried)
    rest = f"; {left} more, which make test runs, are left out" if left else ""
    print(f"{len(tried)} files of tests for {', '.join(changed)}{rest}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-m", _NO_KIND, *(["-n", "2"] if len(tried) > 1 else [])]
    return subprocess.run([*command, *options, *tried], cwd=ROOT, check=False).returncode


def tests_of(changed: Iterable[str]) -> list[str]:
    """The files of tests that these files have, the closest ones first."""
    ranks: dict[str, tuple[int, int]] = {}
    for name in changed:
        for test, rank in _ranked(name):
            ranks[test] = min(rank, ranks.get(test, rank))
    return sorted(ranks, key=lambda test: (ranks[test], test))


def _ranked(name: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each test of a file, with how far it is: in the folder of its name or not, and how much else it imports."""
    path = Path(name)
    if name.startswith("tests/") and path.name.startswith("test_"):
        if (ROOT / name).exists():
            yield name, (0, 0)
        return
    module, folder = _module_of(path), path.parent.name
    for test, imported in _imports_of_tests().items():
        is_near = Path(test).parent.name == folder
        if module in imported or (is_near and path.suffix != ".py") or (name in _OF_ALL and "tests/template" in test):
            yield test, (0 if is_near else 1, len(imported))


def _module_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[1:] if parts[0] == "functions" else parts)


@cache
def _imports_of_tests() -> dict[str, frozenset[str]]:
    """By file of tests, the modules of this repository that it imports."""
    tests = (ROOT / "tests").rglob("test_*.py")
    return {str(path.relative_to(ROOT)): frozenset(_imported_by(path)) for path in tests}


def _imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def _differing(*revisions: str) -> list[str]:
    """The files that differ between the revisions, or from one of them, new ones among them."""
    told = _git("diff", "--name-only", *revisions)
    return told if len(revisions) > 1 else [*told, *_git("ls-files", "--others", "--exclude-standard")]


def _git(*arguments: str) -> list[str]:
    told = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return told.stdout.splitlines()


def _split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    if "--" not in arguments:
        return arguments, "", []
    place = arguments.index("--")
    return arguments[:place], "--", arguments[place + 1 :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
