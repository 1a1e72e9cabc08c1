"""Trying reads again while X is ill."""

from collections.abc import Callable

from desk.adapters.x.timing import SHORTEST, Timing
from desk.errors import Unavailable

_FIRST_CEILING = 0.4
_LAST_CEILING = 4.0


def patiently[T](attempt: Callable[[], T], timing: Timing) -> T:
    """What `attempt` returns, tried again after Unavailable only: other refusals stay the same, or say when to come.

    Waits are drawn evenly from zero to a doubling ceiling ("full jitter"), so that those whom one fault hit do not
    come back together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    for failures in range(timing.tries - 1):
        try:
            return attempt()
        except Unavailable:
            pause = timing.chance() * min(_LAST_CEILING, _FIRST_CEILING * 2**failures)
            if timing.seconds_left() - pause < SHORTEST:
                raise
            timing.sleep(pause)
    return attempt()
