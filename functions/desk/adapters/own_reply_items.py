"""How far the walk over own posts has come, in the Desk table, and the cases of mentions, in the Mentions table."""

from collections.abc import Callable, Collection, Mapping
from time import sleep
from typing import TYPE_CHECKING

from desk.adapters.batch_get import batch_get
from desk.adapters.store_errors import store_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CHECKPOINT = {"item": {"S": "poll"}, "part": {"S": "own_replies"}}


class OwnReplyItems:
    """The port OwnReplyState on DynamoDB."""

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        desk_table: str,
        mentions_table: str,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._client = client
        self._desk = desk_table
        self._mentions = mentions_table
        self._pause = pause

    def seen_up_to(self) -> str | None:
        """See OwnReplyState."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_CHECKPOINT, ConsistentRead=True)
        return answer["Item"]["newest_id"]["S"] if "Item" in answer else None

    def move(self, newest_id: str) -> None:
        """See OwnReplyState."""
        with store_errors():
            self._client.put_item(TableName=self._desk, Item={**_CHECKPOINT, "newest_id": {"S": newest_id}})

    def case_ids(self, mention_ids: Collection[str]) -> Mapping[str, str]:
        """See OwnReplyState."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(mention_ids)]
        items = batch_get(self._client, self._mentions, keys, projection="mention_id, case_id", pause=self._pause)
        return {item["mention_id"]["S"]: item["case_id"]["S"] for item in items if "case_id" in item}
