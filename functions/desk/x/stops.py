"""Which uses of X have stopped, why, since when and until when; and what the month will cost."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand, Purpose
from desk.x.breakers import Breaker, BreakerReason, BreakerStore
from desk.x.budget import DaySpend, Limit, ceilings, resets_at
from desk.x.endpoints import ACCOUNTS, COUNTS, CREATE, LIKED_POSTS, MENTIONS, OWN_POSTS, SEARCH, TRENDS, Endpoint
from desk.x.spend import SpendStore


class StopCause(StrEnum):
    """Why a use of X has stopped."""

    MONTH = "month"
    DAY = "day"
    PURPOSE = "purpose"
    """The purpose has spent what it may spend in a day."""
    CREDITS = "credits"
    """The credits at X are used up."""
    PLAN = "plan"
    """A cap at X is reached: that of the plan, or one that its owner set."""
    NOT_AUTHORISED = "not_authorised"

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to act at X; the other causes end by themselves."""
        return self in _OF_BREAKERS.values()


class Stopped(NamedTuple):
    """A use of X that has stopped.

    `since` is the time of the first refused call, None if no call was tried yet. At `resumes_at` (aware) the desk calls
    X again; if a person has to act, that is its next try.
    """

    purpose: Purpose
    cause: StopCause
    since: datetime | None
    resumes_at: datetime


_OF_BREAKERS = {
    BreakerReason.CREDITS_DEPLETED: StopCause.CREDITS,
    BreakerReason.PLAN_LIMIT: StopCause.PLAN,
    BreakerReason.NOT_AUTHORISED: StopCause.NOT_AUTHORISED,
}
"""X's other rejections end after minutes, or are a defect that has an alarm of its own."""

_NEEDS: dict[Purpose, tuple[Endpoint, ...]] = {
    Purpose.LISTENING: (SEARCH, COUNTS),
    Purpose.FAVOURITES: (LIKED_POSTS,),
    Purpose.PERFORMANCE: (OWN_POSTS,),
    Purpose.TRENDS: (TRENDS,),
    Purpose.LOOK_UPS: (ACCOUNTS,),
    Purpose.MENTIONS: (MENTIONS,),
    Purpose.PUBLISHING: (CREATE,),
}
"""The calls without which a purpose has stopped."""

_TRIED_WITHIN = timedelta(minutes=75)
"""Hourly calls have been tried again by then. An older breaker belongs to a call that is no longer made."""


def purposes_of(brand: Brand) -> tuple[Purpose, ...]:
    """What the brand uses X for, in the order in which purposes stop. One that may spend nothing is switched off."""
    budget, unused = brand.x_budget, set[Purpose]()
    if not brand.listen.is_on:
        unused.add(Purpose.LISTENING)
    if not brand.trends:
        unused.add(Purpose.TRENDS)
    unused |= {purpose for purpose, percent in budget.stops_at.items() if not percent}
    unused |= {purpose for purpose, most in budget.at_most.items() if not most}
    return tuple(purpose for purpose in Purpose if purpose not in unused)


def stops(month: Sequence[DaySpend], brand: Brand, breakers: Collection[Breaker], now: datetime) -> tuple[Stopped, ...]:
    """The purposes that have stopped, in the order in which they stop. `month` are its days up to today."""
    found = (_by_x(each, breakers, now) or _by_budget(each, month, brand) for each in purposes_of(brand))
    return tuple(each for each in found if each)


def _by_x(purpose: Purpose, breakers: Iterable[Breaker], now: datetime) -> Stopped | None:
    names = {name for endpoint in _NEEDS[purpose] for name in endpoint.breaker_names}
    for breaker in breakers:
        cause = _OF_BREAKERS.get(breaker.reason)
        if cause and breaker.name in names and now < breaker.retry_at + _TRIED_WITHIN:
            return Stopped(purpose, cause, breaker.opened_at, max(breaker.retry_at, now))
    return None


def _by_budget(purpose: Purpose, month: Sequence[DaySpend], brand: Brand) -> Stopped | None:
    """The stop by a limit that is used up, or that the refused price would still exceed."""
    today = month[-1]
    for limit, ceiling in ceilings(brand.x_budget, purpose).items():
        days = month if limit is Limit.MONTH else (today,)
        refused = [one for day in days for one in day.refusals if (one.purpose, one.limit) == (purpose, limit)]
        price = min((one.micro_usd for one in refused), default=0)
        spent = max(today.of(limit, purpose), sum(day.usage.micro_usd for day in month) if limit is Limit.MONTH else 0)
        if spent >= ceiling or (refused and spent + price > ceiling):
            since = min((one.at for one in refused), default=None)
            return Stopped(purpose, StopCause(limit), since, resets_at(limit, today.day, ZoneInfo(brand.timezone)))
    return None


class SpendSummary(NamedTuple):
    """What the desk has spent on X, and what has stopped. `days` are those of the month up to today."""

    days: tuple[DaySpend, ...]
    stopped: tuple[Stopped, ...]

    @property
    def today(self) -> DaySpend:
        """The spend of today."""
        return self.days[-1]

    @property
    def month_micro_usd(self) -> int:
        """The spend of the month so far."""
        return sum(day.usage.micro_usd for day in self.days)

    def month_of(self, purpose: Purpose) -> int:
        """The purpose's spend of the month so far."""
        return sum(day.by_purpose.get(purpose, 0) for day in self.days)

    def month_at_this_pace(self) -> int | None:
        """What the month will cost if its days cost as much as those so far; None on its first day.

        Only the last seven whole days count, since a month's first days may differ from its later ones.
        """
        whole = [day.usage.micro_usd for day in self.days[:-1]][-_PACE_DAYS:]
        if not whole:
            return None
        today = self.today.day
        left = monthrange(today.year, today.month)[1] - today.day
        a_day = sum(whole) // len(whole)
        return self.month_micro_usd + max(0, a_day - self.today.usage.micro_usd) + a_day * left


_PACE_DAYS = 7


class SpendView:
    """Reads what the desk has spent on X and what has stopped."""

    def __init__(self, spend: SpendStore, breakers: BreakerStore, brand: Brand) -> None:
        self._spend = spend
        self._breakers = breakers
        self._brand = brand
        self._zone = ZoneInfo(brand.timezone)

    def between(self, first: date, last: date) -> tuple[DaySpend, ...]:
        """Each day's spend in order. Raises StoreBusy."""
        return self._spend.between(first, last)

    def at(self, now: datetime) -> SpendSummary:
        """The summary of the desk's day of this moment (aware). Raises StoreBusy."""
        today = now.astimezone(self._zone).date()
        days = self._spend.between(today.replace(day=1), today)
        breakers = self._breakers.load().values()
        return SpendSummary(days, stops(days, self._brand, breakers, now))
