"""The way of one request: the page that is asked for, or the form that is sent, and what is answered."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.message import Message as EmailMessage
from http import HTTPStatus
from traceback import extract_tb
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from aws_lambda_powertools import Logger

from answer_case.page import SCRIPT_HASH, render_notice, render_page
from answer_case.view import Reader, Saying, view_of
from desk.brand import Brand
from desk.i18n import LANGUAGES
from desk.replies.actions import UNTOLD, Act, Acted, Fate
from desk.replies.forms import Fields, InvalidField, Sent, name_in
from desk.replies.open import OpenCase, Opened, Outcome
from desk.replies.view import Message

LARGEST = 100_000
"""Bytes of a body. The longest fields, percent-encoded, are about half of it."""
_FIELDS = 40
_FORM = "application/x-www-form-urlencoded"


class Unreadable(Exception):
    """The body is no form that the page sends; `status` is what is answered."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


def fields_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The form's fields; raises Unreadable for one that is too large (413) or no form in UTF-8 (400)."""
    raw, is_base64 = event.get("body") or "", bool(event.get("isBase64Encoded"))
    # Four characters of base64 are three bytes; what is larger in its shortest reading need not be decoded.
    shortest = len(raw) * 3 // 4 - 2 if is_base64 else len(raw)
    if shortest > LARGEST:
        raise Unreadable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = _bytes_of(raw, is_base64=is_base64)
    if len(body) > LARGEST:
        raise Unreadable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    _must_be_a_form(event)
    return _parsed(body)


def _bytes_of(raw: str, *, is_base64: bool) -> bytes:
    try:
        return base64.b64decode(raw, validate=True) if is_base64 else raw.encode()
    except (binascii.Error, ValueError):
        raise Unreadable(HTTPStatus.BAD_REQUEST) from None


def _must_be_a_form(event: Mapping[str, Any]) -> None:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    stated = EmailMessage()
    stated["content-type"] = headers.get("content-type", "")
    charset = str(stated.get_param("charset", "utf-8")).lower()
    if stated.get_content_type() != _FORM or charset not in {"utf-8", "utf8"}:
        raise Unreadable(HTTPStatus.BAD_REQUEST)


def _parsed(body: bytes) -> dict[str, str]:
    """Which of two values of one field is meant, nobody can tell."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError:
        raise Unreadable(HTTPStatus.BAD_REQUEST) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Unreadable(HTTPStatus.BAD_REQUEST)
    return fields


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
    """The name in the cookie, unverified; "" without one."""
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


_STATUS = {
    Fate.SHOWN: HTTPStatus.OK,
    Fate.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Fate.MOVED: HTTPStatus.CONFLICT,
    Fate.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Exchange:
    """Answers API Gateway's events (payload 2.0). What it logs has no link, name or text.

    `api_url` is where people reach the API; "" where that is the domain at which API Gateway was called.
    """

    def __init__(self, open_case: OpenCase, act: Act, brand: Brand, logger: Logger, *, api_url: str) -> None:
        self._open = open_case
        self._act = act
        self._brand = brand
        self._logger = logger
        self._api_url = api_url

    def answer(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The answer to this request, whatever it is. A defect's message may quote people: no log has it."""
        try:
            return self._form(event, now) if event["routeKey"].startswith("POST") else self._page(event, now)
        except Unreadable as exc:
            self._logger.info("no form", status=int(exc.status))
            return page(exc.status, render_notice("unreadable", self._brand))
        except Exception as exc:  # noqa: BLE001 - a person is waiting for the page: a defect becomes an error page
            places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in extract_tb(exc.__traceback__)]
            self._logger.error("a request met a defect", error=type(exc).__name__, places=places)  # noqa: TRY400
            return page(HTTPStatus.INTERNAL_SERVER_ERROR, render_notice("unavailable", self._brand))

    def _page(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        link_id = _link_of(event)
        query = event.get("queryStringParameters") or {}
        opened = self._open.run(link_id, now, query.get("case", ""))
        self._log("case asked for", opened, outcome=opened.outcome, reason=opened.reason)
        saying = Saying(self._done_message(query.get("done", "")))
        return self._shown(HTTPStatus.OK, opened, Reader(link_id, _name(remembered_name(event)), now), saying)

    def _form(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        link_id, fields = _link_of(event), fields_of(event)
        acted = self._act.run(Sent(link_id, fields, now, self._api_url or domain_url_of(event)))
        self._log("form sent", acted.opened, outcome=acted.fate, done=acted.done, reason=acted.reason)
        name = _name(fields.get("name", ""))
        if acted.fate is Fate.DONE:
            return self._done(acted, name)
        saying = Saying(acted.message, acted.confirm, fields, _same_request(acted, fields), unmasked=acted.unmasked)
        reader = Reader(link_id, name or _name(remembered_name(event)), now)
        shown = self._shown(_STATUS.get(acted.fate, HTTPStatus.NOT_FOUND), acted.opened, reader, saying)
        return remembering(shown, name) if acted.unmasked else shown

    def _done(self, acted: Acted, name: str) -> dict[str, Any]:
        """The page again; where the link has lost its case by that, a notice in its place."""
        if not acted.is_gone:
            return see_done(acted.done, name=name)
        why = "handed_untold" if acted.done == UNTOLD else "handed"
        return page(HTTPStatus.OK, render_notice(why, self._brand), name=name)

    def _shown(self, status: HTTPStatus, opened: Opened, reader: Reader, saying: Saying) -> dict[str, Any]:
        if opened.outcome is Outcome.UNAVAILABLE:
            return page(HTTPStatus.SERVICE_UNAVAILABLE, render_notice("unavailable", self._brand))
        if opened.outcome is Outcome.CLOSED or opened.file is None:
            return page(HTTPStatus.NOT_FOUND, render_notice("closed_link", self._brand))
        opted_out_at, is_beside = opened.opted_out_at, opened.is_beside
        view = view_of(
            opened.file, opened.viewer, reader, saying, self._brand, opted_out_at=opted_out_at, is_beside=is_beside
        )
        return page(status, render_page(view, self._brand, reader.now))

    def _done_message(self, done: str) -> Message | None:
        key = f"answer.done.{done}"
        return Message(key) if key in LANGUAGES[self._brand.language] else None

    def _log(self, what: str, opened: Opened, **more: str) -> None:
        log = self._logger.error if Outcome.UNAVAILABLE in more.values() else self._logger.info
        log(what, extra={"case": opened.file and opened.file.case.id, "department": opened.viewer, **more})


def _link_of(event: Mapping[str, Any]) -> str:
    link_id: str = (event.get("pathParameters") or {}).get("link", "")
    return link_id


def _name(written: str) -> str:
    """A name that may be shown and remembered; "" for any other."""
    try:
        return name_in({"name": written})
    except InvalidField:
        return ""


def _same_request(acted: Acted, fields: Fields) -> str:
    return fields.get("request", "") if acted.fate is Fate.UNAVAILABLE else ""
