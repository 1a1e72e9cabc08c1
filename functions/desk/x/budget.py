"""The rules of the X budget: up to which sums a purpose may spend, and when a sum begins anew."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Purpose, XBudget
from desk.x.model import Usage


class Limit(StrEnum):
    """A sum with a limit, the one for the longest time first."""

    MONTH = "month"
    DAY = "day"
    PURPOSE = "purpose"
    """What one purpose may spend in a day."""


class BudgetRefusal(NamedTuple):
    """The first call of a day that a limit of its purpose refused; `micro_usd` is its highest price."""

    purpose: Purpose
    limit: Limit
    at: datetime
    micro_usd: int


class DaySpend(NamedTuple):
    """The spend of one of the desk's days, in micro-dollars.

    Open reservations count in full, and each as one call. `month_micro_usd` is that of the month up to this day. It
    may be a little too high, since reservations of earlier days may be settled after this day has begun.
    """

    day: date
    usage: Usage = Usage()
    by_purpose: Mapping[Purpose, int] = MappingProxyType({})
    month_micro_usd: int = 0
    refusals: tuple[BudgetRefusal, ...] = ()

    def of(self, limit: Limit, purpose: Purpose) -> int:
        """What is spent so far, by the sum that the limit is for."""
        match limit:
            case Limit.MONTH:
                return self.month_micro_usd
            case Limit.DAY:
                return self.usage.micro_usd
            case Limit.PURPOSE:
                return self.by_purpose.get(purpose, 0)


def ceilings(budget: XBudget, purpose: Purpose) -> dict[Limit, int]:
    """The sums up to which the purpose may spend; none for publishing, which is never refused."""
    if purpose is Purpose.PUBLISHING:
        return {}
    percent = budget.stops_at.get(purpose, 100)
    found = {Limit.MONTH: budget.month * percent // 100, Limit.DAY: budget.day * percent // 100}
    own = budget.at_most.get(purpose)
    return found if own is None else found | {Limit.PURPOSE: own}


def exceeded(most: Mapping[Limit, int], spent: DaySpend, more: int, purpose: Purpose) -> Limit | None:
    """The first ceiling that spending this much more would exceed; None if it fits."""
    return next((limit for limit, ceiling in most.items() if spent.of(limit, purpose) + more > ceiling), None)


def resets_at(limit: Limit, day: date, zone: ZoneInfo) -> datetime:
    """When the sum below this limit is zero again (aware): at the desk's next midnight, or with the next month."""
    after = day + timedelta(days=1)
    if limit is Limit.MONTH:
        after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime.combine(after, time(), zone)
