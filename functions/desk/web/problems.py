"""Errors of a request as problem details (RFC 9457), which the HTTP API sends as JSON."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

CONTENT_TYPE = "application/problem+json"
_TYPE_PREFIX = "urn:dorothy:problem:"
"""Begins the `type` of a problem that programs may want to tell from others of the same status."""


class FieldError(NamedTuple):
    """A field of the request that is invalid, and why, as a sentence."""

    field: str
    detail: str


class HttpProblem(Exception):
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
            "type": f"{_TYPE_PREFIX}{self.code}" if self.code else "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "errors": [error._asdict() for error in self.errors],
        }
        return {name: value for name, value in (members | self._members).items() if value}


class UnreadableBody(HttpProblem):
    """The body is too large (413), of another type (415), or not what its type says (400)."""


def invalid_fields(*errors: FieldError) -> HttpProblem:
    """422 with all fields to correct."""
    detail = "Correct the fields listed in errors."
    return HttpProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-fields", detail, errors=errors)
