"""Who opted out, as items of the Desk table: `opted_out` / the author's id. They stay for good."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.mention_items import from_item, to_item
from desk.adapters.post_items import moment_text
from desk.adapters.store_errors import store_errors, unless_refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class OptOutItems:
    """The port OptOuts on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def note(self, author_id: str, mention_id: str, at: datetime) -> None:
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

    def since(self, author_id: str) -> datetime | None:
        """See OptOuts."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(author_id), ConsistentRead=True)
        return datetime.fromisoformat(from_item(answer["Item"])["at"]) if "Item" in answer else None


def _key(author_id: str) -> Any:
    return to_item({"item": "opted_out", "part": author_id})
