"""Requests of API Gateway (HTTP API, payload 2.0) as values. What others can plant in one displaces nothing of it.

Bodies are forms and JSON: limited in size, in UTF-8, each field once.
"""

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from email.message import Message
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from desk.ascii import ascii_lower
from desk.web.problems import FieldError, UnreadableBody, invalid_fields

_BLANKS = " \t"
"""White space in headers. Python strips more by itself: with U+00A0 before it another name would become this one."""


class Request(NamedTuple):
    """A request.

    `path` is the whole path, and `params` are the values in it, by the names in API Gateway's route. `headers` have
    names in lower case. A cookie that comes with two values is left out: a page of another site may have planted
    either. `base_url` is the address at which people reach the API, such as `https://desk.emerald.example`.
    `event` has the body, which `with_form` or `json_text` reads. `fields` are those of a form that was read; `lists`
    has every value of each.
    """

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    base_url: str
    now: datetime
    event: Mapping[str, Any]
    fields: Mapping[str, str] = {}
    lists: Mapping[str, tuple[str, ...]] = {}

    @property
    def is_fragment(self) -> bool:
        """Whether a script of the page asks for a part of the page."""
        return "hx-request" in self.headers

    @property
    def bearer_token(self) -> str:
        """The token in the header `authorization`; "" if it has none."""
        scheme, _, token = self.headers.get("authorization", "").strip(_BLANKS).partition(" ")
        return token.strip(_BLANKS) if ascii_lower(scheme) == "bearer" else ""

    @property
    def is_from_our_pages(self) -> bool:
        """Whether the browser says that a page of ours sent the request.

        Browsers send `sec-fetch-site` everywhere, and `origin` with every POST.
        """
        site, origin = self.headers.get("sec-fetch-site"), self.headers.get("origin")
        if site is not None and site not in {"same-origin", "none"}:
            return False
        try:
            return origin is None or urlsplit(origin)[:2] == urlsplit(self.base_url)[:2]
        except ValueError:  # such as `https://[`, which no browser sends
            return False

    def field(self, name: str) -> str:
        """The value of a field; "" if it was not sent."""
        return self.fields.get(name, "")


def request_of(event: Mapping[str, Any], now: datetime, *, api_url: str = "") -> Request:
    """The request of an event, whatever that lacks.

    `api_url` is the address at which people reach the API; "" for the domain that API Gateway was called at, as that
    itself states it. The address goes into mails to other people, so it is never one that the caller chose.
    """
    context = event.get("requestContext") or {}
    headers = {ascii_lower(name): value for name, value in (event.get("headers") or {}).items()}
    return Request(
        method=(context.get("http") or {}).get("method", ""),
        path=event.get("rawPath") or "",
        params=event.get("pathParameters") or {},
        query=event.get("queryStringParameters") or {},
        headers=headers,
        cookies=_cookies([*(event.get("cookies") or ()), *headers.get("cookie", "").split(";")]),
        base_url=api_url or f"https://{context.get('domainName', '')}",
        now=now,
        event=event,
    )


def _cookies(pairs: list[str]) -> dict[str, str]:
    """The cookies, which API Gateway has apart from the headers; the local AWS does not."""
    found: dict[str, str] = {}
    disputed: set[str] = set()
    for pair in pairs:
        name, _, value = pair.strip(_BLANKS).partition("=")
        if found.setdefault(name, value) != value:
            disputed.add(name)
    return {name: value for name, value in found.items() if name and name not in disputed}


_LARGEST_NUMBER = 2**53
"""The largest number that scripts count to."""
_NUMBER = re.compile(r"[0-9]{1,18}")


def number_in(text: str, most: int = _LARGEST_NUMBER) -> int | None:
    """The whole number that a request has in this field, from 0 to `most`; None for any other text.

    It has ASCII digits alone. `int` also takes those of other scripts, signs and blanks, and fails for long texts.
    """
    if not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    return number if number <= most else None


_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"


def with_form(request: Request, *, most_bytes: int, most_fields: int, repeatable: Collection[str] = ()) -> Request:
    """The request with the fields of its form; `repeatable` are those that may come more than once.

    Raises UnreadableBody, also for any other field that comes twice, since either value may be meant.
    """
    text = _text(request, _FORM, most_bytes)
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=most_fields)
    except ValueError:
        raise UnreadableBody(HTTPStatus.BAD_REQUEST) from None
    if _repeated([name for name, _ in pairs if name not in repeatable]):
        raise UnreadableBody(HTTPStatus.BAD_REQUEST)
    lists: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        lists[name] = (*lists.get(name, ()), value)
    return request._replace(fields=dict(pairs), lists=lists)


def json_text(request: Request, *, most_bytes: int) -> str:
    """The body as text, to be parsed as JSON; "" without one. Raises UnreadableBody."""
    return _text(request, _JSON, most_bytes).removeprefix("\ufeff")


def json_object(text: str) -> dict[str, Any]:
    """The JSON object in a body. Raises UnreadableBody; HttpProblem (422) for no object or a field that comes twice."""
    try:
        value = json.loads(text, parse_constant=_reject_constant, object_pairs_hook=_object)
    except (ValueError, RecursionError) as exc:
        place = f" (line {exc.lineno}, column {exc.colno})" if isinstance(exc, json.JSONDecodeError) else ""
        raise UnreadableBody(HTTPStatus.BAD_REQUEST, "no-json", f"The body is not valid JSON{place}.") from None
    if not isinstance(value, dict):
        raise invalid_fields(FieldError("body", "must be a JSON object"))
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if repeated := _repeated([name for name, _ in pairs]):
        names = (name.encode(errors="replace").decode() for name in repeated)
        raise invalid_fields(*(FieldError(name, "appears more than once") for name in names))
    return dict(pairs)


def _repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _reject_constant(name: str) -> None:
    """NaN and infinities, which Python's parser takes, are no JSON."""
    raise ValueError(name)


def _text(request: Request, content_type: str, most_bytes: int) -> str:
    raw, is_base64 = request.event.get("body") or "", bool(request.event.get("isBase64Encoded"))
    # Four characters of base64 are three bytes. A body that is too large in any case is not decoded.
    least_bytes = len(raw) * 3 // 4 - 2 if is_base64 else len(raw)
    body = b"" if least_bytes > most_bytes else _decoded(raw, is_base64=is_base64)
    if max(least_bytes, len(body)) > most_bytes:
        detail = f"The body is larger than {most_bytes} bytes."
        raise UnreadableBody(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", detail)
    if body and not _is_type(request.headers.get("content-type", ""), content_type):
        detail = f"Send {content_type} encoded as UTF-8."
        raise UnreadableBody(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media-type", detail)
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise _not_text() from None


def _decoded(raw: str, *, is_base64: bool) -> bytes:
    try:
        return base64.b64decode(raw, validate=True) if is_base64 else raw.encode()
    except (binascii.Error, ValueError):
        raise _not_text() from None


def _not_text() -> UnreadableBody:
    return UnreadableBody(HTTPStatus.BAD_REQUEST, "no-json", "The body is not UTF-8 text.")


def _is_type(header: str, content_type: str) -> bool:
    message = Message()
    message["content-type"] = header
    charset = str(message.get_param("charset", "utf-8")).lower()
    return message.get_content_type() == content_type and charset in {"utf-8", "utf8"}
