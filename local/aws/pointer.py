"""What Lambda leaves for a stream's records that it gave up: where they were, never what they were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from local.aws.mapping import StreamMapping
from local.aws.records import Record, created_at, sequence_number


@dataclass(frozen=True, slots=True)
class Pointer:
    """Records of one shard that were given up for `condition`."""

    mapping: StreamMapping
    shard: str
    records: Sequence[Record]
    condition: str
    attempts: int
    error: str | None

    def document(self, now: float) -> dict[str, Any]:
        """The document as Lambda sends it to an on-failure destination."""
        response: dict[str, Any] = {"statusCode": 200, "executedVersion": "$LATEST"}
        if self.error:
            response["functionError"] = self.error
        return {
            "requestContext": {
                "requestId": str(uuid4()),
                "functionArn": self.mapping.function,
                "condition": self.condition,
                "approximateInvokeCount": self.attempts,
            },
            "responseContext": response,
            "version": "1.0",
            "timestamp": _iso(now),
            "DDBStreamBatchInfo": {
                "shardId": self.shard,
                "startSequenceNumber": sequence_number(self.records[0]),
                "endSequenceNumber": sequence_number(self.records[-1]),
                "approximateArrivalOfFirstRecord": _iso(created_at(self.records[0])),
                "approximateArrivalOfLastRecord": _iso(created_at(self.records[-1])),
                "batchSize": len(self.records),
                "streamArn": self.mapping.stream_arn,
            },
        }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
