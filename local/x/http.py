"""HTTP of the local X: requests, answers, and X's errors, word for word where its callers read the words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import werkzeug

from local.loopback import is_own_request

LONGEST_BODY = 64 * 1024 * 1024


class Request(werkzeug.Request):
    """One HTTP request."""

    max_content_length = LONGEST_BODY

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters; the last one of those that are repeated."""
        return dict(parse_qsl(self.query_string.decode("latin-1"), keep_blank_values=True))

    @property
    def signed_url(self) -> str:
        """The URL that the caller signed. Behind a proxy, the proxy states the scheme of the call."""
        query = f"?{self.query_string.decode('latin-1')}" if self.query_string else ""
        return f"{self.headers.get('x-forwarded-proto', 'http')}://{self.host}{self.path}{query}"

    @property
    def is_own_page(self) -> bool:
        """Whether a program or a page of this server sent the request, rather than another site's page."""
        return is_own_request({name.lower(): value for name, value in self.headers.items()})

    def body_json(self) -> Any:
        """The body as JSON; raises Problem 400 when it is none."""
        try:
            return json.loads(self.get_data() or b"null")
        except ValueError as error:
            raise invalid("body", "", f"The body is not valid JSON: {error}") from error

    def form_fields(self) -> dict[str, str]:
        """The body as form fields; bytes that are not UTF-8 are replaced."""
        return dict(parse_qsl(self.get_data().decode("utf-8", "replace"), keep_blank_values=True))


class Answer(werkzeug.Response):
    """One HTTP answer. With `is_lost` the connection is closed instead, after `delay` seconds."""

    delay = 0.0
    is_lost = False


def json_answer(status: int, body: Any, headers: Mapping[str, str] | None = None, *, kind: str = "json") -> Answer:
    """An answer in JSON."""
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Answer(text, status, headers, content_type=f"application/{kind}; charset=utf-8")


_PROBLEMS = "https://api.x.com/2/problems/"


@dataclass(frozen=True, slots=True)
class Problem(Exception):
    """An error answer: its status, body and additional headers."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def invalid(parameter: str, value: object, detail: str) -> Problem:
    """400: a parameter that X does not accept."""
    return Problem(
        400,
        {
            "title": "Invalid Request",
            "type": _PROBLEMS + "invalid-request",
            "detail": detail,
            "parameter": parameter,
            "value": str(value),
            "status": 400,
            "errors": [{"parameters": {parameter: [str(value)]}, "message": detail}],
        },
    )


def plain(status: int, title: str, detail: str | None = None, **more: object) -> Problem:
    """An error without a type of its own."""
    return Problem(status, {"title": title, "type": "about:blank", "status": status, "detail": detail or title, **more})


def unauthorised() -> Problem:
    """401: missing or wrong credentials, or a clock that is too far off."""
    return plain(401, "Unauthorized")


def forbidden(detail: str) -> Problem:
    """403: the sentence states which rule the call breaks."""
    return plain(403, "Forbidden", detail)


def wrong_scheme(used: str, accepted: list[str]) -> Problem:
    """403: valid credentials of a kind that the endpoint does not accept."""
    detail = f"Authenticating with {used} is forbidden for this endpoint.  "
    detail += f"Supported authentication types are [{', '.join(accepted)}]."
    title = "Unsupported Authentication"
    return Problem(
        403, {"title": title, "type": _PROBLEMS + "unsupported-authentication", "status": 403, "detail": detail}
    )


def not_found() -> Problem:
    """404: no such endpoint."""
    return plain(404, "Not Found")


_KNOWN: dict[int, tuple[str, str]] = {
    400: ("Invalid Request", "One or more parameters to your request was invalid."),
    401: ("Unauthorized", "Unauthorized"),
    402: ("CreditsDepleted", "Your enrolled account does not have any credits to fulfill this request."),
    403: ("Forbidden", "You are not permitted to perform this action."),
    429: ("Too Many Requests", "Too Many Requests"),
    500: ("Internal Server Error", "Something went wrong on our end."),
    503: ("Service Unavailable", "Service Unavailable"),
}
_TYPES = {
    "CreditsDepleted": "credits",
    "Internal Server Error": "internal-error",
    "Invalid Request": "invalid-request",
    "SpendCapReached": "credits",
    "UsageCapExceeded": "usage-capped",
}
"""Errors to which X gives a type; errors about credentials, rules and limits have none."""


def scripted(status: int, title: str | None = None) -> Problem:
    """X's usual error with this status; `title` selects another error of the same status."""
    usual, detail = _KNOWN.get(status, (f"Error {status}", f"Error {status}"))
    title = title or usual
    kind = _PROBLEMS + _TYPES[title] if title in _TYPES else "about:blank"
    return Problem(status, {"title": title, "type": kind, "status": status, "detail": detail})


def missing(resource: str, parameter: str, value: str) -> dict[str, str]:
    """An entry of `errors`: X does not have the resource, or no longer."""
    return {
        "type": _PROBLEMS + "resource-not-found",
        "title": "Not Found Error",
        "detail": f"Could not find {resource} with {parameter}: [{value}].",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "value": value,
    }


def unauthorised_resource(resource: str, parameter: str, value: str) -> dict[str, str]:
    """An entry of `errors`: the resource exists, but its author protects it."""
    return {
        "type": _PROBLEMS + "not-authorized-for-resource",
        "title": "Authorization Error",
        "detail": f"Sorry, you are not authorized to see the {resource} with {parameter}: [{value}].",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "value": value,
    }


def error_answer(problem: "Problem") -> Answer:
    """The answer of an error, in X's form."""
    return json_answer(problem.status, problem.body, problem.headers, kind="problem+json")
