"""Mentions without a case that somebody answered on X itself, so that nobody answers them twice: ids alone."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from desk.aws.dynamodb import batch_get, batch_write, from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class RepliesOnX(Protocol):
    """The replies, which are kept for 90 days. Every method raises StoreBusy."""

    def record(self, replies: Mapping[str, str], now: datetime) -> None:
        """Record the account's replies, by the mentions that they answer. Recording them again changes nothing."""
        ...

    def among(self, mention_ids: Collection[str]) -> Mapping[str, str]:
        """The replies to these mentions, by the mentions' ids, read consistently; 100 cost one call."""
        ...


_ITEM = "replied_on_x"
_KEPT = timedelta(days=90)


class RepliesOnXItems:
    """Implements RepliesOnX on DynamoDB, one item a mention."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def record(self, replies: Mapping[str, str], now: datetime) -> None:
        """See RepliesOnX."""
        expires_at = int((now + _KEPT).timestamp())
        items = (
            to_item({"item": _ITEM, "part": mention_id, "x_id": x_id, "expires_at": expires_at})
            for mention_id, x_id in replies.items()
        )
        batch_write(self._client, self._desk, puts=items)

    def among(self, mention_ids: Collection[str]) -> dict[str, str]:
        """See RepliesOnX."""
        keys = [to_item({"item": _ITEM, "part": each}) for each in dict.fromkeys(mention_ids)]
        found = map(from_item, batch_get(self._client, self._desk, keys))
        return {plain["part"]: plain["x_id"] for plain in found}
