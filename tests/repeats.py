"""A test of a browser or of a whole desk that fails is repeated once, and the end of the run says which and why."""

import pytest
from _pytest.runner import runtestprotocol

NEEDED = "a Chromium"
"""What the tests of a browser need."""

END_TO_END = "e2e"
"""The folder of the tests that run a whole desk, with its functions, queues and schedules in real time."""

_REPEATED = "repeated"


def run_again_if_it_fails(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test that may be repeated in place of pytest: if it fails, once more with all set up anew."""
    drives_a_browser = any(NEEDED in mark.kwargs.get("reason", "") for mark in item.iter_markers("skipif"))
    if not drives_a_browser and item.path.parent.name != END_TO_END:
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
    """Write each test that failed at first, with its failure: a race to fix, or a defect that is seen now and then."""
    if reports := reporter.stats.get(_REPEATED, ()):
        reporter.section("failed at first and were repeated", yellow=True, bold=True)
        for report in reports:
            reporter.write_line(report.nodeid, yellow=True)
            reporter.write_line(report.longreprtext)
