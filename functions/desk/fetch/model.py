"""Fetching from addresses that somebody else chose, and checking links, without ever reaching a private network.

The errors:

```
FetchFailed          `reason` says why nothing was fetched; its value is the key of a sentence for people
```
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Protocol


class FetchReason(StrEnum):
    """Why nothing was fetched. The key of its sentence for people is `fetch.<value>`."""

    BAD_ADDRESS = "bad_address"
    """Not http or https, another port than 80 or 443, a user in it, or not an address at all."""
    NOT_FOUND = "not_found"
    """The host has no address in the DNS."""
    NOT_GLOBAL = "not_global"
    """One of the host's addresses is not on the public internet."""
    NOT_REACHED = "not_reached"
    """No connection, or it broke."""
    NOT_SECURE = "not_secure"
    """The certificate does not fit the host or is not trusted."""
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    """Larger than the limit, after decompression."""
    TOO_MANY_REDIRECTS = "too_many_redirects"
    NOT_HTTP = "not_http"
    """The answer breaks the rules of HTTP."""


class FetchFailed(Exception):
    """Nothing was fetched. `reason` says why; the message names the host, never the whole address."""

    def __init__(self, reason: FetchReason, message: str = "") -> None:
        super().__init__(message or reason.value)
        self.reason = reason


class Limits(NamedTuple):
    """The bounds of one fetch, redirects included. `most_bytes` bounds the body after decompression.

    With `truncates` a longer body ends there; otherwise it is an error.
    """

    seconds: float
    most_bytes: int
    redirects: int = 3
    truncates: bool = False


class Fetched(NamedTuple):
    """An answer with any status that is not a redirect to follow.

    Attributes:
        headers: names in lower case.
        body: decompressed.
        url: the address that answered.
        moved_to: where the document moved for good: the last address of unbroken permanent redirects (301, 308).
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    moved_to: str | None = None


class Fetcher(Protocol):
    """Fetches documents by GET."""

    def get(self, url: str, limits: Limits, headers: Mapping[str, str] | None = None) -> Fetched:
        """The answer at this address. Raises FetchFailed."""
        ...


class Poster(Protocol):
    """Sends by POST."""

    def post(self, url: str, body: bytes, limits: Limits, headers: Mapping[str, str]) -> Fetched:
        """The answer, also if it is a redirect: none is followed. Only https is used. Raises FetchFailed."""
        ...


NOT_CHECKED = "not_checked"
"""The detail of a link that nobody could check, since the function failed or was too slow."""


class LinkAnswer(NamedTuple):
    """Whether a link answers; None if that could not be checked.

    Attributes:
        detail: the status, such as `404`, a FetchReason, or NOT_CHECKED. A sentence for people is `link_detail`'s.
    """

    answers: bool | None
    detail: str


class LinkChecker(Protocol):
    """Checks links. It never raises."""

    def check(self, url: str) -> LinkAnswer:
        """Whether the link answers, after at most some seconds."""
        ...


def link_detail(detail: str) -> tuple[str, dict[str, str]]:
    """The key and the values of the words for a detail: `fetch.status` with the status, or `fetch.<detail>`."""
    return ("fetch.status", {"status": detail}) if detail.isdigit() else (f"fetch.{detail}", {})
