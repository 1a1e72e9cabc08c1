"""Reads the trends of the brand's places once an hour, and counts which of our posts share them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.brand import Brand, TrendPlace
from desk.errors import (
    BreakerOpen,
    CreditsDepleted,
    DeskError,
    NotAuthorised,
    OverBudget,
    RateLimited,
    SettingsError,
    StoreBusy,
    XError,
    failure_of,
)
from desk.mentions.model import Source
from desk.mentions.store import MentionStore
from desk.trends.matching import (
    AT_LEAST,
    AT_LEAST_OF_TOPIC,
    DAYS,
    SharingCounter,
    TermCounter,
    brand_words,
    since_the_first,
    sought_of,
)
from desk.trends.model import DayTerms, RankedTrend, TrendProblem, TrendReading, hour_of
from desk.trends.store import TrendStore
from desk.working_time import is_working, span_of, working_between
from desk.x.breakers import BreakerReason
from desk.x.model import Usage, XTrends

MOST_TRENDS = 50
"""X gives no more."""

_BEFORE_OPENING = timedelta(hours=1)
"""The hour before the desk opens is read for the morning brief."""

_CLAIM = timedelta(minutes=5)
"""Longer than the function may run."""

_DAY = timedelta(days=1)

_COUNTED_WITHIN = timedelta(hours=1)
"""After the end of a day, for heard posts. Later too many of them have lost their words, and the day is left out."""


@dataclass
class TrendsReport:
    """What a run did.

    `read` counts the places whose trends X gave; `refused` has the places for which it refused, with the reason.
    `failing` are places that could not be read for a working day, unless the budget was the reason, since people set
    that. `touching` are this hour's trends that touch the brand. `posts` counts the mentions and heard posts that were
    compared. `interrupted` is what the next run has to do because a store was busy, by place or step.
    """

    read: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)
    touching: list[str] = field(default_factory=list)
    posts: int = 0
    interrupted: dict[str, str] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)


class TrendReader:
    """Reads the places of desk.yaml in working hours, and in the hour before, for the morning brief.

    An hour is claimed before X is asked, so that a repeated event pays nothing twice. If X refuses, a later run of the
    same hour asks again. The answer is stored at once, and again after our own posts were counted: if a run ends in
    between, the next one counts them. What was heard on a day is counted in the hour after midnight, since heard posts
    lose their words after 24 hours. `terms_of` are the reader's terms; `clock` is the wall clock, for claims.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        brand: Brand,
        x: XTrends,
        trends: TrendStore,
        mentions: MentionStore,
        terms_of: Callable[[str], Sequence[str]],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._brand = brand
        self._x = x
        self._trends = trends
        self._mentions = mentions
        self._terms_of = terms_of
        self._clock = clock
        self._words = brand_words(brand)
        self._zone = ZoneInfo(brand.timezone)

    def read(self, now: datetime, has_time: Callable[[], bool]) -> TrendsReport:
        """Read the hour of `now`, the scheduled time. It catches every error of X and of the tables."""
        report = TrendsReport()
        if self._brand.trends and self._has_just_ended(now.astimezone(self._zone).date() - _DAY, now):
            with _interrupted(report, "yesterday"):
                self._usual(Source.LISTENING, now, has_time)
        if not any(is_working(moment, self._brand) for moment in (now, now + _BEFORE_OPENING)):
            return report
        readings: list[TrendReading] = []
        try:
            for place in self._brand.trends:
                with _interrupted(report, place.name):
                    reading = self._read(place, now, report)
                    readings += [reading] if reading else []
        finally:
            report.usage = self._x.take_usage()
        left = [reading for reading in readings if not (reading.problem or reading.compared)]
        if left and has_time():
            with _interrupted(report, "comparison"):
                readings = [each for each in readings if each not in left] + self._compare(left, now, has_time, report)
        report.touching = [trend.name for reading in readings for trend in reading.trends if trend.touches]
        return report

    def _read(self, place: TrendPlace, now: datetime, report: TrendsReport) -> TrendReading | None:
        """The reading of the hour, from X or as stored; None if another run is reading it."""
        hour, clock = hour_of(now), self._clock()
        known = self._trends.newest(place.woeid)
        if self._trends.claim(place.woeid, hour, clock, clock + _CLAIM):
            known = self._asked(place, now, known)
            self._trends.save(known)
            report.read += not known.problem
            if known.problem:
                report.refused[place.name] = known.problem.value
        if known is None or known.hour != hour:
            return None
        if self._is_failing(known, now):
            report.failing.append(place.name)
        return known

    def _asked(self, place: TrendPlace, now: datetime, known: TrendReading | None) -> TrendReading:
        """Ask X, and return the reading or why there is none."""
        reading = TrendReading(place.woeid, hour_of(now), now)
        try:
            found = self._x.trends(place.woeid, limit=MOST_TRENDS)
        except (XError, BreakerOpen, SettingsError) as exc:
            problem, retry_at = _refusal_of(exc)
        else:
            if found:
                return reading._replace(trends=tuple(self._trend(each.name, each.posts) for each in found))
            problem, retry_at = TrendProblem.NONE_LISTED, None
        since = known.failing_since if known and known.problem and known.failing_since else now
        return reading._replace(problem=problem, retry_at=retry_at, failing_since=since)

    def _trend(self, name: str, posts: int | None) -> RankedTrend:
        own = self._words.own_in(name)
        return RankedTrend(name, posts, own, self._words.topic_of(name), search=own)

    def _is_failing(self, reading: TrendReading, now: datetime) -> bool:
        """Whether X has refused for as long as the desk works on this day."""
        if reading.problem in {None, TrendProblem.OVER_BUDGET} or reading.failing_since is None:
            return False
        span = span_of((now + _BEFORE_OPENING).astimezone(self._zone).date(), self._brand)
        return span is not None and working_between(reading.failing_since, now, self._brand) >= span[1] - span[0]

    def _compare(
        self, readings: Sequence[TrendReading], now: datetime, has_time: Callable[[], bool], report: TrendsReport
    ) -> list[TrendReading]:
        """Count which posts share the trends of all places, in one pass over the last 24 hours. Raises StoreBusy."""
        trends = {trend.name: trend for reading in readings for trend in reading.trends}
        terms = {name: sought_of(name, trend.own, self._terms_of) for name, trend in trends.items()}
        sought = {name: each for name, each in terms.items() if each}
        counters = {source: SharingCounter(sought) for source in Source}
        usual = {source: self._usual(source, now, has_time) for source in Source}
        for source, counter in counters.items():
            for post in self._last_day(source, now):
                report.posts += 1
                counter.add(post)
        found = {name: _compared(trend, counters, usual) for name, trend in trends.items()}
        compared = [
            reading._replace(trends=tuple(found[trend.name] for trend in reading.trends), compared=True)
            for reading in readings
        ]
        for reading in compared:
            self._trends.save(reading)
        return compared

    def _last_day(self, source: Source, now: datetime) -> Iterable[Sequence[str]]:
        """The terms of each post of the last 24 hours, from the two days of the desk that these hours belong to."""
        since = now - _DAY
        for day in dict.fromkeys(moment.astimezone(self._zone).date() for moment in (since, now)):
            rows = self._mentions.day_rows(day, source=source)
            yield from (row.terms for row in rows if since < row.created_at <= now)

    def _usual(self, source: Source, now: datetime, has_time: Callable[[], bool]) -> Sequence[DayTerms]:
        """The terms of the days before. Those not counted yet are counted, the newest first, as time allows."""
        today = now.astimezone(self._zone).date()
        days = [today - timedelta(days=back) for back in range(1, DAYS + 1)]
        kept = dict(self._trends.day_terms(source, days[-1]))
        for day in days:
            if day not in kept and (source is Source.MENTIONS or self._has_just_ended(day, now)):
                if not has_time():
                    break
                counter = TermCounter()
                for row in self._mentions.day_rows(day, source=source):
                    counter.add(row.terms)
                kept[day] = counter.terms()
                self._trends.keep_day_terms(source, day, kept[day])
        return since_the_first({day: terms for day, terms in kept.items() if day < today})

    def _has_just_ended(self, day: date, now: datetime) -> bool:
        return now - datetime.combine(day + _DAY, time(), self._zone) < _COUNTED_WITHIN


@contextmanager
def _interrupted(report: TrendsReport, part: str) -> Iterator[None]:
    """Leave this part to the next run if a store is busy."""
    try:
        yield
    except StoreBusy as exc:
        report.interrupted[part] = failure_of(exc)


def _compared(
    trend: RankedTrend, counters: Mapping[Source, SharingCounter], usual: Mapping[Source, Sequence[DayTerms]]
) -> RankedTrend:
    at_least = AT_LEAST_OF_TOPIC if trend.topic else AT_LEAST
    mentions, heard = (
        counters[source].sharing(trend.name, usual[source], at_least=at_least)
        for source in (Source.MENTIONS, Source.LISTENING)
    )
    return trend._replace(
        mentions=mentions, heard=heard, search=counters[Source.MENTIONS].search(trend.name) or trend.own
    )


_OF_BREAKER = {
    BreakerReason.RATE_LIMITED: TrendProblem.RATE_LIMITED,
    BreakerReason.CREDITS_DEPLETED: TrendProblem.NO_CREDITS,
    BreakerReason.PLAN_LIMIT: TrendProblem.NO_CREDITS,
    BreakerReason.NOT_AUTHORISED: TrendProblem.NOT_AUTHORISED,
}


def _refusal_of(error: DeskError) -> tuple[TrendProblem, datetime | None]:
    """Why there is no answer, and when X may be asked again, if that is known."""
    match error:
        case RateLimited():
            return TrendProblem.RATE_LIMITED, error.until
        case OverBudget():
            return TrendProblem.OVER_BUDGET, error.retry_at
        case BreakerOpen():
            found = (problem for reason, problem in _OF_BREAKER.items() if error.reason.endswith(reason))
            return next(found, TrendProblem.UNAVAILABLE), error.retry_at
        case CreditsDepleted():
            return TrendProblem.NO_CREDITS, None
        case NotAuthorised() | SettingsError():
            return TrendProblem.NOT_AUTHORISED, None
        case _:
            return TrendProblem.UNAVAILABLE, None
