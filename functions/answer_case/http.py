"""HTTP of a case's page: reads requests of API Gateway, calls the use cases and writes responses."""

from http import HTTPStatus
from urllib.parse import quote, unquote

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
from desk.web.problems import UnreadableBody
from desk.web.request import Request, with_form
from desk.web.response import HttpEdge, Response, html, link_page_headers, redirect

LARGEST = 100_000
"""Bytes of a body. The longest fields, percent-encoded, are about half of it."""
_MAX_FIELDS = 40
_COOKIE = "name"
_YEAR = 365 * 24 * 3600


def headers(image_sources: str) -> dict[str, str]:
    """Those of every response; `image_sources` are the origins from which the page shows X's pictures."""
    return link_page_headers(form_action="'self'", script=SCRIPT_HASH, image_sources=image_sources)


_STATUS = {
    ActionOutcome.SHOWN: HTTPStatus.OK,
    ActionOutcome.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    ActionOutcome.MOVED: HTTPStatus.CONFLICT,
    ActionOutcome.CLOSED: HTTPStatus.NOT_FOUND,
    ActionOutcome.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


class _NotAdmitted(Exception):
    """The request is for people who are signed in, or for others. `response` says so."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class AnswerPage(HttpEdge):
    """Responds to API Gateway's events (payload 2.0). Its log never has a link, a name or a text.

    `api_url` is the public address of the API; "" for the domain at which API Gateway was called. With `people`, the
    page opens only for those who are signed in, and their name is used. `image_sources` are as in `headers`.
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
        image_sources: str,
        people: SignedInPeople | None = None,
    ) -> None:
        super().__init__(logger, headers(image_sources), api_url=api_url, retry_seconds=60)
        self._people = people
        self._open = open_case
        self._actions = actions
        self._presence = presence
        self._brand = brand

    def answer(self, request: Request) -> Response:
        """The case's page, or what came of the form that was sent."""
        if request.method == "POST":
            return self._submit(with_form(request, most_bytes=LARGEST, most_fields=_MAX_FIELDS))
        return self._show(request)

    def problem(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - a page for all requests
        """A notice, unless somebody was not admitted."""
        match error:
            case _NotAdmitted():
                return error.response
            case UnreadableBody():
                self._logger.info("no form", status=int(error.status))
                return self._notice("unreadable", error.status)
            case _:
                return self._notice("unavailable", HTTPStatus.INTERNAL_SERVER_ERROR)

    def _show(self, request: Request) -> Response:
        link_id, now, query = _link_id(request), request.now, request.query
        person = self._person(request)
        opened = self._open.by_link(link_id, now, query.get("case", ""))
        if person:
            self._open.mark_opened(opened)
        self._log("case asked for", opened, outcome=opened.outcome, reason=opened.reason)
        result = ActionResult(ActionOutcome.SHOWN, opened, self._done_message(query.get("done", "")))
        name = person.name if person else _name_in_cookie(request)
        return self._page(result, Viewer(link_id, name, now, is_signed_in=person is not None))

    def _submit(self, request: Request) -> Response:
        link_id, now, person = _link_id(request), request.now, self._person(request)
        if FIELD in request.fields:
            return self._mark(request, person)
        fields = {**request.fields, "name": person.name} if person else request.fields
        result = self._actions.perform(FormRequest(link_id, fields, now, request.base_url))
        self._log("form sent", result.opened, outcome=result.outcome, done=result.done, reason=result.reason)
        name = _valid_name(fields.get("name", ""))
        kept = "" if person else name
        if result.outcome is not ActionOutcome.DONE:
            viewer = Viewer(link_id, name or _name_in_cookie(request), now, fields, is_signed_in=person is not None)
            return self._page(result, viewer, cookie_name=kept if result.unmasked else "")
        if not result.is_gone:  # the redirect is relative, so that no header has the link
            return _keeping(kept, redirect(f"?done={result.done}"))
        notice = "handed_not_notified" if result.done == NOT_NOTIFIED else "handed"
        return _keeping(kept, self._notice(notice, HTTPStatus.OK))

    def _person(self, request: Request) -> Person | None:
        """Who is signed in; None where nobody has to be. Raises _NotAdmitted."""
        if self._people is None:
            return None
        link_id = _link_id(request)
        try:
            person = self._people.find(request)
            if person and self._people.may_open(person, link_id, request.now):
                return person
        except StoreBusy as exc:
            raise _NotAdmitted(self._notice("unavailable", HTTPStatus.SERVICE_UNAVAILABLE)) from exc
        if person:
            raise _NotAdmitted(self._notice("not_yours", HTTPStatus.FORBIDDEN))
        path = sign_in_path(link_id)
        if FIELD in request.fields:
            raise _NotAdmitted(_text(HTTPStatus.UNAUTHORIZED))
        if request.fields:
            page = render_unsent(request.fields, path, self._brand)
            raise _NotAdmitted(html(page, HTTPStatus.UNAUTHORIZED))
        raise _NotAdmitted(redirect(path))

    def _mark(self, request: Request, person: Person | None) -> Response:
        """Record that the person is there or types; the response says who else is, for the page's script."""
        written = person.name if person else request.field("name")
        try:
            link = self._open.link_of(_link_id(request), request.now)
            said = self._presence.mark(request, link, _valid_name(written) or _name_in_cookie(request)) if link else ""
        except StoreBusy:
            return _text(HTTPStatus.SERVICE_UNAVAILABLE)
        return _text(HTTPStatus.OK if link else HTTPStatus.NOT_FOUND, said)

    def _page(self, result: ActionResult, viewer: Viewer, *, cookie_name: str = "") -> Response:
        """The case's page; a notice if the case was not opened."""
        opened = result.opened
        if opened.outcome is OpenOutcome.UNAVAILABLE:
            return self._notice("unavailable", HTTPStatus.SERVICE_UNAVAILABLE)
        if opened.outcome is OpenOutcome.CLOSED or opened.file is None:
            return self._notice("closed_link", HTTPStatus.NOT_FOUND)
        shown = self._open.with_earlier(opened)
        page = render_page(view_of(result, shown.file or opened.file, viewer, self._brand), self._brand, viewer.now)
        return _keeping(cookie_name, html(page, _STATUS[result.outcome]))

    def _notice(self, key: str, status: HTTPStatus) -> Response:
        return html(render_notice(key, self._brand), status)

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


def _name_in_cookie(request: Request) -> str:
    """The name in the cookie of this device, if it may be shown; "" without one."""
    return _valid_name(unquote(request.cookies.get(_COOKIE, "")))


def _keeping(name: str, response: Response) -> Response:
    """The response, with which this device keeps the name in a cookie, if there is one."""
    cookie = f"{_COOKIE}={quote(name, safe='')}; Secure; HttpOnly; SameSite=Strict; Path=/answer; Max-Age={_YEAR}"
    return response._replace(cookies=(cookie,)) if name else response


def _link_id(request: Request) -> str:
    return request.params.get("link", "")


def _text(status: HTTPStatus, text: str = "") -> Response:
    """Plain text for the page's script."""
    return Response(status, text, {"content-type": "text/plain; charset=utf-8"})
