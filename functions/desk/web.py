"""HTTP of all pages and of the API: headers and cookies of requests, the link in their path, and headers of pages."""

from collections.abc import Mapping
from typing import Any

from desk.ascii import ascii_lower

RETRY_SECONDS = "60"
"""The header `retry-after` of a page that is temporarily unavailable."""


_BLANKS = " \t"
"""White space in headers. Python strips more by itself: with U+00A0 before it another name would become this one."""


def headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The headers of an API Gateway event, with names in lower case."""
    return {ascii_lower(name): value for name, value in (event.get("headers") or {}).items()}


def cookies_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The cookies of an API Gateway event, which has them apart from the headers; the local AWS does not.

    A cookie that comes with two values is left out: a page of another site may have planted either.
    """
    found: dict[str, str] = {}
    disputed: set[str] = set()
    for pair in [*event.get("cookies", []), *headers_of(event).get("cookie", "").split(";")]:
        name, _, value = pair.strip(_BLANKS).partition("=")
        if found.setdefault(name, value) != value:
            disputed.add(name)
    return {name: value for name, value in found.items() if name and name not in disputed}


def bearer_token(authorization: str) -> str:
    """The token in the header `authorization`; "" if it has none."""
    scheme, _, token = authorization.strip(_BLANKS).partition(" ")
    return token.strip(_BLANKS) if ascii_lower(scheme) == "bearer" else ""


def link_id_of(event: Mapping[str, Any]) -> str:
    """The id of the link in the path of an API Gateway event; "" without one."""
    link_id: str = (event.get("pathParameters") or {}).get("link", "")
    return link_id


def page_headers(*, form_action: str = "'none'", script: str = "") -> dict[str, str]:
    """Headers that keep a page out of caches and search engines, and its link away from other sites.

    `script` is the hash of the page's own script, which may run and send to the page's own origin. The page loads
    nothing else.
    """
    scripts = f"script-src {script}; connect-src 'self'; " if script else ""
    return {
        "cache-control": "private, no-store",
        "content-security-policy": (
            f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; {scripts}base-uri 'none'; "
            f"form-action {form_action}; frame-ancestors 'none'"
        ),
        "content-type": "text/html; charset=utf-8",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
    }
