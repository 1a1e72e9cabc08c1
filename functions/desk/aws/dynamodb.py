"""DynamoDB: configurations of clients, errors, items, batches, queries and transactions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import batched
from random import uniform
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Unreachable

from desk.errors import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def to_item(plain: dict[str, Any]) -> dict[str, "AttributeValueTypeDef"]:
    """DynamoDB's typed form of a plain mapping; None values are left out."""
    return {key: _typed(value) for key, value in plain.items() if value is not None}


def _typed(value: Any) -> Any:
    """The value as boto3's serializer types it, which tries one type after the other; nearly all are strings."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is dict:
        return {"M": {key: _typed(each) for key, each in value.items()}}
    if kind is list:
        return {"L": [_typed(each) for each in value]}
    return _serialize(value)


def from_item(item: dict[str, Any]) -> dict[str, Any]:
    """The plain mapping of DynamoDB's typed form; numbers come as Decimal."""
    return {key: _deserialize(value) for key, value in item.items()}


def moment_text(moment: datetime) -> str:
    """A moment (aware) in UTC as text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


CLIENT_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""Timeouts and retries of a client: a table that does not answer must not use up the time for which a lease runs."""

BULK_CONFIG = CLIENT_CONFIG.merge(Config(parameter_validation=False))
"""For a client whose calls carry many items: botocore's validation of each value takes more CPU than all else that it
does with them. Tests use clients that validate, and DynamoDB refuses what is invalid."""

SNS_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 1},
    tcp_keepalive=True,
    parameter_validation=False,
)
"""For each client of SNS: one attempt, and time for its answer. Its batches are not validated either.

SNS delivers each attempt that reaches it, even if its answer is lost, and has no idempotency token. Notifications that
may not have been sent stay in the table, and stream, schedule or sweep send them again.
"""


_BUSY = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


@contextmanager
def store_errors() -> Iterator[None]:
    """Raise StoreBusy when botocore's bounded retries were not enough; other errors are defects and pass."""
    try:
        yield
    except ClientError as exc:
        if code_of(exc) in _BUSY:
            raise StoreBusy(code_of(exc)) from exc
        raise
    except (Unreachable, HTTPClientError) as exc:
        raise StoreBusy(type(exc).__name__) from exc


@contextmanager
def any_store_error(what_failed: str) -> Iterator[None]:
    """Raise StoreBusy for every error of DynamoDB, for records without which the caller can go on."""
    try:
        yield
    except (ClientError, BotoCoreError, StoreBusy) as exc:
        raise StoreBusy(what_failed) from exc


@contextmanager
def unless_refused() -> Iterator[None]:
    """Like `store_errors`, but ignore that the condition of a write did not hold."""
    try:
        with store_errors():
            yield
    except ClientError as exc:
        if not is_refused(exc):
            raise


def is_refused(error: ClientError) -> bool:
    """Whether the condition of a write did not hold."""
    return code_of(error) == "ConditionalCheckFailedException"


def code_of(error: ClientError) -> str:
    """AWS's code of an error, for example `ConditionalCheckFailedException`."""
    return error.response.get("Error", {}).get("Code", "")


def attempts(pause: Callable[[float], None], tries: int = 5, *, first: float = 0.05) -> Iterator[int]:
    """The numbers of attempts, from 0 on, with a pause before each but the first: about `first` seconds, then doubled.

    Leave the loop when an attempt succeeds; raise StoreBusy behind it.
    """
    for attempt in range(tries):
        if attempt:
            pause(uniform(0.5, 1) * first * 2 ** (attempt - 1))  # noqa: S311 - spreads retries, guards nothing
        yield attempt


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
    """The items with these keys that exist, read consistently, in no order; keys must differ. Raises StoreBusy."""
    for some in batched(keys, _KEYS, strict=False):
        about: dict[str, Any] = {"Keys": list(some), "ConsistentRead": True}
        if projection:
            about["ProjectionExpression"] = projection
        ask: Any = {table: about}
        for _ in attempts(pause, _TRIES, first=_FIRST_PAUSE):
            with store_errors():
                answer = client.batch_get_item(RequestItems=ask)
            yield from answer["Responses"].get(table, [])
            ask = answer.get("UnprocessedKeys")
            if not ask:
                break
        else:
            raise StoreBusy(f"keys stayed unprocessed {_TRIES} times")


_WRITES = 25  # BatchWriteItem's limit


def batch_write(
    client: "DynamoDBClient",
    table: str,
    *,
    puts: Iterable[dict[str, Any]] = (),
    deletes: Iterable[dict[str, Any]] = (),
    pause: Callable[[float], None] = sleep,
) -> None:
    """Put these items, then delete those with these keys; no key may occur twice.

    After StoreBusy some may be written, and writing all of them again is safe.
    """
    requests: list[dict[str, Any]] = [{"PutRequest": {"Item": item}} for item in puts]
    requests += [{"DeleteRequest": {"Key": key}} for key in deletes]
    for some in batched(requests, _WRITES, strict=False):
        ask: Any = {table: list(some)}
        for _ in attempts(pause, _TRIES, first=_FIRST_PAUSE):
            with store_errors():
                ask = client.batch_write_item(RequestItems=ask).get("UnprocessedItems")
            if not ask:
                break
        else:
            raise StoreBusy(f"items stayed unwritten {_TRIES} times")


def query_all(
    client: "DynamoDBClient", ask: dict[str, Any], *, page: int | None = None, most: int | None = None
) -> Iterator[dict[str, Any]]:
    """The items of a query in their order, page by page as they are consumed; see `query_pages`."""
    for answer in query_pages(client, ask, page=page, most=most):
        yield from answer["Items"]


def query_pages(
    client: "DynamoDBClient", ask: dict[str, Any], *, page: int | None = None, most: int | None = None
) -> Iterator[Any]:
    """The answers to a query, page after page. Raises StoreBusy.

    `page` is how many items one page takes at most; DynamoDB itself ends a page at 1 MB. `most` is how many items
    are examined in all, those that a filter leaves out included.
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


def changing(plain: Mapping[str, Any]) -> str:
    """An update expression that sets the values and removes attributes whose value is None.

    "map.name" is a place in a map, which the item must have. See `names` and `values`.
    """
    gained = ", ".join(f"{_path(name)} = {_value(name)}" for name, value in plain.items() if value is not None)
    lost = ", ".join(_path(name) for name, value in plain.items() if value is None)
    return " ".join(part for part in (gained and f"SET {gained}", lost and f"REMOVE {lost}") if part)


def names(paths: Iterable[str]) -> dict[str, str]:
    """The names for an expression that has these attributes or places in maps as `#name` or `#map.#name`."""
    return {f"#{name}": name for path in paths for name in path.split(".")}


def values(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values for an update expression by `changing`."""
    return {_value(name): value for name, value in plain.items() if value is not None}


def _path(name: str) -> str:
    return ".".join(f"#{part}" for part in name.split("."))


def _value(name: str) -> str:
    return f":{name.replace('.', '_')}"


def parts_of(client: "DynamoDBClient", table: str, item: str, *, beginning: str = "") -> Iterator[dict[str, Any]]:
    """The parts of this item of the Desk table whose names begin with `beginning`, plain, in the order of their names.

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


_ACTIONS = 100  # of a transaction, DynamoDB's limit
_BYTES = 3_500_000  # of the 4 MB that the items of a transaction may have together
_CONTESTED = frozenset({"TransactionCanceledException", "ValidationException"})


class Group(NamedTuple):
    """Actions that are written together or not at all.

    `bytes` is the size of the items that they touch; no two groups with the same `touches` share a transaction.
    """

    ids: tuple[str, ...]
    actions: tuple[dict[str, Any], ...]
    bytes: int
    touches: str


@dataclass(slots=True)
class Transacted:
    """The ids of groups that were cancelled, and of those for which the store was too busy, with the reason."""

    cancelled: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def transact(client: "DynamoDBClient", groups: Iterable[Group]) -> Transacted:
    """Write the groups in this order, as many at once as fit.

    A transaction that is cancelled, or that DynamoDB rejects for one of its items, wrote nothing: all of its groups
    are cancelled, and the caller tries them one by one. Other errors are defects and pass.
    """
    done = Transacted()
    for together in _packed(groups):
        ids = [mention_id for group in together for mention_id in group.ids]
        try:
            with store_errors():
                client.transact_write_items(TransactItems=[a for group in together for a in group.actions])  # type: ignore[misc]
        except ClientError as exc:
            if code_of(exc) not in _CONTESTED:
                raise
            done.cancelled += ids
        except StoreBusy as exc:
            done.failed |= dict.fromkeys(ids, str(exc))
    return done


def _packed(groups: Iterable[Group]) -> Iterator[Sequence[Group]]:
    together: list[Group] = []
    actions = size = 0
    touched: set[str] = set()
    for group in groups:
        full = actions + len(group.actions) > _ACTIONS or size + group.bytes > _BYTES or group.touches in touched
        if together and full:
            yield together
            together, actions, size, touched = [], 0, 0, set()
        together.append(group)
        actions += len(group.actions)
        size += group.bytes
        touched.add(group.touches)
    if together:
        yield together


REFUSED = "ConditionalCheckFailed"
"""The code of an action whose condition did not hold."""


def all_or_nothing(client: "DynamoDBClient", actions: "Sequence[TransactWriteItemTypeDef]") -> list[str]:
    """Write all actions or none; why not, as a code for each action, or an empty list. Raises StoreBusy."""
    try:
        with store_errors():
            client.transact_write_items(TransactItems=actions)
    except ClientError as exc:
        codes = [reason.get("Code", "None") for reason in exc.response.get("CancellationReasons") or []]
        if not codes:
            raise
        return codes
    return []


def written_or_refused(
    client: "DynamoDBClient",
    actions: "Sequence[TransactWriteItemTypeDef]",
    *,
    tries: int = 5,
    pause: Callable[[float], None] = sleep,
) -> list[str]:
    """Write all actions or none; a code for each action if at least one condition did not hold, else an empty list.

    A conflict with another transaction or a throttle passes, so the transaction is tried again; raises StoreBusy after
    the last try. botocore repeats a request with the same ClientRequestToken, by which DynamoDB mostly recognises it.
    """
    codes: list[str] = []
    for _ in attempts(pause, tries):
        codes = all_or_nothing(client, actions)
        if not codes or REFUSED in codes:
            return codes
    raise StoreBusy(f"cancelled: {', '.join(codes)}")
