"""The pause switch: while it is on, nothing that it stops is published."""

from collections.abc import Callable, Sequence
from copy import replace
from datetime import datetime, timedelta
from enum import StrEnum
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import REFUSED, all_or_nothing, attempts, from_item, moment_text, parts_of, store_errors, to_item
from desk.errors import StoreBusy
from desk.posts.model import Post

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class PauseScope(StrEnum):
    """What a pause stops. The values are those of the API and of the items."""

    ALL = "all"
    SCHEDULED = "scheduled"
    """Only what goes out at a planned time: an outage notice and replies still go out."""


class Pause(NamedTuple):
    """A pause: who paused publishing, when, why, and what it stops. It is running while `ended_at` is None."""

    reason: str
    by: str
    began_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    scope: PauseScope = PauseScope.ALL

    def stops(self, post: Post) -> bool:
        """Whether the post must not be published while this pause is running."""
        return not post.through_pause and (self.scope is PauseScope.ALL or post.is_planned)


def stops_replies(pause: Pause | None) -> bool:
    """Whether this pause, if there is one, stops replies. A person may still confirm that one goes out."""
    return pause is not None and pause.scope is PauseScope.ALL


class PauseSwitch(Protocol):
    """One switch for all publishing. Every method raises StoreBusy."""

    def current(self) -> Pause | None:
        """The running pause, read consistently; None when publishing is not paused."""
        ...

    def pause(self, pause: Pause) -> Pause:
        """Begin a pause and return it; a pause that is running already is left unchanged and returned.

        Only a pause of everything ends a running one of scheduled posts, and takes its place.
        """
        ...

    def resume(self, *, by: str, at: datetime, began_at: datetime | None = None) -> Pause | None:
        """End the running pause and return it; None when there is none, or when it began at another time than given."""
        ...

    def since(self, moment: datetime) -> Sequence[Pause]:
        """All pauses that were running at some time since then, the earliest first."""
        ...


PAUSE_SWITCH = to_item({"item": "pause", "part": "switch"})
"""The key of the item that has the attribute `running` while publishing is paused."""

_TRIES = 6
_MICROSECOND = timedelta(microseconds=1)


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
                if running and not _widens(pause, running):
                    return running
                if running:
                    pause = replace(pause, began_at=max(pause.began_at, running.began_at + _MICROSECOND))
                    if not all_or_nothing(self._client, self._widening(running, pause)):
                        return replace(pause, ended_at=None, ended_by=None)
            elif refused[1] == REFUSED:  # an ended pause began at this very moment
                pause = replace(pause, began_at=pause.began_at + _MICROSECOND)
        raise StoreBusy("the pause switch could not be changed")

    def resume(self, *, by: str, at: datetime, began_at: datetime | None = None) -> Pause | None:
        """See PauseSwitch."""
        for _ in attempts(self._wait, _TRIES):
            running = self.current()
            if running is None or began_at not in {None, running.began_at}:
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
        return [
            self._put(_switch_item(pause), "attribute_not_exists(running)"),
            self._put(_log_item(pause), "attribute_not_exists(began_at)"),
        ]

    def _widening(self, running: Pause, pause: Pause) -> "list[TransactWriteItemTypeDef]":
        replaced = self._put(_switch_item(pause), "began_at = :began")
        replaced["Put"]["ExpressionAttributeValues"] = to_item({":began": moment_text(running.began_at)})
        return [
            replaced,
            self._put(_log_item(pause), "attribute_not_exists(began_at)"),
            self._end_in_log(running, pause.by, pause.began_at),
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
            self._end_in_log(pause, by, at),
        ]

    def _put(self, item: Any, condition: str) -> "TransactWriteItemTypeDef":
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": condition}}

    def _end_in_log(self, pause: Pause, by: str, at: datetime) -> "TransactWriteItemTypeDef":
        return {
            "Update": {
                "TableName": self._table,
                "Key": to_item({"item": "pause", "part": _log_part(pause)}),
                "UpdateExpression": "SET ended_at = :at, ended_by = :by",
                "ExpressionAttributeValues": to_item({":at": moment_text(at), ":by": by}),
            }
        }


def _widens(asked: Pause, running: Pause) -> bool:
    return asked.scope is PauseScope.ALL and running.scope is PauseScope.SCHEDULED


def _about(pause: Pause) -> dict[str, Any]:
    began_at, scope = moment_text(pause.began_at), pause.scope.value
    return {"reason": pause.reason, "by": pause.by, "began_at": began_at, "scope": scope}


def _switch_item(pause: Pause) -> Any:
    return PAUSE_SWITCH | to_item({"running": True, **_about(pause)})


def _log_item(pause: Pause) -> Any:
    return to_item({"item": "pause", "part": _log_part(pause), **_about(pause)})


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
        scope=PauseScope(plain.get("scope", PauseScope.ALL)),
    )
