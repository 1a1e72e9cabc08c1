"""A local X, driven by whoever asks for it: these fixtures cost nothing where they are not used."""

import gc
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from hypothesis import HealthCheck, settings

from desk.brand import COMPILED
from local.x.control import XControl
from local.x.server import RunningX, start
from tests import families, kinds, shares
from tests.aws_rules.summary import name_folder, report_unused
from tests.browser import NEEDS_CHROMIUM, Chromium, RunningChromium
from tests.local_x import XCaller, bearer_caller, user_caller
from tests.needs import report_skipped

botocore.session.create_loader = cache(botocore.session.create_loader)
"""Sessions share what they read of AWS's service descriptions: moto begins a session for each test."""

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
"""How fast a machine is, and how busy, fails no test."""

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_GARBAGE = 100_000
"""How many objects are made before the garbage collector looks at them."""
END_TO_END = Path(__file__).parent / "e2e"
ROOT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    families.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder for permissions, and compile desk.yaml, once for all workers of the run."""
    families.configure(config)
    name_folder(config)
    if not hasattr(config, "workerinput") and _is_stale(COMPILED):
        subprocess.run(
            [Path(sys.executable).with_name("dorothy"), "compile"], cwd=ROOT, check=True, capture_output=True
        )
    kinds.watch()


def _is_stale(compiled: Path) -> bool:
    """Whether desk.yaml, or the code that compiles it, is newer; or it was never compiled."""
    made_of = (ROOT / "desk.yaml", ROOT / "functions/desk/brand.py", *(ROOT / "local/brand").glob("*.py"))
    return not compiled.exists() or compiled.stat().st_mtime < max(path.stat().st_mtime for path in made_of)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Divide among the workers what all of them need: pytest translates a test's file when it is imported first."""
    if worker := getattr(session.config, "workerinput", None):
        names = sorted(END_TO_END.parent.rglob("test_*.py"))
        for path in names[int(worker["workerid"].removeprefix("gw")) :: worker["workercount"]]:
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for garbage: there is none, and what is collected stays until the end.

    Tests leave little that only the garbage collector finds, so that it looks less often than it otherwise would.
    """
    gc.disable()
    result = yield
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    gc.enable()
    kinds.forget()
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Count what the test did, and fail it if its kind may not."""
    return (yield from kinds.costs_without_mark(item))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Generator[None]:
    """Report what the tests cost and which permissions nothing used, and after everything else what was skipped."""
    kinds.report_costs(terminalreporter)
    terminalreporter.write_line(families.described(config))
    report_unused(terminalreporter, config)
    yield
    report_skipped(terminalreporter)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors, since many tests wait for a browser, a queue or time to pass.

    Optional, so that tests also run where xdist is switched off.
    """
    return (os.process_cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs a whole desk, and let the kinds that take long begin first: others would wait at the end."""
    for item in items:
        if END_TO_END in item.path.parents:
            item.add_marker("whole_desk")
        elif item.get_closest_marker("browser"):
            item.add_marker(NEEDS_CHROMIUM)
    items.sort(key=lambda item: (kinds.place_of(item), shares.place_of(item.nodeid)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each worker whole shares."""
    return shares.scheduler(config, log)


@pytest.fixture(scope="session")
def running_chromium() -> Iterator[RunningChromium]:
    """One Chromium for all tests of a worker."""
    with RunningChromium() as chromium:
        yield chromium


@pytest.fixture
def browser(running_chromium: RunningChromium) -> Iterator[Chromium]:
    """A profile of its own in this Chromium."""
    with running_chromium.profile() as opened:
        yield opened


@pytest.fixture
def x() -> Iterator[RunningX]:
    with start(now=NOON) as running:
        yield running


@pytest.fixture
def control(x: RunningX) -> Iterator[XControl]:
    client = XControl(x.url)
    yield client
    client.close()


@pytest.fixture
def user(x: RunningX) -> Iterator[XCaller]:
    caller = user_caller(x)
    yield caller
    caller.session.close()


@pytest.fixture
def app(x: RunningX) -> Iterator[XCaller]:
    caller = bearer_caller(x, x.account.bearer_token)
    yield caller
    caller.session.close()
