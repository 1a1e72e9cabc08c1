"""Answers as API Gateway's HTTP API takes them from a function (payload 2.0), and what it tells of who asks."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from answer_case.page import SCRIPT_HASH

_RETRY_SECONDS = "60"
_COOKIE = "name"
_YEAR = 365 * 24 * 3600
_STRICT = {
    "cache-control": "private, no-store",
    "content-security-policy": (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {SCRIPT_HASH}; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "content-type": "text/html; charset=utf-8",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}


def page(status: HTTPStatus, html: str, *, name: str = "") -> dict[str, Any]:
    """A page, which remembers the name of who acted."""
    later = {"retry-after": _RETRY_SECONDS} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return {
        "statusCode": int(status),
        "headers": _STRICT | later,
        "cookies": [_cookie(name)] if name else [],
        "body": html,
        "isBase64Encoded": False,
    }


def see_done(done: str, *, name: str) -> dict[str, Any]:
    """To the same page, which says what was done; the address is a relative one, so that no header has the link."""
    answered = page(HTTPStatus.SEE_OTHER, "", name=name)
    return answered | {"headers": answered["headers"] | {"location": f"?done={done}"}}


def remembering(answered: dict[str, Any], name: str) -> dict[str, Any]:
    """The same answer, which remembers the name of who acted."""
    return answered | {"cookies": [_cookie(name)]}


def remembered_name(event: Mapping[str, Any]) -> str:
    """The name in the cookie, as whoever sent it wrote it; "" without one."""
    return next((unquote(value) for key, value in _cookies(event) if key == _COOKIE), "")


def domain_url_of(event: Mapping[str, Any]) -> str:
    """The address of the API that the request reached, as API Gateway states it.

    No header is read for it: the caller chooses those, and the address goes into mails to other people.
    """
    return f"https://{event['requestContext']['domainName']}"


def _cookie(name: str) -> str:
    return f"{_COOKIE}={quote(name, safe='')}; Secure; HttpOnly; SameSite=Strict; Path=/answer; Max-Age={_YEAR}"


def _cookies(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """API Gateway takes cookies out of the headers; the local AWS leaves them there."""
    header = (event.get("headers") or {}).get("cookie", "")
    for pair in [*event.get("cookies", []), *header.split(";")]:
        key, _, value = pair.strip().partition("=")
        yield key, value
