"""What some tests need and a machine may lack, and the lines at the end of a run about the tests skipped for that."""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

_REASON = "Skipped: needs "
_COMMAND = "; to run it: "


def needs(what: str, *, is_there: bool, command: str) -> pytest.MarkDecorator:
    """Skip a test where something is missing; `command` brings it and runs all tests."""
    return pytest.mark.skipif(not is_there, reason=f"needs {what}{_COMMAND}{command}")


def skipped_for_needs(reasons: Iterable[str]) -> Iterator[str]:
    """A line for each thing that was missing: how many tests were skipped for it, and how to run them."""
    missing = Counter(reason.removeprefix(_REASON) for reason in reasons if reason.startswith(_REASON))
    for need, count in sorted(missing.items()):
        what, _, command = need.partition(_COMMAND)
        yield f"{count} skipped for want of {what}. To run them: {command}"


def report_skipped(reporter: pytest.TerminalReporter) -> None:
    """Write these lines, where anything was skipped so."""
    reports = reporter.stats.get("skipped", ())
    lines = list(skipped_for_needs(report.longrepr[2] for report in reports if isinstance(report.longrepr, tuple)))
    if lines:
        reporter.section("not everything was tested", yellow=True, bold=True)
        for line in lines:
            reporter.write_line(line, yellow=True)
