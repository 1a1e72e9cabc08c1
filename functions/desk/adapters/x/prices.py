"""What calls cost by X's list prices, in micro-dollars."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from desk.adapters.x.endpoints import Endpoint
from desk.ports.dialects import Dialect

_AUTHOR = 10_000
_REFERENCED = 5_000
_REFERENCES = 2
"""A post may reply to one post and quote another."""


def most_of_posts(endpoint: Endpoint, posts: int, dialect: Dialect, *, with_authors: bool) -> int:
    """What an answer with this many posts costs if X bills every post, author and referenced post in it."""
    author = _AUTHOR if with_authors or dialect is Dialect.POSTS else 0
    referenced = _REFERENCES * _REFERENCED if dialect is Dialect.POSTS else 0
    return endpoint.per_call + posts * (endpoint.per_item + author + referenced)


class Prices:
    """Prices what X sent back.

    X says that it bills the same post or author once in a UTC day, and the overlap of polls reads each many times
    over: what was priced on a day is remembered for that day, as long as the process lives. X calls this a soft
    guarantee, so its bill may be higher. `clock` gives aware moments.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._day: date | None = None
        self._billed: set[tuple[str, str]] = set()

    def of_answer(self, endpoint: Endpoint, body: Mapping[str, Any]) -> int:
        """What an answer costs: every post in it, and every author and referenced post that was expanded."""
        included = body.get("includes")
        includes = included if isinstance(included, dict) else {}
        posts = self._new("post", body.get("data")) if endpoint.per_item else 0
        referenced = self._new("post", includes.get("tweets")) + self._new("post", includes.get("posts"))
        authors = self._new("user", includes.get("users"))
        return endpoint.per_call + posts * endpoint.per_item + referenced * _REFERENCED + authors * _AUTHOR

    def _new(self, kind: str, entries: object) -> int:
        """How many of these were not priced today; one without an id always counts."""
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
