"""A test that drives a browser and fails is repeated once, and the end of the run says which and why."""

import pytest
from _pytest.runner import runtestprotocol

NEEDED = "a Chromium"
"""What the tests need that are repeated."""

_REPEATED = "repeated"


def run_again_if_it_fails(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run the test in place of pytest if it drives a browser: if it fails, once more with all set up anew."""
    if not any(NEEDED in mark.kwargs.get("reason", "") for mark in item.iter_markers("skipif")):
        return None
    hook, log = item.ihook, {"nodeid": item.nodeid, "location": item.location}
    hook.pytest_runtest_logstart(**log)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    failed = next((report for report in reports if report.failed), None)
    if failed:
        failed.outcome = _REPEATED  # type: ignore[assignment]
        hook.pytest_runtest_logreport(report=failed)
        item.session._setupstate.teardown_exact(None)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(**log)
    return True


def status_of(report: pytest.TestReport | pytest.CollectReport) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """How pytest counts and shows a test that is repeated."""
    is_repeated: bool = report.outcome == _REPEATED
    return (_REPEATED, "R", ("REPEATED", {"yellow": True})) if is_repeated else None


def report_repeated(reporter: pytest.TerminalReporter) -> None:
    """Write each test that failed at first, with its failure: a race to mend, or a defect that is seen now and then."""
    if reports := reporter.stats.get(_REPEATED, ()):
        reporter.section("failed at first and were repeated", yellow=True, bold=True)
        for report in reports:
            reporter.write_line(report.nodeid, yellow=True)
            reporter.write_line(report.longreprtext)
