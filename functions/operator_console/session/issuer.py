"""The OpenID Connect issuer at which people sign in: its addresses, its keys, and the tokens that it gives.

Only sign-ins import this module: what it needs costs a start of the function more than all the rest.
"""

import json
import time
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import requests
from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jwk, jws, jwt
from joserfc.errors import (
    BadSignatureError,
    InvalidKeyCurveError,
    InvalidKeyIdError,
    InvalidKeyLengthError,
    JoseError,
    KeyParameterError,
)
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient
from requests.adapters import BaseAdapter
from requests_oauthlib import OAuth2Session

from operator_console.session.sign_in import Identity, IssuerSettings, IssuerUnavailable, SignInRefused

_SCOPE = ["openid", "profile", "email"]
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a private key. None and those with a shared secret are refused."""
_KEY_TYPES = ("RSA", "EC")
"""Types of the keys for these signatures."""
_LEEWAY = 60
"""Seconds by which the issuer's clock may differ from ours."""
_TIMEOUTS = (2.0, 4.0)
"""Seconds to connect and to read. Somebody is waiting."""
_SETTINGS_LAST, _ADDRESSES_LAST, _KEYS_LAST = 300.0, 3600.0, 3600.0
_KEYS_ASKED_AGAIN = 30.0
"""Seconds after which a new key may be looked for again, so that forged tokens make no load at the issuer."""
_LARGEST_DOCUMENT, _PIECE = 500_000, 16_384
"""Bytes of what the issuer says about itself or an account; large companies' sets of keys have some 20 KB."""
_LONGEST_HINT = 4_000
"""Characters of an ID token that fit into an address with room to spare."""


class _Addresses(NamedTuple):
    authorization: str
    token: str
    keys: str
    end_session: str
    user_info: str


class OpenIdIssuer:
    """Implements IdentityProvider. What the issuer says about itself is kept in memory for an hour.

    `settings` are read again every five minutes; `adapter` carries the requests, the network's own if left out.
    """

    def __init__(
        self,
        settings: Callable[[], IssuerSettings],
        *,
        adapter: BaseAdapter | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._read_settings = settings
        self._adapter = adapter
        self._clock = clock
        self._kept: dict[tuple[str, str], tuple[float, Any]] = {}

    def authorization_url(self, *, state: str, nonce: str, verifier: str, redirect_uri: str, language: str) -> str:
        """See IdentityProvider. `lang` is what Cognito reads, `ui_locales` what the standard says."""
        settings = self._settings()
        challenge = WebApplicationClient(settings.client_id).create_code_challenge(verifier, "S256")
        url, _ = self._session(settings, redirect_uri, _SCOPE).authorization_url(
            self._addresses(settings).authorization,
            state,
            nonce=nonce,
            code_challenge=challenge,
            code_challenge_method="S256",
            ui_locales=language,
            lang=language,
        )
        return str(url)

    def identity(
        self,
        code: str,
        *,
        nonce: str,
        verifier: str,
        redirect_uri: str,
        lacks: Callable[[Mapping[str, Any]], Collection[str]],
    ) -> Identity:
        """See IdentityProvider."""
        settings = self._settings()
        session = self._session(settings, redirect_uri)
        session.register_compliance_hook("access_token_response", _answered)
        try:
            tokens = session.fetch_token(
                self._addresses(settings).token,
                code=code,
                code_verifier=verifier,
                include_client_id=True,
                timeout=_TIMEOUTS,
            )
        except requests.RequestException as exc:
            raise IssuerUnavailable(f"token: {type(exc).__name__}") from exc
        except (OAuth2Error, ValueError) as exc:
            raise SignInRefused(f"token: {type(exc).__name__}") from exc
        id_token = tokens.get("id_token")
        if not isinstance(id_token, str):
            raise SignInRefused("token: no ID token")
        claims = self._checked(id_token, nonce, settings)
        if lacks(claims) and (url := self._addresses(settings).user_info):
            headers = {"accept": "application/json", "authorization": f"Bearer {tokens['access_token']}"}
            claims = _completed(claims, self._document("UserInfo", url, headers))
        return Identity(claims, id_token if len(id_token) <= _LONGEST_HINT else "")

    def sign_out_url(self, id_token: str, back_to: str) -> str:
        """See IdentityProvider. Cognito has names of its own for what it needs, and needs no token."""
        settings = self._settings()
        url = self._addresses(settings).end_session
        if not url:
            return ""
        fields = {"client_id": settings.client_id, "post_logout_redirect_uri": back_to, "id_token_hint": id_token}
        if _is_cognito(settings.issuer):
            fields = {"client_id": settings.client_id, "logout_uri": back_to}
        return f"{url}{'&' if '?' in url else '?'}{urlencode({name: value for name, value in fields.items() if value})}"

    def is_issuer(self, named: str) -> bool:
        """See IdentityProvider."""
        return named == self._settings().issuer

    def _session(self, settings: IssuerSettings, redirect_uri: str, scope: list[str] | None = None) -> OAuth2Session:
        """A session for one step. Without a scope, any scope that the issuer has granted is accepted."""
        session = OAuth2Session(settings.client_id, redirect_uri=redirect_uri, scope=scope)
        self._carried(session)
        return session

    def _carried(self, session: requests.Session) -> None:
        session.max_redirects = 0
        if self._adapter:
            session.mount("https://", self._adapter)

    def _checked(self, id_token: str, nonce: str, settings: IssuerSettings) -> dict[str, Any]:
        """The claims of the token. Raises SignInRefused unless it is the issuer's, for us and this sign-in, and new."""
        expected = {"iss": settings.issuer, "aud": settings.client_id, "nonce": nonce}
        options: dict[str, jwt.ClaimsOption] = {
            **{name: {"essential": True} for name in ("exp", "iat", "sub")},
            **{name: {"essential": True, "value": value} for name, value in expected.items()},
        }
        registry = jwt.JWTClaimsRegistry(now=int(self._clock()), leeway=_LEEWAY, **options)
        try:
            claims = self._signed(id_token, settings).claims
            registry.validate(claims)
        except (JoseError, ValueError) as exc:
            raise SignInRefused(f"ID token: {exc.error if isinstance(exc, JoseError) else 'malformed'}") from exc
        audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        party = claims.get("azp", settings.client_id if len(audiences) == 1 else None)
        if party != settings.client_id:
            raise SignInRefused("ID token: given to another party")
        return dict(claims)

    def _signed(self, id_token: str, settings: IssuerSettings) -> jwt.Token:
        """The token, whose signature was verified.

        The keys are asked for again if none fits: the issuer has a new one, perhaps by the name of the old one.
        """
        try:
            return _verified(id_token, self._keys(settings))
        except (InvalidKeyIdError, BadSignatureError):
            return _verified(id_token, self._keys(settings, lasts=_KEYS_ASKED_AGAIN))

    def _settings(self) -> IssuerSettings:
        return self._known("settings", "", _SETTINGS_LAST, self._read_settings)

    def _addresses(self, settings: IssuerSettings) -> _Addresses:
        return self._known("addresses", settings.issuer, _ADDRESSES_LAST, lambda: self._discover(settings.issuer))

    def _keys(self, settings: IssuerSettings, lasts: float = _KEYS_LAST) -> list[jwk.Key]:
        url = self._addresses(settings).keys
        return self._known("keys", url, lasts, lambda: _usable_keys(self._document("keys", url)))

    def _known[T](self, what: str, of: str, lasts: float, find: Callable[[], T]) -> T:
        found = self._kept.get((what, of))
        if found is None or not 0 <= self._clock() - found[0] < lasts:
            found = self._kept[what, of] = (self._clock(), find())
        value: T = found[1]
        return value

    def _discover(self, issuer: str) -> _Addresses:
        document = self._document("discovery", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if document.get("issuer") != issuer:
            raise IssuerUnavailable("discovery: another issuer")
        found = [document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        found += [document.get(name) or "" for name in ("end_session_endpoint", "userinfo_endpoint")]
        addresses = [address for address in found if isinstance(address, str)]
        scheme = urlsplit(issuer).scheme
        if len(addresses) < len(found) or any(
            urlsplit(one).scheme not in {"https", scheme} for one in addresses if one
        ):
            raise IssuerUnavailable("discovery: malformed")
        return _Addresses(*addresses)

    def _document(self, what: str, url: str, headers: Mapping[str, str] = {}) -> Mapping[str, Any]:
        """The JSON object at this address. Raises IssuerUnavailable."""
        with requests.Session() as session:
            self._carried(session)
            try:
                with session.get(url, headers=headers, timeout=_TIMEOUTS, stream=True) as response:
                    document = json.loads(_body(response)) if response.ok else None
            except (requests.RequestException, ValueError, RecursionError) as exc:
                raise IssuerUnavailable(f"{what}: {type(exc).__name__}") from exc
        if not isinstance(document, dict):
            raise IssuerUnavailable(f"{what}: {response.status_code}")
        return document


def _body(response: requests.Response) -> bytes:
    """The body. Raises ValueError if it is too large."""
    body = b""
    for piece in response.iter_content(_PIECE):
        body += piece
        if len(body) > _LARGEST_DOCUMENT:
            raise ValueError("too large")
    return body


def _answered(response: requests.Response) -> requests.Response:
    """The issuer's answer. Raises IssuerUnavailable for one that says that the issuer itself fails."""
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise IssuerUnavailable(f"token: {response.status_code}")
    return response


def _completed(claims: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of an ID token with those of UserInfo; those of the token, which is signed, count first.

    Whether an address is verified is said only of the address beside it. Raises SignInRefused for another account's.
    """
    if more.get("sub") != claims["sub"]:
        raise SignInRefused("UserInfo: another account")
    both = {**more, **claims}
    if "email" not in claims:
        both["email_verified"] = more.get("email_verified")
    elif claims["email"] != more.get("email"):
        both["email_verified"] = claims.get("email_verified")
    return both


def _usable_keys(document: Mapping[str, Any]) -> list[jwk.Key]:
    """The keys that can be used. Others are left out, as RFC 7517 demands in section 5.

    Raises IssuerUnavailable if none is left.
    """
    listed = document.get("keys")
    keys = []
    for one in listed if isinstance(listed, list) else []:
        if not (isinstance(one, dict) and one.get("kty") in _KEY_TYPES):
            continue
        try:
            keys.append(jwk.import_key(one))
        except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError):
            continue
    if not keys:
        raise IssuerUnavailable("keys: none can be used")
    return keys


def _verified(id_token: str, keys: Collection[jwk.Key]) -> jwt.Token:
    """The token, signed by one of the keys. Raises JoseError or ValueError."""
    header = jws.extract_compact(id_token.encode()).headers()
    failure: JoseError = InvalidKeyIdError()
    for key in keys:
        if not _may_have_signed(key, header):
            continue
        try:
            return jwt.decode(id_token, key, algorithms=_ALGORITHMS)
        except (KeyParameterError, InvalidKeyCurveError, InvalidKeyLengthError):
            continue  # a key for other algorithms
        except BadSignatureError as exc:
            failure = exc
    raise failure


def _may_have_signed(key: jwk.Key, header: Mapping[str, Any]) -> bool:
    """Whether a key is for signatures by this algorithm. Its name counts where both token and key have one."""
    expected = {"use": "sig", "alg": header["alg"], "kid": header.get("kid")}
    return all(None in (value, key.get(name)) or key.get(name) == value for name, value in expected.items())


def _is_cognito(issuer: str) -> bool:
    return (urlsplit(issuer).hostname or "").startswith("cognito-idp.")
