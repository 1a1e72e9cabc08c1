"""What X was used for, as items `day#<date>` / `x_spend` of the Desk table."""

from datetime import date
from typing import TYPE_CHECKING

from desk.adapters.store_errors import store_errors
from desk.ports.x import Usage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


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
                Key={"item": {"S": f"day#{day.isoformat()}"}, "part": {"S": "x_spend"}},
                UpdateExpression="ADD calls :calls, micro_usd :micro_usd",
                ExpressionAttributeValues={
                    ":calls": {"N": str(usage.calls)},
                    ":micro_usd": {"N": str(usage.micro_usd)},
                },
            )
