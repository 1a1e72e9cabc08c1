"""Items put and removed, however many."""

from collections.abc import Callable, Iterable
from itertools import batched
from time import sleep
from typing import TYPE_CHECKING, Any

from desk.adapters.back_off import back_off
from desk.adapters.store_errors import store_errors
from desk.errors import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WRITES = 25  # BatchWriteItem's limit
_TRIES = 8
_FIRST_PAUSE = 0.02  # seconds, doubled with each try


def batch_write(
    client: "DynamoDBClient",
    table: str,
    *,
    puts: Iterable[dict[str, Any]] = (),
    deletes: Iterable[dict[str, Any]] = (),
    pause: Callable[[float], None] = sleep,
) -> None:
    """Put these items and remove those with these keys, in this order; no key may come twice.

    Raises StoreBusy; then some may be written, and writing all of them again is safe.
    """
    requests: list[dict[str, Any]] = [{"PutRequest": {"Item": item}} for item in puts]
    requests += [{"DeleteRequest": {"Key": key}} for key in deletes]
    for some in batched(requests, _WRITES, strict=False):
        ask: Any = {table: list(some)}
        for attempt in range(_TRIES):
            with store_errors():
                ask = client.batch_write_item(RequestItems=ask).get("UnprocessedItems")
            if not ask:
                break
            back_off(pause, attempt, first=_FIRST_PAUSE)
        else:
            raise StoreBusy(f"items stayed unwritten {_TRIES} times")
