from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from local.x.control import XControl
from local.x.server import RunningX, start

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def x() -> Iterator[RunningX]:
    with start(now=NOON) as running:
        yield running


@pytest.fixture
def control(x: RunningX) -> Iterator[XControl]:
    client = XControl(x.url)
    yield client
    client.close()
