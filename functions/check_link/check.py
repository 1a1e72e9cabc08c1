"""Whether a link answers to somebody on the public internet."""

from desk.fetch.model import Fetcher, FetchFailed, FetchReason, Limits, LinkAnswer

LIMITS = Limits(seconds=3.0, most_bytes=1_024, redirects=10, truncates=True)
"""A few bytes are enough to see that a page comes; not everybody answers HEAD."""

_UNCHECKED_STATUSES = frozenset({401, 403, 405, 429})
"""Of servers that let in browsers, or people who sign in, and not us: they say nothing about the link."""
_UNCHECKED_REASONS = frozenset({FetchReason.TOO_SLOW, FetchReason.TOO_MANY_REDIRECTS})
"""A link that is slow for us may be fast for others, and some sites redirect until a cookie is sent back."""
_FIRST_ERROR = 400


def check_link(fetcher: Fetcher, url: str) -> LinkAnswer:
    """Whether the link answers."""
    try:
        # Not compressed: what is cut off could not be unpacked.
        status = fetcher.get(url, LIMITS, {"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "identity"}).status
    except FetchFailed as exc:
        return LinkAnswer(None if exc.reason in _UNCHECKED_REASONS else False, exc.reason.value)
    return LinkAnswer(None if status in _UNCHECKED_STATUSES else status < _FIRST_ERROR, str(status))
