"""The words of feedback from the Mentions table."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from desk.adapters.batch_get import batch_get

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class FeedbackWordItems:
    """The port FeedbackWords on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str) -> None:
        self._client = client
        self._mentions = mentions_table

    def texts(self, mention_ids: Collection[str]) -> dict[str, str]:
        """See FeedbackWords."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(mention_ids)]
        items = batch_get(self._client, self._mentions, keys, projection="mention_id, post")
        found = {item["mention_id"]["S"]: item.get("post", {}).get("M", {}) for item in items}
        return {mention_id: str(post["text"]["S"]) for mention_id, post in found.items() if "text" in post}
