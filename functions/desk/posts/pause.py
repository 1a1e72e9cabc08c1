"""The pause switch: while it is on, nothing is published automatically."""

from collections.abc import Callable, Sequence
from copy import replace
from datetime import datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import REFUSED, all_or_nothing, attempts, from_item, moment_text, parts_of, store_errors, to_item
from desk.errors import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class Pause(NamedTuple):
    """A pause: who paused publishing, when and why. It is running while `ended_at` is None."""

    reason: str
    by: str
    began_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None


class PauseSwitch(Protocol):
    """One switch for all publishing. Every method raises StoreBusy."""

    def current(self) -> Pause | None:
        """The running pause, read consistently; None when publishing is not paused."""
        ...

    def pause(self, pause: Pause) -> Pause:
        """Begin a pause and return it; a pause that is running already is left unchanged and returned."""
        ...

    def resume(self, *, by: str, at: datetime) -> Pause | None:
        """End the running pause and return it; None when there is none."""
        ...

    def since(self, moment: datetime) -> Sequence[Pause]:
        """All pauses that were running at some time since then, the earliest first."""
        ...


PAUSE_SWITCH = to_item({"item": "pause", "part": "switch"})
"""The key of the item that has the attribute `running` while publishing is paused."""

_TRIES = 6


class PauseItems:
    """PauseSwitch on DynamoDB.

    The transaction of a claim reads the switch, so moving the switch may conflict with a claim and is retried.
    """

    def __init__(self, client: "DynamoDBClient", table: str, wait: Callable[[float], None] = sleep) -> None:
        self._client = client
        self._table = table
        self._wait = wait

    def current(self) -> Pause | None:
        """See PauseSwitch."""
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=PAUSE_SWITCH, ConsistentRead=True)
        item = answer.get("Item")
        return _pause_of(from_item(item)) if item else None

    def pause(self, pause: Pause) -> Pause:
        """See PauseSwitch."""
        for _ in attempts(self._wait, _TRIES):
            refused = all_or_nothing(self._client, self._beginning(pause))
            if not refused:
                return replace(pause, ended_at=None, ended_by=None)
            if refused[0] == REFUSED:
                running = self.current()
                if running:
                    return running
            elif refused[1] == REFUSED:  # an ended pause began at this very moment
                pause = replace(pause, began_at=pause.began_at + timedelta(microseconds=1))
        raise StoreBusy("the pause switch could not be changed")

    def resume(self, *, by: str, at: datetime) -> Pause | None:
        """See PauseSwitch."""
        for _ in attempts(self._wait, _TRIES):
            running = self.current()
            if running is None:
                return self._ended(by, at)
            if not all_or_nothing(self._client, self._ending(running, by, at)):
                return replace(running, ended_at=at, ended_by=by)
        raise StoreBusy("the pause switch could not be changed")

    def since(self, moment: datetime) -> Sequence[Pause]:
        """See PauseSwitch."""
        pauses = (_pause_of(plain) for plain in parts_of(self._client, self._table, "pause", beginning="log#"))
        return tuple(pause for pause in pauses if pause.ended_at is None or pause.ended_at > moment)

    def _ended(self, by: str, at: datetime) -> Pause | None:
        """The pause that this very call ended before, if the answer to it was lost."""
        pauses = (_pause_of(plain) for plain in parts_of(self._client, self._table, "pause", beginning="log#"))
        return next((pause for pause in pauses if (pause.ended_by, pause.ended_at) == (by, at)), None)

    def _beginning(self, pause: Pause) -> "list[TransactWriteItemTypeDef]":
        about = {"reason": pause.reason, "by": pause.by, "began_at": moment_text(pause.began_at)}
        switch = PAUSE_SWITCH | to_item({"running": True, **about})
        log = to_item({"item": "pause", "part": _log_part(pause), **about})
        return [
            {"Put": {"TableName": self._table, "Item": switch, "ConditionExpression": "attribute_not_exists(running)"}},
            {"Put": {"TableName": self._table, "Item": log, "ConditionExpression": "attribute_not_exists(began_at)"}},
        ]

    def _ending(self, pause: Pause, by: str, at: datetime) -> "list[TransactWriteItemTypeDef]":
        began = to_item({":began": moment_text(pause.began_at)})
        return [
            {
                "Delete": {
                    "TableName": self._table,
                    "Key": PAUSE_SWITCH,
                    "ConditionExpression": "began_at = :began",
                    "ExpressionAttributeValues": began,
                }
            },
            {
                "Update": {
                    "TableName": self._table,
                    "Key": to_item({"item": "pause", "part": _log_part(pause)}),
                    "UpdateExpression": "SET ended_at = :at, ended_by = :by",
                    "ExpressionAttributeValues": to_item({":at": moment_text(at), ":by": by}),
                }
            },
        ]


def _log_part(pause: Pause) -> str:
    return f"log#{moment_text(pause.began_at)}"


def _pause_of(plain: dict[str, Any]) -> Pause:
    ended_at = plain.get("ended_at")
    return Pause(
        reason=plain["reason"],
        by=plain["by"],
        began_at=datetime.fromisoformat(plain["began_at"]),
        ended_at=datetime.fromisoformat(ended_at) if ended_at else None,
        ended_by=plain.get("ended_by"),
    )
