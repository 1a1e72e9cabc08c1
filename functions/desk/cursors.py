"""Where the next page of a list begins, as a text that callers hand back as it was given to them."""

import re
from datetime import UTC, datetime, timedelta

CURSOR = r"^[0-9]{16}\.[0-9A-Za-z_.-]{1,64}$"
"""Every cursor there can be: microseconds since 1970 and a key. ECMAScript and Python read it alike."""

_CURSOR = re.compile(CURSOR)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def cursor_to(at: datetime, key: str) -> str:
    """The cursor to what has this moment (aware) and this key."""
    return f"{(at - _EPOCH) // _MICROSECOND:016}.{key}"


def place_at(cursor: str) -> tuple[datetime, str]:
    """The moment and the key that a cursor stands for; raises ValueError for a text that is no CURSOR."""
    if not _CURSOR.fullmatch(cursor):
        raise ValueError("not a cursor of ours")
    microseconds, _, key = cursor.partition(".")
    return _EPOCH + int(microseconds) * _MICROSECOND, key
