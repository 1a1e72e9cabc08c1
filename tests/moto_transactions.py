"""Transactions of moto in time that does not grow with the table.

For each action of a transaction moto copies the whole table, its stream included, so that it can undo the transaction.
`keep_what_is_touched` makes it copy the items that the transaction touches, once, and share the others.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

_actions: list[dict[str, Any]] = []
_copies: dict[int, Table] = {}


def keep_what_is_touched() -> None:
    """Patch moto in this process."""
    whole: Any = DynamoDBBackend.transact_write_items
    if hasattr(whole, "__wrapped__"):
        return

    def transact_write_items(self: DynamoDBBackend, transact_items: Sequence[dict[str, Any]]) -> None:
        with _transaction(transact_items):
            whole(self, transact_items)

    patched: Any = transact_write_items
    patched.__wrapped__ = whole
    DynamoDBBackend.transact_write_items = patched  # type: ignore[method-assign]  # see the module's docstring
    Table.__deepcopy__ = _copy_of  # type: ignore[attr-defined]  # see the module's docstring


@contextmanager
def _transaction(actions: Sequence[dict[str, Any]]) -> Iterator[None]:
    _actions[:] = [next(iter(action.values())) for action in actions]
    try:
        yield
    finally:
        _actions.clear()
        _copies.clear()


def _copy_of(table: Table, memo: dict[int, Any]) -> Table:
    if not _actions:
        whole: Any = table.__class__.__new__(table.__class__)
        memo[id(table)] = whole
        whole.__dict__.update(copy.deepcopy(table.__dict__, memo))
        return whole  # type: ignore[no-any-return]
    if id(table) not in _copies:
        _copies[id(table)] = _copy_of_touched(table)
    return _copies[id(table)]


def _copy_of_touched(table: Table) -> Table:
    kept: Any = copy.copy(table)
    items: Any = table.items
    kept.items = defaultdict(dict, {key: dict(own) if table.range_key_attr else own for key, own in items.items()})
    for action in (action for action in _actions if action.get("TableName") == table.name):
        key = action.get("Key") or action["Item"]
        hash_key = DynamoType(key[table.hash_key_attr])
        if hash_key not in items:
            continue
        if table.range_key_attr is None:
            kept.items[hash_key] = copy.deepcopy(items[hash_key])
        elif (range_key := DynamoType(key[table.range_key_attr])) in items[hash_key]:
            kept.items[hash_key][range_key] = copy.deepcopy(items[hash_key][range_key])
    shard: Any = getattr(table, "stream_shard", None)
    if shard:
        kept.stream_shard = copy.copy(shard)
        kept.stream_shard.items, kept.stream_shard.table = list(shard.items), kept
    return kept  # type: ignore[no-any-return]
