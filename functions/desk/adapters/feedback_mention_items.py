"""The mentions behind a list of feedback, from the Mentions table."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from desk.adapters.batch_get import batch_get
from desk.adapters.desk_parts import erased_among
from desk.adapters.stored_mention_items import stored_mention_of
from desk.mention import Mention

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PROJECTION = "mention_id, author_id, received_at, backlog, post"


class FeedbackMentionItems:
    """The port FeedbackMentions on DynamoDB.

    An erasure writes its tombstone first and removes words later, so the tombstones decide here.
    """

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, desk_table: str) -> None:
        self._client = client
        self._mentions = mentions_table
        self._desk = desk_table

    def mentions(self, mention_ids: Collection[str]) -> dict[str, Mention]:
        """See FeedbackMentions."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(mention_ids)]
        items = batch_get(self._client, self._mentions, keys, projection=_PROJECTION)
        found = [stored_mention_of(item).mention for item in items if "post" in item]
        erased = erased_among(self._client, self._desk, {mention.post.author_id for mention in found})
        return {mention.id: mention for mention in found if mention.post.author_id not in erased}
