"""The faults of a spike: every page, banner and mail counts them here, so that they name the same number.

They are all faults of its department from its beginning to its end, or to now: several of one author count each, and so
do those in danger and those whose case went elsewhere, although `Spike.covers` leaves their cases out of its list.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from desk.spikes.faults import Fault, Faults
from desk.spikes.model import Spike


def until_of(spike: Spike, now: datetime) -> datetime:
    """Until when faults belong to it, as far as that is known now."""
    return spike.ended_at or max(now, spike.detected_at)


def count_faults(faults: Faults, spike: Spike, now: datetime) -> int:
    """How many faults it has. Raises StoreBusy."""
    return faults.count(spike.started_at, until_of(spike, now), department=spike.department)


def faults_around(
    faults: Faults, spike: Spike, now: datetime, *, before: timedelta = timedelta(0)
) -> tuple[Sequence[Fault], Sequence[Fault]]:
    """The faults of the time before it, and its own. Raises StoreBusy."""
    around = faults.between(spike.started_at - before, until_of(spike, now), department=spike.department)
    own = [fault for fault in around if fault.posted_at >= spike.started_at]
    return [fault for fault in around if fault.posted_at < spike.started_at], own
