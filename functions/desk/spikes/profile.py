"""Learns from the last 28 days how many faults of a department are usual at each hour of the week."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.spikes.history import HOURS, DayFaults
from desk.spikes.tail import negative_binomial_tail

DAYS = 28
"""How many days before today are used; today is used as well, up to its last whole hour."""

_WEEKDAYS = 7
_WEEK = HOURS * _WEEKDAYS
_SATURDAY = 5
_LONGEST_PART = 30
"""Minutes. A longer time is divided into parts, since rates differ from hour to hour."""
_HOURS_AROUND = ((-2, 0.2), (-1, 0.5), (0, 1.0), (1, 0.5), (2, 0.2))
"""The weights of the neighbouring hours when an hour is smoothed."""
_SAME_SORT, _OTHER_SORT = 0.5, 0.15
"""The weights of the same hour on other days: of the same sort (working day or weekend), and of the other sort."""

_SHAPE_FAULTS = 12
"""With this many faults, the smoothed profile counts as much as a flat one."""
_PRIOR_FAULTS, _PRIOR_HOURS = 12, 6
"""What is assumed of a department without history: two faults an hour, as if six hours were known."""

CLUSTERING = 0.05
"""How much clustering adds to the variance, as a share of the mean: one fault leads to others."""
_LEVEL_FAULTS = 3
"""The weight of the usual level against the last hours, in faults."""
_MOST_LEVEL = 3
"""The highest level. An outage must be noticed also on a day on which the brand goes viral."""
_LEAST_DISPERSION, _MOST_DISPERSION = 0.15, 0.25
"""Bounds of the dispersion. Small departments have clusters, too, although their data does not show them; and a history
with outages must not make outages usual."""
_OUTLIER = 1e-4
_OUTLIER_DISPERSION = 0.5
"""An hour whose tail is below _OUTLIER at this dispersion was a spike, and does not count as usual."""


class Usual(NamedTuple):
    """What is usual in a department: faults an hour by the 168 hours of the week of `zone`, Monday's first one at 0.

    `dispersion` is how much similar hours differ. `level` is how many times the usual number the last hours had.
    """

    hourly: tuple[float, ...]
    dispersion: float
    zone: ZoneInfo
    level: float = 1.0

    def tail(self, faults: int, until: datetime, minutes: int) -> float:
        """The probability of at least this many faults in the minutes before this moment.

        Their variance is mean + CLUSTERING * mean + dispersion * mean².
        """
        mean = self.within(until, minutes)
        return negative_binomial_tail(faults, mean, self.dispersion + CLUSTERING / mean)

    def within(self, until: datetime, minutes: int) -> float:
        """How many faults are expected in the minutes before this moment (aware).

        Values are interpolated between hours: each holds for the middle of its hour.
        """
        parts = -(-minutes // _LONGEST_PART)
        part = timedelta(minutes=minutes / parts)
        rates = [self._rate(until - part * (number + 0.5)) for number in range(parts)]
        return self.level * sum(rates) / parts * minutes / 60

    def _rate(self, moment: datetime) -> float:
        local = moment.astimezone(self.zone)
        place = local.weekday() * HOURS + local.hour + local.minute / 60 - 0.5
        hour = int(place // 1)
        share = place - hour
        return (1 - share) * self.hourly[hour % _WEEK] + share * self.hourly[(hour + 1) % _WEEK]

    def after(self, earlier: int, until: datetime, minutes: int) -> "Usual":
        """What is expected after this many faults in the minutes before: more than usual if they were many."""
        expected = self.within(until, minutes)
        level = (earlier + _LEVEL_FAULTS) / (expected + _LEVEL_FAULTS)
        return self._replace(level=min(max(level, 1.0), _MOST_LEVEL))


def usual_faults(department: str, days: Mapping[date, DayFaults], zone: ZoneInfo) -> Usual:
    """What is usual in a department, from these days of the desk.

    It is the number of all faults times the share of each hour of the week. The shares are smoothed over the
    neighbouring hours and over the same hour of other days. If there are few faults, the shares are closer to equal.
    An hour that was a spike counts with the number that was expected.

    Hours before the desk's first fault are unknown, not quiet: a new desk did not watch them, although its first poll
    may bring the mentions of several days.
    """
    first = min((_first_fault(day, counted) for day, counted in days.items()), default=_NEVER)
    hours = [hour for day in days for hour in _observed(department, day, days[day], zone) if hour.began >= first]
    hourly = _hourly(hours)
    usual = [each._replace(faults=min(each.faults, _most_usual(each.faults, hourly[each.of_week]))) for each in hours]
    if usual != hours:
        hourly = _hourly(usual)
    return Usual(tuple(hourly), _dispersion(usual, hourly), zone)


class _Hour(NamedTuple):
    began: tuple[date, int]
    faults: float

    @property
    def of_week(self) -> int:
        day, hour = self.began
        return day.weekday() * HOURS + hour


_NEVER = (date.max, HOURS)


def _first_fault(day: date, counted: DayFaults) -> tuple[date, int]:
    """The first hour of the day in which any department has a fault."""
    hours = [hour for hour in range(HOURS) if any(faults[hour] for faults in counted.by_hour.values())]
    return (day, hours[0]) if hours else _NEVER


def _observed(department: str, day: date, counted: DayFaults, zone: ZoneInfo) -> list[_Hour]:
    """The hours of the day that were counted to their end."""
    faults = counted.by_hour.get(department, (0,) * HOURS)
    until = counted.until.astimezone(zone)
    whole = HOURS if until.date() > day else until.hour
    return [_Hour((day, hour), faults[hour]) for hour in range(whole)]


def _most_usual(faults: float, expected: float) -> float:
    """The counted faults, or the expected ones if the hour was a spike."""
    tail = negative_binomial_tail(int(faults), expected, _OUTLIER_DISPERSION)
    return expected if tail < _OUTLIER else faults


def _hourly(hours: Iterable[_Hour]) -> list[float]:
    """The mean number of faults for each hour of the week."""
    faults, times = [0.0] * _WEEK, [0.0] * _WEEK
    for each in hours:
        faults[each.of_week] += each.faults
        times[each.of_week] += 1
    mean = (sum(faults) + _PRIOR_FAULTS) / (sum(times) + _PRIOR_HOURS)
    near, seen = _smoothed(faults), _smoothed(times)
    shares = [(a + _SHAPE_FAULTS) / (b * mean + _SHAPE_FAULTS) for a, b in zip(near, seen, strict=True)]
    level = sum(shares) / _WEEK
    return [mean * share / level for share in shares]


def _smoothed(by_hour: Sequence[float]) -> list[float]:
    """Each hour's weighted sum of the neighbouring hours and of the same hours of other days."""
    around = [sum(weight * by_hour[(hour + away) % _WEEK] for away, weight in _HOURS_AROUND) for hour in range(_WEEK)]
    found = []
    for hour in range(_WEEK):
        day, of_day = divmod(hour, HOURS)
        found.append(sum(_weight(day, other) * around[other * HOURS + of_day] for other in range(_WEEKDAYS)))
    return found


def _weight(day: int, other: int) -> float:
    if day == other:
        return 1.0
    return _SAME_SORT if (day < _SATURDAY) == (other < _SATURDAY) else _OTHER_SORT


def _dispersion(hours: Sequence[_Hour], hourly: Sequence[float]) -> float:
    """The dispersion by the method of moments, within bounds, plus the uncertainty of the level and the rhythm."""
    beyond = sum((each.faults - hourly[each.of_week]) ** 2 - each.faults for each in hours)
    squares = sum(hourly[each.of_week] ** 2 for each in hours)
    found = beyond / squares if squares else 0.0
    unknown = 1 / (1 + sum(each.faults for each in hours)) + 1 / (1 + len(hours) / HOURS) ** 2
    return min(max(found, _LEAST_DISPERSION), _MOST_DISPERSION) + unknown
