"""X as anybody may read it: three calls that read, with the app's own bearer token, and none that writes.

It is all that a preview knows of the real X. The token acts for no account: X refuses to post with it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from desk.errors import Gone, SettingsError
from desk.x.client import page_params
from desk.x.dialects import Dialect, dropped_fields, fields_of, highest_price
from desk.x.endpoints import AUTHOR_PRICE, MENTIONS, OWN_POSTS, POST_PRICE, Capability, Credential, Endpoint
from desk.x.errors import FieldsDropped, error_of_problem, problems_of
from desk.x.transport import Body, Timeouts, Transport, XCredentials, XRequest, auth_of, body_of
from local.loopback import is_local_host

X_API = "https://api.x.com"
TOKEN = "DOROTHY_X_BEARER_TOKEN"
"""The setting with the app's bearer token."""

_ACCOUNT = Endpoint(
    "account", "GET", "/2/users/by/username/{}", Credential.APP, Capability.READ, per_call=AUTHOR_PRICE, item="user"
)
TIMELINES: Mapping[str, Endpoint] = {
    endpoint.name: endpoint._replace(credential=Credential.APP, per_item=POST_PRICE)
    for endpoint in (MENTIONS, OWN_POSTS)
}
"""The timelines that are read, by name. X bills the owner of the app less; whether that is the account is not known."""


class PublicAccount(NamedTuple):
    """The account as X shows it."""

    user_id: str
    name: str
    username: str
    is_protected: bool


class UnsafeAddressError(Exception):
    """The token would be sent over a connection that others can read; the message is for a person."""


class PublicX:
    """Reads X at `url` with the bearer `token`. Every call raises an XError."""

    def __init__(self, url: str, token: str, timeouts: Timeouts | None = None) -> None:
        address = urlsplit(url)
        if address.scheme != "https" and not is_local_host(address.netloc):
            raise UnsafeAddressError(f"{url} is neither https nor on this machine, so the token is not sent there.")
        self._timeouts = timeouts or Timeouts()
        self._transport = Transport(url, self._timeouts)
        self._auth = auth_of(XCredentials("", "", "", "", token), Credential.APP)

    def account(self, handle: str) -> PublicAccount:
        """The account of this name. Raises Gone where there is none."""
        body = self._read(XRequest(_ACCOUNT, handle, {"user.fields": "id,name,protected,username"}))
        data = body.get("data")
        if not isinstance(data, dict):
            raise next((error_of_problem(one) for one in problems_of(body)[1:]), Gone(f"X shows no account {handle}"))
        return PublicAccount(str(data["id"]), str(data["name"]), str(data["username"]), bool(data.get("protected")))

    def page(  # noqa: PLR0913 - the parts of a request
        self, timeline: str, user_id: str, *, since: datetime, until_id: str | None, limit: int, dialect: Dialect
    ) -> Body:
        """The newest posts of the timeline since then that are older than `until_id`, at most so many, as X sends them.

        Raises DialectNotTaken where X does not take these names of fields.
        """
        bounds = page_params({"start_time": since, "until_id": until_id}) | {"max_results": str(limit)}
        params = bounds | fields_of(dialect, with_authors=False)
        body = self._read(XRequest(TIMELINES[timeline], user_id, params, dialect=dialect))
        if "data" not in body and "meta" not in body:
            raise next((error_of_problem(one) for one in problems_of(body)[1:]), Gone("X answered without data"))
        if dropped := dropped_fields(body):
            raise FieldsDropped(f"X sent posts without {', '.join(dropped)}")
        return body

    def _read(self, request: XRequest) -> Body:
        return body_of(request, self._transport.send(request, self._auth), self._timeouts.clock())


def token_in(environment: Mapping[str, str]) -> str:
    """The token; raises SettingsError, which does not quote it. Pasting leaves white space, which is removed."""
    token = environment.get(TOKEN, "").strip()
    if not token:
        raise SettingsError(f"Put your app's bearer token into {TOKEN}: docs/preview.md says where X shows it.")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError(f"What {TOKEN} holds is no bearer token.")
    return token


def price_of(posts: int, *, dialect: Dialect, with_account: bool) -> int:
    """The most that X can bill for so many posts, in micro-dollars; `with_account`: and for the account's number."""
    each = highest_price(TIMELINES[MENTIONS.name], posts, dialect, with_authors=False)
    return each + (AUTHOR_PRICE if with_account else 0)
