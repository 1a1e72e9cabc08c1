"""Signing in and out: people go to the issuer, come back with a code, and get a session.

A refused sign-in leads to a page that says what to do, and is logged without codes and tokens.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

from aws_lambda_powertools import Logger

from desk.brand import Brand
from desk.links import hash_of, is_link_id
from desk.reading import OPERATOR
from desk.staff.devices import DeviceStore
from desk.staff.sessions import SESSION_LASTS, SessionStore
from desk.staff.settings import SettingsStore
from desk.staff.sign_ins import SIGN_IN_LASTS, SignInStore, StartedSignIn
from desk.web.request import Request
from desk.web.response import Response, html
from operator_console.app import COOKIE, ROOT, PublicRoute, Route, Visit
from operator_console.device import device_cookie, device_of
from operator_console.look import look_cookie
from operator_console.session.roles import id_of, missing_claims, person_of, verified_address
from operator_console.shell.render import Renderer

SIGN_IN_COOKIE = "__Host-sign-in"
"""The cookie that ties sign-ins to the browser in which they were started."""

_RANDOM_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""What 32 random bytes become in base64."""
_ERROR = re.compile(r"[a-z_]{1,40}")
_LONGEST_PATH = 500
_PAGE = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\?[A-Za-z0-9_.~%=&+:,-]*)?")


class IssuerSettings(NamedTuple):
    """Where people sign in: the issuer exactly as its tokens name it, and what it calls this desk."""

    issuer: str
    client_id: str


class Identity(NamedTuple):
    """The checked claims of an account, and its ID token, "" if that is too long to be shown to the issuer again."""

    claims: Mapping[str, Any]
    id_token: str


class IssuerUnavailable(Exception):
    """The issuer does not respond as it should; trying again may help. The message has no token."""


class SignInRefused(Exception):
    """The issuer refused the code, or its token is not one for this sign-in. The message has no token."""


class IdentityProvider(Protocol):
    """The issuer. Every method raises IssuerUnavailable."""

    def authorization_url(self, *, state: str, nonce: str, verifier: str, redirect_uri: str, language: str) -> str:
        """The issuer's page on which a person signs in; `verifier` goes there as a hash only."""
        ...

    def identity(
        self,
        code: str,
        *,
        nonce: str,
        verifier: str,
        redirect_uri: str,
        lacks: Callable[[Mapping[str, Any]], Collection[str]],
    ) -> Identity:
        """The account that the code was given for. Raises SignInRefused.

        If its ID token lacks claims, the issuer's UserInfo is asked for them, provided that it has one.
        """
        ...

    def sign_out_url(self, id_token: str, back_to: str) -> str:
        """The issuer's page that signs a person out and leads back; "" if it has none."""
        ...

    def is_issuer(self, named: str) -> bool:
        """Whether this is the issuer's name."""
        ...


class SignInView:
    """The pages of signing in and out. `issuer` makes the identity provider when it is first needed."""

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        sign_ins: SignInStore,
        sessions: SessionStore,
        settings: SettingsStore,
        devices: DeviceStore,
        issuer: Callable[[], IdentityProvider],
        *,
        renderer: Renderer,
        logger: Logger,
    ) -> None:
        self._sign_ins = sign_ins
        self._sessions = sessions
        self._settings = settings
        self._devices = devices
        self._issuer = issuer
        self._renderer = renderer
        self._logger = logger

    def routes(self) -> list[Route | PublicRoute]:
        """The routes of this view."""
        return [
            PublicRoute("GET", "sign-in", self.start),
            PublicRoute("GET", "sign-in/callback", self.finish),
            PublicRoute("GET", "signed-in", self.signed_in),
            PublicRoute("GET", "signed-out", self.signed_out),
            Route("POST", "sign-out", self.sign_out),
        ]

    def start(self, request: Request) -> Response:
        """Send the browser to the issuer. Several tabs may sign in at once: they share the cookie."""
        to = own_path(request.query.get("to", ""))
        browser = request.cookies.get(SIGN_IN_COOKIE, "")
        browser = browser if _TOKEN.fullmatch(browser) else _token()
        state, started = _token(), StartedSignIn(hash_of(browser), _token(), _token(), to)
        try:
            url = self._issuer().authorization_url(
                state=state,
                nonce=started.nonce,
                verifier=started.verifier,
                redirect_uri=_callback(request),
                language=self._renderer.brand.language,
            )
        except IssuerUnavailable as exc:
            return self._unavailable(exc, to)
        self._sign_ins.start(state, started, request.now)
        cookie = _cookie(SIGN_IN_COOKIE, browser, int(SIGN_IN_LASTS.total_seconds()))
        return Response(HTTPStatus.SEE_OTHER, headers={"location": url}, cookies=(cookie,))

    def finish(self, request: Request) -> Response:
        """Begin a session with the code from the issuer. A state is gone after its first use, also if that fails."""
        state, code = request.query.get("state", ""), request.query.get("code", "")
        started = self._sign_ins.take(state, request.now) if _TOKEN.fullmatch(state) else None
        browser = request.cookies.get(SIGN_IN_COOKIE, "")
        if started is None or not hmac.compare_digest(started.browser, hash_of(browser)):
            return self._refused("expired", "no such sign-in", HTTPStatus.BAD_REQUEST, "")
        if not code:
            error = request.query.get("error", "")
            reason = error if _ERROR.fullmatch(error) else "no code"
            return self._refused("cancelled", reason, HTTPStatus.FORBIDDEN, started.to)
        try:
            identity = self._identity(request, code, started)
        except IssuerUnavailable as exc:
            return self._unavailable(exc, started.to)
        except SignInRefused as exc:
            return self._refused("refused", str(exc), HTTPStatus.FORBIDDEN, started.to)
        return self._begin(request, identity, started.to)

    def signed_in(self, _request: Request) -> Response:
        """The page on which a small window ends: its script tells the page that opened it, and closes the window."""
        return self._page("signed_in", script="signed-in.js")

    def signed_out(self, _request: Request) -> Response:
        """The page to which the issuer leads back."""
        return self._page("signed_out", link="again", href=_sign_in_path(""))

    def sign_out(self, visit: Visit) -> Response:
        """End the session here, then lead on to the issuer. The browser forgets what it kept for the person.

        A page leads there: browsers follow no redirect to another site from a form of a page with our content policy.
        """
        self._sessions.end(visit.request.cookies.get(COOKIE, ""))
        self._devices.remove(device_of(visit.request))
        try:
            url = self._issuer().sign_out_url(visit.session.id_token, _signed_out(visit.request))
        except IssuerUnavailable as exc:
            self._logger.warning("the issuer is unavailable", reason=str(exc))
            url = ""
        page = (
            self._page("leaving", link="leave", href=url, onward=url)
            if url
            else self._page("signed_out_here", link="again", href=_sign_in_path(""))
        )
        cleared = {**page.headers, "clear-site-data": '"cache", "storage"'}
        return page._replace(headers=cleared, cookies=(_cookie(COOKIE, "", 0), device_cookie("")))

    def _identity(self, request: Request, code: str, started: StartedSignIn) -> Identity:
        issuer = self._issuer()
        if "iss" in request.query and not issuer.is_issuer(request.query["iss"]):
            raise SignInRefused("another issuer sent the code")
        return issuer.identity(
            code,
            nonce=started.nonce,
            verifier=started.verifier,
            redirect_uri=_callback(request),
            lacks=lambda claims: missing_claims(claims, self._renderer.brand),
        )

    def _begin(self, request: Request, identity: Identity, to: str) -> Response:
        person = person_of(identity.claims, self._renderer.brand)
        if person is None:
            return self._without_role(request, identity)
        settings = self._settings.find(person.id)
        if device_id := device_of(request):
            language = settings.language or self._renderer.brand.language
            self._devices.signed_in(device_id, person, language, request.now)
        if is_link_id(old := request.cookies.get(COOKIE, "")):
            self._sessions.end(old)
        session_id = self._sessions.begin(person, request.now, id_token=identity.id_token)
        self._logger.info("signed in", person=person.id, role=person.role)
        cookie = _cookie(COOKIE, session_id, int(SESSION_LASTS.total_seconds()))
        return Response(
            HTTPStatus.SEE_OTHER, headers={"location": location_of(to)}, cookies=(cookie, look_cookie(settings))
        )

    def _without_role(self, request: Request, identity: Identity) -> Response:
        """Say whom to ask, and offer to sign in with another account, for which this one must be left at the issuer."""
        missing = missing_claims(identity.claims, self._renderer.brand)
        self._devices.remove_all_of(id_of(identity.claims))
        self._logger.warning("an account without a role wanted to sign in", missing=missing)
        try:
            url = self._issuer().sign_out_url(identity.id_token, _signed_out(request))
        except IssuerUnavailable:
            url = ""
        account = verified_address(identity.claims) or str(identity.claims["sub"])
        values = {"account": account, "contact": contact_of(self._renderer.brand)}
        return self._page("no_role", HTTPStatus.FORBIDDEN, link="other_account" if url else "", href=url, values=values)

    def _unavailable(self, exc: IssuerUnavailable, to: str) -> Response:
        self._logger.warning("the issuer is unavailable", reason=str(exc))
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return self._page("unavailable", status, link="again", href=_sign_in_path(to), retry_after="5")

    def _refused(self, key: str, reason: str, status: HTTPStatus, to: str) -> Response:
        self._logger.warning("a sign-in was refused", reason=reason)
        return self._page(key, status, link="again", href=_sign_in_path(to))

    def _page(  # noqa: PLR0913 - what the one page may have, each named
        self,
        key: str,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        link: str = "",
        href: str = "",
        script: str = "",
        onward: str = "",
        values: Mapping[str, object] = {},
        **headers: str,
    ) -> Response:
        phrase = self._renderer.formatter.phrase
        body = self._renderer.public(
            "session/sign_in.html.j2",
            title=phrase(f"console.sign_in.{key}.title"),
            sentence=phrase(f"console.sign_in.{key}", **values),
            link=phrase(f"console.sign_in.link.{link}") if link else "",
            href=href,
            script=script,
            onward=onward,
        )
        return html(body, status, **headers)


def own_path(to: str) -> str:
    """The path, if it is one of a page of ours: below the console, or a case's answer page; else "".

    A page of the console is given without the root before it, so that no path leads to another site.
    """
    before, _, link = to.rpartition("/")
    if before == "/answer" and is_link_id(link):
        return to
    return to if len(to) <= _LONGEST_PATH and _PAGE.fullmatch(to) else ""


def location_of(to: str) -> str:
    """The location of a path that `own_path` has accepted."""
    if to.startswith("/"):
        return to
    return f"{ROOT}/{to}" if to else ROOT


def contact_of(brand: Brand) -> str:
    """Whom people without a role can ask: the desk's own address."""
    return ", ".join(brand.departments[OPERATOR].emails[:1])


def _sign_in_path(to: str) -> str:
    return f"{ROOT}/sign-in?to={quote(to, safe='/')}" if to else f"{ROOT}/sign-in"


def _callback(request: Request) -> str:
    return f"{request.base_url}{ROOT}/sign-in/callback"


def _signed_out(request: Request) -> str:
    return f"{request.base_url}{ROOT}/signed-out"


def _token() -> str:
    return secrets.token_urlsafe(_RANDOM_BYTES)


def _cookie(name: str, value: str, seconds: int) -> str:
    return f"{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}"
