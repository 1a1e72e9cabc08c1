"""Finds mentions and heard posts of one day by their words or their author's handle, in the index `by_day`."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import query_all
from desk.mentions.items import day_key, search_text
from desk.mentions.model import SHARDS, Source

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class FoundMention(NamedTuple):
    """A mention that was found, and its author."""

    mention_id: str
    author_id: str


class MentionSearch(Protocol):
    """The search. Raises StoreBusy."""

    def in_day(self, day: date, *, words: Sequence[str], handle: str | None, most: int) -> Sequence[FoundMention]:
        """The newest mentions of the day, at most `limit`, that have all of the words, or whose author has the handle.

        Heard posts are included as long as they have their words; some may be older than HEARD_FOR.
        Words may be parts of words, and are compared as `search_text` has them: of a private number only what its mask
        leaves. A handle is compared without regard to capitals. Removed texts are not found.
        """
        ...


class MentionSearchItems:
    """Implements MentionSearch on DynamoDB. Shards of a day are read in parallel, since a person waits."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str) -> None:
        self._client = client
        self._mentions = mentions_table

    def in_day(self, day: date, *, words: Sequence[str], handle: str | None, most: int) -> Sequence[FoundMention]:
        """See MentionSearch."""
        values = {f":w{number}": search_text(word) for number, word in enumerate(words)}
        conditions = [" AND ".join(f"contains(search_text, {name})" for name in values)] if values else []
        if handle:
            values[":handle"] = handle.lower()
            conditions.append("handle = :handle")
        return self._of_day(day, " OR ".join(conditions), values, most) if conditions else []

    def _of_day(self, day: date, condition: str, values: dict[str, str], most: int) -> Sequence[FoundMention]:
        def of_shard(key: str) -> list[dict[str, Any]]:
            return list(islice(self._of_shard(key, condition, values), most))

        keys = [day_key(day, shard, source) for source in Source for shard in range(SHARDS)]
        with ThreadPoolExecutor(SHARDS) as pool:
            found = [item for items in pool.map(of_shard, keys) for item in items]
        found.sort(key=lambda item: (item["created_at"]["S"], item["mention_id"]["S"]), reverse=True)
        return [FoundMention(item["mention_id"]["S"], item["author_id"]["S"]) for item in found[:most]]

    def _of_shard(self, key: str, condition: str, values: dict[str, str]) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "by_day",
            "KeyConditionExpression": "day_shard = :key",
            "FilterExpression": condition,
            "ExpressionAttributeValues": {name: {"S": value} for name, value in {":key": key, **values}.items()},
            "ProjectionExpression": "mention_id, created_at, author_id",
            "ScanIndexForward": False,
        }
        return query_all(self._client, ask)
