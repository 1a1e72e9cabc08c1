"""What X is used for, counted at the highest price before each call and at the real one after it."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from desk.errors import StoreBusy
from desk.ports.spend import Reservation, Spend
from desk.ports.x import Usage

_log = logging.getLogger(__name__)


class Ledger:
    """Adds up the calls of a run, which are reserved in `store` before they are made and settled when the sum is taken.

    The reservation covers what the run has used so far and the highest price of the call under way. It is written
    only where the one before does not cover that. When the store fails, the call is made all the same: the sum
    informs people, it stops nothing.
    """

    def __init__(self, store: Spend, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._used = Usage()
        self._reservation: Reservation | None = None
        self._covered = 0

    def reserve(self, micro_usd: int) -> None:
        """Reserve a call that is about to be made, at its highest price."""
        most = self._used.micro_usd + micro_usd
        before = self._reservation or Reservation(uuid4().hex, self._clock(), 0)
        self._reservation = before._replace(micro_usd=most)
        if most <= self._covered:
            return
        try:
            self._store.reserve(self._reservation)
        except StoreBusy:
            _log.warning("calls of X are not reserved in the day's sum", exc_info=True)
            return
        self._covered = most

    def count(self, micro_usd: int) -> None:
        """Count a call that was made, at what it did cost."""
        self._used = Usage(self._used.calls + 1, self._used.micro_usd + micro_usd)

    def settle(self) -> Usage:
        """Replace the reservation by what was used since the last settling, and return that."""
        used, reservation = self._used, self._reservation
        self._used, self._reservation, self._covered = Usage(), None, 0
        if reservation:
            try:
                self._store.settle(reservation, used)
            except StoreBusy:
                _log.warning("%s is not settled in the day's sum", used, exc_info=True)
        return used
