"""The posts and accounts of X that a text refers to.

A link to a post on X becomes a quote. Since April 2026 self-serve access to the API cannot quote, and since February
2026 it may mention only accounts that mentioned ours.
"""

import re
from collections.abc import Collection

from desk.posts.errors import MentionNotAllowed, QuoteNotAllowed
from desk.x.entities import handles
from desk.x.weight import links

_POST = re.compile(
    r"(?:https?://)?(?:www\.|mobile\.|m\.)?(?:x|twitter)\.com/(?:i/(?:web/)?|[a-z0-9_]{1,20}/)status(?:es)?/[0-9]",
    re.IGNORECASE | re.ASCII,
)
_STATUS = re.compile("/status", re.IGNORECASE | re.ASCII)
"""In every link to a post; most texts have none, and are not searched for links."""


def quoted_posts(text: str) -> list[str]:
    """The links of the text that X would turn into a quote, as they are written."""
    return [link.url for link in links(text) if _POST.match(link.url)] if _STATUS.search(text) else []


def links_to_pages(text: str) -> list[str]:
    """The other links of the text, as they are written; each once."""
    quoted = quoted_posts(text)
    return [url for url in dict.fromkeys(link.url for link in links(text)) if url not in quoted]


def mentioned_handles(text: str) -> list[str]:
    """The handles that X would make mentions of, without `@`, as they are written; each once, in any case."""
    by_name = {name.lower(): name for name in reversed(handles(text))}
    return list(reversed(by_name.values()))


def check_references(text: str, may_name: Collection[str] | None, *, field: str = "text") -> None:
    """Raise QuoteNotAllowed or MentionNotAllowed if X would refuse the text.

    `may_name` are the handles that it may mention, in lower case; None if they are unknown: then X decides.
    """
    if quoted := quoted_posts(text):
        raise QuoteNotAllowed(quoted[0], field)
    if may_name is not None and (strangers := strangers_among(mentioned_handles(text), may_name)):
        raise MentionNotAllowed(strangers, field)


def strangers_among(named: Collection[str], may_name: Collection[str]) -> list[str]:
    """Those of the handles that may not be mentioned."""
    return [handle for handle in named if handle.lower() not in may_name]
