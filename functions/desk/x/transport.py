"""An exchange with X over HTTP, bounded in time: the credentials that sign it, the request, the answer."""

import json
import logging
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, override

from aws_lambda_powertools.utilities.parameters import GetParameterError, SecretsProvider
from botocore.exceptions import ClientError
from requests import PreparedRequest, RequestException, Session
from requests.auth import AuthBase
from requests_oauthlib import OAuth1
from urllib3 import encode_multipart_formdata
from urllib3.exceptions import ConnectTimeoutError, HTTPError

from desk.clock import no_end, utc_now
from desk.errors import NotReached, SettingsError, Unavailable
from desk.x.dialects import Dialect
from desk.x.endpoints import Credential, Endpoint
from desk.x.errors import AnswerLost, FieldsRejected, error_in_success, error_of, names_parameter

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SHORTEST = 0.5
"""An exchange is not begun with less time than this, in seconds."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long and how often the client tries, in seconds.

    `seconds_left` returns the time that is left for the whole run and is called before every wait. `connect` and `read`
    bound each wait for the network, `whole` one exchange from first to last byte. `tries` is how often a read is tried.
    Tests replace `sleep`, `chance` (0 to 1) and `clock`.
    """

    seconds_left: Callable[[], float] = no_end
    connect: float = 3.05
    read: float = 10.0
    whole: float = 30.0
    tries: int = 3
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    clock: Callable[[], datetime] = utc_now

    def for_exchange(self, endpoint: Endpoint) -> float:
        """How long an exchange may take now; raises NotReached when it is not worth beginning."""
        left = min(self.whole, self.seconds_left())
        if left < SHORTEST:
            raise NotReached(f"{endpoint.name} was not called: no time left in this run")
        return left

    def wait_to_retry(self, failures: int) -> bool:
        """Wait before the next try of a read after so many failures; False when tries or time are used up.

        Waits are drawn evenly from zero to a doubling ceiling ("full jitter"), so that clients that failed together
        don't retry together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        pause = self.chance() * min(_LAST_CEILING, _FIRST_CEILING * 2 ** (failures - 1))
        if failures >= self.tries or self.seconds_left() - pause < SHORTEST:
            return False
        self.sleep(pause)
        return True


_FIRST_CEILING = 0.4
_LAST_CEILING = 4.0


@dataclass(frozen=True, slots=True)
class XRequest:
    """A call: an endpoint with `target` filled into its path, query parameters, a JSON body.

    `form` is a body of parts in place of JSON, such as a file. `at_most` is its highest price in micro-dollars.
    `dialect` is the one in which it asks for posts, if it does.
    """

    endpoint: Endpoint
    target: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str | tuple[str, bytes, str]] | None = None
    at_most: int = 0
    dialect: Dialect | None = None


class XResponse(NamedTuple):
    """A complete HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


_PIECE = 65_536
_NO_CONNECTION = (ConnectTimeoutError, ssl.SSLCertVerificationError)
"""No route, no name, refused (all of urllib3's ConnectTimeoutError), or another server than X: nothing was sent."""


class Transport:
    """Sends requests to `base_url`. Raises AnswerLost for any failure on the way.

    It is NotReached where no connection was made: then X certainly did nothing.
    """

    def __init__(self, base_url: str, timeouts: Timeouts) -> None:
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts
        self._session = Session()
        # No proxies, certificates or .netrc passwords from the environment: settings come from wiring alone.
        self._session.trust_env = False

    def send(self, request: XRequest, auth: AuthBase) -> XResponse:
        """X's answer with any status; raises AnswerLost when there is none in time."""
        left = self._timeouts.for_exchange(request.endpoint)
        if not request.endpoint.is_read:
            # A connection that slept in a frozen Lambda may be dead, and a post lost on it would be in doubt.
            self._session.close()
        connect = min(self._timeouts.connect, left / 2)
        read = min(self._timeouts.read, (left - connect) / 2)  # half: the last piece may take as long as the first byte
        last_piece_by = time.monotonic() + left - read
        try:
            with self._session.request(
                request.endpoint.method,
                self._base_url + request.endpoint.path.format(request.target),
                params=request.params,
                json=request.json,
                **_parts_of(request, last_piece_by),
                auth=auth,
                timeout=(connect, read),
                allow_redirects=False,  # a redirect would carry the credentials elsewhere
                stream=True,
            ) as response:
                pieces = []
                # A time-out bounds each wait for a piece; only the clock bounds their sum.
                while piece := response.raw.read1(_PIECE, decode_content=True):
                    pieces.append(piece)
                    if time.monotonic() > last_piece_by:
                        raise AnswerLost("X's answer came too slowly")
                return XResponse(response.status_code, response.headers, b"".join(pieces))
        except (RequestException, HTTPError) as exc:
            # Each exchange makes one attempt on one connection, so any of the nested errors is the cause.
            is_unsent = any(isinstance(cause, _NO_CONNECTION) for cause in _nested_errors(exc))
            kind = NotReached if is_unsent else AnswerLost
            raise kind(f"{request.endpoint.name} got no answer: {type(exc).__name__}") from exc


class _TimedBody(BytesIO):
    """A body that is sent piece by piece until a time of the monotonic clock; then the exchange fails."""

    def __init__(self, content: bytes, until: float) -> None:
        super().__init__(content)
        self._until = until

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self._until:
            raise TimeoutError("X takes the request too slowly")
        return super().read(size)


def _parts_of(request: XRequest, until: float) -> dict[str, Any]:
    """The body of a request with a form, and its type. OAuth 1.0a does not sign a body of parts."""
    if request.form is None:
        return {}
    body, content_type = encode_multipart_formdata(request.form)
    return {"data": _TimedBody(body, until), "headers": {"Content-Type": content_type}}


def _nested_errors(error: object) -> Iterator[BaseException]:
    """The errors that requests and urllib3 have wrapped in each other.

    Python's own chain is not followed: it may hold an earlier error of something else, such as a table's time-out.
    """
    while isinstance(error, BaseException):
        yield error
        error = getattr(error, "reason", None) or next(iter(error.args), None)


type Body = dict[str, Any]


def body_of(request: XRequest, answer: XResponse, now: datetime) -> Body:
    """The JSON object of a successful answer; raises the XError of any other. Limits are resolved against `now`."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP
        error = error_of(answer.status, answer.headers, body, now)
        if answer.status == 400 and request.dialect and names_parameter(body, request.dialect):  # noqa: PLR2004 - HTTP
            rejected = FieldsRejected(*error.args)
            rejected.words = error.words
            raise rejected
        raise error
    # A write whose answer has data happened, even if the answer lists a problem as well.
    is_done = not request.endpoint.is_read and isinstance(body, dict) and bool(body.get("data"))
    hidden = error_in_success(answer.headers, body, now)
    if hidden is not None and not is_done:
        raise hidden
    if not isinstance(body, dict) or body.keys().isdisjoint({"data", "meta", "errors"}):
        raise AnswerLost(f"X answered {answer.status} with {len(answer.body)} bytes in an unknown form")
    return body


@dataclass(frozen=True, slots=True)
class XCredentials:
    """The four parts of OAuth 1.0a for the account, and the app's bearer token. `repr` shows none of them."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)
    bearer_token: str = field(repr=False)


class XCredentialSource(Protocol):
    """Where the credentials are kept."""

    def read(self, *, fresh: bool = False) -> XCredentials:
        """The credentials, perhaps from a cache unless `fresh`.

        Raises SettingsError when they are missing or malformed, Unavailable when they can't be read now.
        """
        ...


class _Bearer(AuthBase):
    """Adds the app's bearer token to a request."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@lru_cache(maxsize=2)
def auth_of(credentials: XCredentials, credential: Credential) -> AuthBase:
    """The requests auth that signs a call as this credential."""
    # Below WARNING these loggers write keys and signed headers, at any level of the desk's own log.
    for name in ("oauthlib", "requests_oauthlib"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if credential is Credential.APP:
        return _Bearer(credentials.bearer_token)
    return OAuth1(
        credentials.api_key, credentials.api_secret, credentials.access_token, credentials.access_token_secret
    )


_NAMES = tuple(field.name for field in fields(XCredentials))
_WRONG_SETTING = frozenset(
    {"ResourceNotFoundException", "AccessDeniedException", "DecryptionFailure", "InvalidRequestException"}
)


class XSecret:
    """The credentials in a secret, cached for `max_age_seconds`. X's 401 reveals a rotation before that."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str, *, max_age_seconds: int = 3600) -> None:
        self._provider = SecretsProvider(boto3_client=client)
        self._secret_id = secret_id
        self._max_age = max_age_seconds

    def read(self, *, fresh: bool = False) -> XCredentials:
        """See XCredentialSource. A cached secret that is unusable may have been filled in since: it is read again."""
        try:
            value = self._provider.get(self._secret_id, max_age=self._max_age, force_fetch=fresh)
        except GetParameterError as exc:
            cause = exc.__cause__ or exc.__context__
            code = cause.response.get("Error", {}).get("Code") if isinstance(cause, ClientError) else None
            if code in _WRONG_SETTING:
                raise SettingsError(f"the secret {self._secret_id} can't be read: {code}") from exc
            why = code or type(cause).__name__
            raise Unavailable(f"the secret {self._secret_id} can't be read now: {why}") from exc
        try:
            return credentials_in(value, f"the secret {self._secret_id}")
        except SettingsError:
            if fresh:
                raise
        return self.read(fresh=True)


def credentials_in(value: object, name: str) -> XCredentials:
    """The credentials in a JSON document, which is `name` in errors; raises SettingsError when they are malformed.

    None of the messages quotes the value, and no JSON error is chained, since it holds the whole document. Pasting
    leaves white space, which is removed. A part that can't be in a header is rejected here, since the HTTP client would
    quote it in its error.
    """
    try:
        parts = json.loads(value if isinstance(value, str | bytes) else "")
    except ValueError:
        raise SettingsError(f"{name} is not JSON") from None
    if not isinstance(parts, dict):
        raise SettingsError(f"{name} is not a JSON object")
    cleaned = {key: part.strip() if isinstance(part := parts.get(key), str) else "" for key in _NAMES}
    for key, part in cleaned.items():
        if not part or not part.isascii() or not part.isprintable():
            raise SettingsError(f"{name} has no usable {key}")
    return XCredentials(**cleaned)
