"""How the code is organised, in figures: files and their sizes, tests beside code, imports between functions, and hops.

A *path* is what one event runs through inside `functions/`, from the handler to the last call that leaves the process.
Each is recorded while one existing test runs, with `sys.setprofile`: the files in which a function was called, and the
deepest stack of calls. Frames of other packages, and of modules while they load, do not count.
"""

import ast
import contextlib
import io
import re
import statistics
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

FUNCTIONS, LOCAL, TESTS = Path("functions"), Path("local"), Path("tests")
SMALL = 40  # lines below which a file needs a reason
PATHS: Mapping[str, str] = {
    "poll to table": "tests/unit/poll_mentions/test_handler.py::test_a_mention_on_x_is_stored_and_counted",
    "stream to SNS": "tests/contract/test_wired_functions.py::"
    "test_a_stream_event_becomes_json_and_a_mail_at_the_departments_topic",
    "POST to SQS": "tests/unit/post_update/api/test_wired.py::test_a_post_is_stored_and_wakes_the_publisher_once",
    "SQS to X": "tests/unit/post_update/test_publisher_handler.py::test_a_message_becomes_a_post_on_x",
    "form to SQS": "tests/unit/answer_case/test_handler.py::"
    "test_the_function_answers_from_the_tables_and_never_logs_link_name_or_text",
}
_STORE = re.compile(r"^class \w+\(Protocol\)|^class \w+(Items|Sns|Sqs|Files|Schedules|Secret)\b", re.MULTILINE)
"""A file of a concept with a protocol, or with a class that keeps it in AWS, is one of stores."""
_HANDLER = "lambda_handler"


def measure() -> dict[str, Any]:
    """Counts over the checkout that is the current directory; raises RuntimeError where a path's test fails."""
    functions, local, tests = (_lines_by_file(folder) for folder in (FUNCTIONS, LOCAL, TESTS))
    stores = [lines for path, lines in functions.items() if _is_store(path)]
    contracts = [path for path in tests if path.parent.name == "contract" and path.name.startswith("test_")]
    fakes = [path for path in tests if path.parent.name == "fakes" and path.name != "__init__.py"]
    return {
        "files": len(functions),
        "median lines": statistics.median(functions.values()),
        f"files below {SMALL} lines": sum(lines < SMALL for lines in functions.values()),
        "stores: files": len(stores),
        "stores: lines": sum(stores),
        "fakes": len(fakes),
        "contract test files": len(contracts),
        "tests to code": round(sum(tests.values()) / sum([*functions.values(), *local.values()]), 2),
        "imports between functions": len(imports_between_functions()),
        "paths": {name: _path(test) for name, test in PATHS.items()},
    }


def imports_between_functions() -> list[tuple[str, str]]:
    """Each file of a function's folder with a module of another function's folder that it imports."""
    folders = {path.parent.name for path in FUNCTIONS.glob("*/__init__.py")} - {"desk"}
    found = []
    for path in sorted(FUNCTIONS.rglob("*.py")):
        own = path.relative_to(FUNCTIONS).parts[0]
        if own in folders:
            imported = (name for name in _imports(path) if name.partition(".")[0] in folders - {own})
            found += [(path.as_posix(), name) for name in imported]
    return found


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def _is_store(path: Path) -> bool:
    of_concept = path.parts[1] == "desk" and "x" not in path.parts
    return of_concept and bool(_STORE.search(path.read_text(encoding="utf-8")))


def _lines_by_file(folder: Path) -> dict[Path, int]:
    """Lines of each Python file that has more than one; the others only mark a package."""
    counted = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in folder.rglob("*.py")}
    return {path: lines for path, lines in counted.items() if lines > 1}


class _Recorder:
    """Which files below a folder a handler's calls ran in, and how deep. `plugin` hooks into one pytest run."""

    def __init__(self, folder: Path) -> None:
        self._prefix = f"{folder.resolve()}/"
        self.files: set[str] = set()
        self.depth = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """Record while the test itself runs, without its fixtures."""
        threading.setprofile(self._profile)
        sys.setprofile(self._profile)
        try:
            return (yield)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def _profile(self, frame: FrameType, event: str, _: object) -> None:
        if event != "call" or not self._is_ours(frame):
            return
        stack = []
        current: FrameType | None = frame
        while current:
            if self._is_ours(current):
                stack.append(current.f_code)
            current = current.f_back
        if any(code.co_name == _HANDLER for code in stack):
            self.files.add(frame.f_code.co_filename)
            self.depth = max(self.depth, len(stack))

    def _is_ours(self, frame: FrameType) -> bool:
        code = frame.f_code
        return code.co_filename.startswith(self._prefix) and code.co_name != "<module>"


def _path(test: str) -> dict[str, int]:
    recorder, said = _Recorder(FUNCTIONS), io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(["-q", "-p", "no:randomly", "-p", "no:xdist", "-o", "addopts=", test], plugins=[recorder])
    if code:
        raise RuntimeError(f"{test} did not pass:\n{said.getvalue()}")
    return {"files": len(recorder.files), "deepest stack": recorder.depth}


if __name__ == "__main__":
    import json

    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
