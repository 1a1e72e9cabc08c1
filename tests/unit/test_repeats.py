"""What is repeated, and that a run says so."""

import pytest

from tests.repeats import NEEDED

pytest_plugins = ["pytester"]

HOOKS = """
import pytest
from tests import repeats

def pytest_runtest_protocol(item, nextitem):
    return repeats.run_again_if_it_fails(item, nextitem)

def pytest_report_teststatus(report):
    return repeats.status_of(report)

def pytest_terminal_summary(terminalreporter):
    repeats.report_repeated(terminalreporter)
"""
TESTS = f"""
import pytest

DRIVES_A_BROWSER = pytest.mark.skipif(False, reason="needs {NEEDED}")
ran, opened = [], []

@pytest.fixture(scope="module")
def browser():
    opened.append(1)
    return len(opened)

@DRIVES_A_BROWSER
def test_that_passes(browser):
    assert browser == 1

@DRIVES_A_BROWSER
def test_that_fails_at_first(browser):
    ran.append(1)
    assert len(ran) == browser == 2, "a race"

@DRIVES_A_BROWSER
def test_that_fails():
    ran.append(1)
    assert len(ran) == 0, "a defect"

def test_without_a_browser():
    ran.append(1)
    assert len(ran) == 0
"""


def test_a_test_that_drives_a_browser_is_repeated_once_and_the_end_says_which(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(HOOKS)
    pytester.makepyfile(TESTS)

    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-n", "1")

    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*failed at first and were repeated*", "*::test_that_fails_at_first", "*a race*"])
    result.stdout.fnmatch_lines(["*::test_that_fails", "*a defect*", "*2 failed, 2 passed, 2 repeated*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED
