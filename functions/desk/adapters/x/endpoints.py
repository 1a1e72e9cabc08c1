"""What the desk asks of X: each call with the credential that X wants for it, its breaker's capability, its price.

Prices are X's list prices in micro-dollars: https://docs.x.com/x-api/getting-started/pricing
"""

from enum import StrEnum
from typing import NamedTuple


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
