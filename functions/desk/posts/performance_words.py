"""The words in which people read how a post performs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.i18n import phrase
from desk.posts.performance import MeasuredAge, Performance, comparisons
from desk.x.model import PostMetrics

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_HALF_HOURS_UNTIL = timedelta(hours=4)
_HOURS_UNTIL = timedelta(hours=48)
_ABOUT_USUAL = 0.85, 1.15
"""Between these multiples of the usual number, reactions are as usual."""


class MeasurementWords(NamedTuple):
    """One measurement: its numbers, how old the post was, and how that compares ("" if it can't be compared)."""

    mark: MeasuredAge
    numbers: str
    after: str
    usual: str
    measured_at: datetime


class ShownPerformance(NamedTuple):
    """How a post performs, in words, the latest measurement first; and when X did not show it any more.

    `likes` and `times` are of the latest measurement: `times` is such as `1.4`, "" if it can't be compared.
    """

    measurements: Sequence[MeasurementWords]
    gone_at: datetime | None
    likes: int
    times: str


def shown_performance(performance: Performance, known: Iterable[Performance], language: str) -> ShownPerformance:
    """The performance beside those of the posts before it."""
    compared = comparisons(performance, known)
    latest = next((mark for mark in reversed(MeasuredAge) if mark in performance.measured), None)
    times = compared.get(latest) if latest else None
    return ShownPerformance(
        measurement_words(performance, compared, language),
        performance.gone_at,
        performance.measured[latest].metrics.likes if latest else 0,
        "" if times is None else f"{times:,.1f}".removesuffix(".0"),
    )


def measurement_words(
    performance: Performance, compared: Mapping[MeasuredAge, float], language: str
) -> Sequence[MeasurementWords]:
    """All measurements of the post in words, the latest first. `compared` is what `comparisons` returns."""
    return [
        MeasurementWords(
            mark,
            metrics_text(performance.measured[mark].metrics, language),
            age_text(performance.age_at(mark), language),
            usual_text(compared.get(mark), language),
            performance.measured[mark].measured_at,
        )
        for mark in reversed(MeasuredAge)
        if mark in performance.measured
    ]


def metrics_text(metrics: PostMetrics, language: str) -> str:
    """The numbers; impressions only where X states any."""
    named = {name: f"{number or 0:,}" for name, number in metrics._asdict().items()}
    text = phrase(language, "performance.metrics", **named)
    if not metrics.impressions:
        return text
    return f"{text} · {phrase(language, 'performance.impressions', **named)}"


def age_text(age: timedelta, language: str) -> str:
    """How long after publishing: first in half hours, then in hours, then in days."""
    if age < _HALF_HOURS_UNTIL:
        hours, halves = divmod(round(age / (_HOUR / 2)), 2)
        return phrase(language, "performance.after.half_hours" if halves else "performance.after.hours", hours=hours)
    if age < _HOURS_UNTIL:
        return phrase(language, "performance.after.hours", hours=round(age / _HOUR))
    return phrase(language, "performance.after.days", days=round(age / _DAY))


def usual_text(times: float | None, language: str) -> str:
    """How the reactions compare with what is usual; "" if that is not known."""
    if times is None:
        return ""
    least, most = _ABOUT_USUAL
    if least < times < most:
        return phrase(language, "performance.usual")
    if times <= least:
        return phrase(language, "performance.usual.percent", percent=round(times * 100))
    return phrase(language, "performance.usual.times", times=f"{times:,.1f}".removesuffix(".0"))
