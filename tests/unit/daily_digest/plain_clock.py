"""The small brand's working time, minute by minute."""

from bisect import bisect_left
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
BEGIN = datetime(2026, 11, 12, 0, 0, tzinfo=SEOUL)
MINUTE = timedelta(minutes=1)
DAYS = 40
DUE_AFTER = 9 * 60
"""Working minutes until an inquiry of the small brand is due."""


def _is_worked(minute: int) -> bool:
    local = BEGIN + minute * MINUTE
    return local.weekday() < 5 and 9 <= local.hour < 18


WORKED = [minute for minute in range(DAYS * 24 * 60) if _is_worked(minute)]
"""Every minute of these weeks in which the small brand works, by the minutes since BEGIN."""


def worked(since: datetime, until: datetime) -> int:
    """How many of the worked minutes lie between two whole minutes."""
    first, last = (bisect_left(WORKED, (moment - BEGIN) // MINUTE) for moment in (since, until))
    return last - first


def due(asked: datetime) -> datetime:
    """When the last of the minutes is over within which an inquiry is to be answered."""
    first = bisect_left(WORKED, (asked - BEGIN) // MINUTE)
    return BEGIN + (WORKED[first + DUE_AFTER - 1] + 1) * MINUTE
