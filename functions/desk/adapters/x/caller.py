"""The way of every call: breaker, credentials, patience, reservation, exchange, verdict, price."""

import json
from typing import Any

from requests.auth import AuthBase

from desk.adapters.x.auth import Signer
from desk.adapters.x.breakers import BreakerBoard
from desk.adapters.x.dialects import dropped_fields
from desk.adapters.x.errors import (
    AnswerLost,
    FieldsDropped,
    FieldsRejected,
    Unauthenticated,
    hidden_refusal,
    names_parameter,
    refusal_of,
)
from desk.adapters.x.ledger import Ledger
from desk.adapters.x.prices import Prices
from desk.adapters.x.rate_limits import RateLimit, rate_limit_of
from desk.adapters.x.retry import patiently
from desk.adapters.x.timing import Timing
from desk.adapters.x.transport import Answer, Request, Transport
from desk.errors import NotReached, SettingsError, Unavailable, XError

type Body = dict[str, Any]


class Caller:
    """Makes calls and keeps what X says about them on the side: limits by endpoint, usage, breakers."""

    def __init__(
        self, transport: Transport, signer: Signer, board: BreakerBoard, ledger: Ledger, timing: Timing
    ) -> None:
        self._transport = transport
        self._signer = signer
        self._board = board
        self._ledger = ledger
        self._timing = timing
        self._prices = Prices(timing.clock)
        self.rate_limits: dict[str, RateLimit] = {}

    def call(self, request: Request) -> Body:
        """X's answer as JSON; raises an XError for anything but success, and BreakerOpen instead of calling."""
        self._board.require_closed(request.endpoint)
        try:
            body = self._authorised(request)
        except XError as error:
            self._board.refused(request.endpoint, error)
            raise
        self._board.answered(request.endpoint)
        return body

    def _authorised(self, request: Request) -> Body:
        """After a 401 the credentials are read anew, once: they may have been renewed since.

        X did nothing for a caller it does not know, so that a write may be repeated too.
        """
        try:
            return self._patient(request)
        except Unauthenticated as refusal:
            self._renew(refusal)
            return self._patient(request)

    def _renew(self, refusal: Unauthenticated) -> None:
        try:
            self._signer.renew()
        except (SettingsError, Unavailable) as exc:
            raise refusal from exc

    def _patient(self, request: Request) -> Body:
        if request.endpoint.is_read:
            return patiently(lambda: self._once(request), self._timing)
        return self._once(request)

    def _once(self, request: Request) -> Body:
        """One exchange, reserved before it and counted after it. When the run dies in between, it stays reserved."""
        auth = self._auth(request)
        self._transport.time_for(request)
        self._ledger.reserve(request.at_most)
        try:
            body = self._exchanged(request, auth)
        except XError as error:
            self._ledger.count(request.at_most if _may_be_billed(request, error) else 0)
            raise
        is_read = request.endpoint.is_read
        cost = self._prices.of_answer(request.endpoint, body) if is_read else request.at_most
        self._ledger.count(cost)
        _require_fields(request, body)
        return body

    def _exchanged(self, request: Request, auth: AuthBase) -> Body:
        answer = self._transport.send(request, auth, self._transport.time_for(request))
        self._keep_limit(request, answer)
        return self._verdict(request, answer)

    def _auth(self, request: Request) -> AuthBase:
        """What signs the request. Without credentials nothing is sent, whatever kept them from us."""
        try:
            return self._signer.auth(request.endpoint.credential)
        except Unavailable as exc:
            raise NotReached(f"{request.endpoint.name} was not called: {exc}") from exc

    def _keep_limit(self, request: Request, answer: Answer) -> None:
        limit = rate_limit_of(answer.headers)
        if limit is not None:
            self.rate_limits[request.endpoint.name] = limit

    def _verdict(self, request: Request, answer: Answer) -> Body:
        body = _json_of(answer.body)
        now = self._timing.clock()
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP
            refusal = refusal_of(answer.status, answer.headers, body, now)
            if answer.status == 400 and request.dialect and names_parameter(body, request.dialect):  # noqa: PLR2004
                raise FieldsRejected(str(refusal))
            raise refusal
        hidden = hidden_refusal(answer.headers, body, now)
        if hidden is not None and not _is_made(request, body):
            raise hidden
        if not isinstance(body, dict) or body.keys().isdisjoint({"data", "meta", "errors"}):
            raise AnswerLost(f"X answered {answer.status} with something unknown, {len(answer.body)} bytes long")
        return body


def _may_be_billed(request: Request, error: XError) -> bool:
    """Whether X may have done what was asked although it failed for us.

    A read that X answered with an error gave nothing. A write may have happened unless X refused it.
    """
    if isinstance(error, NotReached):
        return False
    return isinstance(error, AnswerLost if request.endpoint.is_read else Unavailable)


def _require_fields(request: Request, body: Body) -> None:
    """Raise FieldsDropped when X left out fields that were asked for."""
    dropped = dropped_fields(body) if request.dialect else ()
    if dropped:
        raise FieldsDropped(f"X showed posts without {', '.join(dropped)} when asked with {request.dialect}")


def _is_made(request: Request, body: object) -> bool:
    """Whether a write tells what it made: then it stands, whatever problem is told beside it."""
    return not request.endpoint.is_read and isinstance(body, dict) and bool(body.get("data"))


def _json_of(body: bytes) -> object:
    """The JSON in it, None when there is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
