"""What the local X bills, by X's list prices. It is independent of the desk's own sums, so that it can check them.

Prices are those of https://docs.x.com/x-api/getting-started/pricing as of November 2026. X says that it bills a post,
an account or a private message once in a UTC day, but not at which price if it was read at two. Here it is the higher.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from local.x.counting import links
from local.x.http import Problem, scripted

OWNED, POST, USER, MESSAGE = 1_000, 5_000, 10_000, 10_000
"""Micro-dollars for each post of the app's owner, other post, account and private message."""
COUNTS, TRENDS, ME, DELETE, ALT_TEXT = 5_000, 10_000, 10_000, 10_000, 5_000
"""Micro-dollars for each successful call, even if it returns nothing."""
NEW_POST, NEW_POST_WITH_LINK, NEW_REPLY = 15_000, 200_000, 10_000
"""Micro-dollars for a post that is created. A reply to an author who mentioned the account is cheaper."""

_OWN_TIMELINES = frozenset({"mentions", "own_posts", "liked_posts"})
_ITEMS = {
    "search": ("post", POST),
    "posts": ("post", POST),
    "post_by_id": ("post", POST),
    "user_by_id": ("user", USER),
    "user_by_username": ("user", USER),
    "users_by_usernames": ("user", USER),
    "users_by_ids": ("user", USER),
    "liking_users": ("user", USER),
    "private_messages": ("message", MESSAGE),
}
_CALLS = {"counts": COUNTS, "trends": TRENDS, "me": ME, "delete_post": DELETE, "media_metadata": ALT_TEXT}
FREE = frozenset({"media_upload", "compliance_jobs", "compliance_job", "compliance_create"})
"""Endpoints that cost nothing."""
_INCLUDED = {"users": ("user", USER), "tweets": ("post", POST), "posts": ("post", POST)}


@dataclass(slots=True)
class Line:
    """A line of the bill: an endpoint's billed calls, the items that were new on their day, and micro-dollars."""

    calls: int = 0
    items: int = 0
    micro_usd: int = 0


@dataclass(slots=True)
class Billing:
    """The bill of one account, in micro-dollars.

    `credits` is what is left of the prepaid credits, `cap` the most that a calendar month (UTC) may cost; None means no
    such limit.
    """

    owner_id: str
    credits: int | None = None
    cap: int | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _day: str = ""
    _billed: dict[tuple[str, str], int] = field(default_factory=dict)
    """The price at which each resource was billed on `_day`."""

    def clear(self) -> None:
        """Forget what was billed, the credits and the cap."""
        with self._lock:
            self.lines.clear()
            self.months.clear()
            self._billed.clear()
            self.credits = self.cap = None

    def require_funds(self, now: datetime, headers: Mapping[str, str]) -> None:
        """Raise X's error, with these headers, if the credits are used up or the cap is reached.

        Raises:
            Problem: 402, the credits are used up; 429, the month's cap is reached.
        """
        with self._lock:
            if self.credits is not None and self.credits <= 0:
                raise _refused(402, "CreditsDepleted", headers)
            if self.cap is not None and self.months.get(_month(now), 0) >= self.cap:
                raise _refused(429, "UsageCapExceeded", headers)

    def charge(self, endpoint: str, path: Mapping[str, str], body: Mapping[str, Any], now: datetime) -> None:
        """Bill a successful read: the call, the items that it returned and those that it expanded."""
        kind, price = _ITEMS.get(endpoint, ("post", 0))
        if endpoint in _OWN_TIMELINES:
            price = OWNED if path.get("id") == self.owner_id else POST
        with self._lock:
            self._begin_day(now)
            costs = [_CALLS.get(endpoint, 0)]
            if price:
                costs += [self._new(kind, each["id"], price) for each in _listed(body.get("data"))]
            for name, found in body.get("includes", {}).items():
                if name in _INCLUDED:
                    included, its_price = _INCLUDED[name]
                    costs += [self._new(included, each["id"], its_price) for each in found]
            self._add(endpoint, sum(map(bool, costs[1:])), sum(costs), now)

    def charge_post(self, text: str, *, is_summoned: bool, private_message: bool, now: datetime) -> None:
        """Bill a post that was created; `is_summoned` if it answers an author who mentioned or quoted the account."""
        has_link = private_message or bool(links(text))
        price = NEW_POST_WITH_LINK if has_link else NEW_REPLY if is_summoned else NEW_POST
        with self._lock:
            self._add("create_post", 1, price, now)

    def as_json(self, now: datetime) -> dict[str, Any]:
        """The bill so far."""
        with self._lock:
            return {
                "micro_usd": sum(line.micro_usd for line in self.lines.values()),
                "month_micro_usd": self.months.get(_month(now), 0),
                "credits_micro_usd": self.credits,
                "cap_micro_usd": self.cap,
                "endpoints": {
                    name: {"calls": line.calls, "items": line.items, "micro_usd": line.micro_usd}
                    for name, line in sorted(self.lines.items())
                },
            }

    def _begin_day(self, now: datetime) -> None:
        if (day := f"{now:%Y-%m-%d}") != self._day:
            self._day = day
            self._billed.clear()

    def _new(self, kind: str, resource: str, price: int) -> int:
        """What this resource adds to the day's bill."""
        before = self._billed.get((kind, resource), 0)
        self._billed[kind, resource] = max(before, price)
        return max(0, price - before)

    def _add(self, endpoint: str, items: int, micro_usd: int, now: datetime) -> None:
        line = self.lines.setdefault(endpoint, Line())
        line.calls, line.items, line.micro_usd = line.calls + 1, line.items + items, line.micro_usd + micro_usd
        self.months[_month(now)] = self.months.get(_month(now), 0) + micro_usd
        if self.credits is not None:
            self.credits -= micro_usd


def _refused(status: int, title: str, headers: Mapping[str, str]) -> Problem:
    return Problem(status, scripted(status, title).body, dict(headers))


def _month(now: datetime) -> str:
    return f"{now:%Y-%m}"


def _listed(data: object) -> Iterable[Mapping[str, Any]]:
    return [each for each in (data if isinstance(data, list) else [data]) if isinstance(each, Mapping)]
