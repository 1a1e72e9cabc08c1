"""The spend on calls of X: reserved at the highest price before each call, counted at the list price after it.

A call whose price does not fit into the budget of its purpose is not made. All sums of a day are one item, so one
conditional write compares day, month and purpose and reserves: of two functions, only one gets the last dollar.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from desk.aws.dynamodb import any_store_error, batch_get, from_item, is_refused, to_item
from desk.brand import Purpose, XBudget
from desk.errors import OverBudget, StoreBusy
from desk.x.budget import BudgetRefusal, DaySpend, Limit, ceilings, exceeded, resets_at
from desk.x.model import Usage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class Reservation(NamedTuple):
    """The most that a run may have used on one of the desk's days. `id` begins with the run's time, in hexadecimal."""

    id: str
    day: date
    micro_usd: int
    purpose: Purpose = Purpose.MENTIONS


class Reserved(NamedTuple):
    """What is reserved under an id now, and the day's spend with it."""

    micro_usd: int
    spend: DaySpend


class DayOver(Exception):
    """Another run has begun the desk's next day: nothing is reserved on this day any more."""


class SpendStore(Protocol):
    """The sums of calls and list prices by day, and the budget that they must not exceed.

    A run reserves what it uses before each call and settles the reservation at its end. A reservation that is never
    settled, because the run died or the table failed, keeps counting. Repeating a call whose answer was lost changes
    nothing.
    """

    def day_of(self, moment: datetime) -> date:
        """The desk's day of a moment (aware)."""
        ...

    def reserve(
        self, reservation: Reservation, now: datetime, *, before: int = 0, ahead: int = 0, is_spent: bool = False
    ) -> Reserved:
        """Count this until it is settled, in place of the `before` reserved under its id.

        So much `ahead` is reserved as well if the budget has room for it. If the reservation itself does not fit into
        the budget of its purpose, this records the first refusal of the day and raises OverBudget; what `is_spent`
        already always fits. Raises DayOver, and StoreBusy, after which it may count.
        """
        ...

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        """Replace the reservation by the usage. Settling it again does nothing. Raises StoreBusy."""
        ...

    def between(self, first: date, last: date) -> tuple[DaySpend, ...]:
        """Each day's spend in order, read consistently. Raises StoreBusy."""
        ...


_log = logging.getLogger(__name__)

_PART = "x_spend"
_RESERVED = "reserved#"
_TRIES = 5
_MOST_OPEN = 50
"""Above this number of reservations in the day's item, those of runs that died are removed from it."""
_MOST_REMOVED = 100
"""How many are removed at once: DynamoDB limits an expression to 4 KB."""
_DEAD_AFTER = timedelta(hours=1)
"""A reservation older than this is of a run that died: no run is that long."""


class SpendItems:
    """SpendStore on DynamoDB: one item a day. `zone` is the desk's time zone.

    | attribute | meaning |
    | --- | --- |
    | `micro_usd`, `calls` | all of the day; open reservations count in `micro_usd` |
    | `month_micro_usd` | the same and the month's earlier days |
    | `<purpose>_micro_usd` | of the purpose |
    | `reserved#<id>` | a reservation that is not settled |
    | `refused#<purpose>#<limit>` | the first call that did not fit |
    | `is_closed` | the next day has begun |

    A day of the month's earlier days is closed before they are added up, so their sum can only become smaller.
    """

    def __init__(self, client: "DynamoDBClient", table: str, zone: ZoneInfo, budget: XBudget) -> None:
        self._client = client
        self._table = table
        self._zone = zone
        self._budget = budget

    def day_of(self, moment: datetime) -> date:
        """See SpendStore."""
        return moment.astimezone(self._zone).date()

    def reserve(
        self, reservation: Reservation, now: datetime, *, before: int = 0, ahead: int = 0, is_spent: bool = False
    ) -> Reserved:
        """See SpendStore."""
        purpose, day = reservation.purpose, reservation.day
        most = {} if is_spent else ceilings(self._budget, purpose)
        wanted, known = reservation._replace(micro_usd=reservation.micro_usd + ahead), before or None
        for _ in range(_TRIES):
            item, is_written = self._write_reservation(wanted, known, most)
            if is_written:
                self._drop_dead(item, day, now)
                return Reserved(wanted.micro_usd, _day_spend(day, item))
            reserved = item.get(_RESERVED + reservation.id)
            if "month_micro_usd" not in item:
                self._open(day)
            elif item.get("is_closed"):
                raise DayOver
            elif reserved != known:  # perhaps a try whose answer was lost has written it
                known = reserved
            elif wanted != reservation:
                wanted = reservation
            else:
                more = reservation.micro_usd - int(known or 0)
                limit = exceeded(most, _day_spend(day, item), more, purpose)
                if limit:
                    self._record_refusal(BudgetRefusal(purpose, limit, now, more), day, item)
                    raise OverBudget(purpose, limit, resets_at(limit, day, self._zone))
        raise StoreBusy("the spend of X changed with every try to reserve a call")

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        """See SpendStore."""
        name, before = _RESERVED + reservation.id, reservation.micro_usd
        for _ in range(_TRIES):
            item, is_written = self._update(
                reservation.day,
                f"REMOVE #reserved ADD {_SUMS}, calls :calls",
                "#reserved = :before",
                {"#reserved": name, "#purpose": _sum_of(reservation.purpose)},
                {":before": before, ":more": usage.micro_usd - before, ":calls": usage.calls},
            )
            if is_written or name not in item:
                return
            before = int(item[name])
        raise StoreBusy("the reservation changed with every try to settle it")

    def between(self, first: date, last: date) -> tuple[DaySpend, ...]:
        """See SpendStore."""
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        items = self._items(days)
        return tuple(_day_spend(day, items.get(day, {})) for day in days)

    def _write_reservation(
        self, reservation: Reservation, known: int | None, most: Mapping[Limit, int]
    ) -> tuple[dict[str, Any], bool]:
        """Reserve if the day is open, `known` is reserved so far (None: nothing), and the addition fits."""
        more = reservation.micro_usd - (known or 0)
        limits = most if more > 0 else {}
        conditions = ["attribute_exists(month_micro_usd)", "attribute_not_exists(is_closed)"]
        conditions.append("attribute_not_exists(#reserved)" if known is None else "#reserved = :known")
        conditions += [f"{_ATTRIBUTES[limit]} <= :{limit}" for limit in limits]
        values = {":reserved": reservation.micro_usd, ":more": more, ":known": known}
        return self._update(
            reservation.day,
            f"SET #reserved = :reserved ADD {_SUMS}",
            " AND ".join(conditions),
            {"#reserved": _RESERVED + reservation.id, "#purpose": _sum_of(reservation.purpose)},
            values | {f":{limit}": ceiling - more for limit, ceiling in limits.items()},
        )

    def _open(self, day: date) -> None:
        """Begin the day's sums with the spend of the month's earlier days, if no other run has."""
        earlier = [day.replace(day=number) for number in range(1, day.day)]
        if earlier:
            self._update(earlier[-1], "SET is_closed = :true", None, {}, {":true": True})
        before = sum(int(item.get("micro_usd", 0)) for item in self._items(earlier).values())
        sums = {f"#sum{number}": _sum_of(purpose) for number, purpose in enumerate(Purpose)}
        self._update(
            day,
            "SET month_micro_usd = :before ADD micro_usd :zero, " + ", ".join(f"{name} :zero" for name in sums),
            "attribute_not_exists(month_micro_usd)",
            sums,
            {":zero": 0, ":before": before},
        )

    def _record_refusal(self, refusal: BudgetRefusal, day: date, item: Mapping[str, Any]) -> None:
        name = _refused(refusal.purpose, refusal.limit)
        if name in item:
            return
        value = {"at": refusal.at.isoformat(), "micro_usd": refusal.micro_usd}
        try:
            self._update(day, "SET #name = if_not_exists(#name, :refusal)", None, {"#name": name}, {":refusal": value})
        except StoreBusy:
            _log.warning("%s could not be recorded", refusal, exc_info=True)

    def _drop_dead(self, item: Mapping[str, Any], day: date, now: datetime) -> None:
        """Remove reservations of runs that died, so that the item stays small. They still count in the sums."""
        names = [name for name in item if name.startswith(_RESERVED)]
        since = now - _DEAD_AFTER
        dead = [name for name in names if _begun_at(name) < since.timestamp()] if len(names) > _MOST_OPEN else []
        if not dead:
            return
        placeholders = {f"#dead{number}": name for number, name in enumerate(dead[:_MOST_REMOVED])}
        expression = f"REMOVE {', '.join(placeholders)} ADD calls :calls"
        are_there = " AND ".join(f"attribute_exists({each})" for each in placeholders)
        try:
            self._update(day, expression, are_there, placeholders, {":calls": len(placeholders)})
        except StoreBusy:
            _log.warning("reservations of runs that died could not be removed from the day's item", exc_info=True)

    def _update(
        self,
        day: date,
        expression: str,
        condition: str | None,
        names: Mapping[str, str],
        values: Mapping[str, Any],
    ) -> tuple[dict[str, Any], bool]:
        """Change the day's item if the condition holds; return the item and whether it changed. Raises StoreBusy."""
        ask: dict[str, Any] = {"ExpressionAttributeNames": dict(names)} if names else {}
        if condition:
            ask |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        with any_store_error("the spend of X could not be recorded"):
            try:
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_key(day),
                    UpdateExpression=expression,
                    ExpressionAttributeValues=to_item(dict(values)),
                    ReturnValues="ALL_NEW",
                    **ask,
                )
            except ClientError as exc:
                if not is_refused(exc):
                    raise
                old: Any = exc.response.get("Item", {})
                return from_item(old), False
        return from_item(answer.get("Attributes", {})), True

    def _items(self, days: Iterable[date]) -> dict[date, dict[str, Any]]:
        """The items of these days that exist."""
        with any_store_error("the spend of X could not be read"):
            found = list(map(from_item, batch_get(self._client, self._table, map(_key, days))))
        return {date.fromisoformat(item["item"].removeprefix("day#")): item for item in found}


_SUMS = "micro_usd :more, month_micro_usd :more, #purpose :more"
_ATTRIBUTES = {Limit.MONTH: "month_micro_usd", Limit.DAY: "micro_usd", Limit.PURPOSE: "#purpose"}


def _sum_of(purpose: Purpose) -> str:
    return f"{purpose}_micro_usd"


def _begun_at(name: str) -> int:
    """When the run of this reservation began, in seconds since 1970."""
    return int(name.removeprefix(_RESERVED).partition("-")[0], 16)


def usage_of(plain: Mapping[str, Any]) -> Usage:
    """The sums of a day's item, plain; an open reservation counts as one call."""
    is_open = sum(name.startswith(_RESERVED) for name in plain)
    return Usage(calls=int(plain.get("calls", 0)) + is_open, micro_usd=int(plain.get("micro_usd", 0)))


def _day_spend(day: date, plain: Mapping[str, Any]) -> DaySpend:
    sums = {purpose: int(plain.get(_sum_of(purpose), 0)) for purpose in Purpose}
    return DaySpend(
        day=day,
        usage=usage_of(plain),
        by_purpose={purpose: micro_usd for purpose, micro_usd in sums.items() if micro_usd},
        month_micro_usd=int(plain.get("month_micro_usd", 0)),
        refusals=tuple(_refusals(plain)),
    )


def _refusals(plain: Mapping[str, Any]) -> Iterator[BudgetRefusal]:
    """The refusals of a day's item, except those that only a later release knows: it may have been rolled back."""
    for purpose, limit in product(Purpose, Limit):
        if value := plain.get(_refused(purpose, limit)):
            yield BudgetRefusal(purpose, limit, datetime.fromisoformat(value["at"]), int(value["micro_usd"]))


def _refused(purpose: Purpose, limit: Limit) -> str:
    return f"refused#{purpose}#{limit}"


def _key(day: date) -> dict[str, "AttributeValueTypeDef"]:
    return {"item": {"S": f"day#{day}"}, "part": {"S": _PART}}
