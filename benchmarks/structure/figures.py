"""Counts of files and lines over the checkout that is the current directory. They are reported and limit nothing."""

import re
import statistics
from pathlib import Path

SMALL = 40  # lines below which a file needs a reason
_STORE = re.compile(r"^class \w+\(Protocol\)|^class \w+(Items|Sns|Sqs|Files|Schedules|Secret)\b", re.MULTILINE)
"""A file of a concept with a protocol, or with a class that keeps it in AWS, is one of stores."""


def measure() -> dict[str, float]:
    """Files and lines of functions, stores and tests."""
    functions, local, tests = (_lines_by_file(Path(folder)) for folder in ("functions", "local", "tests"))
    stores = [lines for path, lines in functions.items() if _is_store(path)]
    return {
        "files of functions": len(functions),
        "lines of functions": sum(functions.values()),
        "median lines of a file": statistics.median(functions.values()),
        f"files below {SMALL} lines": sum(lines < SMALL for lines in functions.values()),
        "files of stores": len(stores),
        "lines of stores": sum(stores),
        "fakes": sum(path.parent.name == "fakes" for path in tests),
        "files of contract tests": sum(
            path.parent.name == "contract" and path.name.startswith("test_") for path in tests
        ),
        "lines of tests": sum(tests.values()),
        "tests to code": round(sum(tests.values()) / sum([*functions.values(), *local.values()]), 2),
    }


def _is_store(path: Path) -> bool:
    of_concept = path.parts[1] == "desk" and "x" not in path.parts
    return of_concept and bool(_STORE.search(path.read_text(encoding="utf-8")))


def _lines_by_file(folder: Path) -> dict[Path, int]:
    """Lines of each Python file that has more than one; the others only mark a package."""
    counted = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in folder.rglob("*.py")}
    return {path: lines for path, lines in counted.items() if lines > 1}
