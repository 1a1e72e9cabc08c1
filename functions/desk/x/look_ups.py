"""What people of the desk asked to be looked up on X: accounts and earlier posts of threads.

The console records a request and puts its key into a queue; `look_up`, which has the credentials, claims it, calls X
within the day's budget, and records the result. A request that is recorded already is not sent again until `again_at`.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import (
    batch_get,
    batch_write,
    code_of,
    from_item,
    is_refused,
    moment_text,
    store_errors,
    to_item,
)
from desk.errors import QueueUnavailable
from desk.x.endpoints import POST_PRICE
from desk.x.model import Author

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

MOST_KEYS = 100
"""The most things of one request: X looks up this many accounts at once."""

THREAD_POSTS = 20
"""Posts of a thread that are looked up at once, the newest that the desk does not have."""

THREAD_PARENTS = 10
"""Posts to which these reply, and which search did not find, that are looked up with them."""


def highest_thread_price() -> int:
    """The most that the posts which are looked up at once cost, in micro-dollars."""
    return (THREAD_POSTS + THREAD_PARENTS) * POST_PRICE


class LookUpKind(StrEnum):
    """What can be looked up."""

    AUTHOR = "author"
    """An account, by its id."""
    THREAD = "thread"
    """Posts of a conversation that are older than those that the desk has."""


class LookUpKey(NamedTuple):
    """What is looked up: the id of an account or of a conversation."""

    kind: LookUpKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}#{self.id}"


def author_key(author_id: str) -> LookUpKey:
    """The key of an account."""
    return LookUpKey(LookUpKind.AUTHOR, author_id)


def thread_key(conversation_id: str) -> LookUpKey:
    """The key of a conversation."""
    return LookUpKey(LookUpKind.THREAD, conversation_id)


class LookUpState(StrEnum):
    """The state of a look-up."""

    REQUESTED = "requested"
    DONE = "done"
    FAILED = "failed"


class LookUpProblem(StrEnum):
    """Why there is no result; the catalogue's key is `console.look_up.<value>`."""

    OVER_BUDGET = "over_budget"
    NOT_SHOWN = "not_shown"
    """X does not show it: it is deleted, protected, withheld or suspended."""
    RATE_LIMITED = "rate_limited"
    NO_CREDITS = "no_credits"
    NOT_AUTHORISED = "not_authorised"
    UNAVAILABLE = "unavailable"


class LookUp(NamedTuple):
    """A look-up. `at` is when it was requested or ended; before `again_at` it is not requested again.

    A look-up of an account that is done has the `author`. One of a thread goes on `before`
    the oldest post that was found, unless it is `complete`: X has no older ones that it lets the desk find.
    """

    key: LookUpKey
    state: LookUpState
    at: datetime
    again_at: datetime
    problem: LookUpProblem | None = None
    author: Author | None = None
    before: str | None = None
    complete: bool = False


class LookUps(Protocol):
    """The look-ups. Every method raises StoreBusy."""

    def results(self, keys: Collection[LookUpKey], now: datetime) -> Mapping[LookUpKey, LookUp]:
        """Those of the look-ups that exist and are not too old, read consistently; 100 keys cost one call."""
        ...

    def request(self, keys: Collection[LookUpKey], now: datetime, *, before: str | None = None) -> list[LookUpKey]:
        """Record that these are wanted, and return those that have to be sent: others have a result or are under way.

        `before` is the oldest post of a thread that the desk has; a thread that was looked up goes on at its own place.
        """
        ...

    def claim(self, key: LookUpKey, now: datetime) -> LookUp | None:
        """Claim a requested look-up for a minute (wall clock); None if somebody else has it, or if it has ended."""
        ...

    def finish(self, look_ups: Collection[LookUp]) -> None:
        """Record these results, in place of the requests."""
        ...

    def forget(self, keys: Collection[LookUpKey]) -> None:
        """Remove these look-ups with their results."""
        ...


class LookUpQueue(Protocol):
    """Wakes the function that looks up."""

    def send(self, keys: Collection[LookUpKey]) -> None:
        """Send the keys. Raises QueueUnavailable."""
        ...


AUTHOR_KEPT = timedelta(days=30)
"""How long an account's name and picture are shown before they are looked up again."""

THREAD_KEPT = timedelta(days=7)
"""How long posts of a thread are kept that belong to no case."""

REQUEST_LASTS = timedelta(minutes=2)
"""A request without a result can be made again after this; the queue may have lost it."""

_CLAIM_LASTS = timedelta(minutes=1)
_DAY = timedelta(days=1)
_ITEM = "look_up"


class LookUpItems:
    """Implements LookUps on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def results(self, keys: Collection[LookUpKey], now: datetime) -> dict[LookUpKey, LookUp]:
        """See LookUps. TTL deletes an item within days, so the time decides."""
        items = map(from_item, batch_get(self._client, self._desk, map(_key, dict.fromkeys(keys))))
        found = (_look_up_of(plain) for plain in items if now.timestamp() < plain["expires_at"])
        return {look_up.key: look_up for look_up in found}

    def request(self, keys: Collection[LookUpKey], now: datetime, *, before: str | None = None) -> list[LookUpKey]:
        """See LookUps."""
        known = self.results(keys, now)
        wanted = [key for key in dict.fromkeys(keys) if key not in known or known[key].again_at <= now]
        again_at = now + REQUEST_LASTS
        requests = (
            LookUp(key, LookUpState.REQUESTED, now, again_at, before=known[key].before if key in known else before)
            for key in wanted
        )
        batch_write(self._client, self._desk, puts=map(_item_of, requests))
        return wanted

    def claim(self, key: LookUpKey, now: datetime) -> LookUp | None:
        """See LookUps. A claim whose answer was lost is refused to its own caller too, until it expires."""
        values = {":requested": LookUpState.REQUESTED.value, ":now": moment_text(now)}
        try:
            with store_errors():
                answer = self._client.update_item(
                    TableName=self._desk,
                    Key=_key(key),
                    UpdateExpression="SET claimed_until = :until",
                    ConditionExpression="#state = :requested"
                    " AND (attribute_not_exists(claimed_until) OR claimed_until <= :now)",
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues=to_item(values | {":until": moment_text(now + _CLAIM_LASTS)}),
                    ReturnValues="ALL_NEW",
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return None
        return _look_up_of(from_item(answer["Attributes"]))

    def finish(self, look_ups: Collection[LookUp]) -> None:
        """See LookUps."""
        batch_write(self._client, self._desk, puts=map(_item_of, look_ups))

    def forget(self, keys: Collection[LookUpKey]) -> None:
        """See LookUps."""
        batch_write(self._client, self._desk, deletes=map(_key, dict.fromkeys(keys)))


def _key(key: LookUpKey) -> Any:
    return to_item({"item": _ITEM, "part": str(key)})


def _expiry(look_up: LookUp) -> datetime:
    if look_up.state is not LookUpState.DONE:
        return look_up.again_at + _DAY
    return look_up.at + _KEPT[look_up.key.kind]


_KEPT = {LookUpKind.AUTHOR: AUTHOR_KEPT, LookUpKind.THREAD: THREAD_KEPT}


def _item_of(look_up: LookUp) -> dict[str, Any]:
    author = look_up.author
    plain = {
        "state": look_up.state.value,
        "at": moment_text(look_up.at),
        "again_at": moment_text(look_up.again_at),
        "problem": look_up.problem.value if look_up.problem else None,
        "author": {name: value for name, value in author._asdict().items() if value is not None} if author else None,
        "before": look_up.before,
        "complete": look_up.complete or None,
        "expires_at": int(_expiry(look_up).timestamp()),
    }
    item: dict[str, Any] = _key(look_up.key) | to_item(plain)
    return item


def _look_up_of(plain: dict[str, Any]) -> LookUp:
    kind, _, thing = plain["part"].partition("#")
    author = plain.get("author")
    return LookUp(
        key=LookUpKey(LookUpKind(kind), thing),
        state=LookUpState(plain["state"]),
        at=datetime.fromisoformat(plain["at"]).astimezone(UTC),
        again_at=datetime.fromisoformat(plain["again_at"]).astimezone(UTC),
        problem=LookUpProblem(plain["problem"]) if "problem" in plain else None,
        author=Author(author["id"], author["username"], author["name"], author.get("picture_url")) if author else None,
        before=plain.get("before"),
        complete=plain.get("complete", False),
    )


def message_of(keys: Iterable[LookUpKey]) -> str:
    """The body of a message with these keys."""
    return json.dumps({"keys": list(map(str, keys))})


def keys_in(message: str) -> list[LookUpKey]:
    """The keys in a message's body; raises ValueError for any other text."""
    try:
        pairs = [str(text).partition("#") for text in json.loads(message)["keys"]]
        return [LookUpKey(LookUpKind(kind), thing) for kind, _, thing in pairs]
    except (KeyError, TypeError) as exc:
        raise ValueError("not a request of the console") from exc


class LookUpQueueSqs:
    """Implements LookUpQueue on SQS."""

    def __init__(self, client: "SQSClient", *, queue_url: str) -> None:
        self._client = client
        self._url = queue_url

    def send(self, keys: Collection[LookUpKey]) -> None:
        """See LookUpQueue."""
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=message_of(keys))
        except ClientError as exc:
            raise QueueUnavailable(f"look-ups: {code_of(exc)}") from exc
        except BotoCoreError as exc:
            raise QueueUnavailable(f"look-ups: {type(exc).__name__}") from exc
