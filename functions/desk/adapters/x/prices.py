"""What calls cost by X's list prices, in micro-dollars."""

import re
from collections.abc import Mapping
from typing import Any

from desk.adapters.x.endpoints import Endpoint
from desk.ports.x import Usage

_AUTHOR = 10_000
_POST, _POST_WITH_URL, _REPLY = 15_000, 200_000, 10_000
# X bills whatever it makes a link of, a bare domain too; what only looks like one counts as dear.
_URL = re.compile(r"https?://|[a-z0-9-]\.[a-z]{2,}", re.IGNORECASE)


def price_of_read(endpoint: Endpoint, body: Mapping[str, Any]) -> int:
    """Every post returned is billed, and so is every author where authors were asked for."""
    items, includes = body.get("data"), body.get("includes")
    posts = len(items) if isinstance(items, list) else 0
    users = includes.get("users") if isinstance(includes, dict) else None
    authors = len(users) if isinstance(users, list) else 0
    return endpoint.per_call + posts * endpoint.per_item + authors * _AUTHOR


def price_of_post(text: str, *, is_reply: bool) -> int:
    """A link makes a post dear. A reply counts as summoned, since X takes hardly any other by API."""
    if _URL.search(text):
        return _POST_WITH_URL
    return _REPLY if is_reply else _POST


class Meter:
    """Adds up calls and prices until somebody takes the sum."""

    def __init__(self) -> None:
        self._calls = 0
        self._micro_usd = 0

    def count(self, *, calls: int = 0, micro_usd: int = 0) -> None:
        """Add to the sum."""
        self._calls += calls
        self._micro_usd += micro_usd

    def take(self) -> Usage:
        """The sum since the last taking."""
        usage = Usage(self._calls, self._micro_usd)
        self._calls = self._micro_usd = 0
        return usage
