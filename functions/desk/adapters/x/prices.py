"""What calls cost by X's list prices, in micro-dollars."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from desk.adapters.x.endpoints import Endpoint
from desk.ports.x import Usage

_AUTHOR = 10_000


class Meter:
    """Adds up calls and prices until somebody takes the sum.

    X bills the same post or author once in a UTC day, and the overlap of polls reads each many times over: what was
    counted on a day is remembered for that day. `clock` gives aware moments.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._calls = 0
        self._micro_usd = 0
        self._day: date | None = None
        self._billed: set[tuple[str, str]] = set()

    def count(self, *, calls: int = 0, micro_usd: int = 0) -> None:
        """Add to the sum."""
        self._calls += calls
        self._micro_usd += micro_usd

    def count_read(self, endpoint: Endpoint, body: Mapping[str, Any]) -> None:
        """Add what an answer costs: every post returned, and every author where authors were asked for."""
        includes = body.get("includes")
        users = includes.get("users") if isinstance(includes, dict) else None
        items = self._new("post", body.get("data")) if endpoint.per_item else 0
        self.count(micro_usd=endpoint.per_call + items * endpoint.per_item + self._new("user", users) * _AUTHOR)

    def take(self) -> Usage:
        """The sum since the last taking."""
        usage = Usage(self._calls, self._micro_usd)
        self._calls = self._micro_usd = 0
        return usage

    def _new(self, kind: str, entries: object) -> int:
        """How many of these were not counted today; one without an id always counts."""
        today = self._clock().astimezone(UTC).date()
        if today != self._day:
            self._day = today
            self._billed.clear()
        listed = entries if isinstance(entries, list) else []
        keys = [(kind, str(each.get("id") or "")) if isinstance(each, dict) else (kind, "") for each in listed]
        nameless = sum(not key[1] for key in keys)
        new = {key for key in keys if key[1]} - self._billed
        self._billed |= new
        return nameless + len(new)
