"""What X answers when it refuses, word for word where its callers look at the words."""

from dataclasses import dataclass, field
from typing import Any

_PROBLEMS = "https://api.x.com/2/problems/"


@dataclass(frozen=True, slots=True)
class Problem(Exception):
    """A refusal: its status, its body, and headers of its own."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def invalid(parameter: str, value: object, detail: str) -> Problem:
    """400: a parameter that X does not accept, named."""
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
    """A refusal without a type of its own."""
    return Problem(status, {"title": title, "type": "about:blank", "status": status, "detail": detail or title, **more})


def unauthorised() -> Problem:
    """401: no credentials, wrong ones, or a clock too far off."""
    return plain(401, "Unauthorized")


def forbidden(detail: str) -> Problem:
    """403 with the sentence that tells which rule was broken."""
    return plain(403, "Forbidden", detail)


def wrong_scheme(used: str, accepted: list[str]) -> Problem:
    """403: valid credentials of a kind that this endpoint does not take."""
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
    "UsageCapExceeded": "usage-capped",
}
"""Refusals that X gives a type of their own; those by credentials, rules and limits have none."""


def scripted(status: int, title: str | None = None) -> Problem:
    """The refusal that X gives with this status, unless `title` names another one of the same status."""
    usual, detail = _KNOWN.get(status, (f"Error {status}", f"Error {status}"))
    title = title or usual
    kind = _PROBLEMS + _TYPES[title] if title in _TYPES else "about:blank"
    return Problem(status, {"title": title, "type": kind, "status": status, "detail": detail})


def missing(resource: str, parameter: str, value: str) -> dict[str, str]:
    """An entry of `errors[]`: X no longer has it."""
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
    """An entry of `errors[]`: it is there, but its author protects it."""
    return {
        "type": _PROBLEMS + "not-authorized-for-resource",
        "title": "Authorization Error",
        "detail": f"Sorry, you are not authorized to see the {resource} with {parameter}: [{value}].",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "value": value,
    }
