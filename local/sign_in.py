"""The OpenID Connect issuer of a desk on one machine: people at this machine sign in as one of its test users.

It is oidc-provider-mock, a development tool without passwords, on loopback only.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from threading import Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import oidc_provider_mock
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.exceptions import Forbidden
from werkzeug.serving import WSGIRequestHandler, make_server

from desk.staff.model import Role
from local.aws.ports import LOOPBACK
from local.brand.compile import GROUPS_OF_COGNITO
from local.brand.model import Desk
from local.loopback import is_local_host

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALLOWS_HTTP = {"OAUTHLIB_INSECURE_TRANSPORT": "1"}
"""What functions find in their environment, or their library would refuse an issuer without TLS."""

STRANGER_TO_DESK_YAML = "operator@desk.example"
"""The operator of a desk whose desk.yaml names none."""
_NAMES = {"jimin.park": "박지민", "sujin.lee": "이수진", "bora.choi": "최보라", "jieun.kim": "김지은"}
"""The people of the fictional brand. Others are called by what stands before the @ of their address."""
_BACKLOG = 128
_BASE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign-in of this machine</title>
<style>
body { max-width: 32rem; margin: 10vh auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif }
:root { color-scheme: light dark } ul { padding: 0; list-style: none }
button, input { font: inherit; padding: .4rem .8rem } li button { width: 100%; margin: .2rem 0; text-align: left }
</style><main>{% block content %}{{ content }}{% endblock %}</main></html>"""
"""The frame of the provider's pages, instead of its own, which loads a stylesheet from the internet."""
_PAGE = Path(__file__).with_name("sign_in_page.html")


@contextmanager
def issuer(port: int, desk: Desk) -> Iterator[str]:
    """Serve an issuer with the people of desk.yaml, and yield its address. Raises OSError for a port that is taken."""
    people = _people(desk)
    provider = oidc_provider_mock.app(user_claims=[_user(one) for one in people], issue_refresh_token=False)
    pages = {"_base.html": _BASE, "authorization_form.html": _PAGE.read_text(encoding="utf-8")}
    provider.jinja_loader = ChoiceLoader([DictLoader(pages), provider.jinja_loader])
    provider.jinja_env.globals |= {
        "people": [(one.address, one.name, one.role) for one in people],
        "korean": desk.brand.language == "ko",
    }
    app = _OwnRequestsOnly(provider)
    # A socket of our own: werkzeug's would end the process when the port is taken.
    with create_server((LOOPBACK, port), backlog=_BACKLOG) as listener:
        server = make_server(LOOPBACK, port, app, threaded=True, request_handler=_Quiet, fd=listener.fileno())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="local-issuer", daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _TestUser(NamedTuple):
    """A person who can sign in; `role` is what the page says of them, `claims` are those besides the usual ones."""

    address: str
    role: str
    claims: Mapping[str, Any] = MappingProxyType({})

    @property
    def name(self) -> str:
        before = self.address.partition("@")[0]
        return _NAMES.get(before, before)


def _people(desk: Desk) -> list[_TestUser]:
    """Everybody whom desk.yaml names; where it names no operator, one who has the role by a claim."""
    console = desk.console
    people = [_TestUser(address, Role.OPERATOR) for address in console.operators]
    people += [_TestUser(address, Role.VIEWER) for address in console.viewers]
    people += [_TestUser(one, key) for key, addresses in console.departments.items() for one in addresses]
    if not console.operators:
        claim = console.role_claim or GROUPS_OF_COGNITO
        claims = {claim: [f"{console.role_prefix}{Role.OPERATOR}"]}
        people.insert(0, _TestUser(STRANGER_TO_DESK_YAML, Role.OPERATOR, claims))
    return list({one.address: one for one in reversed(people)}.values())[::-1]


def _user(person: _TestUser) -> oidc_provider_mock.User:
    claims = {"name": person.name, "email": person.address, "email_verified": True, **person.claims}
    return oidc_provider_mock.User(sub=person.address, claims=claims)


class _OwnRequestsOnly:
    """Refuses requests by a foreign name and those that another site's page sends."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        site = environ.get("HTTP_SEC_FETCH_SITE", "none")
        if site == "cross-site" or not is_local_host(environ.get("HTTP_HOST", "")):
            return Forbidden()(environ, start_response)
        return self._app(environ, start_response)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Log nothing: requests have codes."""
