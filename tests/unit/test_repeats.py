"""What is repeated, and that a run says so."""

import pytest

from tests.repeats import END_TO_END, NEEDED

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
OF_A_DESK = """
ran = []

def test_of_a_whole_desk():
    ran.append(1)
    assert len(ran) == 2, "a race of queues"
"""


def test_a_test_of_a_browser_or_a_whole_desk_is_repeated_once_and_the_end_says_which(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(HOOKS)
    pytester.makepyfile(TESTS)
    folder = pytester.mkdir(END_TO_END)
    (folder / "test_desk.py").write_text(OF_A_DESK, encoding="utf-8")

    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-n", "1")

    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines(["*failed at first and were repeated*", "*::test_that_fails_at_first", "*a race*"])
    result.stdout.fnmatch_lines(["*::test_that_fails", "*a defect*", "*2 failed, 3 passed, 3 repeated*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED
