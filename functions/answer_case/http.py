"""HTTP of a case's page: reads requests of API Gateway, calls the use cases and writes responses."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from email.message import Message as EmailMessage
from http import HTTPStatus
from traceback import extract_tb
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from aws_lambda_powertools import Logger

from answer_case.page import SCRIPT_HASH, render_notice, render_page, render_unsent
from answer_case.presence import FIELD, LinkPresence
from answer_case.sign_in import SignedInPeople, sign_in_path
from desk.brand import Brand
from desk.case_view.view import Viewer, view_of
from desk.errors import StoreBusy
from desk.i18n import LANGUAGES
from desk.replies.actions import NOT_NOTIFIED, ActionOutcome, ActionResult, CaseActions
from desk.replies.errors import InvalidField
from desk.replies.forms import FormRequest, name_in
from desk.replies.messages import Message
from desk.replies.open import CaseOpener, OpenedCase, OpenOutcome
from desk.staff.model import Person
from desk.staff.sessions import SESSION_COOKIE
from desk.web import RETRY_SECONDS, cookies_of, headers_of, link_id_of, page_headers

LARGEST = 100_000
"""Bytes of a body. The longest fields, percent-encoded, are about half of it."""
_MAX_FIELDS = 40
_FORM_TYPE = "application/x-www-form-urlencoded"


class UnreadableForm(Exception):
    """The body is not a form of the page. `status` is the status of the response."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


def form_fields(event: Mapping[str, Any]) -> dict[str, str]:
    """The form's fields. Raises UnreadableForm if it is too large (413), or not a form in UTF-8 (400)."""
    raw, is_base64 = event.get("body") or "", bool(event.get("isBase64Encoded"))
    # Four characters of base64 are three bytes. A body that is too large anyway is not decoded.
    least_bytes = len(raw) * 3 // 4 - 2 if is_base64 else len(raw)
    body = _decoded(raw, is_base64=is_base64) if least_bytes <= LARGEST else b""
    if max(least_bytes, len(body)) > LARGEST:
        raise UnreadableForm(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not _is_form(headers_of(event).get("content-type", "")):
        raise UnreadableForm(HTTPStatus.BAD_REQUEST)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise UnreadableForm(HTTPStatus.BAD_REQUEST) from None
    if len(fields := dict(pairs)) != len(pairs):  # a field that is given twice is ambiguous
        raise UnreadableForm(HTTPStatus.BAD_REQUEST)
    return fields


def _decoded(raw: str, *, is_base64: bool) -> bytes:
    try:
        return base64.b64decode(raw, validate=True) if is_base64 else raw.encode()
    except (binascii.Error, ValueError):
        raise UnreadableForm(HTTPStatus.BAD_REQUEST) from None


def _is_form(content_type: str) -> bool:
    header = EmailMessage()
    header["content-type"] = content_type
    charset = str(header.get_param("charset", "utf-8")).lower()
    return header.get_content_type() == _FORM_TYPE and charset in {"utf-8", "utf8"}


_COOKIE = "name"
_YEAR = 365 * 24 * 3600
_HEADERS = page_headers(form_action="'self'", script=SCRIPT_HASH)


def html_response(status: HTTPStatus, html: str, *, name: str = "") -> dict[str, Any]:
    """A page. `name` is kept in a cookie of this device, if there is one."""
    retry = {"retry-after": RETRY_SECONDS} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return {
        "statusCode": int(status),
        "headers": _HEADERS | retry,
        "cookies": [_name_cookie(name)] if name else [],
        "body": html,
        "isBase64Encoded": False,
    }


def text_response(status: HTTPStatus, text: str = "") -> dict[str, Any]:
    """Plain text for the page's script."""
    response = html_response(status, text)
    return response | {"headers": response["headers"] | {"content-type": "text/plain; charset=utf-8"}}


def redirect_response(done: str, *, name: str) -> dict[str, Any]:
    """A redirect to the same page, which then says what was done. It is relative, so that no header has the link."""
    response = html_response(HTTPStatus.SEE_OTHER, "", name=name)
    return response | {"headers": response["headers"] | {"location": f"?done={done}"}}


def name_in_cookie(event: Mapping[str, Any]) -> str:
    """The name in the cookie, unverified; "" without one."""
    return unquote(cookies_of(event).get(_COOKIE, ""))


def domain_url_of(event: Mapping[str, Any]) -> str:
    """The address of the API that the request reached, as API Gateway states it.

    The address goes into mails to other people. Headers are not used, since callers choose them.
    """
    return f"https://{event['requestContext']['domainName']}"


def _name_cookie(name: str) -> str:
    return f"{_COOKIE}={quote(name, safe='')}; Secure; HttpOnly; SameSite=Strict; Path=/answer; Max-Age={_YEAR}"


_STATUS = {
    ActionOutcome.SHOWN: HTTPStatus.OK,
    ActionOutcome.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    ActionOutcome.MOVED: HTTPStatus.CONFLICT,
    ActionOutcome.CLOSED: HTTPStatus.NOT_FOUND,
    ActionOutcome.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


class _NotAdmitted(Exception):
    """The request is for people who are signed in, or for others. `response` says so."""

    def __init__(self, response: dict[str, Any]) -> None:
        super().__init__()
        self.response = response


class AnswerPage:
    """Responds to API Gateway's events (payload 2.0). Its log never has a link, a name or a text.

    `api_url` is the public address of the API; "" for the domain at which API Gateway was called. With `people`, the
    page opens only for those who are signed in, and their name is used.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        open_case: CaseOpener,
        actions: CaseActions,
        presence: LinkPresence,
        brand: Brand,
        logger: Logger,
        *,
        api_url: str,
        people: SignedInPeople | None = None,
    ) -> None:
        self._people = people
        self._open = open_case
        self._actions = actions
        self._presence = presence
        self._brand = brand
        self._logger = logger
        self._api_url = api_url

    def respond(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The response to any request. Never raises. An error's message may quote people, so it is not logged."""
        try:
            return self._submit(event, now) if event["routeKey"].startswith("POST") else self._show(event, now)
        except _NotAdmitted as exc:
            return exc.response
        except UnreadableForm as exc:
            self._logger.info("no form", status=int(exc.status))
            return html_response(exc.status, render_notice("unreadable", self._brand))
        except Exception as exc:  # noqa: BLE001 - a person is waiting for the page: a defect becomes an error page
            places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in extract_tb(exc.__traceback__)]
            self._logger.error("a request met a defect", error=type(exc).__name__, places=places)  # noqa: TRY400
            return html_response(HTTPStatus.INTERNAL_SERVER_ERROR, render_notice("unavailable", self._brand))

    def _show(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        link_id, query = link_id_of(event), event.get("queryStringParameters") or {}
        person = self._person(event, now, {})
        opened = self._open.by_link(link_id, now, query.get("case", ""))
        if person:
            self._open.mark_opened(opened)
        self._log("case asked for", opened, outcome=opened.outcome, reason=opened.reason)
        result = ActionResult(ActionOutcome.SHOWN, opened, self._done_message(query.get("done", "")))
        name = person.name if person else _valid_name(name_in_cookie(event))
        return self._page(result, Viewer(link_id, name, now, is_signed_in=person is not None))

    def _submit(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        link_id, fields = link_id_of(event), form_fields(event)
        person = self._person(event, now, fields)
        if person:
            fields |= {"name": person.name}
        if FIELD in fields:
            return self._mark(event, link_id, fields, now)
        result = self._actions.perform(FormRequest(link_id, fields, now, self._api_url or domain_url_of(event)))
        self._log("form sent", result.opened, outcome=result.outcome, done=result.done, reason=result.reason)
        name = _valid_name(fields.get("name", ""))
        if result.outcome is not ActionOutcome.DONE:
            known = name or _valid_name(name_in_cookie(event))
            viewer = Viewer(link_id, known, now, fields, is_signed_in=person is not None)
            return self._page(result, viewer, cookie_name=name if result.unmasked and not person else "")
        name = "" if person else name
        if not result.is_gone:
            return redirect_response(result.done, name=name)
        notice = "handed_not_notified" if result.done == NOT_NOTIFIED else "handed"
        return html_response(HTTPStatus.OK, render_notice(notice, self._brand), name=name)

    def _person(self, event: Mapping[str, Any], now: datetime, fields: Mapping[str, str]) -> Person | None:
        """Who is signed in; None where nobody has to be. Raises _NotAdmitted."""
        if self._people is None:
            return None
        link_id = link_id_of(event)
        try:
            person = self._people.find(cookies_of(event).get(SESSION_COOKIE, ""), now)
            if person and self._people.may_open(person, link_id, now):
                return person
        except StoreBusy as exc:
            busy = HTTPStatus.SERVICE_UNAVAILABLE
            raise _NotAdmitted(html_response(busy, render_notice("unavailable", self._brand))) from exc
        if person:
            raise _NotAdmitted(html_response(HTTPStatus.FORBIDDEN, render_notice("not_yours", self._brand)))
        path = sign_in_path(link_id)
        if FIELD in fields:
            raise _NotAdmitted(text_response(HTTPStatus.UNAUTHORIZED))
        if fields:
            page = render_unsent(fields, path, self._brand)
            raise _NotAdmitted(html_response(HTTPStatus.UNAUTHORIZED, page))
        response = html_response(HTTPStatus.SEE_OTHER, "")
        raise _NotAdmitted(response | {"headers": response["headers"] | {"location": path}})

    def _mark(self, event: Mapping[str, Any], link_id: str, fields: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """Record that the person is there or types; the response says who else is, for the page's script."""
        name = _valid_name(fields.get("name", "")) or _valid_name(name_in_cookie(event))
        try:
            link = self._open.link_of(link_id, now)
            session_id = cookies_of(event).get(SESSION_COOKIE, "")
            said = self._presence.mark(link_id, link, name, fields[FIELD], now, session_id) if link else ""
        except StoreBusy:
            return text_response(HTTPStatus.SERVICE_UNAVAILABLE)
        return text_response(HTTPStatus.OK if link else HTTPStatus.NOT_FOUND, said)

    def _page(self, result: ActionResult, viewer: Viewer, *, cookie_name: str = "") -> dict[str, Any]:
        """The case's page; a notice if the case was not opened."""
        opened = result.opened
        if opened.outcome is OpenOutcome.UNAVAILABLE:
            return html_response(HTTPStatus.SERVICE_UNAVAILABLE, render_notice("unavailable", self._brand))
        if opened.outcome is OpenOutcome.CLOSED or opened.file is None:
            return html_response(HTTPStatus.NOT_FOUND, render_notice("closed_link", self._brand))
        shown = self._open.with_earlier(opened)
        html = render_page(view_of(result, shown.file or opened.file, viewer, self._brand), self._brand, viewer.now)
        return html_response(_STATUS[result.outcome], html, name=cookie_name)

    def _done_message(self, done: str) -> Message | None:
        key = f"answer.done.{done}"
        return Message(key) if key in LANGUAGES[self._brand.language] else None

    def _log(self, what: str, opened: OpenedCase, **more: str) -> None:
        log = self._logger.error if OpenOutcome.UNAVAILABLE in more.values() else self._logger.info
        log(what, extra={"case": opened.file and opened.file.case.id, "department": opened.viewer, **more})


def _valid_name(written: str) -> str:
    """The name, if it may be shown and kept; else ""."""
    try:
        return name_in({"name": written})
    except InvalidField:
        return ""
