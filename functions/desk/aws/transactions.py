"""Transactions: many small groups of writes in few, or one that is tried again after a conflict."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from desk.aws.dynamodb import attempts, code_of, store_errors
from desk.errors import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

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
