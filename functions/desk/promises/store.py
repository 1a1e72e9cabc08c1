"""The store of promises. The open ones are one partition of the Desk table, in the order of their times.

They are written in the transaction of the case or post that makes or ends them: see `promise_actions`. What has ended
lies in another partition without its words, until it is forgotten.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING, Any, Protocol

from desk.aws.dynamodb import batch_get, from_item, moment_text, query_all, to_item, written_or_refused
from desk.promises.model import Ending, Promise, PromiseKind, still_open

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_OPEN, _ENDED = "promise", "promise_ended"
_KEPT_FOR = timedelta(days=400)
"""How long an ended promise is kept after its time: a year's reports and a month."""
_SORTS_LAST = "~"


class Promises(Protocol):
    """The promises. Every method raises StoreBusy. They are written by the stores of cases and posts."""

    def open(self, until: datetime | None = None) -> Sequence[Promise]:
        """The open promises with a time up to `until`, the earliest first; of all times if it is None."""
        ...

    def due_between(self, since: datetime, until: datetime) -> Sequence[Promise]:
        """The promises with `since <= due_at < until`, open or ended, the earliest first."""
        ...

    def get_many(self, keys: Collection[str]) -> Mapping[str, Promise]:
        """Those of the promises that exist, by key."""
        ...

    def withdraw(self, subject: str, now: datetime) -> int:
        """End the open promises of this case or post because nobody is left to whom they were made; how many."""
        ...


class PromiseItems:
    """Promises on DynamoDB, read consistently."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, *, pause: Callable[[float], None] = sleep) -> None:
        self._client = client
        self._desk = desk_table
        self._pause = pause

    def open(self, until: datetime | None = None) -> Sequence[Promise]:
        """See Promises."""
        return list(self._due(_OPEN, "", f"{moment_text(until)}{_SORTS_LAST}" if until else _SORTS_LAST))

    def due_between(self, since: datetime, until: datetime) -> Sequence[Promise]:
        """See Promises."""
        if since >= until:
            return []
        found = [
            promise for item in (_OPEN, _ENDED) for promise in self._due(item, moment_text(since), moment_text(until))
        ]
        return sorted(found, key=lambda promise: promise.key)

    def get_many(self, keys: Collection[str]) -> dict[str, Promise]:
        """See Promises."""
        asked = [_key(item, key) for key in dict.fromkeys(keys) for item in (_OPEN, _ENDED)]
        found = batch_get(self._client, self._desk, asked, pause=self._pause)
        return {promise.key: promise for promise in map(promise_in, map(from_item, found))}

    def withdraw(self, subject: str, now: datetime) -> int:
        """See Promises."""
        theirs = [promise for promise in self.open() if promise.subject == subject]
        for promise in theirs:
            gone = promise._replace(ending=Ending.ERASED)
            written_or_refused(self._client, list(promise_actions((), (gone,), now, "", self._desk)), pause=self._pause)
        return len(theirs)

    def _due(self, item: str, since: str, until: str) -> Iterator[Promise]:
        ask: dict[str, Any] = {
            "TableName": self._desk,
            "KeyConditionExpression": "#item = :item AND #part BETWEEN :since AND :until",
            "ExpressionAttributeNames": {"#item": "item", "#part": "part"},
            "ExpressionAttributeValues": to_item({":item": item, ":since": since or "0", ":until": until}),
            "ConsistentRead": True,
        }
        return map(promise_in, map(from_item, query_all(self._client, ask)))


def promise_actions(
    before: Iterable[Promise], after: Iterable[Promise], at: datetime, by: str, table: str
) -> "Iterator[TransactWriteItemTypeDef]":
    """The writes to the Desk table for the promises of a case or post that were `before` and are `after`.

    Those of `after` that have an `ending` ended at `at` if they do not say when, by the post `by`. None of the writes
    has a condition: they never stop the change that they belong to. A promise that ends twice keeps its first end.
    """
    known = {promise.key for promise in still_open(before)}
    for promise in after:
        if promise.ending is not None:
            yield {"Delete": {"TableName": table, "Key": _key(_OPEN, promise.key)}}
            end = promise._replace(ended_at=promise.ended_at or at, ended_by=by, words="")
            yield {"Update": _ending(end, table)}
        elif promise.key not in known:
            yield {"Put": {"TableName": table, "Item": _key(_OPEN, promise.key) | to_item(plain_promise(promise))}}
            if promise.made_at < at:  # it had ended, and what ended it was taken back
                yield {"Delete": {"TableName": table, "Key": _key(_ENDED, promise.key)}}


def plain_promise(promise: Promise) -> dict[str, Any]:
    """The promise as plain attributes."""
    plain = promise._asdict() | {
        "kind": promise.kind.value,
        "due_at": moment_text(promise.due_at),
        "made_at": moment_text(promise.made_at),
        "ending": promise.ending and promise.ending.value,
        "ended_at": promise.ended_at and moment_text(promise.ended_at),
    }
    return {name: value for name, value in plain.items() if value}


def promise_in(plain: Mapping[str, Any]) -> Promise:
    """The promise in plain attributes."""
    ending, ended_at = plain.get("ending"), plain.get("ended_at")
    return Promise(
        kind=PromiseKind(plain["kind"]),
        subject=plain["subject"],
        post_id=plain["post_id"],
        words=plain.get("words", ""),
        due_at=datetime.fromisoformat(plain["due_at"]),
        made_by=plain.get("made_by", ""),
        made_at=datetime.fromisoformat(plain["made_at"]),
        made_by_id=plain.get("made_by_id"),
        in_place_of=plain.get("in_place_of", ""),
        ending=Ending(ending) if ending else None,
        ended_at=datetime.fromisoformat(ended_at) if ended_at else None,
        ended_by=plain.get("ended_by", ""),
    )


def _key(item: str, key: str) -> Any:
    return to_item({"item": item, "part": key})


def _ending(promise: Promise, table: str) -> Any:
    """The update that stores an ended promise unless it is stored already."""
    expires_at = int((promise.due_at + _KEPT_FOR).timestamp())
    plain = plain_promise(promise) | {"ended_by": promise.ended_by, "expires_at": expires_at}
    sets = ", ".join(f"#{name} = if_not_exists(#{name}, :{name})" for name in plain)
    return {
        "TableName": table,
        "Key": _key(_ENDED, promise.key),
        "UpdateExpression": f"SET {sets}",
        "ExpressionAttributeNames": {f"#{name}": name for name in plain},
        "ExpressionAttributeValues": to_item({f":{name}": value for name, value in plain.items()}),
    }
