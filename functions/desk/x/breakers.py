"""Breakers: what X refused is not asked again until it may have changed."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import parts_of, to_item
from desk.errors import (
    BreakerOpen,
    CreditsDepleted,
    FieldsMissing,
    NotAuthorised,
    RateLimited,
    StoreBusy,
    Unavailable,
    XError,
)
from desk.x.endpoints import Endpoint
from desk.x.errors import DialectNotTaken, Unauthenticated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class BreakerReason(StrEnum):
    """Why X refuses; all but `rate_limited` need someone to act."""

    RATE_LIMITED = "rate_limited"
    CREDITS_DEPLETED = "credits_depleted"
    NOT_AUTHORISED = "not_authorised"
    FIELDS_MISSING = "fields_missing"


class Breaker(NamedTuple):
    """One standing refusal: nothing that `name` covers is called before `retry_at`, then one call tries.

    `name` is `<credential>:<capability>`, with `:<endpoint>` behind it where X refuses that endpoint only.
    Both moments are aware, in UTC; `opened_at` is that of the first refusal in a row.
    """

    name: str
    reason: BreakerReason
    opened_at: datetime
    retry_at: datetime


class Breakers(Protocol):
    """Where breakers are remembered between runs. Every method raises StoreBusy when the store fails."""

    def load(self) -> dict[str, Breaker]:
        """All that are remembered, by name, those due for a try included."""
        ...

    def save(self, breaker: Breaker) -> None:
        """Remember it, in place of an earlier one of its name."""
        ...

    def clear(self, breaker: Breaker) -> None:
        """Forget it; one of the same name that another run opened since (a later `retry_at`) stays."""
        ...


_PROBE_AFTER = timedelta(minutes=15)
"""Someone must act on these; asking this often finds out that they did."""
_LOOK_AGAIN_AFTER = timedelta(seconds=30)

_log = logging.getLogger(__name__)


class BreakerBoard:
    """The breakers of this process, shared with others through `store` as well as that works.

    A refusal of the credential as such (401, 402) opens the breaker of the endpoint's whole capability; one that X
    gives for an endpoint (429, 403, fields missing in both dialects) opens that endpoint's alone. When the store
    fails, the board goes on with what it knows: a breaker spares calls, it must never be what stops them.
    """

    def __init__(self, store: Breakers, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._standing: dict[str, Breaker] = {}
        self._unsaved: set[str] = set()
        self._looked_at: datetime | None = None

    def require_closed(self, endpoint: Endpoint) -> None:
        """Raise BreakerOpen while a refusal stands; when one is due for a try, let the call pass as the try."""
        self._look()
        now = self._clock()
        for name in endpoint.breaker_names:
            breaker = self._standing.get(name)
            if breaker and now < breaker.retry_at:
                raise BreakerOpen(f"{name}: {breaker.reason}", breaker.retry_at)

    def refused(self, endpoint: Endpoint, error: XError) -> None:
        """Take note of X's error: open a breaker, or learn from an error about one post that the rest works.

        A dialect that X does not take decides nothing: the other one is tried.
        """
        if isinstance(error, Unavailable | DialectNotTaken):
            return
        found = self._diagnosis(endpoint, error)
        if found is None:
            self.answered(endpoint)
            return
        name, reason, retry_at = found
        before = self._standing.get(name)
        opened_at = before.opened_at if before and before.reason is reason else self._clock()
        self._standing[name] = Breaker(name, reason, opened_at, retry_at)
        self._save(name)

    def answered(self, endpoint: Endpoint) -> None:
        """Close what a successful call proves closed."""
        for name in endpoint.breaker_names:
            breaker = self._standing.pop(name, None)
            if breaker is None:
                continue
            self._unsaved.discard(name)
            try:
                self._store.clear(breaker)
            except StoreBusy:
                _log.warning("breaker %s is closed, but still stands in the store", name, exc_info=True)

    def standing(self) -> tuple[Breaker, ...]:
        """Every refusal not yet followed by a success, those due for a try included."""
        self._look()
        return tuple(self._standing.values())

    def _diagnosis(self, endpoint: Endpoint, error: XError) -> tuple[str, BreakerReason, datetime] | None:
        capability, alone = endpoint.breaker_names
        later = self._clock() + _PROBE_AFTER
        match error:
            case RateLimited():
                return alone, BreakerReason.RATE_LIMITED, error.until
            case CreditsDepleted():
                return capability, BreakerReason.CREDITS_DEPLETED, later
            case Unauthenticated():
                return capability, BreakerReason.NOT_AUTHORISED, later
            case NotAuthorised():
                return alone, BreakerReason.NOT_AUTHORISED, later
            case FieldsMissing():
                return alone, BreakerReason.FIELDS_MISSING, later
            case _:
                return None

    def _look(self) -> None:
        """Take over what other runs left, but not more often than is useful."""
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < _LOOK_AGAIN_AFTER:
            return
        self._looked_at = now
        for name in tuple(self._unsaved):
            self._save(name)
        try:
            stored = self._store.load()
        except StoreBusy:
            _log.warning("breakers could not be loaded; going on with those known here", exc_info=True)
            return
        self._standing = stored | {name: self._standing[name] for name in self._unsaved}

    def _save(self, name: str) -> None:
        try:
            self._store.save(self._standing[name])
            self._unsaved.discard(name)
        except StoreBusy:
            self._unsaved.add(name)
            _log.warning("breaker %s is open, but could not be saved", name, exc_info=True)


_ITEM = "breaker"
_KEPT = timedelta(days=1)
"""A breaker that nobody has tried this long after it was due is forgotten, which is the same as trying it."""


class DynamoBreakers:
    """The breakers in the table `table`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> dict[str, Breaker]:
        """See Breakers."""
        try:
            found = [_breaker_of(plain) for plain in parts_of(self._client, self._table, _ITEM)]
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy("the breakers could not be loaded") from exc
        return {breaker.name: breaker for breaker in found}

    def save(self, breaker: Breaker) -> None:
        """See Breakers."""
        item = {
            "item": _ITEM,
            "part": breaker.name,
            "reason": breaker.reason.value,
            "opened_at": breaker.opened_at.isoformat(),
            "retry_at": breaker.retry_at.isoformat(),
            "expires_at": int((breaker.retry_at + _KEPT).timestamp()),
        }
        try:
            self._client.put_item(TableName=self._table, Item=to_item(item))
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy(f"the breaker {breaker.name} could not be saved") from exc

    def clear(self, breaker: Breaker) -> None:
        """See Breakers."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=to_item({"item": _ITEM, "part": breaker.name}),
                ConditionExpression="retry_at = :known",
                ExpressionAttributeValues={":known": {"S": breaker.retry_at.isoformat()}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # already forgotten, or opened anew by another run
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy(f"the breaker {breaker.name} could not be cleared") from exc


def _breaker_of(plain: dict[str, Any]) -> Breaker:
    return Breaker(
        name=plain["part"],
        reason=BreakerReason(plain["reason"]),
        opened_at=datetime.fromisoformat(plain["opened_at"]),
        retry_at=datetime.fromisoformat(plain["retry_at"]),
    )
