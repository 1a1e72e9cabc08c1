"""Learns from earlier bursts how large a department's bursts are that are no outages."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from desk.spikes.history import LEAST_FAULTS
from desk.spikes.tail import negative_binomial_tail

MOST_LIKELY = 1e-6
"""A number of faults that is more likely is not a spike."""
BURST_DAYS = 84
"""How many days before today bursts are learnt from."""

_OUTAGE_DAYS = 42
"""The largest burst of each of these days may be an outage, which must not make outages usual."""
_DOUBTFUL = 2.0
"""The most clustering that a burst makes usual which may be an outage. Where 0.1 faults are expected in a window, 22
faults are then still a spike."""
_MARGIN, _MORE_MARGIN = 2, 3
"""So many times a burst's clustering is usual, since the next one may be larger, and up to so many times more if the
burst is large: then the next one may be larger by far."""
_YOUNG_MARGIN, _YOUNG_DAYS = 6, 56
"""So many times more if no day is known, as the largest bursts are still to come. It falls evenly to 0 at so many
days."""
_APART = 12
"""Hours between two bursts. What is closer is one burst, as a spike lasts no longer."""
_CROWD = 30
"""From so many expected faults in a window on, busy hours cluster more than quiet ones."""
_LEAST, _MOST, _HALVINGS = 0.005, 500.0, 20


class Window(NamedTuple):
    """The largest window of an hour, which is a number that grows by one each hour."""

    hour: int
    faults: int
    expected: float


def dispersion_of(clustering: float, mean: float) -> float:
    """The dispersion of windows with this mean: their variance is mean + clustering * (mean + mean² / _CROWD)."""
    return clustering * (1 / mean + 1 / _CROWD)


def usual_clustering(windows: Iterable[Window], days: int) -> float:
    """How much a department's faults usually cluster, if so many of its days are known.

    The largest bursts, one for each _OUTAGE_DAYS and at least one, may be outages. The next one is ordinary and counts.
    The smallest of those that may be outages counts as well, but only up to _DOUBTFUL.
    """
    outages = max(1, min(days, BURST_DAYS) // _OUTAGE_DAYS)
    largest = [_made_usual(each, days) for each in islice(_bursts(windows), outages + 1)]
    doubtful, ordinary = largest[outages - 1 : outages], largest[outages:]
    return max([*ordinary, *(min(each, _DOUBTFUL) for each in doubtful)], default=0.0)


def _made_usual(burst: Window, days: int) -> float:
    """The clustering that this burst makes usual: that at which it would just not have been a spike, with a margin."""
    reached = _clustering(burst.faults, burst.expected)
    unknown = 1 - min(days, _YOUNG_DAYS) / _YOUNG_DAYS
    return reached * (_MARGIN + _MORE_MARGIN * reached / (1 + reached) + _YOUNG_MARGIN * unknown)


def _bursts(windows: Iterable[Window]) -> Iterator[Window]:
    """The largest window of each burst, the largest one first."""
    hours = list[int]()
    for window in sorted(windows, key=_excess, reverse=True):
        if all(abs(window.hour - hour) > _APART for hour in hours):
            hours.append(window.hour)
            yield window


def _excess(window: Window) -> float:
    return (window.faults - window.expected) / (1 + window.expected / _CROWD)


def _clustering(faults: int, mean: float) -> float:
    """The clustering at which this number of faults has the probability MOST_LIKELY; 0 if it is likelier anyway."""
    low, high = _LEAST, _MOST
    if faults < LEAST_FAULTS or _tail(faults, mean, low) > MOST_LIKELY:
        return 0.0
    for _ in range(_HALVINGS):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if _tail(faults, mean, middle) > MOST_LIKELY else (middle, high)
    return low


def _tail(faults: int, mean: float, clustering: float) -> float:
    return negative_binomial_tail(faults, mean, dispersion_of(clustering, mean))
