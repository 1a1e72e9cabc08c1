"""A local X, driven by whoever asks for it: these fixtures cost nothing where they are not used."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import botocore.session
import pytest

from local.x.control import XControl
from local.x.server import RunningX, start
from tests.aws_rules.summary import pytest_configure, pytest_terminal_summary
from tests.local_x import XCaller, bearer_caller, user_caller

__all__ = ["pytest_configure", "pytest_terminal_summary"]

botocore.session.create_loader = cache(botocore.session.create_loader)
"""Sessions share what they read of AWS's service descriptions: moto begins a session for each test."""

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
END_TO_END = Path(__file__).parent / "e2e"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors, since many tests wait for a browser, a queue or time to pass.

    Optional, so that tests also run where xdist is switched off.
    """
    return (os.process_cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files that take long begin first: each is one worker's, and the others would wait for it at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (END_TO_END not in item.path.parents, item.path not in slow))


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
