"""The resolver with its routes, and what it answers when one of them can't do what was asked."""

import json
import re
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver, ApiGatewayResolver, Response, Route
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from desk.errors import DeskError, StoreBusy
from post_update.door.bodies import parsed
from post_update.door.faults import problem_of
from post_update.door.problems import INTERNAL, Problem, Refused, not_now
from post_update.door.validation import problem_in

OPEN_PATHS = frozenset({"/docs", "/openapi.json"})
"""What anybody may read, by GET: they tell how to ask, and nothing of the desk."""

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "/answer/{link}": ("GET", "POST"),
    "/reports/{link}": ("GET",),
    "/reports/{link}/csv": ("GET",),
}
"""Paths of the same API that other functions answer, with their methods."""

_SERIALIZE = partial(json.dumps, separators=(",", ":"), ensure_ascii=False)


class Routes(Protocol):
    """Some routes of the API."""

    def register(self, app: ApiGatewayResolver) -> None:
        """Have them in this resolver."""
        ...


def resolver(logger: Logger) -> APIGatewayHttpResolver:
    """A resolver without routes, whose every refusal is a problem."""
    app = APIGatewayHttpResolver(
        enable_validation=True,
        serializer=_SERIALIZE,
        json_body_deserializer=parsed,
        response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    _handle_errors(app, logger)
    return app


def routes_of(app: ApiGatewayResolver) -> list[Route]:
    """Every route that was registered."""
    return app._static_routes + app._dynamic_routes  # noqa: SLF001 - powertools tells them no other way


def must_be_a_route(app: ApiGatewayResolver, method: str, path: str) -> None:
    """Raise Refused where the API has no such route: 404, or 405 with what is allowed on that path."""
    own = {route.method for route in routes_of(app) if route.rule.fullmatch(path)}
    own |= {"GET"} if path in OPEN_PATHS else set()
    if method in own:
        return
    if allowed := sorted(own | _methods_elsewhere(path)):
        raise Refused(Problem(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(allowed)}))
    raise Refused(Problem(HTTPStatus.NOT_FOUND))


def _methods_elsewhere(path: str) -> set[str]:
    return {
        method
        for template, methods in ELSEWHERE.items()
        if re.fullmatch(template.replace("{link}", "[^/]+"), path)
        for method in methods
    }


def _handle_errors(app: APIGatewayHttpResolver, logger: Logger) -> None:
    def busy(exc: StoreBusy) -> Response[str]:
        logger.warning("the tables are busy", reason=str(exc))
        return not_now("The desk's tables are busy.").response()

    def known(exc: DeskError) -> Response[str]:
        problem = problem_of(exc)
        return problem.response() if problem else defect(exc)

    def defect(exc: Exception) -> Response[str]:
        logger.error("a request met a defect", exc_info=exc)
        return INTERNAL.response()

    handlers: list[tuple[type[Exception], Any]] = [
        (Refused, lambda exc: exc.problem.response()),
        (RequestValidationError, lambda exc: problem_in(exc.errors()).response()),
        (StoreBusy, busy),
        (DeskError, known),
        (Exception, defect),
    ]
    for kind, handler in handlers:
        app.exception_handler(kind)(handler)
