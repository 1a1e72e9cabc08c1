"""What the browser tests of the console share."""

from collections.abc import Iterator

import pytest

from tests.browser import Chromium, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    """One Chromium for all tests of a file."""
    with chromium() as running:
        yield running
