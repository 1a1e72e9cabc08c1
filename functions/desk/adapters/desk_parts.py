"""The parts of one item of the Desk table."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from desk.adapters.batch_get import batch_get
from desk.adapters.mention_items import from_item, to_item
from desk.adapters.query_all import query_all

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def parts_of(client: "DynamoDBClient", table: str, item: str, *, beginning: str = "") -> Iterator[dict[str, Any]]:
    """The parts of this item whose names begin so, plain and in the order of their names, as many pages as there are.

    Read consistently. Raises StoreBusy.
    """
    ask: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "#item = :item",
        "ExpressionAttributeNames": {"#item": "item"},
        "ExpressionAttributeValues": {":item": {"S": item}},
        "ConsistentRead": True,
    }
    if beginning:
        ask["KeyConditionExpression"] = "#item = :item AND begins_with(#part, :beginning)"
        ask["ExpressionAttributeNames"] = {"#item": "item", "#part": "part"}
        ask["ExpressionAttributeValues"] = {":item": {"S": item}, ":beginning": {"S": beginning}}
    return map(from_item, query_all(client, ask))


def erased_among(client: "DynamoDBClient", table: str, author_ids: Collection[str]) -> frozenset[str]:
    """Which of these authors' words and names must not be stored again, read consistently. Raises StoreBusy."""
    keys = [to_item({"item": "erased_author", "part": each}) for each in dict.fromkeys(author_ids)]
    return frozenset(item["part"]["S"] for item in batch_get(client, table, keys))
