"""The largest pictures that may be uploaded are prepared within the memory that the decision states."""

import pytest

from benchmarks.pictures import largest_pictures, prepared

MOST_MB = 512


@pytest.mark.process
@pytest.mark.parametrize("kind", ["PNG, transparent", "WebP, transparent"])
def test_the_pictures_that_need_most_memory_need_less_than_half_a_gigabyte(kind: str) -> None:
    assert prepared(largest_pictures()[kind]())["peak_mb"] < MOST_MB
