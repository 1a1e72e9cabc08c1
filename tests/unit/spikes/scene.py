"""Faults of a department, and what is usual there."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count

from desk.spikes.faults import Fault
from desk.spikes.history import HOURS, DayFaults
from tests.fakes.mentions import SEOUL

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""In Seoul, on a Tuesday."""
MINUTE = timedelta(minutes=1)
TODAY = date(2026, 11, 24)

_ids = count(1)


def fault(minutes: float, author: str = "", *, department: str = "network", backlog: bool = False) -> Fault:
    """A fault that was posted so many minutes after noon, by default by somebody new."""
    number = str(next(_ids))
    return Fault(number, NOON + minutes * MINUTE, department, author or number, case_id=number, backlog=backlog)


def history(
    by_hour: Mapping[int, int], *, days: int = 28, weekend: bool = True, department: str = "network"
) -> dict[date, DayFaults]:
    """Finished days before today, all with so many faults at these hours; optionally none at weekends."""
    counts = tuple(by_hour.get(hour, 0) for hour in range(HOURS))
    found = {}
    for back in range(1, days + 1):
        day = TODAY - timedelta(days=back)
        rests = not weekend and day.weekday() >= 5
        until = datetime.combine(day + timedelta(days=1), datetime.min.time(), SEOUL)
        found[day] = DayFaults({department: (0,) * HOURS if rests else counts}, until)
    return found
