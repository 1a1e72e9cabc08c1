"""The meter of a run: reserves each call of X in the day's spend, and counts what X's answers cost."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from desk.brand import Purpose
from desk.errors import NotReached, OverBudget, StoreBusy
from desk.x.budget import DaySpend
from desk.x.endpoints import AUTHOR_PRICE, REFERENCED_PRICE, Endpoint
from desk.x.model import Usage
from desk.x.spend import DayOver, Reservation, SpendStore

_log = logging.getLogger(__name__)

_CALLS_WITHOUT_SUMS = frozenset({Purpose.MENTIONS, Purpose.PUBLISHING})


class SpendMeter:
    """Adds up the calls of a run. Each call is reserved in `store` before it is made; `settle` stores the sum.

    The reservation covers what the run has used so far and the highest price of the next call. It is written only
    if the one before does not cover that, and then twice as high, if the budget has room: so a run writes few of them,
    however many calls it makes, and one that dies has reserved at most twice what it needed.

    If the store fails, mentions are still read and posts are still published, since they must not wait for a sum. Other
    calls are not made, since no budget would limit them.
    """

    def __init__(self, store: SpendStore, clock: Callable[[], datetime], purpose: Purpose) -> None:
        self._store = store
        self._clock = clock
        self._purpose = purpose
        self._used = Usage()
        self._settled = Usage()
        """What was used on days that ended during the run."""
        self._reservation: Reservation | None = None
        self._covered = 0
        """What the store has confirmed of the reservation."""
        self._billed_on: date | None = None
        self._billed: dict[tuple[str, str], int] = {}
        self.spent: DaySpend | None = None
        """The day's spend as of the last call that was reserved or refused; None if it is not known."""

    def reserve(self, micro_usd: int) -> None:
        """Reserve what was used and the highest price of the next call, unless the reservation before covers it.

        Raises OverBudget, and NotReached if the store fails.
        """
        day = self._store.day_of(self._clock())
        if self._reservation and self._reservation.day < day:
            self._settle()
        while True:
            most = self._used.micro_usd + micro_usd
            reservation = (self._reservation or self._new(day))._replace(micro_usd=most)
            if most <= self._covered:
                self._reservation = reservation
                return
            ahead = most if self._covered else 0  # most runs make few calls, and the first reservation covers them
            try:
                reserved = self._store.reserve(reservation, self._clock(), before=self._covered, ahead=ahead)
            except DayOver:
                self._settle()
                day = reservation.day + timedelta(days=1)
                continue
            except OverBudget:
                self.spent = self._spent_on(reservation.day)
                raise
            except StoreBusy as exc:
                self._reservation = reservation  # it may have been written, so it is settled
                if self._purpose not in _CALLS_WITHOUT_SUMS:
                    raise NotReached("X was not called: the spend of the day is not known") from exc
                _log.warning("calls of X could not be reserved in the day's sum", exc_info=True)
                return
            self._reservation, self._covered, self.spent = reservation, reserved.micro_usd, reserved.spend
            return

    def _spent_on(self, day: date) -> DaySpend | None:
        try:
            return self._store.between(day, day)[0]
        except StoreBusy:
            return None

    def _new(self, day: date) -> Reservation:
        return Reservation(f"{int(self._clock().timestamp()):x}-{uuid4().hex[:8]}", day, 0, self._purpose)

    def count(self, micro_usd: int) -> None:
        """Count a call at this price."""
        self._used = Usage(self._used.calls + 1, self._used.micro_usd + micro_usd)

    def count_answer(self, endpoint: Endpoint, body: Mapping[str, Any]) -> None:
        """Count a read at the price of every item in its answer, and of every expanded author and referenced post.

        X says that it bills the same post or author once in a UTC day, and overlapping polls read each many times:
        an id is priced once a day as long as the process lives, at the higher price when it was read at two. X calls
        this a soft guarantee, so its bill may be higher.
        """
        included = body.get("includes")
        includes = included if isinstance(included, dict) else {}
        items = self._unbilled(endpoint.item, body.get("data"), endpoint.per_item) if endpoint.per_item else 0
        referenced = sum(self._unbilled("post", includes.get(name), REFERENCED_PRICE) for name in ("tweets", "posts"))
        authors = self._unbilled("user", includes.get("users"), AUTHOR_PRICE)
        self.count(endpoint.per_call + items + referenced + authors)

    def count_lost_answer(self, endpoint: Endpoint, parameters: str, at_most: int) -> None:
        """Count a read whose answer was lost at its highest price, but its items only once for these parameters.

        A repeated read returns the same items, which are priced once in a UTC day. Otherwise an hour in which X does
        not answer would use up the day's budget.
        """
        items = self._unbilled("answer", [{"id": f"{endpoint.name} {parameters}"}], at_most - endpoint.per_call)
        self.count(endpoint.per_call + items)

    def settle(self) -> Usage:
        """Replace the reservation by what was used since the last settling, and return that."""
        self._settle()
        used, self._settled = self._settled, Usage()
        return used

    def _settle(self) -> None:
        used, reservation, covered = self._used, self._reservation, self._covered
        self._settled = Usage(self._settled.calls + used.calls, self._settled.micro_usd + used.micro_usd)
        self._used, self._reservation, self._covered = Usage(), None, 0
        if not reservation:
            return
        try:
            if not covered:
                covered = used.micro_usd
                reservation = self._spent_without(reservation._replace(micro_usd=covered))
            self._store.settle(reservation._replace(micro_usd=covered), used)
        except StoreBusy:
            _log.warning("%s could not be settled in the day's sum", used, exc_info=True)

    def _spent_without(self, reservation: Reservation) -> Reservation:
        """Reserve what was used without the store's confirmation, so that it is settled like the rest."""
        try:
            self.spent = self._store.reserve(reservation, self._clock(), is_spent=True).spend
        except DayOver:
            return self._spent_without(reservation._replace(day=reservation.day + timedelta(days=1)))
        return reservation

    def _unbilled(self, kind: str, entries: object, price: int) -> int:
        """What these entries add to the UTC day's spend at this price each; an entry without an id always counts."""
        today = self._clock().astimezone(UTC).date()
        if today != self._billed_on:
            self._billed_on = today
            self._billed.clear()
        added = 0
        for each in entries if isinstance(entries, list) else []:
            key = kind, str(each.get("id") or "") if isinstance(each, dict) else ""
            before = self._billed.get(key, 0) if key[1] else 0
            self._billed[key] = max(before, price)
            added += max(0, price - before)
        return added
