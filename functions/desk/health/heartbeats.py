"""Heartbeats: when a run of each schedule last ended well. The sweep and the page of health say which are late."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from desk.aws.dynamodb import moment_text, parts_of, to_item, unless_refused
from desk.clock import scheduled_time
from desk.errors import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)

LATE_AFTER: Mapping[str, timedelta] = MappingProxyType(
    {
        "chase-cases": 35 * _MINUTE,
        "check-subscriptions": 50 * _MINUTE,
        "look-up": 60 * _MINUTE,
        "read-feeds": 60 * _MINUTE,
        "read-trends": 90 * _MINUTE,
        "measure-posts": 120 * _MINUTE,
        "reviewed-digest": 60 * _MINUTE,
        "listen": _DAY,
        "own-replies": 15 * _MINUTE,
        "greet": 26 * 60 * _MINUTE,
        "retention": 26 * 60 * _MINUTE,
        "index-answers": 26 * 60 * _MINUTE,
        "mail-feedback": 26 * 60 * _MINUTE,
        "morning-digest": 26 * 60 * _MINUTE,
        "evening-digest": 26 * 60 * _MINUTE,
        "weekly-digest": 8 * _DAY,
        "monthly-digest": 32 * _DAY,
    }
)
"""How long after its last heartbeat each schedule counts as late: more than one run was missed, or a day's only one.

`own-replies` is the second half of a poll. Metrics watch polls, calls in emergencies, deletions on X and the sweep.
"""
_ITEM = "heartbeat"
_KEPT = timedelta(days=100)
"""Longer than a heartbeat may be late, so that only schedules that are gone are forgotten."""


def late_schedules(last: Mapping[str, datetime], now: datetime) -> Sequence[str]:
    """The schedules whose runs have not ended well for too long; one without a heartbeat is not among them."""
    return sorted(name for name, after in LATE_AFTER.items() if name in last and now - last[name] > after)


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
