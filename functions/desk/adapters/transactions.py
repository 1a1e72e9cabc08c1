"""Many small groups of writes in few transactions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from desk.adapters.store_errors import code_of, store_errors
from desk.errors import StoreBusy
from desk.mention import Mention

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ACTIONS = 100  # of a transaction, DynamoDB's limit
_BYTES = 3_500_000  # of the 4 MB that the items of a transaction may have together
_ITEM = 4_000  # bytes that an item has at most without its words
_CONTESTED = frozenset({"TransactionCanceledException", "ValidationException"})


class Group(NamedTuple):
    """Actions that stand or fall together; `bytes` of the items they touch, `touches` what no other may touch."""

    ids: tuple[str, ...]
    actions: tuple[dict[str, Any], ...]
    bytes: int
    touches: str


@dataclass(slots=True)
class Transacted:
    """Which ids' groups were cancelled, and which the store was too busy for."""

    cancelled: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def weight_of(mention: Mention) -> int:
    """How many bytes a mention's item has at most, long posts and a long parent included."""
    posts = [mention.post] + ([mention.parent.post] if mention.parent and mention.parent.post else [])
    return sum(_ITEM + len(post.text.encode()) + _ITEM * len(post.media) for post in posts)


def transact(client: "DynamoDBClient", groups: Iterable[Group]) -> Transacted:
    """Write the groups in this order, as many at once as fit.

    A transaction that is cancelled, or that DynamoDB refuses as a whole for one of its items, wrote nothing: all of
    its groups are cancelled, and whoever asked tries them one by one. Any other refusal passes: it is a defect.
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
