"""The largest pictures that may be uploaded are prepared within the memory that the decision states."""

import pytest

from benchmarks.pictures import largest_pictures, prepared
from tests.families import variants

MOST_MB = 512


@pytest.mark.process
@variants("kind", ["PNG, transparent", "WebP, transparent"], 1)
def test_the_pictures_that_need_most_memory_need_less_than_half_a_gigabyte(kind: str) -> None:
    assert prepared(largest_pictures()[kind]())["peak_mb"] < MOST_MB
