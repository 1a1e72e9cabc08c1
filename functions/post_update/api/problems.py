"""The problems of the API: the desk's errors that a caller can act on, and those of pydantic.

Routes and use cases of the API raise HttpProblem, with a status and a code, or one of its subclasses beside them.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from desk.errors import DeskError, QueueUnavailable, StoreBusy, TokensUnavailable
from desk.posts.errors import NOT_UTF_8, PostNotAccepted, RequestReused, SameText
from desk.posts.text import REPLACEMENT
from desk.web.problems import FieldError, HttpProblem, UnreadableBody, invalid_fields


def internal_error() -> HttpProblem:
    """500 without any particulars: these are logged."""
    detail = "An internal error occurred and was logged. You can send the request again."
    return HttpProblem(HTTPStatus.INTERNAL_SERVER_ERROR, detail=detail)


def http_problem_of(error: DeskError) -> HttpProblem | None:
    """The desk's error as callers get it; None where it is an internal one."""
    match error:
        case StoreBusy() | QueueUnavailable():
            detail = "The desk is busy. Send the same request again in a few seconds."
            return HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, "not-now", detail)
        case TokensUnavailable():
            return HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, "not-now", "Authentication is temporarily unavailable.")
        case SameText():
            return HttpProblem(HTTPStatus.CONFLICT, "same-text", str(error), earlier=error.earlier_id)
        case RequestReused():
            return HttpProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "request-reused", str(error))
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


def validation_problem(errors: Sequence[Mapping[str, Any]]) -> HttpProblem:
    """Pydantic's errors as one problem; a body that is missing altogether is invalid JSON."""
    if any(error["type"] == "missing" and tuple(error["loc"]) == ("body",) for error in errors):
        return UnreadableBody(HTTPStatus.BAD_REQUEST, "no-json", "The body is empty.")
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
