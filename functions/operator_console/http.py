"""HTTP of the console: requests of API Gateway as values, and responses with the headers that every page needs."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from email.message import Message as EmailMessage
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from desk.staff.model import Person
from desk.staff.sessions import Session
from desk.web import cookies_of, headers_of

ROOT = "/console"
"""Every path of the console begins with it."""

LARGEST = 200_000
"""Bytes of a body. A bulk action names a few hundred ids."""
_MAX_FIELDS = 500
_LARGEST_NUMBER = 2**53
"""The largest number that scripts count to."""
_NUMBER = re.compile(r"[0-9]{1,18}")
_FORM_TYPE = "application/x-www-form-urlencoded"


class UnreadableRequest(Exception):
    """The body is not a form of the console. `status` is the status of the response."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Request(NamedTuple):
    """A request.

    `path` is below ROOT, without slashes at its ends: `case/7Q2M4-XD93K/send`. `fields` are those of the form, empty
    for a GET; `lists` has every value of a field that occurs several times. `headers` have names in lower case.
    `base_url` is the address at which people reach the API, such as `https://desk.emerald.example`.
    """

    method: str
    path: str
    query: Mapping[str, str]
    fields: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    cookies: Mapping[str, str]
    headers: Mapping[str, str]
    base_url: str
    now: datetime

    @property
    def is_fragment(self) -> bool:
        """Whether a script of the page asks for a part of the page."""
        return "hx-request" in self.headers

    def field(self, name: str) -> str:
        """The value of a field; "" if it was not sent."""
        return self.fields.get(name, "")


class Visit(NamedTuple):
    """A request of a person who is signed in. `params` are the values in the path, by the names in the route."""

    request: Request
    session: Session
    params: Mapping[str, str]

    @property
    def person(self) -> Person:
        """The person."""
        return self.session.person

    @property
    def now(self) -> datetime:
        """When the request was made."""
        return self.request.now


class Response(NamedTuple):
    """A response. `body` is text; `cookies` are whole Set-Cookie values."""

    status: HTTPStatus
    body: str = ""
    headers: Mapping[str, str] = {}
    cookies: tuple[str, ...] = ()


def number_in(text: str, most: int = _LARGEST_NUMBER) -> int | None:
    """The whole number that a request has in this field, from 0 to `most`; None for any other text.

    It has ASCII digits alone. `int` also takes those of other scripts, signs and blanks, and fails for long texts.
    """
    if not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    return number if number <= most else None


def html(body: str, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> Response:
    """A page, or a part of one. Names of headers are given with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, body, {"content-type": "text/html; charset=utf-8", **named})


def redirect(path: str) -> Response:
    """A redirect to another page of the console, given as its path below ROOT."""
    return Response(HTTPStatus.SEE_OTHER, headers={"location": f"{ROOT}/{path}" if path else ROOT})


def request_of(event: Mapping[str, Any], now: datetime, *, api_url: str) -> Request:
    """The request of an API Gateway event (payload 2.0). Raises UnreadableRequest.

    `api_url` is the address at which people reach the API; "" for the domain that API Gateway was called at.
    """
    context = event["requestContext"]
    headers = headers_of(event)
    path = (event.get("pathParameters") or {}).get("page", "")
    pairs = _form_pairs(event, headers) if context["http"]["method"] == "POST" else []
    lists: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        lists[name] = (*lists.get(name, ()), value)
    return Request(
        method=context["http"]["method"],
        path=path.strip("/"),
        query=event.get("queryStringParameters") or {},
        fields=dict(pairs),
        lists=lists,
        cookies=cookies_of(event),
        headers=headers,
        base_url=api_url or f"https://{context['domainName']}",
        now=now,
    )


def is_from_our_pages(request: Request) -> bool:
    """Whether the browser says that a page of the console sent the request.

    Browsers send `sec-fetch-site` everywhere, and `origin` with every POST.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    return origin is None or urlsplit(origin)[:2] == urlsplit(request.base_url)[:2]


class PolicySources(NamedTuple):
    """Origins for the content policy: from which pages show pictures, and to which their scripts upload them."""

    images: str
    uploads: str


def api_response(response: Response, sources: PolicySources) -> dict[str, Any]:
    """The response as API Gateway takes it."""
    return {
        "statusCode": int(response.status),
        "headers": {**_page_headers(sources), **response.headers},
        "cookies": list(response.cookies),
        "body": response.body,
        "isBase64Encoded": False,
    }


def _page_headers(sources: PolicySources) -> dict[str, str]:
    """Scripts and styles only from our own origin, requests also for uploads; inline ones and eval never."""
    return {
        "cache-control": "private, no-store",
        "content-security-policy": (
            f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: {sources.images}; "
            f"connect-src 'self' {sources.uploads}; media-src 'self'; manifest-src 'self'; base-uri 'none'; "
            "form-action 'self'; frame-ancestors 'none'"
        ),
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "same-origin",
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
    }


def _form_pairs(event: Mapping[str, Any], headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The fields of the form. Raises UnreadableRequest if it is too large (413), or not a form in UTF-8 (400)."""
    raw, is_base64 = event.get("body") or "", bool(event.get("isBase64Encoded"))
    if len(raw) > (LARGEST * 2 if is_base64 else LARGEST):
        raise UnreadableRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        body = base64.b64decode(raw, validate=True) if is_base64 else raw.encode()
    except (binascii.Error, ValueError):
        raise UnreadableRequest(HTTPStatus.BAD_REQUEST) from None
    if len(body) > LARGEST:
        raise UnreadableRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if body and not _is_form(headers.get("content-type", "")):
        raise UnreadableRequest(HTTPStatus.BAD_REQUEST)
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise UnreadableRequest(HTTPStatus.BAD_REQUEST) from None


def _is_form(content_type: str) -> bool:
    header = EmailMessage()
    header["content-type"] = content_type
    charset = str(header.get_param("charset", "utf-8")).lower()
    return header.get_content_type() == _FORM_TYPE and charset in {"utf-8", "utf8"}
