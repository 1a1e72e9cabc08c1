"""Items by their keys, however many."""

from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from time import sleep
from typing import TYPE_CHECKING, Any

from desk.adapters.back_off import back_off
from desk.adapters.store_errors import store_errors
from desk.errors import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEYS = 100  # BatchGetItem's limit
_TRIES = 8  # each answers with up to 16 MB, and what did not fit is asked for again
_FIRST_PAUSE = 0.02  # seconds, doubled with each try


def batch_get(
    client: "DynamoDBClient",
    table: str,
    keys: Iterable[dict[str, Any]],
    *,
    projection: str | None = None,
    pause: Callable[[float], None] = sleep,
) -> Iterator[dict[str, Any]]:
    """The items that exist, read consistently, in no order; keys must differ. Raises StoreBusy."""
    for some in batched(keys, _KEYS, strict=False):
        about: dict[str, Any] = {"Keys": list(some), "ConsistentRead": True}
        if projection:
            about["ProjectionExpression"] = projection
        ask: Any = {table: about}
        for attempt in range(_TRIES):
            with store_errors():
                answer = client.batch_get_item(RequestItems=ask)
            yield from answer["Responses"].get(table, [])
            ask = answer.get("UnprocessedKeys")
            if not ask:
                break
            back_off(pause, attempt, first=_FIRST_PAUSE)
        else:
            raise StoreBusy(f"keys stayed unprocessed {_TRIES} times")
