"""A query's items, on however many pages they lie."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from desk.adapters.store_errors import store_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def query_all(
    client: "DynamoDBClient", ask: dict[str, Any], *, page: int | None = None, most: int | None = None
) -> Iterator[dict[str, Any]]:
    """The items in their order, read on while somebody asks for more; see `query_pages`."""
    for answer in query_pages(client, ask, page=page, most=most):
        yield from answer["Items"]


def query_pages(
    client: "DynamoDBClient", ask: dict[str, Any], *, page: int | None = None, most: int | None = None
) -> Iterator[Any]:
    """The answers to a query, page after page. Raises StoreBusy.

    `page` is how many items one page takes at most; DynamoDB itself ends a page at 1 MB. `most` is how many are looked
    at in all, those that a filter leaves out included.
    """
    ask = dict(ask)
    while most is None or most > 0:
        limits = [limit for limit in (page, most) if limit is not None]
        if limits:
            ask["Limit"] = min(limits)
        with store_errors():
            answer = client.query(**ask)
        yield answer
        if "LastEvaluatedKey" not in answer:
            return
        ask["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        most = None if most is None else most - answer["ScannedCount"]
