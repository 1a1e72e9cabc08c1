"""The ids of links that need no account: what only who got the link knows."""

import re
import secrets
from hashlib import sha256

_RANDOM_BYTES = 13
_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{16}[AQgw]")  # 13 bytes leave two bits to the last letter


def new_link_id() -> str:
    """A new id: more than 96 random bits in 18 characters that a URL takes as they are.

    It begins and ends with a letter or digit: mail programs end a link before a dash, command lines begin an option.
    """
    while not is_link_id(made := secrets.token_urlsafe(_RANDOM_BYTES)):
        pass
    return made


def is_link_id(text: str) -> bool:
    """Whether the text could be an id at all."""
    return _SHAPE.fullmatch(text) is not None


def hash_of(link_id: str) -> str:
    """What is kept of an id. It is random and long, so that its plain SHA-256 can't be searched back."""
    return sha256(link_id.encode()).hexdigest()
