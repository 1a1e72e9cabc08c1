"""What X was used for, as items `day#<date>` / `x_spend` of the Desk table.

`calls` and `micro_usd` are the sums of what was settled. Each run that calls X, or that died while it did, has an
attribute `reserved#<id>` with what it may have cost at the most.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError, ClientError

from desk.adapters.mention_items import from_item, to_item
from desk.adapters.store_errors import store_errors
from desk.errors import StoreBusy
from desk.ports.spend import Reservation
from desk.ports.x import Usage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

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
