"""Decides whether a department's faults are a spike, and whether a spike is over; pure functions."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.spikes.faults import Fault
from desk.spikes.profile import Usual

WINDOWS = (3, 10, 30)
"""Minutes within which faults are counted, up to each new one."""
LONGEST = timedelta(minutes=max(WINDOWS))
EARLIER = timedelta(hours=4)
"""How long before the longest window there may have been a raised level, as on a day on which the brand goes viral."""
LEAST_FAULTS = 5
MOST_LIKELY = 1e-6
"""A window with fewer faults, or with a number that is more likely than this, is no spike."""

QUIET = timedelta(minutes=30)
"""A spike is over once faults have been usual for so long."""
LASTS = timedelta(hours=12)
"""A spike that lasts longer ends all the same. If it goes on, another one begins, and people hear of it again."""
_QUIET_LIKELY = 0.01
_STRAY_FAULTS = 1
"""So many late reports do not hold up the end, however rare faults are at that hour."""


class Burst(NamedTuple):
    """A window of so many minutes until the fault of this moment, with faults of so many authors; `expected` are usual.

    The first of its faults was posted at `since`.
    """

    since: datetime
    minutes: int
    faults: int
    expected: float
    until: datetime


def first_burst(faults: Sequence[Fault], new: Collection[str], usual: Usual) -> Burst | None:
    """The first window of a department's faults, oldest first, that is a spike and ends with one of the `new` ones.

    Of several windows with the same end the least likely one. An author counts once in a window.
    """
    times = [fault.posted_at for fault in faults]
    for fault in faults:
        if fault.mention_id not in new:
            continue
        end = bisect_right(times, fault.posted_at)
        found = [window for minutes in WINDOWS if (window := _window(faults, times, end, minutes, usual))]
        if found:
            return min(found)[1]
    return None


def with_level(usual: Usual, faults: Sequence[Fault], burst: Burst) -> Usual:
    """What is to be expected after the hours before a burst, whose faults are among these."""
    until = burst.until - LONGEST
    authors = {fault.author_id for fault in faults if fault.counts and until - EARLIER < fault.posted_at <= until}
    return usual.after(len(authors), until, int(EARLIER.total_seconds()) // 60)


def is_over(faults: Sequence[Fault], started_at: datetime, now: datetime, usual: Usual) -> bool:
    """Whether a spike that began then is over, by the department's faults of the last half hour.

    A tail of one in a hundred is far from the one in a million with which the next spike would begin, so a rate in
    between neither ends a spike nor begins one.
    """
    if now - started_at >= LASTS:
        return True
    authors = len({fault.author_id for fault in faults if fault.counts and now - QUIET < fault.posted_at <= now})
    minutes = int(QUIET.total_seconds()) // 60
    tail = usual.tail(authors, now, minutes)
    return now - started_at >= QUIET and (authors <= _STRAY_FAULTS or tail > _QUIET_LIKELY)


def _window(
    faults: Sequence[Fault], times: Sequence[datetime], end: int, minutes: int, usual: Usual
) -> tuple[float, Burst] | None:
    """The tail of the window that ends before this place, and the window, if it is a spike."""
    until = times[end - 1]
    begin = bisect_left(times, until - timedelta(minutes=minutes), hi=end)
    if end - begin < LEAST_FAULTS:
        return None
    authors = len({fault.author_id for fault in faults[begin:end]})
    if authors < LEAST_FAULTS:
        return None
    tail = usual.tail(authors, until, minutes)
    if tail > MOST_LIKELY:
        return None
    return tail, Burst(times[begin], minutes, authors, usual.within(until, minutes), until)
