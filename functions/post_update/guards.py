"""What only one post may have, as keys.

The same text to the same place may be said again a day later. So its keys name days of 24 hours: a post has the one of
its own and the one after. Two posts less than a day apart always share a key, since their days are the same or
neighbours; those that share one and are further apart hand it on.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from desk.post import Post

APART = timedelta(days=1)
"""How far apart the same text must be for the same place."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_keys(post: Post) -> list[str]:
    """The keys of this post's text at its place (the timeline, or what it answers) and time."""
    day = (post.publish_at - _EPOCH) // APART
    place = post.in_reply_to or "timeline"
    return [f"text#{_digest(place, post.text, str(each))}" for each in (day, day + 1)]


def external_key(external_id: str) -> str:
    """The key of the article behind a post."""
    return f"external#{_digest(external_id)}"


def request_key(by: str, key: str) -> str:
    """The key of somebody's request; others' keys are their own."""
    return f"request#{_digest(by, key)}"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
