"""A few minutes of the busy hour of `python -m benchmarks.load`: nothing is lost or done twice, whatever dies."""

from benchmarks.load.hour import Size
from benchmarks.load.run import run
from tests.families import tries_all

LONGER = Size(mentions=12, posts=2, people=2, minutes=6)
LONG_ENOUGH = Size(mentions=9, posts=1, people=1, minutes=5)
"""So long that mentions still come after RouteInquiry has died at each of its four kinds of changes."""


def test_a_busy_hour_in_which_each_function_dies_loses_nothing_and_does_nothing_twice() -> None:
    played = run(LONGER if tries_all() else LONG_ENOUGH, killed_one_in=400, seed=1)

    assert played.findings == []
    assert played.played.replies
    assert [name for name, use in played.uses.items() if not use.killed_at] == []
    assert {"TransactWriteItems", "PublishBatch", "BatchWriteItem"} <= played.uses["RouteInquiry"].killed_at.keys()
