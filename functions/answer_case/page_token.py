"""What a page gives its form, so that only a page that was shown under a link can act on the version it showed."""

import hmac
from hashlib import sha256


def token_of(link_id: str, version: int | str) -> str:
    """The token of this link's page of this version: only who has the link can make it."""
    return sha256(f"{link_id}/{version}".encode()).hexdigest()


def fits(token: str, link_id: str, version: str) -> bool:
    """Whether it is that token, compared in constant time."""
    return hmac.compare_digest(token.encode(), token_of(link_id, version).encode())
