"""The resolver with its routes, and what it answers when one of them can't do what was asked."""

import json
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver, ApiGatewayResolver, Response, Route
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from desk.errors import DeskError, StoreBusy
from post_update.door.bodies import parsed
from post_update.door.faults import problem_of
from post_update.door.problems import INTERNAL, Problem, Refused, not_now
from post_update.door.validation import problem_in

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
        (NotFoundError, lambda _: _no_route(app).response()),
        (Refused, lambda exc: exc.problem.response()),
        (RequestValidationError, lambda exc: problem_in(exc.errors()).response()),
        (StoreBusy, busy),
        (DeskError, known),
        (Exception, defect),
    ]
    for kind, handler in handlers:
        app.exception_handler(kind)(handler)


def _no_route(app: APIGatewayHttpResolver) -> Problem:
    """404, or 405 with what is allowed there."""
    path = app.current_event.path
    allowed = sorted({route.method for route in routes_of(app) if route.rule.match(path)})
    if not allowed:
        return Problem(HTTPStatus.NOT_FOUND)
    return Problem(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(allowed)})
