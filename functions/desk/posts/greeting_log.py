"""What was said in the morning last."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import from_item, is_refused, store_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class LastGreeting(NamedTuple):
    """The desk's day of the last greeting that was decided on and its text; `text` None: that morning stayed silent."""

    day: date
    text: str | None


class GreetingLog(Protocol):
    """Remembers one greeting: the last. Every method raises StoreBusy."""

    def last(self) -> LastGreeting | None:
        """The last greeting, read consistently; None before the very first."""
        ...

    def remember(self, greeting: LastGreeting) -> LastGreeting:
        """Remember it, unless one of that day or a later one is remembered already; what is remembered after that."""
        ...


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
