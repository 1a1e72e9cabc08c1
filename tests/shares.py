"""Shares: the tests that one worker of a run takes together, and in which order shares begin.

A file is a share, as with `--dist loadfile`. The tests on the shared desk of `tests/e2e` are one share together: each
worker that runs one of them has to build that desk, and to start its functions.
"""

from typing import Any

import pytest

_WHOLE_DESKS = "tests/e2e/"
SHARED_DESK = f"{_WHOLE_DESKS}shared_desk"
ALONE = (
    "test_the_demo.py",
    "test_costs.py",
    "test_a_busy_hour.py",
    "test_the_preview.py",
    "test_the_desk_that_stays_up.py",
)
"""Files of `tests/e2e` that start desks of their own, the longest one first."""


def share_of(nodeid: str) -> str:
    """The name of the share that the test is in."""
    file = nodeid.partition("::")[0]
    is_shared = file.startswith(_WHOLE_DESKS) and file.removeprefix(_WHOLE_DESKS) not in ALONE
    return SHARED_DESK if is_shared else file


def place_of(nodeid: str) -> int:
    """The share's place among those of one kind: the longest begins first."""
    longest_first = [SHARED_DESK, *(f"{_WHOLE_DESKS}{name}" for name in ALONE)]
    share = share_of(nodeid)
    return longest_first.index(share) if share in longest_first else len(longest_first)


def scheduler(config: pytest.Config, log: Any) -> Any:
    """What gives xdist's workers their shares."""
    # Imported here, since tests also run where xdist is switched off. It has no types.
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]  # noqa: PLC0415

    class ByShare(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return share_of(nodeid)

    return ByShare(config, log)
