"""The last greeting as item `greeting`/`last` of the Desk table."""

from datetime import date
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from desk.adapters.mention_items import from_item, to_item
from desk.adapters.store_errors import is_refused, store_errors
from desk.ports.greeting_log import LastGreeting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = to_item({"item": "greeting", "part": "last"})


class GreetingLogItems:
    """The port GreetingLog on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def last(self) -> LastGreeting | None:
        """See GreetingLog."""
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True)
        plain = from_item(answer.get("Item", {}))
        return LastGreeting(date.fromisoformat(plain["day"]), plain.get("text")) if plain else None

    def remember(self, greeting: LastGreeting) -> LastGreeting:
        """See GreetingLog."""
        day = greeting.day.isoformat()
        try:
            with store_errors():
                self._client.put_item(
                    TableName=self._table,
                    Item=_KEY | to_item({"day": day, "text": greeting.text}),
                    ConditionExpression="attribute_not_exists(#day) OR #day < :day",
                    ExpressionAttributeNames={"#day": "day"},
                    ExpressionAttributeValues=to_item({":day": day}),
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return self.last() or greeting  # never None: only what is there refuses
        return greeting
