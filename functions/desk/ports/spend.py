"""What X was used for, by day."""

from datetime import date
from typing import Protocol

from desk.ports.x import Usage


class Spend(Protocol):
    """The sums of calls and list prices."""

    def add(self, day: date, usage: Usage) -> None:
        """Add to the desk's day; nothing used is nothing written. Raises StoreBusy.

        What is added twice counts twice, also where an answer gets lost: the sums are an upper bound.
        """
        ...

    def on(self, day: date) -> Usage:
        """The sums of the desk's day, read consistently. Raises StoreBusy."""
        ...
