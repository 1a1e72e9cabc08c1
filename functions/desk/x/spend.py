"""The spend on calls of X: reserved at the highest price before each call, counted at the list price after it."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import any_store_error, from_item, store_errors
from desk.brand import Purpose
from desk.errors import StoreBusy
from desk.x.endpoints import AUTHOR_PRICE, REFERENCED_PRICE, Endpoint
from desk.x.model import Usage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class Reservation(NamedTuple):
    """The most that a run may have used. It counts for the desk's day of `at`, the run's first call of X (aware)."""

    id: str
    at: datetime
    micro_usd: int
    purpose: Purpose = Purpose.MENTIONS


class SpendStore(Protocol):
    """The sums of calls and list prices by day.

    A run reserves what it uses before each call and settles the reservation at its end. A reservation that is never
    settled, because the run died or the table failed, keeps counting. Settling twice counts twice.
    """

    def reserve(self, reservation: Reservation) -> None:
        """Count this until it is settled, in place of an earlier one with its id. Raises StoreBusy."""
        ...

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        """Replace the reservation, which need not have been stored, by the usage. Raises StoreBusy."""
        ...

    def on(self, day: date) -> Usage:
        """The sums of the desk's day, read consistently; a reservation counts as one call. Raises StoreBusy."""
        ...


_log = logging.getLogger(__name__)


class SpendMeter:
    """Adds up the calls of a run. Each call is reserved in `store` before it is made; `settle` stores the sum.

    The reservation covers what the run has used so far and the highest price of the next call. It is written only
    where the one before does not cover that. When the store fails, the call is made all the same: the sum informs
    people and never stops the desk.
    """

    def __init__(self, store: SpendStore, clock: Callable[[], datetime], purpose: Purpose) -> None:
        self._store = store
        self._clock = clock
        self._purpose = purpose
        self._used = Usage()
        self._reservation: Reservation | None = None
        self._covered = 0
        self._day: date | None = None
        self._billed: dict[tuple[str, str], int] = {}

    def reserve(self, micro_usd: int) -> None:
        """Reserve the highest price of the next call."""
        most = self._used.micro_usd + micro_usd
        before = self._reservation or Reservation(uuid4().hex, self._clock(), 0, self._purpose)
        self._reservation = before._replace(micro_usd=most)
        if most <= self._covered:
            return
        try:
            self._store.reserve(self._reservation)
        except StoreBusy:
            _log.warning("calls of X could not be reserved in the day's sum", exc_info=True)
            return
        self._covered = most

    def count(self, micro_usd: int) -> None:
        """Count a call at this price."""
        self._used = Usage(self._used.calls + 1, self._used.micro_usd + micro_usd)

    def count_answer(self, endpoint: Endpoint, body: Mapping[str, Any]) -> None:
        """Count a read at the price of every item in its answer, and of every expanded author and referenced post.

        X says that it bills the same post or author once in a UTC day, and overlapping polls read each many times:
        an id is priced once a day as long as the process lives, at the higher price when it was read at two. X calls
        this a soft guarantee, so its bill may be higher.
        """
        today = self._clock().astimezone(UTC).date()
        if today != self._day:
            self._day = today
            self._billed.clear()
        included = body.get("includes")
        includes = included if isinstance(included, dict) else {}
        items = self._unbilled(endpoint.item, body.get("data"), endpoint.per_item) if endpoint.per_item else 0
        referenced = sum(self._unbilled("post", includes.get(name), REFERENCED_PRICE) for name in ("tweets", "posts"))
        authors = self._unbilled("user", includes.get("users"), AUTHOR_PRICE)
        self.count(endpoint.per_call + items + referenced + authors)

    def settle(self) -> Usage:
        """Replace the reservation by what was used since the last settling, and return that."""
        used, reservation = self._used, self._reservation
        self._used, self._reservation, self._covered = Usage(), None, 0
        if reservation:
            try:
                self._store.settle(reservation, used)
            except StoreBusy:
                _log.warning("%s could not be settled in the day's sum", used, exc_info=True)
        return used

    def _unbilled(self, kind: str, entries: object, price: int) -> int:
        """What these add to the day's bill at this price each; an entry without an id always counts."""
        added = 0
        for each in entries if isinstance(entries, list) else []:
            key = kind, str(each.get("id") or "") if isinstance(each, dict) else ""
            before = self._billed.get(key, 0) if key[1] else 0
            self._billed[key] = max(before, price)
            added += max(0, price - before)
        return added


_RESERVED = "reserved#"


class SpendItems:
    """SpendStore on DynamoDB. `zone` is the desk's time zone."""

    def __init__(self, client: "DynamoDBClient", table: str, zone: ZoneInfo) -> None:
        self._client = client
        self._table = table
        self._zone = zone

    def reserve(self, reservation: Reservation) -> None:
        """See SpendStore."""
        self._update(reservation, "SET #reserved = :micro_usd", {":micro_usd": reservation.micro_usd})

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        """See SpendStore."""
        sums = {":calls": usage.calls, ":micro_usd": usage.micro_usd}
        self._update(reservation, "REMOVE #reserved ADD calls :calls, micro_usd :micro_usd", sums)

    def on(self, day: date) -> Usage:
        """See SpendStore."""
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=_key(day), ConsistentRead=True)
        return usage_of(from_item(answer.get("Item", {})))

    def _update(self, reservation: Reservation, expression: str, values: dict[str, int]) -> None:
        """Change the day's item. Every error counts as a busy store: no sum may keep the desk from calling X."""
        day = reservation.at.astimezone(self._zone).date()
        with any_store_error("the spend of X could not be recorded"):
            self._client.update_item(
                TableName=self._table,
                Key=_key(day),
                UpdateExpression=expression,
                ExpressionAttributeNames={"#reserved": _RESERVED + reservation.id},
                ExpressionAttributeValues={name: {"N": str(value)} for name, value in values.items()},
            )


def usage_of(plain: Mapping[str, Any]) -> Usage:
    """The sums of a day's item, plain; a reservation counts as one call."""
    reserved = [int(value) for name, value in plain.items() if name.startswith(_RESERVED)]
    return Usage(
        calls=int(plain.get("calls", 0)) + len(reserved),
        micro_usd=int(plain.get("micro_usd", 0)) + sum(reserved),
    )


def _key(day: date) -> dict[str, "AttributeValueTypeDef"]:
    return {"item": {"S": f"day#{day}"}, "part": {"S": "x_spend"}}
