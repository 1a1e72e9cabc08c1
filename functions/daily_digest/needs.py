"""Needs of today against those of earlier days, up to the same time of day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from daily_digest.digest import Comparison, Period
from daily_digest.period import last_day_of
from daily_digest.tally import DayCount
from desk.ports.day_counts import DayCounts, DayNeeds
from desk.ports.day_rows import DayRows

SPANS = (7, 28)
"""With how many last days one compares."""

_SETTLES = timedelta(days=2)
"""After so long a day's unread mentions are not waited for: its count is remembered as it is."""

_MINUTES_OF_AN_HOUR = 60
_MINUTES_OF_A_DAY = 24 * _MINUTES_OF_AN_HOUR


class Comparing:
    """Finds the needs of earlier days: remembered ones, and by a pass those that are not, which are then remembered.

    `has_time` says whether another pass may begin. A day that no pass was made for is left out, and the comparison
    says that it has fewer days.
    """

    def __init__(self, rows: DayRows, counts: DayCounts, zone: ZoneInfo, has_time: Callable[[], bool]) -> None:
        self._rows = rows
        self._counts = counts
        self._zone = zone
        self._has_time = has_time

    def against(self, period: Period, counted: Mapping[date, DayNeeds], today: date) -> tuple[Comparison, ...]:
        """The means of the days before the period's last one; `counted` are days of which this run knows the needs.

        Raises StoreBusy.
        """
        last = last_day_of(period)
        days = [last - timedelta(days=back) for back in range(1, max(SPANS) + 1)]
        needs = self._needs_of(days, counted, today)
        minutes = minutes_into(last, period.until)
        return tuple(_mean(span, [needs[day] for day in days[:span] if day in needs], minutes) for span in SPANS)

    def _needs_of(self, days: Sequence[date], counted: Mapping[date, DayNeeds], today: date) -> dict[date, DayNeeds]:
        """The needs of those of the days, latest first, on which there was a desk already."""
        polled = self._counts.polled(days)
        kept = self._counts.needs(polled)
        found: dict[date, DayNeeds] = {}
        for day in days:
            if not polled or day < min(polled):
                break
            if day not in polled:
                found[day] = DayNeeds({}, 0, 0)
            elif day in counted:
                found[day] = counted[day]
            elif day in kept and _holds(kept[day], polled[day], today - day):
                found[day] = kept[day]
            elif self._has_time():
                found[day] = self._counted(day, polled[day])
        return found

    def _counted(self, day: date, polled: int) -> DayNeeds:
        count = DayCount()
        for row in self._rows.of_day(day, needs_only=True):
            count.add(row, row.created_at.astimezone(self._zone).hour)
        needs = count.needs(polled)
        self._counts.remember(day, needs)
        return needs


def minutes_into(day: date, moment: datetime) -> int:
    """How far the wall clock is into this day at that moment; a moment after it is its end."""
    return _MINUTES_OF_A_DAY if moment.date() > day else moment.hour * _MINUTES_OF_AN_HOUR + moment.minute


def _holds(kept: DayNeeds, polled: int, age: timedelta) -> bool:
    """Whether nothing came to the day since it was counted: late mentions, and readings of what waited then."""
    return kept.polled == polled and (not kept.unread or age > _SETTLES)


def _mean(span: int, needs: Iterable[DayNeeds], minutes: int) -> Comparison:
    days, sums = 0, dict[str, float]()
    for day in needs:
        days += 1
        for need, hours in day.by_hour.items():
            sums[need] = sums.get(need, 0.0) + _up_to(hours, minutes)
    return Comparison(of=span, days=days, by_need={need: total / days for need, total in sums.items()})


def _up_to(hours: Sequence[int], minutes: int) -> float:
    """The counts of the hours gone, and of the hour that runs the share of it that is gone."""
    whole, rest = divmod(minutes, _MINUTES_OF_AN_HOUR)
    running = hours[whole] * rest / _MINUTES_OF_AN_HOUR if rest else 0
    return sum(hours[:whole]) + running
