"""The trends of a place in an hour, and how many of our posts share them. Nothing here is about people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class TrendProblem(StrEnum):
    """Why the trends of an hour are not known; the catalogue's key is `trends.problem.<value>`."""

    OVER_BUDGET = "over_budget"
    NO_CREDITS = "no_credits"
    RATE_LIMITED = "rate_limited"
    NOT_AUTHORISED = "not_authorised"
    UNAVAILABLE = "unavailable"
    NONE_LISTED = "none_listed"
    """X answered without any trend."""


class Sharing(NamedTuple):
    """How many posts of the last 24 hours have a trend's words.

    `usual` is how many have them on an ordinary day, known from this many `days` before. `is_more` says whether `posts`
    is clearly more than that.
    """

    posts: int
    usual: float = 0.0
    days: int = 0
    is_more: bool = False

    @property
    def times(self) -> float | None:
        """How many times the usual number; None if there is nothing to compare with."""
        return self.posts / self.usual if self.days and self.usual else None


class RankedTrend(NamedTuple):
    """A trend as it was read. Its place among the trends of its reading is its rank.

    `posts` is X's count, None if X gives none. `own` is the word of the brand that it contains, or "". `topic` is a
    department (its key) that has such a word, or "". `search` finds posts with its words in the console.
    """

    name: str
    posts: int | None = None
    own: str = ""
    topic: str = ""
    search: str = ""
    mentions: Sharing = Sharing(0)
    heard: Sharing = Sharing(0)

    @property
    def touches(self) -> bool:
        """Whether it concerns the brand."""
        return bool(self.own) or self.mentions.is_more or self.heard.is_more


class TrendReading(NamedTuple):
    """The trends of a place (by X's number of it) in an hour, or why they are not known.

    `hour` is when the hour begins, and `at` when X answered or refused, in business time. If there is no `problem`,
    there are trends, and `compared` says whether our posts were counted. X is not asked again before `retry_at`, if
    that is known. `failing_since` is the time of the first refusal in a row.
    """

    woeid: int
    hour: datetime
    at: datetime
    trends: tuple[RankedTrend, ...] = ()
    compared: bool = False
    problem: TrendProblem | None = None
    retry_at: datetime | None = None
    failing_since: datetime | None = None


class DayTerms(NamedTuple):
    """How many of a day's posts have a term, for the terms that are used most.

    `posts` is the number of all posts, and `below` the most that any other term can have.
    """

    posts: int
    counts: Mapping[str, int] = MappingProxyType({})
    below: int = 0

    def of(self, term: str) -> int:
        """How many posts have the term; for a term that was not kept, an upper bound."""
        return self.counts.get(term, self.below)


FRESH = timedelta(hours=2)
"""For this long, trends count as current, so that one reading may fail."""


def hour_of(moment: datetime) -> datetime:
    """When the hour of the moment begins."""
    return moment.replace(minute=0, second=0, microsecond=0)


def touching(readings: Iterable[TrendReading]) -> Sequence[RankedTrend]:
    """The trends that touch the brand, newest first. If several readings (oldest first) have one, the last counts."""
    found: dict[str, RankedTrend] = {}
    for reading in readings:
        for trend in reversed(reading.trends):
            if trend.touches:
                found.pop(trend.name, None)
                found[trend.name] = trend
    return list(reversed(found.values()))
