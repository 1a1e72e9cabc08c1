"""The console's application: finds the view of a request, and lets in only people who may use it."""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple, Protocol
from urllib.parse import quote, urlencode

from aws_lambda_powertools import Logger

from desk.concerned import concerns
from desk.errors import StoreBusy
from desk.staff.model import Person, Role
from desk.staff.sessions import SESSION_COOKIE, Session, SessionStore, session_of
from desk.web.problems import UnreadableBody
from desk.web.request import Request, with_form
from desk.web.response import HttpEdge, Response, html, packed, page_headers, takes_gzip
from desk.web.response import redirect as redirect_to
from desk.web.routes import LaterRoutes, Routes
from operator_console.look import language_of, look_of

ROOT = "/console"
"""Every path of the console begins with it."""

COOKIE = SESSION_COOKIE

CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"

LARGEST = 200_000
"""Bytes of a body. A bulk action names a few hundred ids."""
_MAX_FIELDS = 500
_LARGE = 4000
"""Characters of a body from which on compressing it is worth the time."""
_REPEATABLE = frozenset({"item", "picture", "post"})
_ID = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
"""Fields that a form has once for each thing that it names."""


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

    @property
    def path(self) -> str:
        """The path below ROOT, without slashes at its ends: `case/7Q2M4-XD93K/send`."""
        return _path(self.request)


def redirect(path: str) -> Response:
    """A redirect to another page of the console, given as its path below ROOT."""
    return redirect_to(f"{ROOT}/{path}" if path else ROOT)


def with_undo(response: Response, text: str, undo: str = "", fields: Mapping[str, str] = {}) -> Response:
    """The response with what a script says of the action, and how that is taken back: a form's path and its fields.

    The page is loaded again then. Without a path the script says that the action can't be undone.
    """
    how = {"undo": f"{ROOT}/{undo}", "fields": dict(fields), "reload": True} if undo else {"undo": None}
    header = json.dumps({"done": {"text": text, **how}})
    return response._replace(headers={**response.headers, "hx-trigger": header})


class Right(StrEnum):
    """What a route needs."""

    SEE = "see"
    DRAFT = "draft"
    """Drafts, notes and other things of one's own or of one's department."""
    ACT = "act"
    """Everything that changes cases, posts or the desk."""


_RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OPERATOR: frozenset(Right),
    Role.VIEWER: frozenset({Right.SEE}),
    Role.DEPARTMENT: frozenset({Right.SEE, Right.DRAFT}),
}


def may(person: Person, right: Right) -> bool:
    """Whether the person has the right."""
    return right in _RIGHTS[person.role]


class Route(NamedTuple):
    """A route: `pattern` is a path below the console's root, such as `case/{case_id}/send`.

    `changes`: what it does may be in the live state of pages. GET changes nothing.
    """

    method: str
    pattern: str
    view: Callable[[Visit], Response]
    right: Right = Right.SEE
    changes: bool = True


class PublicRoute(NamedTuple):
    """A route for people who are not signed in."""

    method: str
    pattern: str
    view: Callable[[Request], Response]


type AnyRoute = Route | PublicRoute
type RouteOrLater = AnyRoute | LaterRoutes[AnyRoute]


class Refused(Exception):
    """The request is refused. `key` is the catalogue's sentence for the person, with its values."""

    def __init__(self, status: HTTPStatus, key: str, **values: object) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.values = values


class RenderProblem(Protocol):
    """Renders what went wrong, by its key in the catalogue, as a page or as a part of one."""

    def __call__(self, key: str, *, is_fragment: bool, theme: str, **values: object) -> str:
        """The HTML."""
        ...


def policy(*, image_sources: str, upload_source: str) -> dict[str, str]:
    """The headers of the console: scripts and styles only from our own origin; inline ones and eval never.

    `image_sources` are the origins from which its pages show pictures, `upload_source` is where scripts upload them.
    """
    return page_headers(
        referrer="same-origin",  # browsers then state the origin of a form
        form_action="'self'",
        script_src="'self'",
        style_src="'self'",
        img_src=f"'self' data: {image_sources}",
        connect_src=f"'self' {upload_source}",
        manifest_src="'self'",
    )


class Screens(NamedTuple):
    """The console in one language."""

    routes: Routes[AnyRoute]
    render_problem: RenderProblem


class Console(HttpEdge):
    """Responds to API Gateway's events (payload 2.0). Its log has no text of people and no token.

    `screens_in` gives the console in a language, the desk's own for "". `api_url` is the public address of the API, ""
    for the domain at which API Gateway was called; `headers` are those of every response. `on_change` is called after
    a request that may have changed something, also if it failed.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        screens_in: Callable[[str], Screens],
        sessions: SessionStore,
        logger: Logger,
        *,
        api_url: str,
        headers: Mapping[str, str],
        on_change: Callable[[], None],
    ) -> None:
        super().__init__(logger, headers, api_url=api_url)
        self._screens_in = screens_in
        self._sessions = sessions
        self._on_change = on_change

    def answer(self, request: Request) -> Response:
        """The response of the route."""
        if request.method == "POST":
            request = with_form(request, most_bytes=LARGEST, most_fields=_MAX_FIELDS, repeatable=_REPEATABLE)
        path = _path(request)
        found = self._screens_in(language_of(request)).routes.find(request.method, path)
        if found is None:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        route, params = found
        if isinstance(route, PublicRoute):
            return route.view(request)
        session = session_of(request, self._sessions)
        if session is None:
            return _sign_in_first(request, path)
        if request.method == "POST" and _is_forged(request, session):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.forged")
        if not may(session.person, route.right):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        try:
            with concerns(**_concerned(params)):
                return _smaller(request, route.view(Visit(request, session, params)))
        finally:
            if request.method == "POST" and route.changes:
                self._on_change()

    def problem(self, request: Request, error: Exception) -> Response:
        """A page or a paragraph that says what is wrong."""
        refused = _refusal_of(error)
        if isinstance(error, StoreBusy):
            self._logger.warning("the tables are busy")
        screens, theme = self._screens_in(language_of(request)), look_of(request).theme
        page = screens.render_problem(refused.key, is_fragment=request.is_fragment, theme=theme, **refused.values)
        return html(page, refused.status)


def _concerned(params: Mapping[str, str]) -> Mapping[str, str]:
    """The ids in a path, as lines of the log carry them; a path may have anything in their place."""
    key, post_id = (params.get(name, "") for name in ("key", "post_id"))
    named = {"mention" if key.isdecimal() else "case": key, "post": post_id}
    return {name: value for name, value in named.items() if _ID.fullmatch(value)}


def _refusal_of(error: Exception) -> Refused:
    match error:
        case Refused():
            return error
        case UnreadableBody():
            return Refused(error.status, "console.problem.unreadable")
        case StoreBusy():
            return Refused(HTTPStatus.SERVICE_UNAVAILABLE, "console.problem.busy")
        case _:
            return Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "console.problem.defect")


def _smaller(request: Request, response: Response) -> Response:
    """A large page compressed, if one of our own pages or the person asked for it.

    A page that another site asks for might quote that site's words: its length could then tell what else is on it.
    """
    is_asked_here = request.headers.get("sec-fetch-site") in ("same-origin", "none")
    accepts = request.headers.get("accept-encoding", "")
    is_worth_it = isinstance(response.body, str) and len(response.body) > _LARGE
    return packed(response, accepts) if is_asked_here and is_worth_it and takes_gzip(accepts) else response


def _path(request: Request) -> str:
    return request.params.get("page", "").strip("/")


def _is_forged(request: Request, session: Session) -> bool:
    token = request.headers.get(CSRF_HEADER) or request.field(CSRF_FIELD)
    return not request.is_from_our_pages or not hmac.compare_digest(token.encode(), session.csrf.encode())


def _sign_in_first(request: Request, path: str) -> Response:
    """A page leads to the sign-in and back; a part of a page answers 401, so that the page opens a small window."""
    if request.is_fragment or request.method != "GET":
        return Response(HTTPStatus.UNAUTHORIZED)
    asked = f"{path}?{urlencode(request.query)}" if request.query else path
    return redirect(f"sign-in?to={quote(asked)}" if path else "sign-in")
