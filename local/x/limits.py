"""X's limits: so many calls per endpoint and caller in fifteen minutes, told in every answer's headers."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from local.x.auth import Scheme
from local.x.problems import Problem, plain

WINDOW_SECONDS = 900
_V1_CODE = 88


@dataclass(slots=True)
class _Window:
    reset: int
    used: int = 0


class Limits:
    """Counts calls by the clock `wall`, which must be the callers': they compare `x-rate-limit-reset` with theirs."""

    def __init__(self, *, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._lock = Lock()
        self._windows: dict[tuple[str, bool], _Window] = {}

    def clear(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._windows.clear()

    def count(self, endpoint: str, scheme: Scheme, limit: int) -> dict[str, str]:
        """Count one call; the headers that tell what is left.

        Raises:
            Problem: 429, the limit was used up before this call.
        """
        with self._lock:
            now = self._wall()
            key = (endpoint, scheme is Scheme.APP)
            window = self._windows.get(key)
            if window is None or window.reset <= now:
                window = self._windows[key] = _Window(int(now) + WINDOW_SECONDS)
            window.used += 1
            headers = rate_headers(limit, max(0, limit - window.used), window.reset)
        if window.used > limit:
            refusal = plain(429, "Too Many Requests", errors=[{"code": _V1_CODE, "message": "Rate limit exceeded"}])
            raise Problem(429, refusal.body, headers)
        return headers


def rate_headers(limit: int, remaining: int, reset: int) -> dict[str, str]:
    """The three headers; `reset` in Unix seconds."""
    return {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(remaining),
        "x-rate-limit-reset": str(reset),
    }
