"""The store of spikes: one department has at most one that is open."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import (
    batch_get,
    from_item,
    is_refused,
    moment_text,
    parts_of,
    store_errors,
    to_item,
    written_or_refused,
)
from desk.outbox.model import OutboxEntry
from desk.outbox.store import outbox_actions, removing_action
from desk.spikes.model import Spike, entries_begun, entries_ended

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class SpikeStore(Protocol):
    """Spikes of all departments, for a year. Every method raises StoreBusy."""

    def begin(self, spike: Spike) -> bool:
        """Store a new spike; False, and nothing is stored, if its department has an open one. Of two runs one begins.

        What people are to be notified of is in the outbox from then on (see `model.entries_begun`).
        True as well if this very spike is stored already, because an earlier answer was lost.
        """
        ...

    def end(self, spike: Spike, at: datetime) -> bool:
        """End the spike, so that its department may have another; False if it was ended before, at another time.

        The mails about its end are in the outbox from then on.
        """
        ...

    def claim(self, spike_id: str, now: datetime, until: datetime) -> Spike | None:
        """Claim the spike for this run, which alone notifies people until then, and return it as it is now.

        None if another run's claim still holds, or if there is no such spike.
        """
        ...

    def mark_sent(self, entry: OutboxEntry, at: datetime) -> None:
        """Remove the entry from the outbox, and record with the spike when people got this notice.

        An earlier time stays, and a spike that is gone is not created.
        """
        ...

    def get(self, spike_id: str) -> Spike | None:
        """The spike, read consistently."""
        ...

    def open(self) -> Sequence[Spike]:
        """All open spikes, read consistently, the earliest first."""
        ...

    def recent(self, since: datetime) -> Sequence[Spike]:
        """All spikes that were open at some time since then, the newest first."""
        ...


def new_spike_id(department: str, detected_at: datetime) -> str:
    """The id of a spike that this run has found. Ids sort by time; two runs never make the same one."""
    return f"{detected_at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{department}"


def open_since(spikes: Iterable[Spike], since: datetime) -> list[Spike]:
    """Those of the spikes that were open at some time since then, the newest first."""
    found = (spike for spike in spikes if spike.ended_at is None or spike.ended_at >= since)
    return sorted(found, key=lambda spike: (spike.detected_at, spike.id), reverse=True)


def earliest_first(spikes: Iterable[Spike]) -> list[Spike]:
    """The spikes in the order in which they were found."""
    return sorted(spikes, key=lambda spike: (spike.detected_at, spike.id))


KEPT_FOR = timedelta(days=365)

_ITEM = "spike"
_OPEN, _LOG = "open#", "log#"
_MOMENTS = ("started_at", "detected_at", "ended_at", "mailed_at", "called_at", "end_mailed_at")


class SpikeItems:
    """SpikeStore on DynamoDB: an item for each spike, and one for each department with an open spike, which names it.

    `expires_at` is the table's TTL.
    """

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def begin(self, spike: Spike) -> bool:
        """See SpikeStore."""
        opened = _key(_OPEN, spike.department) | to_item({"spike": spike.id})
        refused = written_or_refused(
            self._client,
            [
                {
                    "Put": {
                        "TableName": self._desk,
                        "Item": opened,
                        "ConditionExpression": "attribute_not_exists(spike)",
                    }
                },
                {"Put": {"TableName": self._desk, "Item": _item(spike)}},
                *outbox_actions(entries_begun(spike), self._desk),
            ],
        )
        return not refused or any(each.id == spike.id for each in self.open())

    def end(self, spike: Spike, at: datetime) -> bool:
        """See SpikeStore."""
        refused = written_or_refused(
            self._client,
            [
                {
                    "Delete": {
                        "TableName": self._desk,
                        "Key": _key(_OPEN, spike.department),
                        "ConditionExpression": "spike = :id",
                        "ExpressionAttributeValues": to_item({":id": spike.id}),
                    }
                },
                {
                    "Update": {
                        "TableName": self._desk,
                        "Key": _key(_LOG, spike.id),
                        "UpdateExpression": "SET ended_at = :at",
                        "ExpressionAttributeValues": to_item({":at": moment_text(at)}),
                    }
                },
                *outbox_actions(entries_ended(spike, at), self._desk),
            ],
        )
        if not refused:
            return True
        stored = self.get(spike.id)
        return stored is not None and stored.ended_at == at

    def claim(self, spike_id: str, now: datetime, until: datetime) -> Spike | None:
        """See SpikeStore."""
        try:
            with store_errors():
                answer = self._client.update_item(
                    TableName=self._desk,
                    Key=_key(_LOG, spike_id),
                    UpdateExpression="SET claimed_until = :until",
                    ConditionExpression="attribute_exists(#item) AND "
                    "(attribute_not_exists(claimed_until) OR claimed_until <= :now)",
                    ExpressionAttributeNames={"#item": "item"},
                    ExpressionAttributeValues=to_item({":until": moment_text(until), ":now": moment_text(now)}),
                    ReturnValues="ALL_NEW",
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return None
        return _spike_of(from_item(answer["Attributes"]))

    def mark_sent(self, entry: OutboxEntry, at: datetime) -> None:
        """See SpikeStore."""
        removed = removing_action(entry, self._desk)
        marked: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._desk,
                "Key": _key(_LOG, entry.subject),
                "UpdateExpression": "SET #notice = if_not_exists(#notice, :at)",
                "ConditionExpression": "attribute_exists(#item)",
                "ExpressionAttributeNames": {"#item": "item", "#notice": entry.what},
                "ExpressionAttributeValues": to_item({":at": moment_text(at)}),
            }
        }
        if written_or_refused(self._client, [removed, marked]):
            written_or_refused(self._client, [removed])

    def get(self, spike_id: str) -> Spike | None:
        """See SpikeStore."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(_LOG, spike_id), ConsistentRead=True)
        return _spike_of(from_item(answer["Item"])) if "Item" in answer else None

    def open(self) -> Sequence[Spike]:
        """See SpikeStore. Usually there is none, and this takes one query."""
        keys = [_key(_LOG, plain["spike"]) for plain in parts_of(self._client, self._desk, _ITEM, beginning=_OPEN)]
        found = (_spike_of(from_item(item)) for item in batch_get(self._client, self._desk, keys))
        return earliest_first(spike for spike in found if spike.is_open)

    def recent(self, since: datetime) -> Sequence[Spike]:
        """See SpikeStore. A year has few spikes, so all are read."""
        return open_since(map(_spike_of, parts_of(self._client, self._desk, _ITEM, beginning=_LOG)), since)


def _key(part: str, name: str) -> Any:
    return to_item({"item": _ITEM, "part": f"{part}{name}"})


def _item(spike: Spike) -> Any:
    plain = spike._asdict() | {name: _moment(getattr(spike, name)) for name in _MOMENTS}
    expires_at = int((spike.detected_at + KEPT_FOR).timestamp())
    return _key(_LOG, plain.pop("id")) | to_item(plain | {"expected": str(spike.expected), "expires_at": expires_at})


def _moment(moment: datetime | None) -> str | None:
    return moment_text(moment) if moment else None


def _spike_of(plain: dict[str, Any]) -> Spike:
    moments = {name: datetime.fromisoformat(plain[name]) for name in _MOMENTS if name in plain}
    return Spike(
        id=plain["part"].removeprefix(_LOG),
        department=plain["department"],
        minutes=int(plain["minutes"]),
        faults=int(plain["faults"]),
        expected=float(plain["expected"]),
        **moments,
    )
