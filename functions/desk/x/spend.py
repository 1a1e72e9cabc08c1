"""What X is used for, counted at the highest price before each call and at the real one after it."""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import from_item, store_errors, to_item
from desk.errors import StoreBusy
from desk.x.model import Usage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


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


_RESERVED = "reserved#"


class SpendItems:
    """The port Spend on DynamoDB. `zone` is the desk's time zone."""

    def __init__(self, client: "DynamoDBClient", table: str, zone: ZoneInfo) -> None:
        self._client = client
        self._table = table
        self._zone = zone

    def reserve(self, reservation: Reservation) -> None:
        """See Spend."""
        self._update(reservation, "SET #reserved = :micro_usd", {":micro_usd": reservation.micro_usd})

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        """See Spend."""
        sums = {":calls": usage.calls, ":micro_usd": usage.micro_usd}
        self._update(reservation, "REMOVE #reserved ADD calls :calls, micro_usd :micro_usd", sums)

    def on(self, day: date) -> Usage:
        """See Spend."""
        with store_errors():
            item = self._client.get_item(TableName=self._table, Key=_key(day), ConsistentRead=True).get("Item", {})
        return usage_of(from_item(item))

    def _update(self, reservation: Reservation, expression: str, values: dict[str, int]) -> None:
        """Change the day's item. Every error counts as a busy store: no sum may keep the desk from calling X."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(reservation.at.astimezone(self._zone).date()),
                UpdateExpression=expression,
                ExpressionAttributeNames={"#reserved": _RESERVED + reservation.id},
                ExpressionAttributeValues=to_item(values),
            )
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy("the spend of X could not be recorded") from exc


def usage_of(plain: Mapping[str, Any]) -> Usage:
    """The sums of a day's item, plain; a reservation counts as one call."""
    reserved = [int(value) for name, value in plain.items() if name.startswith(_RESERVED)]
    return Usage(
        calls=int(plain.get("calls", 0)) + len(reserved),
        micro_usd=int(plain.get("micro_usd", 0)) + sum(reserved),
    )


def _key(day: date) -> dict[str, "AttributeValueTypeDef"]:
    return to_item({"item": f"day#{day.isoformat()}", "part": "x_spend"})
