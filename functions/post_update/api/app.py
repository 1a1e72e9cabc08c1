"""The resolver with its routes, and what it answers when one of them can't do what was asked."""

import json
import re
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver, ApiGatewayResolver, Response, Route
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from desk.errors import DeskError, StoreBusy, TokensUnavailable
from desk.invocation import emit_metrics
from desk.posts.errors import PostNotAccepted, RequestReused, SameText
from post_update.api.auth import Authorise
from post_update.api.cases import BadAnswer, CaseChanged, NobodyWaits, NoReply, NoSuchCase, NotSaid
from post_update.api.http import INTERNAL, BadField, Problem, Refused, bad_fields, body_of, not_now, parsed, problem_in
from post_update.api.posts import NoSuchPost, NotAsItStands
from post_update.api.schemas import bad_field

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def problem_of(fault: DeskError) -> Problem | None:
    """The problem that the caller hears of; None for what is no caller's fault."""
    match fault:
        case SameText():
            return Problem(HTTPStatus.CONFLICT, "same-text", str(fault), more={"earlier": fault.earlier_id})
        case RequestReused():
            return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request-reused", str(fault))
        case PostNotAccepted():
            return bad_fields([bad_field(fault)])
        case NoSuchPost():
            return Problem(HTTPStatus.NOT_FOUND, "no-such-post", "There is no post of this id.")
        case NotAsItStands():
            return Problem(HTTPStatus.CONFLICT, "not-as-it-stands", str(fault), more={"state": fault.post.state.value})
        case _:
            return _problem_of_case(fault)


def _problem_of_case(fault: DeskError) -> Problem | None:
    match fault:
        case NoSuchCase():
            return Problem(HTTPStatus.NOT_FOUND, "no-such-case", "There is no case of this number.")
        case BadAnswer():
            return bad_fields([BadField(fault.field, str(fault))])
        case _:
            return _conflict_with_case(fault)


def _conflict_with_case(fault: DeskError) -> Problem | None:
    match fault:
        case NoReply():
            return Problem(HTTPStatus.CONFLICT, "no-reply", str(fault), more={"reason": fault.reason})
        case CaseChanged():
            return Problem(HTTPStatus.CONFLICT, "case-changed", str(fault), more={"version": fault.version})
        case NobodyWaits():
            return Problem(HTTPStatus.CONFLICT, "nobody-waits", str(fault), more={"state": fault.state.value})
        case NotSaid():
            return Problem(HTTPStatus.CONFLICT, "not-said", str(fault))
        case _:
            return None


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


class Api:
    """Answers API Gateway's events (payload 2.0)."""

    def __init__(self, app: ApiGatewayResolver, authorise: Authorise, logger: Logger, metrics: Metrics) -> None:
        self._app = app
        self._authorise = authorise
        self._logger = logger
        self._metrics = metrics
        self._documented = False

    def answer(self, event: Mapping[str, Any], context: "LambdaContext") -> dict[str, Any]:
        """The answer to this request, whatever it is; a token is neither logged nor passed on."""
        try:
            answered = self._answered(event, context)
        except Refused as exc:
            answered = exc.problem.answer()
        except TokensUnavailable as exc:
            self._logger.warning("nobody can be let in", reason=str(exc))
            answered = not_now("Who may come in can't be told at the moment.").answer()
        except Exception:
            self._logger.exception("a request met a defect")
            answered = INTERNAL.answer()
        self._count(answered["statusCode"])
        return answered

    def _answered(self, event: Mapping[str, Any], context: "LambdaContext") -> dict[str, Any]:
        must_be_a_route(self._app, event["requestContext"]["http"]["method"], event["rawPath"])
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        authorization = headers.pop("authorization", None)
        token = None if self._is_open(event) else self._authorise.bearer(authorization)
        text = body_of({**event, "headers": headers})
        headers["content-type"] = "application/json"  # it is by now, and the resolver knows but one spelling of it
        self._app.context["token"] = token
        request = {**event, "headers": headers, "body": text, "isBase64Encoded": False}
        answered: dict[str, Any] = self._app.resolve(request, context)
        self._logger.info("answered", status=answered["statusCode"], by=token.name if token else None)
        return answered

    def _is_open(self, event: Mapping[str, Any]) -> bool:
        if event["rawPath"] not in OPEN_PATHS:
            return False
        if not self._documented:
            from post_update.api.openapi import add_documents  # noqa: PLC0415 - its models cost every start 50 ms

            add_documents(self._app)
            self._documented = True
        return True

    def _count(self, status: int) -> None:
        name = "DoorFailures" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "DoorAnswers"
        emit_metrics(self._metrics, {name: 1})
