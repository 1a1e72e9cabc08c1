"""How long to wait before trying again what waiting may mend."""

from collections.abc import Callable
from random import uniform


def back_off(pause: Callable[[float], None], attempt: int, *, first: float = 0.05) -> None:
    """Pause after this attempt, counted from 0: about `first` seconds, twice as long each time."""
    pause(uniform(0.5, 1) * first * 2**attempt)  # noqa: S311 - spreads retries, guards nothing
