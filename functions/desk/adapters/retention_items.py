"""Words and names in the Mentions and Cases tables, and their removal."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from desk.adapters.batch_get import batch_get
from desk.adapters.case_items import case_key
from desk.adapters.store_errors import code_of, store_errors
from desk.adapters.transactions import Group, transact
from desk.mention import SHARDS
from desk.ports.retention import Dated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LONGEST_ITEM = 175_000  # bytes: twenty of them stay below a transaction's limit


class RetentionItems:
    """The port Retention on DynamoDB. What is erased or has no words any more costs a read and no write."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, cases_table: str) -> None:
        self._client = client
        self._mentions = mentions_table
        self._cases = cases_table

    def of_day(self, day: date) -> Iterator[Sequence[Dated]]:
        """See Retention."""
        for shard in range(SHARDS):
            ask: dict[str, Any] = {
                "TableName": self._mentions,
                "IndexName": "by_day",
                "KeyConditionExpression": "day_shard = :key",
                "ExpressionAttributeValues": {":key": {"S": f"{day.isoformat()}#{shard}"}},
                "ProjectionExpression": "mention_id, case_id",
                "Limit": 500,
            }
            while True:
                with store_errors():
                    page = self._client.query(**ask)
                yield [Dated(i["mention_id"]["S"], i.get("case_id", {}).get("S")) for i in page["Items"]]
                if "LastEvaluatedKey" not in page:
                    break
                ask["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def open_cases(self, case_ids: Collection[str]) -> frozenset[str]:
        """See Retention."""
        keys = [case_key(case_id) for case_id in dict.fromkeys(case_ids)]
        items = batch_get(self._client, self._cases, keys)
        return frozenset(item["case_id"]["S"] for item in items if "open" in item)

    def forget_words(self, mention_ids: Collection[str]) -> int:
        """See Retention."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(mention_ids)]
        words = "post.id, parent.id, failure, terms"
        items = batch_get(self._client, self._mentions, keys, projection=f"mention_id, {words}")
        worded = [item["mention_id"]["S"] for item in items if len(item) > 1]
        updates = {mention_id: self._forgetting(mention_id) for mention_id in worded}
        done = transact(
            self._client,
            (Group((key,), ({"Update": update},), _LONGEST_ITEM, key) for key, update in updates.items()),
        )
        for mention_id in done.cancelled:
            self._update(updates[mention_id])
        return len(worded) - len(done.failed)

    def forget_authors(self, case_ids: Collection[str]) -> None:
        """See Retention."""
        keys = [case_key(case_id) for case_id in dict.fromkeys(case_ids)]
        named = batch_get(self._client, self._cases, keys, projection="case_id, author.id")
        for item in named:
            if "author" in item:
                self._update(
                    {
                        "TableName": self._cases,
                        "Key": case_key(item["case_id"]["S"]),
                        "UpdateExpression": "REMOVE author",
                        "ConditionExpression": "attribute_not_exists(#open)",
                        "ExpressionAttributeNames": {"#open": "open"},
                    }
                )

    def _forgetting(self, mention_id: str) -> dict[str, Any]:
        return {
            "TableName": self._mentions,
            "Key": {"mention_id": {"S": mention_id}},
            "UpdateExpression": "REMOVE post, parent, failure, terms",
            "ConditionExpression": "attribute_exists(mention_id)",
        }

    def _update(self, update: dict[str, Any]) -> None:
        """Update, unless the item went away or its case was opened again."""
        try:
            with store_errors():
                self._client.update_item(**update)
        except ClientError as exc:
            if code_of(exc) != "ConditionalCheckFailedException":
                raise
