"""Erased mentions and cases in their tables: items without words, which keep the counts true."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from desk.adapters.batch_get import batch_get
from desk.adapters.case_items import CASE, case_key
from desk.adapters.case_pointers import UNDERWAY, UNTOLD
from desk.adapters.desk_parts import parts_of
from desk.adapters.mention_items import to_item
from desk.adapters.query_all import query_all
from desk.adapters.store_errors import store_errors, unless_refused
from desk.case import CaseState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WORDS = ("post.id", "parent.id", "failure", "terms", "why", "waiting")
"""What a mention has beside its counts: `why` quotes words, and one that waits would wait for ever."""
_NAMED = frozenset({"author", "draft", "open"})
_WORDS_OF_CASE = frozenset({"author", "draft"})


class ErasureItems:
    """The port Erasure on DynamoDB. What has been erased costs a read and no write."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, cases_table: str, desk_table: str) -> None:
        self._client = client
        self._mentions = mentions_table
        self._cases = cases_table
        self._desk = desk_table

    def erase_mentions(self, mention_ids: Collection[str]) -> int:
        """See Erasure."""
        found = [mention_id for mention_id, has_words in self.looked_at(mention_ids).items() if has_words]
        for mention_id in found:
            with unless_refused():
                self._client.update_item(
                    TableName=self._mentions,
                    Key={"mention_id": {"S": mention_id}},
                    UpdateExpression="SET erased = :yes"
                    " REMOVE post, parent, failure, terms, why, waiting, waiting_since",
                    ConditionExpression="attribute_exists(mention_id)",
                    ExpressionAttributeValues={":yes": {"BOOL": True}},
                )
        return len(found)

    def looked_at(self, mention_ids: Collection[str]) -> dict[str, bool]:
        """Whether each of those that exist has words or still waits for something, or is no tombstone yet."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(mention_ids)]
        projection = f"mention_id, erased, {', '.join(_WORDS)}"
        items = batch_get(self._client, self._mentions, keys, projection=projection)
        tombstone = {"mention_id", "erased"}
        return {item["mention_id"]["S"]: item.keys() != tombstone for item in items}

    def erase_case(self, case_id: str) -> int:
        """See Erasure. The case is closed first: from then on no change can add words to it."""
        named = self._is_named(case_id)
        if named:
            self._close(case_id)
        self._forget_pointers(case_id)
        return named + self._forget_texts(case_id)

    def forget_case_without_words(self, case_id: str) -> None:
        """See Erasure. The name goes under a new version: a draft that is just being saved is refused."""
        items = list(self._beside(case_id))
        ids = dict.fromkeys(item["mention_id"]["S"] for item in items if "mention_id" in item)
        keys = [to_item({"mention_id": mention_id}) for mention_id in ids]
        if not keys or any(batch_get(self._client, self._mentions, keys, projection="post.id")):
            return
        case = next((item for item in items if item["what"]["S"] == CASE), {})
        if not _WORDS_OF_CASE.isdisjoint(case):
            self._unname(case_id, is_drafted=case.get("state") == {"S": CaseState.DRAFTED.value})
        self._forget_texts(case_id)

    def words_of_case(self, case_id: str) -> int:
        """How many items of the case have words or names, or are not closed for good yet."""
        return self._is_named(case_id) + sum(1 for _ in self._worded(case_id))

    def _is_named(self, case_id: str) -> bool:
        with store_errors():
            answer = self._client.get_item(TableName=self._cases, Key=case_key(case_id), ConsistentRead=True)
        item = answer.get("Item", {})
        return bool(item) and ("erased" not in item or not _NAMED.isdisjoint(item))

    def _close(self, case_id: str) -> None:
        """Raise the version too, so that whoever has seen the case before can't save what they do to it.

        Its list of mentions goes as well: the events still name them, and reports make links of the list.
        """
        with unless_refused():
            self._client.update_item(
                TableName=self._cases,
                Key=case_key(case_id),
                UpdateExpression="SET erased = :yes, #state = :closed, mention_ids = :none,"
                " #version = if_not_exists(#version, :one) + :one REMOVE author, draft, #open, holder",
                ConditionExpression="attribute_exists(case_id)",
                ExpressionAttributeNames={"#state": "state", "#version": "version", "#open": "open"},
                ExpressionAttributeValues=to_item(
                    {":yes": True, ":closed": CaseState.CLOSED.value, ":none": [], ":one": 1}
                ),
            )

    def _unname(self, case_id: str, *, is_drafted: bool) -> None:
        """Without its draft a drafted case is open again; that is decided on the state that was seen."""
        state = CaseState.OPEN if is_drafted else None
        values = {":one": 1} | ({":open": state.value, ":drafted": CaseState.DRAFTED.value} if state else {})
        with unless_refused():
            self._client.update_item(
                TableName=self._cases,
                Key=case_key(case_id),
                UpdateExpression="SET #version = if_not_exists(#version, :one) + :one"
                f"{', #state = :open' if state else ''} REMOVE author, draft",
                ConditionExpression="#state = :drafted" if state else "attribute_exists(case_id)",
                ExpressionAttributeNames={"#version": "version"} | ({"#state": "state"} if state else {}),
                ExpressionAttributeValues=to_item(values),
            )

    def _forget_texts(self, case_id: str) -> int:
        """Remove the texts of what was done with the case; how many there were."""
        worded = list(self._worded(case_id))
        for key in worded:
            with unless_refused():
                self._client.update_item(
                    TableName=self._cases,
                    Key=key,
                    UpdateExpression="REMOVE #text",
                    ConditionExpression="attribute_exists(case_id)",
                    ExpressionAttributeNames={"#text": "text"},
                )
        return len(worded)

    def _forget_pointers(self, case_id: str) -> None:
        parts = [part["part"] for part in parts_of(self._client, self._desk, UNTOLD, beginning=f"{case_id}#")]
        for item, part in ((UNDERWAY, case_id), *((UNTOLD, part) for part in parts)):
            with store_errors():
                self._client.delete_item(TableName=self._desk, Key=to_item({"item": item, "part": part}))

    def _worded(self, case_id: str) -> Iterator[dict[str, Any]]:
        """The keys of the case's events that have words."""
        for item in self._beside(case_id):
            if item["what"]["S"] != CASE and "text" in item:
                yield {key: item[key] for key in ("case_id", "what")}

    def _beside(self, case_id: str) -> Iterator[dict[str, Any]]:
        """The case and its events."""
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "KeyConditionExpression": "case_id = :case",
            "ExpressionAttributeValues": {":case": {"S": case_id}},
            "ConsistentRead": True,
        }
        return query_all(self._client, ask)
