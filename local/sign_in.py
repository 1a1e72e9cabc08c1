"""The OpenID Connect issuer of a desk on one machine: whoever sits at this machine signs in as one of its test users.

It is oidc-provider-mock, a development tool without passwords, on loopback only.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from socket import create_server
from threading import Thread
from typing import TYPE_CHECKING, Any

import oidc_provider_mock
from werkzeug.exceptions import Forbidden
from werkzeug.serving import WSGIRequestHandler, make_server

from desk.people.model import Role
from local.aws.ports import LOOPBACK
from local.brand.compile import GROUPS_OF_COGNITO
from local.brand.model import Desk
from local.loopback import is_local_host

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALLOWS_HTTP = {"OAUTHLIB_INSECURE_TRANSPORT": "1"}
"""What functions find in their environment, or their library would refuse an issuer without TLS."""

_NAMES = {"jimin.park": "박지민", "sujin.lee": "이수진", "bora.choi": "최보라", "jieun.kim": "김지은"}
"""The people of the fictional brand. Others are called by what stands before the @ of their address."""
_BACKLOG = 128


@contextmanager
def issuer(port: int, desk: Desk) -> Iterator[str]:
    """Serve an issuer with the people of desk.yaml, and yield its address. Raises OSError for a port that is taken."""
    app = _OwnRequestsOnly(oidc_provider_mock.app(user_claims=_users(desk), issue_refresh_token=False))
    # A socket of our own: werkzeug's would end the process when the port is taken.
    with create_server((LOOPBACK, port), backlog=_BACKLOG) as listener:
        server = make_server(LOOPBACK, port, app, threaded=True, request_handler=_Quiet, fd=listener.fileno())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="local-issuer", daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _users(desk: Desk) -> list[oidc_provider_mock.User]:
    """Everybody whom desk.yaml names; where it names no operator, one who has the role by a claim."""
    console = desk.console
    listed = [*console.operators, *console.viewers, *(one for each in console.departments.values() for one in each)]
    users = [_user(address) for address in dict.fromkeys(listed)]
    if not console.operators:
        claim = console.role_claim or GROUPS_OF_COGNITO
        users.insert(0, _user("operator@desk.example", **{claim: [console.role_prefix + Role.OPERATOR.value]}))
    return users


def _user(address: str, **more: Any) -> oidc_provider_mock.User:
    before = address.partition("@")[0]
    claims = {"name": _NAMES.get(before, before), "email": address, "email_verified": True, **more}
    return oidc_provider_mock.User(sub=address, claims=claims)


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
