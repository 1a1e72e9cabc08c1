"""The HTTP API: from API Gateway's event to the response, also after failures."""

import json
import re
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import NoReturn

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver, ApiGatewayResolver, Route
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.typing import LambdaContext

from desk.concerned import concerns
from desk.errors import DeskError, StoreBusy, TokensUnavailable
from desk.web.problems import HttpProblem
from desk.web.request import Request, json_object, json_text
from desk.web.response import SAFE_HEADERS, HttpEdge, Response, packed, problem_json
from post_update.api.auth import Authenticator
from post_update.api.problems import http_problem_of, internal_error, validation_problem

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

MAX_BODY_BYTES = 65_536
"""The longest post, with four pictures with the longest addresses and texts, is two thirds of it."""

_ITEM = re.compile(r"/(?P<kind>case|post)s/(?P<id>[0-9a-zA-Z_.-]{1,64})(/.*)?")
_NO_CONTEXT = LambdaContext()
"""No route asks for the context of its invocation."""
_SERIALIZE = partial(json.dumps, separators=(",", ":"), ensure_ascii=False)


class Api(HttpEdge):
    """Answers API Gateway's events (payload 2.0)."""

    def __init__(self, app: ApiGatewayResolver, authenticator: Authenticator, logger: Logger) -> None:
        super().__init__(logger, SAFE_HEADERS)
        self._app = app
        self._authenticator = authenticator
        self._documents: Mapping[str, Response] = {}

    def answer(self, request: Request) -> Response:
        """The answer of the route. The token is neither logged nor passed on; the body is checked after it."""
        check_route(self._app, request.method, request.path)
        if request.path in OPEN_PATHS:
            return self._document(request)
        self._app.context["token"] = token = self._authenticator.authenticate(request.bearer_token)
        headers = {name: value for name, value in request.headers.items() if name != "authorization"}
        headers["content-type"] = "application/json"  # json_text checks it; the resolver knows one spelling of it
        body = json_text(request, most_bytes=MAX_BODY_BYTES)
        checked = {**request.event, "headers": headers, "body": body, "isBase64Encoded": False}
        item = _ITEM.fullmatch(request.path)
        with concerns(**({item["kind"]: item["id"]} if item else {})):
            answer = self._app.resolve(checked, _NO_CONTEXT)
            self._logger.info("answered", status=answer["statusCode"], by=token.name)
        named = {name.lower(): value for name, value in answer["headers"].items()}
        return Response(HTTPStatus(answer["statusCode"]), answer["body"], named)

    def problem(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - JSON for all requests
        """The error as a problem: an internal one unless the caller can act on it."""
        match error:
            case TokensUnavailable():
                self._logger.warning("the API's tokens can't be read", reason=str(error))
            case StoreBusy():
                self._logger.warning("the tables are busy", reason=str(error))
        problem = error if isinstance(error, HttpProblem) else None
        if isinstance(error, DeskError):
            problem = http_problem_of(error)
        return problem_json(problem or internal_error())

    def _document(self, request: Request) -> Response:
        if not self._documents:
            from post_update.api.openapi import documents  # noqa: PLC0415 - its models cost every start 50 ms

            self._documents = documents(self._app, routes_of(self._app))
        return packed(self._documents[request.path], request.headers.get("accept-encoding", ""))


def resolver() -> APIGatewayHttpResolver:
    """A resolver without routes, which raises every error."""
    app = APIGatewayHttpResolver(
        enable_validation=True,
        serializer=_SERIALIZE,
        json_body_deserializer=json_object,
        response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    app.exception_handler(Exception)(_raise)
    return app


def _raise(error: Exception) -> NoReturn:
    """In place of the responses that powertools has for some errors."""
    if isinstance(error, RequestValidationError):
        raise validation_problem(error.errors()) from None
    raise error


def routes_of(app: ApiGatewayResolver) -> list[Route]:
    """All registered routes."""
    return app._static_routes + app._dynamic_routes  # noqa: SLF001 - powertools has no public way


def check_route(app: ApiGatewayResolver, method: str, path: str) -> None:
    """Raise HttpProblem where the API has no such route: 404, or 405 with the methods that the path allows."""
    own = {route.method for route in routes_of(app) if route.rule.fullmatch(path)}
    own |= {"GET"} if path in OPEN_PATHS else set()
    if method in own:
        return
    if allowed := sorted(own | _methods_elsewhere(path)):
        raise HttpProblem(HTTPStatus.METHOD_NOT_ALLOWED, headers={"allow": ", ".join(allowed)})
    raise HttpProblem(HTTPStatus.NOT_FOUND)


def _methods_elsewhere(path: str) -> set[str]:
    return {
        method
        for template, methods in ELSEWHERE.items()
        if re.fullmatch(template.replace("{link}", "[^/]+").replace("{page+}", ".+"), path)
        for method in methods
    }
