"""Decides whether a department's faults are a spike, and whether a spike is over; pure functions."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.spikes.bursts import MOST_LIKELY
from desk.spikes.faults import Fault
from desk.spikes.history import LEAST_FAULTS, WINDOWS
from desk.spikes.profile import Usual

LONGEST = timedelta(minutes=max(WINDOWS))
EARLIER = timedelta(hours=4)
"""How long before the longest window the level is checked: it is raised on a day on which the brand goes viral."""
QUIET = timedelta(minutes=30)
"""A spike is over once faults have been usual for this long."""
_QUIET_LIKELY = 0.01
_STRAY_FAULTS = 1
"""This many late faults do not delay the end, however rare faults are at that hour."""


class Burst(NamedTuple):
    """A window of `minutes` that is a spike and ends with a fault posted at `until`.

    The first of its faults was posted at `since`. `faults` counts each author once; `expected` is the usual number.
    """

    since: datetime
    minutes: int
    faults: int
    expected: float
    until: datetime


def first_burst(
    faults: Sequence[Fault], new: Collection[str], usual: Usual, earlier: Callable[[], Sequence[Fault]]
) -> Burst | None:
    """The first window of a department's faults, oldest first, that is a spike and ends with one of the `new` ones.

    Of several windows with the same end, it is the least likely one. Each author counts once in a window. Only if a
    window is unlikely, `earlier` returns the faults of the hours before these, which may raise what is expected.
    """
    times = [fault.posted_at for fault in faults]
    for fault in faults:
        if fault.mention_id not in new:
            continue
        end = bisect_right(times, fault.posted_at)
        if _least_likely(faults, times, end, usual):
            raised = with_level(usual, [*earlier(), *faults], fault.posted_at)
            if burst := _least_likely(faults, times, end, raised):
                return burst
    return None


def with_level(usual: Usual, faults: Sequence[Fault], moment: datetime) -> Usual:
    """What is expected at this moment, given the hours before its windows, whose faults are among these."""
    until = moment - LONGEST
    authors = {fault.author_id for fault in faults if fault.counts and until - EARLIER < fault.posted_at <= until}
    return usual.after(len(authors), until, int(EARLIER.total_seconds()) // 60)


def is_quiet(faults: Sequence[Fault], started_at: datetime, until: datetime, usual: Usual) -> bool:
    """Whether the faults of a spike that began then have been usual for half an hour until this moment.

    It is over from a tail of one in a hundred on, and the next one begins at one in a million. A rate between the two
    neither ends a spike nor begins one.
    """
    authors = len({fault.author_id for fault in faults if fault.counts and until - QUIET < fault.posted_at <= until})
    tail = usual.tail(authors, until, int(QUIET.total_seconds()) // 60)
    return until - started_at >= QUIET and (authors <= _STRAY_FAULTS or tail > _QUIET_LIKELY)


def _least_likely(faults: Sequence[Fault], times: Sequence[datetime], end: int, usual: Usual) -> Burst | None:
    """The least likely window that ends before this place, if any is a spike."""
    found = [window for minutes in WINDOWS if (window := _window(faults, times, end, minutes, usual))]
    return min(found)[1] if found else None


def _window(
    faults: Sequence[Fault], times: Sequence[datetime], end: int, minutes: int, usual: Usual
) -> tuple[float, Burst] | None:
    """The tail of the window that ends before the place `end`, and the window; None if it is not a spike."""
    until = times[end - 1]
    begin = bisect_left(times, until - timedelta(minutes=minutes), hi=end)
    authors = len({fault.author_id for fault in faults[begin:end]})
    if authors < LEAST_FAULTS:
        return None
    tail = usual.tail(authors, until, minutes)
    if tail > MOST_LIKELY:
        return None
    return tail, Burst(times[begin], minutes, authors, usual.within(until, minutes), until)
