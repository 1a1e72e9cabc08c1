"""Breakers as items of the Desk table: item `breaker`, part = the breaker's name."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from desk.adapters.desk_parts import parts_of
from desk.adapters.mention_items import to_item
from desk.errors import StoreBusy
from desk.ports.breakers import Breaker, BreakerReason

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "breaker"
_KEPT = timedelta(days=1)
"""A breaker that nobody has tried this long after it was due is forgotten, which is the same as trying it."""


class DynamoBreakers:
    """The breakers in the table `table`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> dict[str, Breaker]:
        """See Breakers."""
        try:
            found = [_breaker_of(plain) for plain in parts_of(self._client, self._table, _ITEM)]
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy("the breakers could not be loaded") from exc
        return {breaker.name: breaker for breaker in found}

    def save(self, breaker: Breaker) -> None:
        """See Breakers."""
        item = {
            "item": _ITEM,
            "part": breaker.name,
            "reason": breaker.reason.value,
            "opened_at": breaker.opened_at.isoformat(),
            "retry_at": breaker.retry_at.isoformat(),
            "expires_at": int((breaker.retry_at + _KEPT).timestamp()),
        }
        try:
            self._client.put_item(TableName=self._table, Item=to_item(item))
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy(f"the breaker {breaker.name} could not be saved") from exc

    def clear(self, breaker: Breaker) -> None:
        """See Breakers."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=to_item({"item": _ITEM, "part": breaker.name}),
                ConditionExpression="retry_at = :known",
                ExpressionAttributeValues={":known": {"S": breaker.retry_at.isoformat()}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # already forgotten, or opened anew by another run
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy(f"the breaker {breaker.name} could not be cleared") from exc


def _breaker_of(plain: dict[str, Any]) -> Breaker:
    return Breaker(
        name=plain["part"],
        reason=BreakerReason(plain["reason"]),
        opened_at=datetime.fromisoformat(plain["opened_at"]),
        retry_at=datetime.fromisoformat(plain["retry_at"]),
    )
