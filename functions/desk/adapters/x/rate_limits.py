"""X's word on how often one may still ask. Its headers are trusted over any table."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_WINDOW = timedelta(minutes=15)
_FARTHEST = timedelta(days=2)
"""Daily limits exist; a reset beyond this is a broken header."""


class RateLimit(NamedTuple):
    """`limit` calls a window, `remaining` of them left until `reset` (aware, UTC); None where X does not say."""

    limit: int | None
    remaining: int | None
    reset: datetime | None


def rate_limit_of(headers: Mapping[str, str]) -> RateLimit | None:
    """What the `x-rate-limit-…` headers say; None when there are none."""
    limit, remaining, reset = (_number(headers.get(f"x-rate-limit-{name}")) for name in ("limit", "remaining", "reset"))
    if limit is remaining is reset is None:
        return None
    return RateLimit(limit, remaining, _moment(reset))


def waits_until(headers: Mapping[str, str], now: datetime) -> datetime:
    """From when X takes calls again after a 429: its reset, else a whole window from now; never in the past."""
    said = rate_limit_of(headers)
    if said is None or said.reset is None or said.reset - now > _FARTHEST:
        return now + _WINDOW
    return max(said.reset, now)


def _number(header: str | None) -> int | None:
    try:
        return int(header) if header is not None else None
    except ValueError:
        return None


def _moment(seconds: int | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
    except (ValueError, OverflowError, OSError):
        return None
