"""Circuit breakers: after X rejected a call, the desk doesn't repeat it until the cause may be gone."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import any_store_error, parts_of, to_item, unless_refused
from desk.errors import (
    BreakerOpen,
    CreditsDepleted,
    FieldsMissing,
    NotAuthorised,
    PlanLimitReached,
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
    """Why a breaker is open; all but `rate_limited` need a person to act."""

    RATE_LIMITED = "rate_limited"
    CREDITS_DEPLETED = "credits_depleted"
    PLAN_LIMIT = "plan_limit"
    NOT_AUTHORISED = "not_authorised"
    FIELDS_MISSING = "fields_missing"


class Breaker(NamedTuple):
    """An open breaker: no endpoint that `name` covers is called before `retry_at`, then one call tries.

    `name` is `<credential>:<capability>`, followed by `:<endpoint>` where X rejects only that endpoint. Both times are
    aware, in UTC; `opened_at` is that of the first error in a row.
    """

    name: str
    reason: BreakerReason
    opened_at: datetime
    retry_at: datetime


class BreakerStore(Protocol):
    """Where open breakers are kept between runs. Every method raises StoreBusy when the store fails."""

    def load(self) -> dict[str, Breaker]:
        """All open breakers by name, including those due for a try."""
        ...

    def save(self, breaker: Breaker) -> None:
        """Keep the breaker, in place of an earlier one of its name."""
        ...

    def clear(self, breaker: Breaker) -> None:
        """Remove the breaker, unless another run has opened it again since (a later `retry_at`)."""
        ...


_PROBE_AFTER = timedelta(minutes=15)
"""A person must act on these errors; a call this often finds out that they did."""
_RELOAD_AFTER = timedelta(seconds=30)

_log = logging.getLogger(__name__)


class CircuitBreakers:
    """The open breakers of this process, shared with other runs through `store` as well as that works.

    An error about the credential as such (401, 402) opens the breaker of the endpoint's whole capability; an error
    about an endpoint (429, 403, fields missing in both dialects) opens that endpoint's breaker alone. A failing store
    never stops a call: then the breakers that this process knows apply.
    """

    def __init__(self, store: BreakerStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._open: dict[str, Breaker] = {}
        self._unsaved: set[str] = set()
        self._loaded_at: datetime | None = None

    def require_closed(self, endpoint: Endpoint) -> None:
        """Raise BreakerOpen while a breaker covers the endpoint; a call that is due for a try may pass."""
        opened = self.opened()
        now = self._clock()
        for name in endpoint.breaker_names:
            breaker = opened.get(name)
            if breaker and now < breaker.retry_at:
                raise BreakerOpen(f"{name}: {breaker.reason}", breaker.retry_at)

    def opened(self) -> Mapping[str, Breaker]:
        """All open breakers by name, including those due for a try. Other runs' are loaded every 30 seconds."""
        now = self._clock()
        if self._loaded_at is not None and now - self._loaded_at < _RELOAD_AFTER:
            return self._open
        self._loaded_at = now
        for name in tuple(self._unsaved):
            self._save(name)
        try:
            stored = self._store.load()
        except StoreBusy:
            _log.warning("breakers could not be loaded; those of this process apply", exc_info=True)
            return self._open
        self._open = stored | {name: self._open[name] for name in self._unsaved}
        return self._open

    def record_error(self, endpoint: Endpoint, error: XError) -> None:
        """Open the breaker for this error. An error about one post proves that the endpoint works.

        A dialect that X does not take decides nothing: the other one is tried.
        """
        if isinstance(error, Unavailable | DialectNotTaken):
            return
        found = self._breaker_for(endpoint, error)
        if found is None:
            self.record_success(endpoint)
            return
        name, reason, retry_at = found
        before = self._open.get(name)
        opened_at = before.opened_at if before and before.reason is reason else self._clock()
        self._open[name] = Breaker(name, reason, opened_at, retry_at)
        self._save(name)

    def record_success(self, endpoint: Endpoint) -> None:
        """Close the breakers that cover the endpoint."""
        for name in endpoint.breaker_names:
            breaker = self._open.pop(name, None)
            if breaker is None:
                continue
            self._unsaved.discard(name)
            try:
                self._store.clear(breaker)
            except StoreBusy:
                _log.warning("breaker %s is closed, but the store still has it", name, exc_info=True)

    def _breaker_for(self, endpoint: Endpoint, error: XError) -> tuple[str, BreakerReason, datetime] | None:
        capability, alone = endpoint.breaker_names
        later = self._clock() + _PROBE_AFTER
        match error:
            case RateLimited():
                return alone, BreakerReason.RATE_LIMITED, error.until
            case CreditsDepleted():
                is_plan = isinstance(error, PlanLimitReached)
                return capability, BreakerReason.PLAN_LIMIT if is_plan else BreakerReason.CREDITS_DEPLETED, later
            case Unauthenticated():
                return capability, BreakerReason.NOT_AUTHORISED, later
            case NotAuthorised():
                return alone, BreakerReason.NOT_AUTHORISED, later
            case FieldsMissing():
                return alone, BreakerReason.FIELDS_MISSING, later
            case _:
                return None

    def _save(self, name: str) -> None:
        try:
            self._store.save(self._open[name])
            self._unsaved.discard(name)
        except StoreBusy:
            self._unsaved.add(name)
            _log.warning("breaker %s is open, but could not be saved", name, exc_info=True)


_ITEM = "breaker"
_KEPT = timedelta(days=1)
"""A breaker that no call has tried this long after it was due expires, which allows the call as well."""


class BreakerItems:
    """BreakerStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> dict[str, Breaker]:
        """See BreakerStore."""
        with any_store_error("the breakers could not be loaded"):
            found = list(parts_of(self._client, self._table, _ITEM))
        return {item["part"]: _breaker_of(item) for item in found}

    def save(self, breaker: Breaker) -> None:
        """See BreakerStore."""
        item = {
            "item": _ITEM,
            "part": breaker.name,
            "reason": breaker.reason.value,
            "opened_at": breaker.opened_at.isoformat(),
            "retry_at": breaker.retry_at.isoformat(),
            "expires_at": int((breaker.retry_at + _KEPT).timestamp()),
        }
        with any_store_error(f"the breaker {breaker.name} could not be saved"):
            self._client.put_item(TableName=self._table, Item=to_item(item))

    def clear(self, breaker: Breaker) -> None:
        """See BreakerStore."""
        # Refused: it was removed, or opened again, by another run.
        with any_store_error(f"the breaker {breaker.name} could not be cleared"), unless_refused():
            self._client.delete_item(
                TableName=self._table,
                Key=to_item({"item": _ITEM, "part": breaker.name}),
                ConditionExpression="retry_at = :known",
                ExpressionAttributeValues={":known": {"S": breaker.retry_at.isoformat()}},
            )


def _breaker_of(item: Mapping[str, Any]) -> Breaker:
    return Breaker(
        name=item["part"],
        reason=BreakerReason(item["reason"]),
        opened_at=datetime.fromisoformat(item["opened_at"]),
        retry_at=datetime.fromisoformat(item["retry_at"]),
    )
