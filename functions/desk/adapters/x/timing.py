"""How long talking to X may take."""

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from desk.clock import utc_now


def _no_end() -> float:
    return math.inf


@dataclass(frozen=True, slots=True)
class Timing:
    """All in seconds. `seconds_left` says how long the whole run may still take and is asked before every wait.

    `connect` and `read` bound each wait on the wire, `whole` one exchange from first to last byte. `tries` is how
    often a read is tried. `sleep`, `chance` (0 to 1) and `clock` are there to be replaced.
    """

    seconds_left: Callable[[], float] = _no_end
    connect: float = 3.05
    read: float = 10.0
    whole: float = 30.0
    tries: int = 3
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    clock: Callable[[], datetime] = utc_now


SHORTEST = 0.5
"""An exchange that has less time than this is not begun."""
