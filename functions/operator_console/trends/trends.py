"""GET trends: the trends of the brand's places in an hour, since when, and how many of our posts share them."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

from desk.brand import TrendPlace
from desk.trends.model import RankedTrend, TrendReading
from desk.trends.store import TrendStore
from desk.web.response import Response, html
from operator_console.app import Refused, Route, Visit
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer

_DAY = timedelta(days=1)
_A_WEEK = 7


class ShownTrend(NamedTuple):
    """A trend with its rank, from 1.

    It has been listed without a break since the reading at `since` of this day; `was_there` says whether that is the
    day's first reading. `moved` is by how many ranks it rose since the last reading; None if that did not have it.
    """

    trend: RankedTrend
    rank: int
    since: datetime
    was_there: bool
    moved: int | None


class ShownPlace(NamedTuple):
    """A place. `reading` is shown; `failed` is a reading without trends that came after it or that was chosen."""

    name: str
    reading: TrendReading | None
    trends: Sequence[ShownTrend]
    failed: TrendReading | None


class ShownHour(NamedTuple):
    """An hour of the day that can be chosen. `is_read` if any place's trends are known."""

    value: str
    at: datetime
    is_read: bool
    is_current: bool


def course_of(readings: Sequence[TrendReading]) -> list[ShownTrend]:
    """The trends of the last of these readings, all of one day and without a problem; those that touch come first."""
    *before, last = readings
    ranks = [{trend.name: rank for rank, trend in enumerate(each.trends, 1)} for each in before]
    shown = []
    for rank, trend in enumerate(last.trends, 1):
        since = next((place + 1 for place in reversed(range(len(ranks))) if trend.name not in ranks[place]), 0)
        earlier = ranks[-1].get(trend.name) if ranks else None
        moved = earlier - rank if earlier is not None else None
        shown.append(ShownTrend(trend, rank, readings[since].at, since == 0, moved))
    return sorted(shown, key=lambda each: not each.trend.touches)


class TrendsView:
    """Shows the stored trends. It never calls X."""

    def __init__(self, trends: TrendStore, renderer: Renderer) -> None:
        self._trends = trends
        self._renderer = renderer
        self._places = renderer.brand.trends
        self._zone = renderer.formatter.zone

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "trends", self._show)]

    def _show(self, visit: Visit) -> Response:
        if not sees_all(visit.person):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        chosen = _hour_in(visit.request.query.get("hour", ""))
        start = self._day_of(chosen or self._newest() or visit.now)
        days = {place: self._trends.between(place.woeid, start, start + _DAY) for place in self._places}
        places = [_shown(place, readings, chosen) for place, readings in days.items()]
        values = {
            "places": places,
            "day": start.astimezone(self._zone).date(),
            "is_today": start == self._day_of(visit.now),
            "hours": _hours(list(days.values()), {place.reading.hour for place in places if place.reading}, chosen),
            "is_chosen": chosen is not None,
            "search_on_x": lambda name: f"{self._renderer.brand.x_site}/search?q={quote(name, safe='')}",
            "times": times_of,
            "number": lambda value: f"{value:,}",
            "a_week": _A_WEEK,
        }
        return html(self._renderer.page("trends/trends.html.j2", visit, **values))

    def _newest(self) -> datetime | None:
        """The newest hour of any place."""
        found = (self._trends.newest(place.woeid) for place in self._places)
        return max((reading.hour for reading in found if reading), default=None)

    def _day_of(self, moment: datetime) -> datetime:
        """When the desk's day of the moment begins, in UTC."""
        day = moment.astimezone(self._zone).date()
        return datetime.combine(day, time(), self._zone).astimezone(UTC)


def _shown(place: TrendPlace, readings: Sequence[TrendReading], chosen: datetime | None) -> ShownPlace:
    until = [reading for reading in readings if chosen is None or reading.hour <= chosen]
    read = [reading for reading in until if not reading.problem]
    failed = until[-1] if until and until[-1].problem else None
    if chosen and (not read or read[-1].hour != chosen):
        return ShownPlace(place.name, None, (), failed if failed and failed.hour == chosen else None)
    return ShownPlace(place.name, read[-1] if read else None, course_of(read) if read else (), failed)


def _hours(
    days: Sequence[Sequence[TrendReading]], shown: set[datetime], chosen: datetime | None
) -> Sequence[ShownHour]:
    """The hours of the day that were tried, the earliest first."""
    known = {reading.hour: reading.at for readings in days for reading in readings}
    read = {reading.hour for readings in days for reading in readings if not reading.problem}
    current = chosen or max(shown, default=None)
    return [ShownHour(_value_of(hour), at, hour in read, hour == current) for hour, at in sorted(known.items())]


def times_of(times: float) -> str:
    """How many times the usual number, in few digits."""
    return f"{times:,.0f}" if times >= 2 else f"{times:.1f}"  # noqa: PLR2004 - 1.4 times says more than once


def _value_of(hour: datetime) -> str:
    return hour.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _hour_in(text: str) -> datetime | None:
    """The hour in an address; None for any other text."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H").replace(tzinfo=UTC)
    except ValueError:
        return None
