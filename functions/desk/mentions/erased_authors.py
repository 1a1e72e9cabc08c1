"""The authors who were erased: their tombstones in the Desk table, which keep their words from being stored again."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from desk.aws.dynamodb import batch_get, from_item, moment_text, parts_of, store_errors, to_item, written_or_refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_ITEM = "erased_author"
_COUNT = "#count"
"""Sorts before every id."""
_COUNT_KEY = to_item({"item": _ITEM, "part": _COUNT})


class ErasedAuthors(NamedTuple):
    """The erased authors' ids, and the counter when they were read; None if nobody was ever erased."""

    ids: frozenset[str]
    changes: int | None


def read_erased_authors(client: "DynamoDBClient", table: str) -> ErasedAuthors:
    """All erased authors. Raises StoreBusy.

    The counter is read first: an author who is added meanwhile makes it too low, never too high.
    """
    parts = {str(plain["part"]): plain for plain in parts_of(client, table, _ITEM)}
    count = parts.pop(_COUNT, None)
    return ErasedAuthors(frozenset(parts), int(count["n"]) if count else None)


def nobody_erased_since(table: str, seen: ErasedAuthors) -> "TransactWriteItemTypeDef":
    """The action that cancels a transaction if an author was erased after `seen` was read."""
    check: dict[str, Any] = {"TableName": table, "Key": _COUNT_KEY, "ConditionExpression": "attribute_not_exists(n)"}
    if seen.changes is not None:
        check["ConditionExpression"] = "n = :seen"
        check["ExpressionAttributeValues"] = to_item({":seen": seen.changes})
    return {"ConditionCheck": check}  # type: ignore[typeddict-item]


def unless_erased(table: str, author_id: str) -> "TransactWriteItemTypeDef":
    """The action that cancels a transaction if this author was erased."""
    key = to_item({"item": _ITEM, "part": author_id})
    return {"ConditionCheck": {"TableName": table, "Key": key, "ConditionExpression": "attribute_not_exists(part)"}}


def mark_erased(client: "DynamoDBClient", table: str, author_id: str, at: datetime) -> datetime:
    """Record that nothing of this author may be stored; when that was recorded first. Raises StoreBusy."""
    key = to_item({"item": _ITEM, "part": author_id})
    actions: list[TransactWriteItemTypeDef] = [
        {
            "Put": {
                "TableName": table,
                "Item": key | to_item({"at": moment_text(at)}),
                "ConditionExpression": "attribute_not_exists(#at)",
                "ExpressionAttributeNames": {"#at": "at"},
            }
        },
        {
            "Update": {
                "TableName": table,
                "Key": _COUNT_KEY,
                "UpdateExpression": "ADD n :one",
                "ExpressionAttributeValues": to_item({":one": 1}),
            }
        },
    ]
    if not written_or_refused(client, actions):
        return at
    with store_errors():
        answer = client.get_item(TableName=table, Key=key, ConsistentRead=True)
    return datetime.fromisoformat(from_item(answer["Item"])["at"])


def erased_since(client: "DynamoDBClient", table: str, author_id: str) -> datetime | None:
    """Since when nothing of this author may be stored; None for an author who was not erased. Raises StoreBusy."""
    with store_errors():
        answer = client.get_item(TableName=table, Key=to_item({"item": _ITEM, "part": author_id}), ConsistentRead=True)
    at = from_item(answer.get("Item", {})).get("at")
    return datetime.fromisoformat(at) if at else None


def erased_among(client: "DynamoDBClient", table: str, author_ids: Collection[str]) -> frozenset[str]:
    """The erased ones of these authors, read consistently. Raises StoreBusy."""
    keys = [to_item({"item": _ITEM, "part": each}) for each in dict.fromkeys(author_ids)]
    return frozenset(item["part"]["S"] for item in batch_get(client, table, keys))
