"""The way of one request: led to a route, read, let in or not, answered.

The gateway's `$default` route leads here as well, with whatever no other route takes: that is answered before anybody
asks for a token.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver
from aws_lambda_powertools.metrics import MetricUnit

from desk.errors import TokensUnavailable
from post_update.door.app import OPEN_PATHS, must_be_a_route
from post_update.door.authorise import Authorise
from post_update.door.bodies import body_of
from post_update.door.problems import INTERNAL, Refused, not_now

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class Door:
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
            from post_update.door.documents import add_documents  # noqa: PLC0415 - its models cost every start 50 ms

            add_documents(self._app)
            self._documented = True
        return True

    def _count(self, status: int) -> None:
        name = "DoorFailures" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "DoorAnswers"
        self._metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
        self._metrics.flush_metrics()
