"""What waits, from the sparse index `waiting` of the Mentions table."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.query_all import query_all
from desk.mention import SHARDS
from desk.ports.routing_store import Stage
from desk.ports.waiting import Waiting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_INDEX = "waiting"
_END_OF_TIME = "9999"


class WaitingMentionsItems:
    """The port WaitingMentions on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str) -> None:
        self._client = client
        self._mentions = mentions_table

    def for_stage(self, stage: Stage, *, before: datetime, limit: int) -> Sequence[Waiting]:
        """See WaitingMentions."""
        found = [
            waiting for shard in range(SHARDS) for waiting in self._query(f"{stage}#{shard}", before.isoformat(), limit)
        ]
        return sorted(found, key=lambda waiting: waiting.since)[:limit]

    def for_summary(self, department: str, *, limit: int) -> Sequence[Waiting]:
        """See WaitingMentions."""
        return list(self._query(f"{Stage.MAILING}#{department}", _END_OF_TIME, limit))

    def _query(self, key: str, before: str, limit: int) -> Iterator[Waiting]:
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": _INDEX,
            "KeyConditionExpression": "waiting = :key AND waiting_since < :before",
            "ExpressionAttributeValues": {":key": {"S": key}, ":before": {"S": before}},
        }
        for item in query_all(self._client, ask, most=limit):
            yield Waiting(item["mention_id"]["S"], datetime.fromisoformat(item["waiting_since"]["S"]))
