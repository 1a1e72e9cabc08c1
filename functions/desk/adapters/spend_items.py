"""What X was used for, as items `day#<date>` / `x_spend` of the Desk table."""

from datetime import date
from typing import TYPE_CHECKING

from desk.adapters.mention_items import from_item, to_item
from desk.adapters.store_errors import store_errors
from desk.ports.x import Usage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class SpendItems:
    """The port Spend on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, day: date, usage: Usage) -> None:
        """See Spend."""
        if not usage.calls and not usage.micro_usd:
            return
        with store_errors():
            self._client.update_item(
                TableName=self._table,
                Key=_key(day),
                UpdateExpression="ADD calls :calls, micro_usd :micro_usd",
                ExpressionAttributeValues=to_item({":calls": usage.calls, ":micro_usd": usage.micro_usd}),
            )

    def on(self, day: date) -> Usage:
        """See Spend."""
        with store_errors():
            item = self._client.get_item(TableName=self._table, Key=_key(day), ConsistentRead=True).get("Item", {})
        sums = from_item(item)
        return Usage(calls=int(sums.get("calls", 0)), micro_usd=int(sums.get("micro_usd", 0)))


def _key(day: date) -> dict[str, "AttributeValueTypeDef"]:
    return to_item({"item": f"day#{day.isoformat()}", "part": "x_spend"})
