"""What the door answers when it does not do what was asked: problems as RFC 9457 tells them."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from aws_lambda_powertools.event_handler.api_gateway import Response

CONTENT_TYPE = "application/problem+json"
TYPES = "urn:dorothy:problem:"
"""How the `type` of a problem begins that a program may want to tell from others of the same status."""

RETRY_SECONDS = 5
"""After how long a caller may ask again what could not be done now."""


class BadField(NamedTuple):
    """A field of the request that is not as it must be, and why, as a sentence."""

    field: str
    detail: str


class Problem(NamedTuple):
    """One refusal. `code` None: the status says all there is to say. `more` are members besides RFC 9457's own."""

    status: HTTPStatus
    code: str | None = None
    detail: str | None = None
    errors: Sequence[BadField] = ()
    more: Mapping[str, str | int] = {}
    headers: Mapping[str, str] = {}

    def members(self) -> dict[str, Any]:
        """The members of the JSON object; those that have nothing to say are absent."""
        members: dict[str, Any] = {
            "type": f"{TYPES}{self.code}" if self.code else "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "errors": [error._asdict() for error in self.errors],
        }
        return {name: value for name, value in (members | dict(self.more)).items() if value}

    def response(self) -> Response[str]:
        """The answer as the resolver takes it."""
        body = json.dumps(self.members(), ensure_ascii=False)
        return Response(int(self.status), CONTENT_TYPE, body, headers={**self.headers, "Cache-Control": "no-store"})

    def answer(self) -> dict[str, Any]:
        """The answer as API Gateway takes it (payload 2.0)."""
        response = self.response()
        return {
            "statusCode": response.status_code,
            "body": response.body,
            "isBase64Encoded": False,
            "headers": response.headers,
            "cookies": [],
        }


class Refused(Exception):
    """The request is answered with this problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code or problem.status.phrase)
        self.problem = problem


def not_now(detail: str) -> Problem:
    """Nothing is wrong with the request; the same one may be sent again soon."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE, "not-now", detail, headers={"Retry-After": str(RETRY_SECONDS)}
    )  # fmt: skip


def bad_fields(errors: Sequence[BadField]) -> Problem:
    """All that is wrong with the fields of a request."""
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-fields", "Mend the fields in errors.", errors)


INTERNAL = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail="The fault is ours and was logged; trying again may help.")
