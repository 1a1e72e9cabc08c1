"""The console's application: finds the view of a request, lets in only people who may use it, and never raises."""

import hmac
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from traceback import extract_tb
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from aws_lambda_powertools import Logger

from desk.errors import StoreBusy
from desk.staff.model import Person, Role
from desk.staff.sessions import SESSION_COOKIE, SessionStore
from desk.web import headers_of
from operator_console.http import (
    PolicySources,
    Request,
    Response,
    UnreadableRequest,
    Visit,
    api_response,
    html,
    is_from_our_pages,
    redirect,
    request_of,
)
from operator_console.shell.render import Renderer

COOKIE = SESSION_COOKIE

CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"


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
    """A route: `pattern` is a path below the console's root, such as `case/{case_id}/send`."""

    method: str
    pattern: str
    view: Callable[[Visit], Response]
    right: Right = Right.SEE


class PublicRoute(NamedTuple):
    """A route for people who are not signed in."""

    method: str
    pattern: str
    view: Callable[[Request], Response]


class LaterRoutes(NamedTuple):
    """The routes of pages whose code is loaded when somebody first opens one of them, since it would slow every start.

    The first part of each of their paths is one of `names`, and of no other route.
    """

    names: frozenset[str]
    make: Callable[[], Iterable[Route]]


class Refused(Exception):
    """The request is refused. `key` is the catalogue's sentence for the person, with its values."""

    def __init__(self, status: HTTPStatus, key: str, **values: object) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.values = values


class Console:
    """Responds to API Gateway's events (payload 2.0). Its log has no text of people and no token.

    `api_url` is the public address of the API, "" for the domain at which API Gateway was called; `sources` are for the
    content policy of pages.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        routes: Collection[Route | PublicRoute | LaterRoutes],
        sessions: SessionStore,
        renderer: Renderer,
        logger: Logger,
        *,
        api_url: str,
        sources: PolicySources,
    ) -> None:
        self._later = [each for each in routes if isinstance(each, LaterRoutes)]
        self._routes = [(route, _compiled(route.pattern)) for route in routes if not isinstance(route, LaterRoutes)]
        self._sessions = sessions
        self._renderer = renderer
        self._logger = logger
        self._api_url = api_url
        self._sources = sources

    def respond(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The response to any request. Never raises. An error's message may quote people, so it is not logged."""
        return api_response(self._respond(event, now), self._sources)

    def _respond(self, event: Mapping[str, Any], now: datetime) -> Response:
        is_fragment = "hx-request" in headers_of(event)
        try:
            request = request_of(event, now, api_url=self._api_url)
            return self._routed(request)
        except UnreadableRequest as exc:
            return self._problem(exc.status, "console.problem.unreadable", is_fragment=is_fragment)
        except Refused as exc:
            return self._problem(exc.status, exc.key, is_fragment=is_fragment, **exc.values)
        except StoreBusy:
            self._logger.warning("the tables are busy")
            busy = HTTPStatus.SERVICE_UNAVAILABLE
            return self._problem(busy, "console.problem.busy", is_fragment=is_fragment)
        except Exception as exc:  # noqa: BLE001 - a person is waiting for the page: a defect becomes an error page
            places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in extract_tb(exc.__traceback__)]
            self._logger.error("a request met a defect", error=type(exc).__name__, places=places)  # noqa: TRY400
            failed = HTTPStatus.INTERNAL_SERVER_ERROR
            return self._problem(failed, "console.problem.defect", is_fragment=is_fragment)

    def _routed(self, request: Request) -> Response:
        self._load(request.path.partition("/")[0])
        for route, pattern in self._routes:
            found = pattern.fullmatch(request.path) if route.method == request.method else None
            if found and isinstance(route, PublicRoute):
                return route.view(request)
            if found and isinstance(route, Route):
                return self._signed_in(route, request, found.groupdict())
        raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")

    def _load(self, name: str) -> None:
        """Load the routes of this name that are still to be loaded."""
        for later in [each for each in self._later if name in each.names]:
            self._routes += [(route, _compiled(route.pattern)) for route in later.make()]
            self._later.remove(later)

    def _signed_in(self, route: Route, request: Request, params: Mapping[str, str]) -> Response:
        session_id = request.cookies.get(COOKIE, "")
        session = self._sessions.find(session_id, request.now) if session_id else None
        if session is None:
            return _sign_in_first(request)
        if request.method == "POST":
            token = request.headers.get(CSRF_HEADER) or request.field(CSRF_FIELD)
            if not is_from_our_pages(request) or not hmac.compare_digest(token.encode(), session.csrf.encode()):
                raise Refused(HTTPStatus.FORBIDDEN, "console.problem.forged")
        if not may(session.person, route.right):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        return route.view(Visit(request, session, params))

    def _problem(self, status: HTTPStatus, key: str, *, is_fragment: bool, **values: object) -> Response:
        retry = {"retry_after": "5"} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
        return html(self._renderer.problem(key, is_fragment=is_fragment, **values), status, **retry)


def _sign_in_first(request: Request) -> Response:
    """A page leads to the sign-in and back; a part of a page answers 401, so that the page opens a small window."""
    if request.is_fragment or request.method != "GET":
        return Response(HTTPStatus.UNAUTHORIZED)
    asked = f"{request.path}?{urlencode(request.query)}" if request.query else request.path
    return redirect(f"sign-in?to={quote(asked)}" if request.path else "sign-in")


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]{1,200})", re.escape(pattern)))
