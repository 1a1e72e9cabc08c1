"""What the desk asks of X: each call with the credential that X wants for it, its breaker's capability, its price.

Prices are X's list prices in micro-dollars: https://docs.x.com/x-api/getting-started/pricing
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from desk.x.model import Dialect


class Credential(StrEnum):
    """As whom a call is made."""

    USER = "user"
    """The account, by OAuth 1.0a: owner's prices, and the only one that may post."""
    APP = "app"
    """The app, by its bearer token: the only one that trends and compliance jobs take."""


class Capability(StrEnum):
    """What a refusal of the whole credential is remembered for."""

    READ = "read"
    WRITE = "write"
    OTHER = "other"


class Endpoint(NamedTuple):
    """One call. `per_item` is the price of each post returned, `per_call` that of an answer whatever it holds.

    What is expanded beside the posts is priced by `prices`.
    """

    name: str
    method: str
    path: str
    credential: Credential
    capability: Capability
    per_item: int = 0
    per_call: int = 0

    @property
    def is_read(self) -> bool:
        """Whether asking twice is the same as asking once."""
        return self.method == "GET"

    @property
    def breaker_names(self) -> tuple[str, str]:
        """The breaker of the whole capability, and that of this endpoint alone."""
        return f"{self.credential}:{self.capability}", f"{self.credential}:{self.capability}:{self.name}"


_OWNED = 1_000
_FOREIGN = 5_000
_USER = 10_000

MENTIONS = Endpoint("mentions", "GET", "/2/users/{}/mentions", Credential.USER, Capability.READ, per_item=_OWNED)
OWN_POSTS = Endpoint("own_posts", "GET", "/2/users/{}/tweets", Credential.USER, Capability.READ, per_item=_OWNED)
LIKED_POSTS = Endpoint("liked", "GET", "/2/users/{}/liked_tweets", Credential.USER, Capability.READ, per_item=_OWNED)
SEARCH = Endpoint("search", "GET", "/2/tweets/search/recent", Credential.USER, Capability.READ, per_item=_FOREIGN)
POSTS = Endpoint("posts", "GET", "/2/tweets", Credential.USER, Capability.READ, per_item=_FOREIGN)
TRENDS = Endpoint("trends", "GET", "/2/trends/by/woeid/{}", Credential.APP, Capability.OTHER, per_call=10_000)
ME = Endpoint("me", "GET", "/2/users/me", Credential.USER, Capability.OTHER, per_call=_USER)
CREATE = Endpoint("create", "POST", "/2/tweets", Credential.USER, Capability.WRITE)
COMPLIANCE_CREATE = Endpoint("compliance_create", "POST", "/2/compliance/jobs", Credential.APP, Capability.OTHER)
COMPLIANCE_JOBS = Endpoint("compliance_jobs", "GET", "/2/compliance/jobs", Credential.APP, Capability.OTHER)
COMPLIANCE_JOB = Endpoint("compliance_job", "GET", "/2/compliance/jobs/{}", Credential.APP, Capability.OTHER)


_AUTHOR = 10_000
_REFERENCED = 5_000
_REFERENCES = 2
"""A post may reply to one post and quote another."""


def most_of_posts(endpoint: Endpoint, posts: int, dialect: Dialect, *, with_authors: bool) -> int:
    """What an answer with this many posts costs if X bills every post, author and referenced post in it."""
    author = _AUTHOR if with_authors or dialect is Dialect.POSTS else 0
    referenced = _REFERENCES * _REFERENCED if dialect is Dialect.POSTS else 0
    return endpoint.per_call + posts * (endpoint.per_item + author + referenced)


class Prices:
    """Prices what X sent back.

    X says that it bills the same post or author once in a UTC day, and the overlap of polls reads each many times
    over: what was priced on a day is remembered for that day, as long as the process lives. X calls this a soft
    guarantee, so its bill may be higher. `clock` gives aware moments.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._day: date | None = None
        self._billed: set[tuple[str, str]] = set()

    def of_answer(self, endpoint: Endpoint, body: Mapping[str, Any]) -> int:
        """What an answer costs: every post in it, and every author and referenced post that was expanded."""
        included = body.get("includes")
        includes = included if isinstance(included, dict) else {}
        posts = self._new("post", body.get("data")) if endpoint.per_item else 0
        referenced = self._new("post", includes.get("tweets")) + self._new("post", includes.get("posts"))
        authors = self._new("user", includes.get("users"))
        return endpoint.per_call + posts * endpoint.per_item + referenced * _REFERENCED + authors * _AUTHOR

    def _new(self, kind: str, entries: object) -> int:
        """How many of these were not priced today; one without an id always counts."""
        today = self._clock().astimezone(UTC).date()
        if today != self._day:
            self._day = today
            self._billed.clear()
        listed = entries if isinstance(entries, list) else []
        keys = [(kind, str(each.get("id") or "")) if isinstance(each, dict) else (kind, "") for each in listed]
        nameless = sum(not key[1] for key in keys)
        new = {key for key in keys if key[1]} - self._billed
        self._billed |= new
        return nameless + len(new)


_POST, _POST_WITH_URL, _REPLY = 15_000, 200_000, 10_000
# X bills whatever it makes a link of, a bare domain too; what only looks like one counts as dear.
_URL = re.compile(r"https?://|[a-z0-9-]\.[a-z]{2,}", re.IGNORECASE)


def price_of_post(text: str, *, is_reply: bool, private_message: bool = False) -> int:
    """A link makes a post dear, and the button for a private message counts as one, since X may bill it so.

    A reply (`is_reply`) counts as summoned: X takes hardly any other by API, but for one under a post of our own.
    """
    if private_message or _URL.search(text):
        return _POST_WITH_URL
    return _REPLY if is_reply else _POST
