"""The pause switch as items `pause`/`switch` and `pause`/`log#<began at>` of the Desk table.

The switch is there only while a pause runs, so that a claim's transaction can ask for its absence. Switch and log
change together: what paused the desk is on record from its first moment on.
"""

from collections.abc import Callable, Sequence
from copy import replace
from datetime import datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING, Any

from desk.adapters.all_or_nothing import REFUSED, all_or_nothing
from desk.adapters.back_off import back_off
from desk.adapters.desk_parts import parts_of
from desk.adapters.mention_items import from_item, to_item
from desk.adapters.post_items import moment_text
from desk.adapters.store_errors import store_errors
from desk.errors import StoreBusy
from desk.pause import Pause

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

PAUSE_SWITCH = to_item({"item": "pause", "part": "switch"})
"""The key of the item whose attribute `running` is there while the desk is paused."""

_TRIES = 6


class PauseItems:
    """The port PauseSwitch on DynamoDB.

    Claims look at the switch in transactions of their own, so that switching may meet one: it is tried again.
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
        for attempt in range(_TRIES):
            refused = all_or_nothing(self._client, self._beginning(pause))
            if not refused:
                return replace(pause, ended_at=None, ended_by=None)
            if refused[0] == REFUSED:
                running = self.current()
                if running:
                    return running
            elif refused[1] == REFUSED:  # another pause began at this very moment and is over
                pause = replace(pause, began_at=pause.began_at + timedelta(microseconds=1))
            back_off(self._wait, attempt)
        raise StoreBusy("the pause switch could not be moved")

    def resume(self, *, by: str, at: datetime) -> Pause | None:
        """See PauseSwitch."""
        for attempt in range(_TRIES):
            running = self.current()
            if running is None:
                return self._ended(by, at)
            if not all_or_nothing(self._client, self._ending(running, by, at)):
                return replace(running, ended_at=at, ended_by=by)
            back_off(self._wait, attempt)
        raise StoreBusy("the pause switch could not be moved")

    def since(self, moment: datetime) -> Sequence[Pause]:
        """See PauseSwitch."""
        pauses = (_pause_of(plain) for plain in parts_of(self._client, self._table, "pause", beginning="log#"))
        return tuple(pause for pause in pauses if pause.ended_at is None or pause.ended_at > moment)

    def _ended(self, by: str, at: datetime) -> Pause | None:
        """The pause that was ended just so already: the answer to it may have got lost."""
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
