"""One exchange with X over HTTP, bounded in time."""

import json
import math
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from requests import RequestException, Response, Session
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, HTTPError

from desk.clock import utc_now
from desk.errors import NotReached, SettingsError, Unavailable, XError
from desk.x.breakers import BreakerBoard
from desk.x.credentials import Signer
from desk.x.endpoints import Endpoint, Prices
from desk.x.errors import (
    AnswerLost,
    FieldsDropped,
    FieldsRejected,
    RateLimit,
    Unauthenticated,
    hidden_refusal,
    names_parameter,
    rate_limit_of,
    refusal_of,
)
from desk.x.model import Dialect
from desk.x.parsing import dropped_fields
from desk.x.spend import Ledger


def _no_end() -> float:
    return math.inf


@dataclass(frozen=True, slots=True)
class Timing:
    """All in seconds. `seconds_left` says how long the whole run may still take and is asked before every wait.

    `connect` and `read` bound each wait on the wire, `whole` one exchange from first to last byte. `tries` is how
    often a read is tried. `sleep`, `chance` (0 to 1) and `clock` are there to be replaced.
    """

    seconds_left: Callable[[], float] = _no_end
    connect: float = 3.05
    read: float = 10.0
    whole: float = 30.0
    tries: int = 3
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    clock: Callable[[], datetime] = utc_now


SHORTEST = 0.5
"""An exchange that has less time than this is not begun."""


_PIECE = 65_536
_NO_CONNECTION = (ConnectTimeoutError, ssl.SSLCertVerificationError)
"""No route, no name, refused (all of urllib3's ConnectTimeoutError), or not X at all: no byte of the request left."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: an endpoint with `target` filled into its path, query parameters, a JSON body.

    `at_most` is what the call may cost, in micro-dollars. `dialect` is the one in which it asks for posts, if it does.
    """

    endpoint: Endpoint
    target: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    at_most: int = 0
    dialect: Dialect | None = None


class Answer(NamedTuple):
    """What X sent back, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests to `base_url` and turns whatever breaks on the way into AnswerLost.

    It is NotReached where no connection came about, since then certainly nothing was asked of X.
    """

    def __init__(self, base_url: str, timing: Timing) -> None:
        self._base_url = base_url.rstrip("/")
        self._timing = timing
        self._session = Session()
        # No proxies, certificates or .netrc passwords from the environment: settings come from wiring alone.
        self._session.trust_env = False

    def time_for(self, request: Request) -> float:
        """How many seconds an exchange may take now; raises NotReached when it is not worth beginning."""
        left = min(self._timing.whole, self._timing.seconds_left())
        if left < SHORTEST:
            raise NotReached(f"{request.endpoint.name} was not called: no time left in this run")
        return left

    def send(self, request: Request, auth: AuthBase, left: float) -> Answer:
        """X's answer, whatever its status; raises AnswerLost when there was none within `left` seconds."""
        if not request.endpoint.is_read:
            # A connection that slept in a frozen Lambda may be dead, and a post lost on it would look undecided.
            self._session.close()
        try:
            return self._exchange(request, auth, left)
        except (RequestException, HTTPError) as exc:
            kind = NotReached if _never_left(exc) else AnswerLost
            raise kind(f"{request.endpoint.name} got no answer: {type(exc).__name__}") from exc

    def _exchange(self, request: Request, auth: AuthBase, left: float) -> Answer:
        connect = min(self._timing.connect, left / 2)
        read = min(self._timing.read, (left - connect) / 2)  # half: the last piece may take as long as the first byte
        deadline = time.monotonic() + left
        with self._session.request(
            request.endpoint.method,
            self._base_url + request.endpoint.path.format(request.target),
            params=request.params,
            json=request.json,
            auth=auth,
            timeout=(connect, read),
            allow_redirects=False,  # a redirect would carry the credentials elsewhere
            stream=True,
        ) as response:
            return Answer(response.status_code, response.headers, _body_of(response, deadline - read))


def _body_of(response: Response, last_start: float) -> bytes:
    """The body in pieces as they arrive: a time-out bounds each wait, but only a look at the clock bounds their sum."""
    pieces = []
    while piece := response.raw.read1(_PIECE, decode_content=True):
        pieces.append(piece)
        if time.monotonic() > last_start:
            raise AnswerLost("X's answer came too slowly")
    return b"".join(pieces)


def _never_left(error: Exception) -> bool:
    """Whether no connection came about. Each exchange has one connection and makes one attempt, so one cause tells."""
    return any(isinstance(cause, _NO_CONNECTION) for cause in _wrapped(error))


def _wrapped(error: object) -> Iterator[BaseException]:
    """The errors that requests and urllib3 have put into one another.

    Python's own chain is not followed: it also holds what failed before this exchange, the table's time-out perhaps.
    """
    while isinstance(error, BaseException):
        yield error
        error = getattr(error, "reason", None) or next(iter(error.args), None)


_FIRST_CEILING = 0.4
_LAST_CEILING = 4.0


def patiently[T](attempt: Callable[[], T], timing: Timing) -> T:
    """What `attempt` returns, tried again after Unavailable only: other refusals stay the same, or say when to come.

    Waits are drawn evenly from zero to a doubling ceiling ("full jitter"), so that those whom one fault hit do not
    come back together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    for failures in range(timing.tries - 1):
        try:
            return attempt()
        except Unavailable:
            pause = timing.chance() * min(_LAST_CEILING, _FIRST_CEILING * 2**failures)
            if timing.seconds_left() - pause < SHORTEST:
                raise
            timing.sleep(pause)
    return attempt()


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
