"""One exchange with X over HTTP, bounded in time."""

import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from requests import RequestException, Response, Session
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, HTTPError

from desk.adapters.x.endpoints import Endpoint
from desk.adapters.x.errors import AnswerLost
from desk.adapters.x.timing import SHORTEST, Timing
from desk.errors import NotReached
from desk.ports.dialects import Dialect

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
