"""Query parameters, parsed as strictly as X does; errors name the parameter."""

import re
from base64 import b32hexdecode, b32hexencode
from binascii import Error as NotBase32
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from local.x.http import invalid

_ID = re.compile(r"[0-9]{1,19}")
_EARLIEST = datetime(2010, 11, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """Which stretch of a timeline is asked for. Ids are exclusive, `start` inclusive, `end` exclusive."""

    size: int
    since: int | None = None
    until: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    before: int | None = None
    """Where the token of a next page left off: the last id that was given out."""
    after: int | None = None
    """Where the token of a previous page goes back from: the first id that was given out."""


def known_only(query: Mapping[str, str], allowed: frozenset[str]) -> None:
    """Raise 400 for a parameter that the endpoint does not have."""
    for name in query:
        if name not in allowed:
            wanted = ", ".join(sorted(allowed))
            raise invalid(name, query[name], f"The query parameter [{name}] is not one of [{wanted}]")


def window(query: Mapping[str, str], *, kind: str, least: int, default: int) -> Window:
    """The window that a query asks for; `kind` is the timeline to which its page tokens belong."""
    before, after = _token(query, kind)
    found = Window(
        size=number(query, "max_results", least, 100, default),
        since=_id(query, "since_id"),
        until=_id(query, "until_id"),
        start=_time(query, "start_time"),
        end=_time(query, "end_time"),
        before=before,
        after=after,
    )
    if found.since is not None and found.until is not None and found.since >= found.until:
        raise invalid("since_id", query["since_id"], "'since_id' must be less than 'until_id'")
    if found.start and found.end and found.start >= found.end:
        raise invalid("start_time", query["start_time"], "'start_time' must be earlier than 'end_time'")
    return found


def number(query: Mapping[str, str], name: str, least: int, most: int, default: int) -> int:
    """A whole number between `least` and `most`."""
    text = query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        detail = f"The `{name}` query parameter value [{text}] is not between {least} and {most}"
        raise invalid(name, text, detail)
    return int(text)


def post_id(name: str, text: str) -> str:
    """An id in X's form."""
    if not _ID.fullmatch(text):
        raise invalid(name, text, f"The `{name}` parameter value [{text}] does not match ^[0-9]{{1,19}}$")
    return text


def token(kind: str, edge_id: str, *, back: bool = False) -> str:
    """A page token: opaque to the caller, steady while new posts arrive.

    It leads on from the last id of a page, or back from the first one.
    """
    return b32hexencode(f"{kind}:{'-' if back else ''}{edge_id}".encode()).decode().rstrip("=").lower()


def place_in(query: Mapping[str, str], kind: str) -> int | None:
    """The id before which the page of a token lies; None without a token."""
    return _token(query, kind)[0]


def _token(query: Mapping[str, str], kind: str) -> tuple[int | None, int | None]:
    """The ids before and after which the page of a token lies; one is None, or both are without a token."""
    name = "next_token" if "next_token" in query else "pagination_token"
    text = query.get(name)
    if text is None:
        return None, None
    try:
        padded = text.upper() + "=" * (-len(text) % 8)
        owner, _, edge = b32hexdecode(padded).decode().partition(":")
    except (NotBase32, UnicodeDecodeError):
        owner, edge = "", ""
    if owner != kind or not _ID.fullmatch(edge.removeprefix("-")):
        raise invalid(name, text, f"The `{name}` query parameter value [{text}] is not valid")
    return (None, int(edge[1:])) if edge.startswith("-") else (int(edge), None)


def _id(query: Mapping[str, str], name: str) -> int | None:
    return int(post_id(name, query[name])) if name in query else None


def _time(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or "T" not in text:
        raise invalid(name, text, f"The `{name}` query parameter value [{text}] is not a valid RFC3339 time")
    if moment < _EARLIEST:
        raise invalid(name, text, f"'{name}' must be on or after 2010-11-06T00:00Z")
    return moment
