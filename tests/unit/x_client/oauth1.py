"""Checks OAuth 1.0a signatures by the letter of RFC 5849, with nothing of what made them."""

import base64
import hashlib
import hmac
import re
from urllib.parse import quote, unquote

from desk.x.transport import XCredentials
from tests.unit.x_client.scripted_x import ScriptedX, Seen


def is_signed_by(seen: Seen, x: ScriptedX, who: XCredentials) -> bool:
    """Whether this request bears the account's own signature."""
    scheme, _, listed = seen.headers.get("authorization", "").partition(" ")
    stated = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', listed)}
    if scheme != "OAuth" or stated.get("oauth_token") != who.access_token:
        return False
    signature = stated.pop("oauth_signature")
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in (stated | seen.query).items())
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(_encoded(part) for part in (seen.method, x.url + seen.path, parameters))
    key = f"{_encoded(who.api_secret)}&{_encoded(who.access_token_secret)}"
    made = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(made).decode(), signature)


def _encoded(text: str) -> str:
    return quote(text, safe="~")
