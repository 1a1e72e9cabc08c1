"""What each test costs, counted; the kinds of tests that may cost more; and the table at the end of a run.

Time says something about a machine, too, so the gate counts: processes started, calls of an emulated AWS, and pages
opened in a browser. What a function does in a process of its own is not counted: such tests have a kind already.
"""

import csv
import os
import subprocess
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.endpoint import Endpoint

PROCESSES, CALLS, PAGES = "processes", "calls", "pages"
COSTS = (PROCESSES, CALLS, PAGES)

MOST_CALLS = 400
"""How often a test without a kind may call an emulated AWS."""

UNIT = "unit"
"""The kind of a test that has no mark."""

KINDS: dict[str, frozenset[str]] = {
    "whole_desk": frozenset(COSTS),
    "browser": frozenset(COSTS),
    "process": frozenset({PROCESSES, CALLS}),
    "emulator": frozenset({CALLS}),
    UNIT: frozenset(),
}
"""The marks of tests, in the order in which they run, and what each may cost without limit."""

_COSTLIEST = 15
_TABLE = Path(".dorothy/costs-of-tests.tsv")
_counted: Counter[str] = Counter()


class Cost(NamedTuple):
    """What tests cost together."""

    tests: int = 0
    seconds: float = 0
    processes: int = 0
    calls: int = 0
    pages: int = 0

    def plus(self, other: "Cost") -> "Cost":
        return Cost(
            self.tests + other.tests,
            self.seconds + other.seconds,
            self.processes + other.processes,
            self.calls + other.calls,
            self.pages + other.pages,
        )


def count(what: str) -> None:
    """Add one to the costs of the test that runs."""
    _counted[what] += 1


def watch() -> None:
    """Count, from now on, what this process does."""
    _count_calls_of(subprocess.Popen, "__init__", PROCESSES)
    _count_calls_of(os, "fork", PROCESSES)
    _count_calls_of(Endpoint, "make_request", CALLS)


def _count_calls_of(owner: Any, name: str, what: str) -> None:
    original = getattr(owner, name)

    @wraps(original)
    def counted(*args: Any, **options: Any) -> Any:
        count(what)
        return original(*args, **options)

    setattr(owner, name, counted)


def forget() -> None:
    """Begin with no costs: what a process did before its first test is nobody's."""
    _counted.clear()


def kind_of(item: pytest.Item) -> str:
    """The first of the kinds with which the test, its file or its folder is marked."""
    return next((kind for kind in KINDS if item.get_closest_marker(kind)), UNIT)


def place_of(item: pytest.Item) -> int:
    """The kind's place in the order in which tests run: what takes long begins first."""
    return list(KINDS).index(kind_of(item))


def costs_without_mark(item: pytest.Item) -> Generator[None, object, object]:
    """Count what one test does, with its fixtures, and fail it if its kind may not.

    A wrapper of pytest_runtest_teardown, whose report carries what was counted. Fixtures of a file or a worker count
    for the test that needs them first.
    """
    result = yield
    spent = {what: _counted[what] for what in COSTS}
    _counted.clear()
    item.user_properties += [("kind", kind_of(item)), *spent.items()]
    if wrong := beyond(kind_of(item), spent):
        pytest.fail(f"{wrong}: docs/tests.md says which kind such a test is", pytrace=False)
    return result


def beyond(kind: str, spent: dict[str, int]) -> str:
    """What a test of this kind did that only other kinds may; empty if there is nothing."""
    free = KINDS[kind]
    limits = {PROCESSES: 0, CALLS: MOST_CALLS, PAGES: 0}
    over = [f"{spent[what]} {what}" for what in COSTS if what not in free and spent[what] > limits[what]]
    return f"this {kind} test costs {', '.join(over)}" if over else ""


def report_costs(reporter: pytest.TerminalReporter) -> None:
    """Write the costs by kind and those of the costliest files, and store those of every file."""
    reports = [one for some in reporter.stats.values() for one in some if isinstance(one, pytest.TestReport)]
    by_kind, by_file = costs(reports)
    if not by_kind:
        return
    reporter.section("what the tests cost")
    for line in _lines("kind", sorted(by_kind.items(), key=lambda each: list(KINDS).index(each[0]))):
        reporter.write_line(line)
    dearest = sorted(by_file.items(), key=lambda each: -each[1].seconds)
    reporter.write_line("")
    for line in _lines("file", dearest[:_COSTLIEST]):
        reporter.write_line(line)
    if len(dearest) > _COSTLIEST:
        _TABLE.parent.mkdir(exist_ok=True)
        with _TABLE.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, "excel-tab").writerows(
                [("file", *Cost._fields), *((name, *cost) for name, cost in dearest)]
            )
        reporter.write_line(f"all files: {_TABLE}")


def costs(reports: Iterable[pytest.TestReport]) -> tuple[dict[str, Cost], dict[str, Cost]]:
    """The costs by kind and by file. A test's three reports share their seconds; the last one has its counts."""
    by_kind: defaultdict[str, Cost] = defaultdict(Cost)
    by_file: defaultdict[str, Cost] = defaultdict(Cost)
    seconds: defaultdict[str, float] = defaultdict(float)
    for report in reports:
        seconds[report.nodeid] += report.duration
    for report in reports:
        counted = dict(report.user_properties)
        if report.when == "teardown" and "kind" in counted:
            cost = Cost(1, seconds[report.nodeid], *(int(str(counted[what])) for what in COSTS))
            for table, name in ((by_kind, str(counted["kind"])), (by_file, report.nodeid.partition("::")[0])):
                table[name] = table[name].plus(cost)
    return by_kind, by_file


def _lines(head: str, rows: Iterable[tuple[str, Cost]]) -> list[str]:
    table = [(head, *Cost._fields), *((name, *(f"{figure:.0f}" for figure in cost)) for name, cost in rows)]
    widest = max(len(row[0]) for row in table)
    return [f"{row[0]:<{widest}}" + "".join(f"{figure:>11}" for figure in row[1:]) for row in table]
