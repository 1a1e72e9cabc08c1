"""Authors who asked us not to reply to them any more."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from desk.aws.dynamodb import from_item, moment_text, store_errors, to_item, unless_refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class OptOuts(Protocol):
    """The authors who opted out. Every method raises StoreBusy."""

    def record(self, author_id: str, mention_id: str, at: datetime) -> None:
        """Record that this author opted out at that moment (aware) with this mention; the latest such moment is kept.

        Recording the same again changes nothing.
        """
        ...

    def opted_out_at(self, author_id: str) -> datetime | None:
        """When this author last opted out (aware), read consistently; None for one who never did."""
        ...


class OptOutItems:
    """Implements OptOuts on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def record(self, author_id: str, mention_id: str, at: datetime) -> None:
        """See OptOuts."""
        with unless_refused():
            self._client.update_item(
                TableName=self._desk,
                Key=_key(author_id),
                UpdateExpression="SET #at = :at, mention_id = :mention",
                ConditionExpression="attribute_not_exists(#at) OR #at < :at",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues=to_item({":at": moment_text(at), ":mention": mention_id}),
            )

    def opted_out_at(self, author_id: str) -> datetime | None:
        """See OptOuts."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(author_id), ConsistentRead=True)
        return datetime.fromisoformat(from_item(answer["Item"])["at"]) if "Item" in answer else None


def _key(author_id: str) -> Any:
    return to_item({"item": "opted_out", "part": author_id})
