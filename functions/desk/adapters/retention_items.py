"""Words and names in the Mentions and Cases tables, and their removal."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

from desk.adapters.all_or_nothing import written_or_refused
from desk.adapters.batch_get import batch_get
from desk.adapters.case_items import CASE, case_key
from desk.adapters.query_all import query_all, query_pages
from desk.adapters.store_errors import unless_refused
from desk.adapters.transactions import Group, transact
from desk.errors import StoreBusy
from desk.mention import SHARDS
from desk.ports.retention import Dated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LONGEST_ITEM = 175_000  # bytes: twenty of them stay below a transaction's limit
_ACTIONS = 100  # of a transaction
_PAGE = 500  # mentions, which are forgotten together
_FIRST_VERSION = {"N": "1"}


class RetentionItems:
    """The port Retention on DynamoDB. What is erased or has no words any more costs a read and no write.

    A case that was forgotten says at which version in `forgotten`: whatever joins it raises its version.
    """

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
            }
            for answer in query_pages(self._client, ask, page=_PAGE):
                yield [Dated(i["mention_id"]["S"], i.get("case_id", {}).get("S")) for i in answer["Items"]]

    def over(self, case_ids: Collection[str], until: datetime) -> frozenset[str]:
        """See Retention."""
        keys = [case_key(case_id) for case_id in dict.fromkeys(case_ids)]
        items = batch_get(self._client, self._cases, keys)
        ended = (item["case_id"]["S"] for item in items if "open" not in item and not _is_forgotten(item))
        return frozenset(case_id for case_id in ended if self._rests(case_id, until))

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
        if done.failed:
            raise StoreBusy(f"{len(done.failed)} mentions kept their words: {next(iter(done.failed.values()))}")
        return len(worded)

    def forget_case(self, case_id: str) -> int:
        """See Retention. The case says last that it is forgotten, so that what dies amid is done again."""
        items = list(self._beside("case_id = :case", {":case": {"S": case_id}}))
        case = next((item for item in items if item["what"]["S"] == CASE), None)
        listed = case["mention_ids"]["L"] if case else ()
        joined = [item["mention_id"] for item in items if "mention_id" in item]
        forgotten = self.forget_words([each["S"] for each in (*listed, *joined)])
        worded = [self._wordless(item) for item in items if "did" in item and "text" in item]
        for actions in batched([*worded, *([self._nameless(case)] if case else [])], _ACTIONS, strict=False):
            if written_or_refused(self._client, [{"Update": action} for action in actions], tries=1):
                break  # it has opened, or a deed went away: it is not forgotten, and the next run looks again
        return forgotten

    def _rests(self, case_id: str, until: datetime) -> bool:
        """Whether nothing has happened to the case since."""
        since = f"event#{until.astimezone(UTC).isoformat()}"  # whole seconds sort before their parts
        span = {":since": {"S": since}, ":ever": {"S": "event#~"}}
        happened = self._beside("case_id = :case AND what BETWEEN :since AND :ever", {":case": {"S": case_id}, **span})
        return next(happened, None) is None

    def _beside(self, condition: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ConsistentRead": True,
        }
        return query_all(self._client, ask)

    def _forgetting(self, mention_id: str) -> dict[str, Any]:
        return {
            "TableName": self._mentions,
            "Key": {"mention_id": {"S": mention_id}},
            "UpdateExpression": "REMOVE post, parent, failure, terms",
            "ConditionExpression": "attribute_exists(mention_id)",
        }

    def _wordless(self, event: dict[str, Any]) -> Any:
        return {
            "TableName": self._cases,
            "Key": {key: event[key] for key in ("case_id", "what")},
            "UpdateExpression": "REMOVE #text",
            "ConditionExpression": "attribute_exists(case_id)",
            "ExpressionAttributeNames": {"#text": "text"},
        }

    def _nameless(self, case: dict[str, Any]) -> Any:
        return {
            "TableName": self._cases,
            "Key": case_key(case["case_id"]["S"]),
            "UpdateExpression": "SET forgotten = :version REMOVE author, draft",
            "ConditionExpression": "attribute_exists(case_id) AND attribute_not_exists(#open)",
            "ExpressionAttributeNames": {"#open": "open"},
            "ExpressionAttributeValues": {":version": case.get("version", _FIRST_VERSION)},
        }

    def _update(self, update: dict[str, Any]) -> None:
        """Update, unless the item went away."""
        with unless_refused():
            self._client.update_item(**update)


def _is_forgotten(case: dict[str, Any]) -> bool:
    return "forgotten" in case and case["forgotten"] == case.get("version", _FIRST_VERSION)
