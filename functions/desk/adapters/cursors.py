"""Where the next page of a list begins, as a text that says nothing to whoever is given it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from desk.adapters.post_items import moment_text

_LONGEST = 200  # characters
_NOT_OURS = "not a cursor of ours"


def cursor_to(at: datetime, key: str) -> str:
    """The cursor to what has this moment (aware) and this key."""
    return urlsafe_b64encode(json.dumps([moment_text(at), key]).encode()).decode().rstrip("=")


def place_at(cursor: str) -> tuple[datetime, str]:
    """The moment and the key that a cursor stands for; raises ValueError for a text that `cursor_to` never made."""
    if len(cursor) > _LONGEST:
        raise ValueError(_NOT_OURS)
    try:
        at, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(moment_text(datetime.fromisoformat(at)))
    except (TypeError, ValueError, AttributeError, OverflowError) as exc:
        raise ValueError(_NOT_OURS) from exc
    if not isinstance(key, str) or not key:
        raise ValueError(_NOT_OURS)
    return moment, key
