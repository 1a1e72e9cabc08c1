"""Errors of the API as callers get them: problem details (RFC 9457).

Routes and use cases of the API raise ApiError, with a status and a code, or one of its subclasses beside them.
`api_error_of` translates the desk's errors that a caller can act on; any other is an internal error.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from aws_lambda_powertools.event_handler.api_gateway import Response

from desk.errors import DeskError, QueueUnavailable, StoreBusy
from desk.posts.errors import NOT_UTF_8, PostNotAccepted, RequestReused, SameText
from desk.posts.text import REPLACEMENT

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:dorothy:problem:"
"""Begins the `type` of a problem that programs may want to tell from others of the same status."""
RETRY_SECONDS = 5
"""When a caller may retry a request that failed for a moment."""


class FieldError(NamedTuple):
    """A field of the request that is invalid, and why, as a sentence."""

    field: str
    detail: str


class ApiError(Exception):
    """The request fails with this problem.

    Args:
        status: All there is to say where `code` is None.
        code: Names the problem: the last part of its `type`.
        detail: A sentence for people.
        errors: The fields to correct.
        headers: Headers of the answer.
        members: Members of the problem besides those of RFC 9457.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: str | None = None,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **members: str | int,
    ) -> None:
        super().__init__(detail or code or status.phrase)
        self.status, self.code, self.detail, self.errors = status, code, detail, errors
        self.headers: Mapping[str, str] = headers or {}
        self._members = members

    def problem(self) -> dict[str, Any]:
        """The JSON object; members without a value are absent."""
        members: dict[str, Any] = {
            "type": f"{TYPE_PREFIX}{self.code}" if self.code else "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "errors": [error._asdict() for error in self.errors],
        }
        return {name: value for name, value in (members | self._members).items() if value}

    def response(self) -> Response[str]:
        """The answer for the resolver."""
        body = json.dumps(self.problem(), ensure_ascii=False)
        return Response(int(self.status), CONTENT_TYPE, body, headers={**self.headers, "Cache-Control": "no-store"})


def invalid_fields(*errors: FieldError) -> ApiError:
    """422 with all fields to correct."""
    detail = "Correct the fields listed in errors."
    return ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-fields", detail, errors=errors)


def invalid_json(detail: str) -> ApiError:
    """400: the body can't be read as JSON."""
    return ApiError(HTTPStatus.BAD_REQUEST, "no-json", detail)


def unavailable(detail: str) -> ApiError:
    """503: nothing is wrong with the request, and the same one may be sent again soon."""
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "not-now", detail, headers=headers)


def internal_error() -> ApiError:
    """500 without any particulars: these are logged."""
    detail = "An internal error occurred and was logged. You can send the request again."
    return ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, detail=detail)


def api_error_of(error: DeskError) -> ApiError | None:
    """The desk's error as callers get it; None where it is an internal one."""
    match error:
        case StoreBusy() | QueueUnavailable():
            return unavailable("The desk is busy. Send the same request again in a few seconds.")
        case SameText():
            return ApiError(HTTPStatus.CONFLICT, "same-text", str(error), earlier=error.earlier_id)
        case RequestReused():
            return ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "request-reused", str(error))
        case PostNotAccepted():
            return invalid_fields(FieldError(error.field, str(error)))
        case _:
            return None


_SENTENCES = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "string_type": "must be a string",
    "string_unicode": "has half of a surrogate pair",
    "string_pattern_mismatch": "has characters that are not allowed",
    "list_type": "must be a list",
    "int_parsing": "must be an integer",
    "int_type": "must be an integer",
    "bool_type": "must be true or false",
}
"""By pydantic's type of error; for any other, pydantic's own message is clear enough."""


def validation_error(errors: Sequence[Mapping[str, Any]]) -> ApiError:
    """Pydantic's errors as one problem; a body that is missing altogether is invalid JSON."""
    if any(error["type"] == "missing" and tuple(error["loc"]) == ("body",) for error in errors):
        return invalid_json("The body is empty.")
    return invalid_fields(*(FieldError(_field_name(error["loc"]), _sentence(error)) for error in errors))


def _field_name(location: Sequence[str | int]) -> str:
    """The name as the caller wrote it: `hashtags.0` for `body.hashtags.0`, `Idempotency-Key` for a header."""
    if location[0] == "header":
        return str(location[1]).title()
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _sentence(error: Mapping[str, Any]) -> str:
    if any(isinstance(part, str) and REPLACEMENT in part for part in (error["input"], error["loc"][-1])):
        return NOT_UTF_8  # any other error of the field follows from this one
    sentence = _SENTENCES.get(error["type"]) or str(error["msg"])
    return sentence[:1].lower() + sentence[1:]
