"""Heartbeats: when a run of each schedule last ended well. The sweep reports those that are late."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from desk.aws.dynamodb import moment_text, parts_of, to_item, unless_refused
from desk.clock import scheduled_time
from desk.errors import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "heartbeat"
_KEPT = timedelta(days=100)
"""Longer than a heartbeat may be late, so that only schedules that are gone are forgotten."""


class Heartbeats(Protocol):
    """When a run last ended well, by the name of its schedule."""

    def beat(self, event: Mapping[str, Any]) -> None:
        """Record that the run for this event of a schedule ended well; an event that names no schedule is none.

        Recording a run twice, or an earlier one late, changes nothing. Raises nothing if the table is busy: the run has
        done its work, and the sweep reports a heartbeat that stays away.
        """
        ...

    def last(self, names: Collection[str], now: datetime) -> Mapping[str, datetime]:
        """When each of these last ended well. One that never did counts from the first look. Raises StoreBusy."""
        ...

    def recorded(self) -> Mapping[str, datetime]:
        """When each that ever did last ended well, by name, without counting a look. Raises StoreBusy."""
        ...


class HeartbeatItems:
    """Heartbeats in the Desk table."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def beat(self, event: Mapping[str, Any]) -> None:
        """See Heartbeats."""
        if name := event.get("schedule"):
            with suppress(StoreBusy):
                self._put(name, scheduled_time(event))

    def last(self, names: Collection[str], now: datetime) -> Mapping[str, datetime]:
        """See Heartbeats."""
        found = self.recorded()
        for name in set(names) - found.keys():
            self._put(name, now)
        return {name: found.get(name, now) for name in names}

    def recorded(self) -> Mapping[str, datetime]:
        """See Heartbeats."""
        parts = parts_of(self._client, self._desk, _ITEM)
        return {plain["part"]: datetime.fromisoformat(plain["at"]) for plain in parts}

    def _put(self, name: str, at: datetime) -> None:
        plain = {"item": _ITEM, "part": name, "at": moment_text(at), "expires_at": int((at + _KEPT).timestamp())}
        with unless_refused():
            self._client.put_item(
                TableName=self._desk,
                Item=to_item(plain),
                ConditionExpression="attribute_not_exists(part) OR #at < :at",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues=to_item({":at": plain["at"]}),
            )
