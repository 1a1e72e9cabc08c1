"""X's endpoints: the credential that each one takes, the capability of its breaker, its price.

Prices are X's list prices in micro-dollars: https://docs.x.com/x-api/getting-started/pricing
"""

import re
from enum import StrEnum
from typing import NamedTuple


class Credential(StrEnum):
    """Who makes a call."""

    USER = "user"
    """The account, by OAuth 1.0a: it pays the owner's prices, and only it may post."""
    APP = "app"
    """The app, by its bearer token, which trends and compliance jobs require."""


class Capability(StrEnum):
    """The calls that stop together when X rejects a credential as such."""

    READ = "read"
    WRITE = "write"
    OTHER = "other"


class Endpoint(NamedTuple):
    """One call of X's API.

    `per_item` is the price of each returned item, such as a post, and `per_call` that of any answer. Expanded authors
    and referenced posts have prices of their own.
    """

    name: str
    method: str
    path: str
    credential: Credential
    capability: Capability
    per_item: int = 0
    per_call: int = 0
    item: str = "post"
    """What the call returns. X bills one item once a day, whichever call returned it."""

    @property
    def is_read(self) -> bool:
        """Whether the call can be repeated without effect."""
        return self.method == "GET"

    @property
    def breaker_names(self) -> tuple[str, str]:
        """The names of the capability's breaker and of this endpoint's own."""
        return f"{self.credential}:{self.capability}", f"{self.credential}:{self.capability}:{self.name}"


AUTHOR_PRICE = 10_000
MESSAGE_PRICE = 10_000
POST_PRICE = 5_000
"""Of somebody else's post."""
ALT_TEXT_PRICE = 5_000
"""Of the alternative text of one picture; uploading the picture costs nothing."""
_OWNED = 1_000

MENTIONS = Endpoint("mentions", "GET", "/2/users/{}/mentions", Credential.USER, Capability.READ, per_item=_OWNED)
OWN_POSTS = Endpoint("own_posts", "GET", "/2/users/{}/tweets", Credential.USER, Capability.READ, per_item=_OWNED)
LIKED_POSTS = Endpoint("liked", "GET", "/2/users/{}/liked_tweets", Credential.USER, Capability.READ, per_item=_OWNED)
SEARCH = Endpoint("search", "GET", "/2/tweets/search/recent", Credential.USER, Capability.READ, per_item=POST_PRICE)
POSTS = Endpoint("posts", "GET", "/2/tweets", Credential.USER, Capability.READ, per_item=POST_PRICE)
ACCOUNTS = Endpoint("accounts", "GET", "/2/users", Credential.USER, Capability.READ, per_item=AUTHOR_PRICE, item="user")
MESSAGES = Endpoint(
    "messages", "GET", "/2/dm_events", Credential.USER, Capability.READ, per_item=MESSAGE_PRICE, item="message"
)
COUNTS = Endpoint("counts", "GET", "/2/tweets/counts/recent", Credential.APP, Capability.OTHER, per_call=5_000)
TRENDS = Endpoint("trends", "GET", "/2/trends/by/woeid/{}", Credential.APP, Capability.OTHER, per_call=10_000)
ME = Endpoint("me", "GET", "/2/users/me", Credential.USER, Capability.OTHER, per_call=AUTHOR_PRICE)
DELETE = Endpoint("delete", "DELETE", "/2/tweets/{}", Credential.USER, Capability.WRITE, per_call=10_000)
CREATE = Endpoint("create", "POST", "/2/tweets", Credential.USER, Capability.WRITE)
MEDIA_UPLOAD = Endpoint("media_upload", "POST", "/2/media/upload", Credential.USER, Capability.WRITE)
MEDIA_METADATA = Endpoint(
    "media_metadata", "POST", "/2/media/metadata", Credential.USER, Capability.WRITE, per_call=ALT_TEXT_PRICE
)
COMPLIANCE_CREATE = Endpoint("compliance_create", "POST", "/2/compliance/jobs", Credential.APP, Capability.OTHER)
COMPLIANCE_JOBS = Endpoint("compliance_jobs", "GET", "/2/compliance/jobs", Credential.APP, Capability.OTHER)
COMPLIANCE_JOB = Endpoint("compliance_job", "GET", "/2/compliance/jobs/{}", Credential.APP, Capability.OTHER)


REFERENCED_PRICE = 5_000
REFERENCES = 2
"""A post may reply to one post and quote another."""

_POST, _POST_WITH_URL, _REPLY = 15_000, 200_000, 10_000
# X also bills a bare domain that it turns into a link: Latin letters, a dot, a top-level domain in any script. Text
# that only looks like a link gets the higher price, except for Hangul after a dot, with which a sentence may go on.
_URL = re.compile(
    r"https?://|[a-z0-9\u00c0-\u02bb\u0300-\u036f\u1e00-\u1eff-]\.(?:[a-z]{2}|한국|닷컴|닷넷|삼성|[^\W\d_a-z가-힣])",
    re.IGNORECASE,
)


def price_of_post(text: str, *, is_reply: bool, private_message: bool = False) -> int:
    """The list price of a post. A link raises it; a private-message button counts as a link, since X may bill it so.

    A reply (`is_reply`) gets the price of a summoned one: the API hardly takes others, except under the account's own
    posts.
    """
    if private_message or _URL.search(text):
        return _POST_WITH_URL
    return _REPLY if is_reply else _POST
