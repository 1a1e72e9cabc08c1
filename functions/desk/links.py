"""Links in mails and reports, and cursors of lists."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256

X_SITE = "https://x.com"
"""X's own website. A desk whose X is another one, as on one machine, has another site: `Brand.x_site`."""


def post_link(post_id: str, site: str) -> str:
    """The site's page of a post, which needs no username."""
    return f"{site}/i/status/{post_id}"


_POST_ID = re.compile(r"(?:(?:https?://)?\S+?/status(?:es)?/)?([1-9][0-9]{0,18})(?:[/?#]\S*)?", re.ASCII)


def post_id_in(text: str) -> str | None:
    """The id in the address of a post, as people copy it from X, or in a bare id; None for any other text."""
    found = _POST_ID.fullmatch(text.strip())
    return found[1] if found else None


def like_link(post_id: str, site: str) -> str:
    """The site's page on which somebody who is signed in there likes a post. Source: X's web intents."""
    return f"{site}/intent/like?tweet_id={post_id}"


def account_link(handle: str, site: str) -> str:
    """The site's page of an account."""
    return f"{site}/{handle}"


def console_url(api_url: str) -> str:
    """The address of the operator's console at this API, whose address may end with a slash."""
    return f"{api_url.rstrip('/')}/console"


_RANDOM_BYTES = 13
_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{16}[AQgw]")  # 13 bytes leave two bits to the last letter


def new_link_id() -> str:
    """A new ID: more than 96 random bits in 18 characters that need no escaping in a URL.

    It begins and ends with a letter or digit: mail programs end a link before a dash, command lines begin an option.
    """
    while not is_link_id(made := secrets.token_urlsafe(_RANDOM_BYTES)):
        pass
    return made


def is_link_id(text: str) -> bool:
    """Whether the text has the form of an ID."""
    return _SHAPE.fullmatch(text) is not None


def hash_of(link_id: str) -> str:
    """The stored form of an ID. IDs are long and random, so that a plain SHA-256 can't be reversed."""
    return sha256(link_id.encode()).hexdigest()


CASE_LINK_LASTS = timedelta(days=45)
"""How long a link to a case is valid."""


REPORT_LINK_LASTS = timedelta(days=90)
"""How long a link to a report is valid."""

TABLE_HREF = "table-of-this-report"
"""The placeholder for the table's address in a stored page, which must not contain the link's ID."""


CURSOR = r"^[0-9]{16}\.[0-9A-Za-z_.-]{1,64}$"
"""The form of a cursor: microseconds since 1970 and a key. The pattern is valid in ECMAScript and Python."""

_CURSOR = re.compile(CURSOR)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def cursor_to(at: datetime, key: str) -> str:
    """The cursor of an entry with this moment (aware) and key."""
    return f"{(at - _EPOCH) // _MICROSECOND:016}.{key}"


def place_at(cursor: str) -> tuple[datetime, str]:
    """The moment and the key in a cursor; raises ValueError for any other text."""
    if not _CURSOR.fullmatch(cursor):
        raise ValueError("not a cursor of ours")
    microseconds, _, key = cursor.partition(".")
    return _EPOCH + int(microseconds) * _MICROSECOND, key
