"""Learns from earlier days how many faults of a department are usual at each hour of the week, and which bursts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.spikes.bursts import Window, dispersion_of, usual_clustering
from desk.spikes.history import HOURS, WINDOWS, DayFaults
from desk.spikes.tail import negative_binomial_tail

DAYS = 28
"""How many days before today show the usual number of faults; today is used as well, up to its last whole hour."""

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

CLUSTERING = 0.08
"""The least that clustering adds to the variance, as a share of the mean: one fault leads to others."""
_HOURS_BEFORE = 4
"""So many hours before a burst show on which level it began."""
_LEVEL_FAULTS = 3
"""The weight of the usual level against the last hours, in faults."""
_MOST_LEVEL = 3
"""The highest level. An outage must be noticed also on a day on which the brand goes viral."""
_LEAST_DISPERSION = 0.15
"""Small departments vary, too, although their data does not show it."""
_BUSIEST = 0.03
"""The share of hours that show nothing about the dispersion: a history with outages must not make outages usual."""
_FEW_SQUARES = 20
"""If the squares of the expected faults have this sum, half of the dispersion counts: few faults show little."""
_OUTLIER = 1e-4
_OUTLIER_DISPERSION = 0.5
"""An hour whose tail is below _OUTLIER, at least at this dispersion, was a spike, and does not count as usual."""


class Usual(NamedTuple):
    """What is usual in a department: faults an hour by the 168 hours of the week of `zone`, Monday's first one at 0.

    `dispersion` is how much similar hours differ, `clustering` how large ordinary bursts are in each of the WINDOWS.
    `level` is how many times the usual number the last hours had.
    """

    hourly: tuple[float, ...]
    dispersion: float
    clustering: tuple[float, ...]
    zone: ZoneInfo
    level: float = 1.0

    def tail(self, faults: int, until: datetime, minutes: int) -> float:
        """The probability of at least this many faults in the minutes before this moment, one of the WINDOWS.

        Their variance is mean + CLUSTERING * mean + dispersion * mean², or more if bursts are usual.
        """
        mean = self.within(until, minutes)
        bursty = dispersion_of(self.clustering[WINDOWS.index(minutes)], mean)
        return negative_binomial_tail(faults, mean, max(self.dispersion + CLUSTERING / mean, bursty))

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
        return self._replace(level=_level(earlier, expected))


def _level(faults: float, expected: float) -> float:
    return min(max((faults + _LEVEL_FAULTS) / (expected + _LEVEL_FAULTS), 1.0), _MOST_LEVEL)


def usual_faults(department: str, days: Mapping[date, DayFaults], zone: ZoneInfo) -> Usual:
    """What is usual in a department, from these days of the desk.

    It is the number of all faults times the share of each hour of the week. The shares are smoothed over the
    neighbouring hours and over the same hour of other days. If there are few faults, the shares are closer to equal.
    An hour that was a spike counts with the number that was expected.

    Hours before the desk's first fault are unknown, not quiet: a new desk did not watch them, although its first poll
    may bring the mentions of several days.
    """
    first = min((_first_fault(day, counted) for day, counted in days.items()), default=_NEVER)
    known = [hour for day in days for hour in _observed(department, day, days[day], zone) if hour.began >= first]
    newest = max(days, default=date.min)
    hours = [hour for hour in known if newest - hour.began[0] <= timedelta(days=DAYS)]
    hourly = _hourly(hours)
    dispersion = _dispersion(hours, hourly)
    usual = [each._replace(faults=_usual_part(each, hourly, dispersion)) for each in hours]
    if usual != hours:
        hourly = _hourly(usual)
    bursts = {day: counted.bursts.get(department, {}) for day, counted in days.items()}
    return Usual(tuple(hourly), dispersion, _clustering(bursts, known, hourly), zone)


class _Hour(NamedTuple):
    began: tuple[date, int]
    faults: float

    @property
    def place(self) -> int:
        """A number that grows by one each hour."""
        day, hour = self.began
        return day.toordinal() * HOURS + hour

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


def _usual_part(hour: _Hour, hourly: Sequence[float], dispersion: float) -> float:
    """The counted faults, or the expected ones if the hour was a spike."""
    expected = hourly[hour.of_week]
    tail = negative_binomial_tail(int(hour.faults), expected, max(dispersion, _OUTLIER_DISPERSION))
    return min(hour.faults, expected) if tail < _OUTLIER else hour.faults


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
    """The dispersion by the method of moments without the busiest hours, with a floor.

    A wide one is wider than it seems, since the busiest hours have most of it. The uncertainty of the level and the
    rhythm is added.
    """
    beyond = sorted((each.faults - hourly[each.of_week]) ** 2 - each.faults for each in hours)
    squares = sum(hourly[each.of_week] ** 2 for each in hours)
    found = max(0.0, sum(beyond[: len(beyond) - int(len(beyond) * _BUSIEST)])) / (squares + _FEW_SQUARES)
    unknown = 1 / (1 + sum(each.faults for each in hours)) + 1 / (1 + len(hours) / HOURS) ** 2
    return max(found * max(1, 3 * found), _LEAST_DISPERSION) + unknown


def _clustering(
    bursts: Mapping[date, Mapping[int, Sequence[int]]], hours: Sequence[_Hour], hourly: Sequence[float]
) -> tuple[float, ...]:
    """How large ordinary bursts are in each of the WINDOWS.

    Each is compared with what was expected when it came, with the level of the hours before it.
    """
    known = {hour.place: hour for hour in hours}
    windows: list[list[Window]] = [[] for _ in WINDOWS]
    for day, largest in bursts.items():
        for hour, counts in largest.items():
            burst = _Hour((day, hour), 0)
            if burst.place not in known:
                continue
            before = [known[burst.place - back] for back in range(1, _HOURS_BEFORE + 1) if burst.place - back in known]
            level = _level(sum(each.faults for each in before), sum(hourly[each.of_week] for each in before))
            for found, minutes, count in zip(windows, WINDOWS, counts, strict=True):
                found.append(Window(burst.place, count, level * hourly[burst.of_week] * minutes / 60))
    days = (max(known) - min(known)) // HOURS + 1 if known else 0
    return tuple(usual_clustering(found, days) for found in windows)
