"""What X was used for, by day."""

from datetime import date, datetime
from typing import NamedTuple, Protocol

from desk.ports.x import Usage


class Reservation(NamedTuple):
    """What a run may have used at the most. `at` is when it began to call X (aware), whose desk's day it counts for."""

    id: str
    at: datetime
    micro_usd: int


class Spend(Protocol):
    """The sums of calls and list prices.

    What a run uses is reserved before each call and settled at its end. A reservation that is never settled, because
    the run died or the table failed, keeps counting. What is settled twice counts twice.
    """

    def reserve(self, reservation: Reservation) -> None:
        """Count this until it is settled, in place of an earlier one with its id. Raises StoreBusy."""
        ...

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        """Replace the reservation by what was used; it need not have been stored. Raises StoreBusy."""
        ...

    def on(self, day: date) -> Usage:
        """The sums of the desk's day, read consistently; a reservation counts as one call. Raises StoreBusy."""
        ...
