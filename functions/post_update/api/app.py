"""The HTTP API: from API Gateway's event to the response, also after failures."""

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Mapping
from email.message import Message
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver, ApiGatewayResolver, Response, Route
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from desk.errors import DeskError, StoreBusy, TokensUnavailable
from desk.invocation import emit_metrics
from desk.web import headers_of
from post_update.api.auth import ApiToken, Authenticator
from post_update.api.problems import (
    ApiError,
    FieldError,
    api_error_of,
    internal_error,
    invalid_fields,
    invalid_json,
    unavailable,
    validation_error,
)

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OPEN_PATHS = frozenset({"/docs", "/openapi.json"})
"""Paths that need no token, by GET: they describe the API and show nothing of the desk."""

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "/answer/{link}": ("GET", "POST"),
    "/console": ("GET",),
    "/console/{page+}": ("GET", "POST"),
    "/reports/{link}": ("GET",),
    "/reports/{link}/csv": ("GET",),
}
"""Paths of the same API that other functions answer, with their methods."""

_SERIALIZE = partial(json.dumps, separators=(",", ":"), ensure_ascii=False)


class Api:
    """Answers API Gateway's events (payload 2.0)."""

    def __init__(self, app: ApiGatewayResolver, authenticator: Authenticator, logger: Logger, metrics: Metrics) -> None:
        self._app = app
        self._authenticator = authenticator
        self._logger = logger
        self._metrics = metrics
        self._has_documents = False

    def answer(self, event: Mapping[str, Any], context: "LambdaContext") -> dict[str, Any]:
        """Answer a request, also one that fails. A token is neither logged nor passed on."""
        try:
            request, token = self._checked(event)
            self._app.context["token"] = token
            answer: dict[str, Any] = self._app.resolve(request, context)
            self._logger.info("answered", status=answer["statusCode"], by=token.name if token else None)
        except ApiError as exc:
            answer = _gateway_answer(exc)
        except TokensUnavailable as exc:
            self._logger.warning("the API's tokens can't be read", reason=str(exc))
            answer = _gateway_answer(unavailable("Authentication is temporarily unavailable."))
        except Exception:
            self._logger.exception("a request failed")
            answer = _gateway_answer(internal_error())
        failed = answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR
        emit_metrics(self._metrics, {"ApiFailures" if failed else "ApiResponses": 1})
        return answer

    def _checked(self, event: Mapping[str, Any]) -> tuple[dict[str, Any], ApiToken | None]:
        """The event for the resolver, and apart from it the caller's token; raises ApiError, TokensUnavailable."""
        check_route(self._app, event["requestContext"]["http"]["method"], event["rawPath"])
        headers = headers_of(event)
        authorization = headers.pop("authorization", None)
        is_open = event["rawPath"] in OPEN_PATHS
        token = None if is_open else self._authenticator.authenticate(authorization)
        body = read_body({**event, "headers": headers})
        if is_open and not self._has_documents:
            from post_update.api.openapi import add_documents  # noqa: PLC0415 - its models cost every start 50 ms

            add_documents(self._app, routes_of(self._app))
            self._has_documents = True
        headers["content-type"] = "application/json"  # checked by now; the resolver knows one spelling of it
        return {**event, "headers": headers, "body": body, "isBase64Encoded": False}, token


def _gateway_answer(error: ApiError) -> dict[str, Any]:
    response = error.response()
    return {
        "statusCode": response.status_code,
        "body": response.body,
        "isBase64Encoded": False,
        "headers": response.headers,
        "cookies": [],
    }


def resolver(logger: Logger) -> APIGatewayHttpResolver:
    """A resolver without routes that answers every error with a problem."""
    app = APIGatewayHttpResolver(
        enable_validation=True,
        serializer=_SERIALIZE,
        json_body_deserializer=parse_json,
        response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
    )

    def failed(exc: Exception) -> Response[str]:
        error = api_error_of(exc) if isinstance(exc, DeskError) else None
        if error is None:
            logger.error("a request failed", exc_info=exc)
        elif isinstance(exc, StoreBusy):
            logger.warning("the tables are busy", reason=str(exc))
        return (error or internal_error()).response()

    handlers: dict[type[Exception], Any] = {
        ApiError: lambda exc: exc.response(),
        RequestValidationError: lambda exc: validation_error(exc.errors()).response(),
        Exception: failed,
    }
    for kind, handler in handlers.items():
        app.exception_handler(kind)(handler)
    return app


def routes_of(app: ApiGatewayResolver) -> list[Route]:
    """All registered routes."""
    return app._static_routes + app._dynamic_routes  # noqa: SLF001 - powertools has no public way


def check_route(app: ApiGatewayResolver, method: str, path: str) -> None:
    """Raise ApiError where the API has no such route: 404, or 405 with the methods that the path allows."""
    own = {route.method for route in routes_of(app) if route.rule.fullmatch(path)}
    own |= {"GET"} if path in OPEN_PATHS else set()
    if method in own:
        return
    if allowed := sorted(own | _methods_elsewhere(path)):
        raise ApiError(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(allowed)})
    raise ApiError(HTTPStatus.NOT_FOUND)


def _methods_elsewhere(path: str) -> set[str]:
    return {
        method
        for template, methods in ELSEWHERE.items()
        if re.fullmatch(template.replace("{link}", "[^/]+").replace("{page+}", ".+"), path)
        for method in methods
    }


MAX_BODY_BYTES = 65_536
"""The longest post, with four pictures with the longest addresses and texts, is two thirds of it."""


def read_body(event: Mapping[str, Any]) -> str:
    """The body as text; raises ApiError where it is too large, no text, or not JSON by its content type."""
    raw, is_base64 = event.get("body") or "", bool(event.get("isBase64Encoded"))
    # Four characters of base64 are three bytes; what is too large in any case need not be decoded.
    least = len(raw) * 3 // 4 - 2 if is_base64 else len(raw)
    body = b"" if least > MAX_BODY_BYTES else _decoded(raw, is_base64=is_base64)
    if max(least, len(body)) > MAX_BODY_BYTES:
        detail = f"The body is larger than {MAX_BODY_BYTES} bytes."
        raise ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", detail)
    if body:
        _check_content_type(event.get("headers") or {})
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid_json("The body is not UTF-8 text.") from None


def _decoded(raw: str, *, is_base64: bool) -> bytes:
    try:
        return base64.b64decode(raw, validate=True) if is_base64 else raw.encode()
    except (binascii.Error, ValueError):
        raise invalid_json("The body is not UTF-8 text.") from None


def _check_content_type(headers: Mapping[str, str]) -> None:
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    charset = str(message.get_param("charset", "utf-8")).lower()
    if message.get_content_type() != "application/json" or charset not in {"utf-8", "utf8"}:
        detail = "Send application/json encoded as UTF-8."
        raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media-type", detail)


def parse_json(text: str) -> dict[str, Any]:
    """The JSON object in a body; raises ApiError for anything else."""
    try:
        value = json.loads(text, parse_constant=_reject_constant, object_pairs_hook=_object)
    except (ValueError, RecursionError) as exc:
        place = f" (line {exc.lineno}, column {exc.colno})" if isinstance(exc, json.JSONDecodeError) else ""
        raise invalid_json(f"The body is not valid JSON{place}.") from None
    if not isinstance(value, dict):
        raise invalid_fields(FieldError("body", "must be a JSON object"))
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; a field that comes twice is refused, since either value may be meant."""
    repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if repeated:
        names = (name.encode(errors="replace").decode() for name in repeated)
        raise invalid_fields(*(FieldError(name, "appears more than once") for name in names))
    return dict(pairs)


def _reject_constant(name: str) -> None:
    """NaN and infinities, which Python's parser takes, are no JSON."""
    raise ValueError(name)
