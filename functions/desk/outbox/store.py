"""The outbox: notifications that are still to be sent, each written in the transaction of the change.

An entry is a small item of the Desk table without any words. Each recipient has a partition of its own, so that a burst
in one department slows down no other.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from time import sleep
from typing import TYPE_CHECKING, Any, Protocol

from desk.aws.dynamodb import batch_write, moment_text, parts_of, to_item
from desk.outbox.model import OutboxEntry, OutboxKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_ITEM = "outbox#"
_log = logging.getLogger(__name__)


class Outbox(Protocol):
    """The outbox. Every method raises StoreBusy. Entries are put in by the stores of what they are about."""

    def entries(self, recipient: str) -> Sequence[OutboxEntry]:
        """What the recipient is still to be notified of, read consistently, the oldest first."""
        ...

    def has(self, entry: OutboxEntry) -> bool:
        """Whether this is still to be sent, read consistently."""
        ...

    def settle(self, sent: Collection[OutboxEntry], left: Collection[OutboxEntry] = ()) -> None:
        """Remove entries that were sent, after putting in those that are `left` of them; repeating changes nothing.

        If it raises, some of the entries may still be there, and none is lost.
        """
        ...


class OutboxItems:
    """Outbox on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, *, pause: Callable[[float], None] = sleep) -> None:
        self._client = client
        self._desk = desk_table
        self._pause = pause

    def entries(self, recipient: str) -> Sequence[OutboxEntry]:
        """See Outbox."""
        found = map(_entry, parts_of(self._client, self._desk, f"{_ITEM}{recipient}"))
        return sorted(found, key=lambda entry: entry.at)

    def has(self, entry: OutboxEntry) -> bool:
        """See Outbox."""
        return any(parts_of(self._client, self._desk, f"{_ITEM}{entry.recipient}", beginning=entry.name))

    def settle(self, sent: Collection[OutboxEntry], left: Collection[OutboxEntry] = ()) -> None:
        """See Outbox. A batch is not written in order, so what is left is a batch of its own, before the others."""
        names = {(entry.recipient, entry.name) for entry in left}
        gone = [entry for entry in sent if (entry.recipient, entry.name) not in names]
        batch_write(self._client, self._desk, puts=map(_item, left), pause=self._pause)
        batch_write(self._client, self._desk, deletes=map(_key, gone), pause=self._pause)
        for entry in gone:
            _log.info("an entry left the outbox", extra={"entry": entry.name, "to": entry.recipient})


def outbox_actions(entries: Iterable[OutboxEntry], table: str) -> "list[TransactWriteItemTypeDef]":
    """The actions that put entries into the outbox, for the transaction that saves the change."""
    return [{"Put": {"TableName": table, "Item": _item(entry)}} for entry in entries]


def removing_action(entry: OutboxEntry, table: str) -> "TransactWriteItemTypeDef":
    """The action that removes an entry, for the transaction that stores what the sender must remember."""
    return {"Delete": {"TableName": table, "Key": _key(entry)}}


def _key(entry: OutboxEntry) -> dict[str, Any]:
    return to_item({"item": f"{_ITEM}{entry.recipient}", "part": entry.name})


def _item(entry: OutboxEntry) -> dict[str, Any]:
    return _key(entry) | to_item({"at": moment_text(entry.at), "due_at": moment_text(entry.due_at)})


def _entry(plain: dict[str, Any]) -> OutboxEntry:
    kind, _, rest = plain["part"].partition("#")
    subject, _, what = rest.rpartition("#")
    at, due_at = (datetime.fromisoformat(plain[name]) for name in ("at", "due_at"))
    return OutboxEntry(plain["item"].removeprefix(_ITEM), OutboxKind(kind), subject, what, at, due_at)
