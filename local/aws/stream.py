"""A table's stream on the local AWS, read shard by shard."""

from typing import Any

from local.aws.clients import Aws
from local.aws.records import Record, lambda_record


class TableStream:
    """Keeps its position in every shard; to read again, open it again."""

    def __init__(self, aws: Aws, stream_arn: str, starts_at: str) -> None:
        self._streams = aws.client("dynamodbstreams")
        self._arn = stream_arn
        self._starts_at = starts_at
        self._iterators: dict[str, str | None] = {}

    def read(self) -> dict[str, list[Record]]:
        """By shard, what came since the last call, oldest first, in the shape of a Lambda event."""
        for shard in self._shards():
            if shard not in self._iterators:
                self._iterators[shard] = self._open(shard)
        return {shard: records for shard in self._iterators if (records := self._rest_of(shard))}

    def _shards(self) -> list[str]:
        description: dict[str, Any] = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]
        return [shard["ShardId"] for shard in description["Shards"]]

    def _open(self, shard: str) -> str:
        iterator: str = self._streams.get_shard_iterator(
            StreamArn=self._arn, ShardId=shard, ShardIteratorType=self._starts_at
        )["ShardIterator"]
        return iterator

    def _rest_of(self, shard: str) -> list[Record]:
        records: list[Record] = []
        while iterator := self._iterators[shard]:
            page = self._streams.get_records(ShardIterator=iterator)
            self._iterators[shard] = page.get("NextShardIterator")  # none: the shard is closed and read to its end
            records.extend(lambda_record(record, self._arn) for record in page["Records"])
            if not page["Records"]:
                break
        return records
