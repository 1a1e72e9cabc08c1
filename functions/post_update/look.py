"""Looking for a post in the account's own timeline."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

from desk.addresses import HANDLE
from desk.ports.x import XPublishing
from desk.post import Post
from desk.snowflake import first_id_at
from desk.x_post import XPost

_SKEW = timedelta(minutes=1)
"""So much earlier than our claim a post may be born by X's clock."""
_PAGES = 8
"""Pages of one look: more than the account can say in the days that a look may reach back."""
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BUTTON = re.compile(r"\s+https?://(?:t\.co/\w+|(?:twitter|x)\.com/messages/compose\S*)$", re.ASCII)
"""What X shows of the button for a private message: a link behind the text, as of everything that is attached to it."""
_LAST_SLASH = re.compile(r"(?<=\w)/(?!\S)")
_ADDRESSES = re.compile(rf"^(?:\s*(?a:{HANDLE.pattern}))+\s*")


def find(post: Post, x: XPublishing) -> str | None:
    """The id under which the post stands on X; None when the timeline does not show it (yet).

    Raises what XPublishing raises.
    """
    if post.claimed_at is None:
        return None
    since_id = first_id_at(post.claimed_at - _SKEW)
    found = [shown for shown in _shown(x, since_id) if int(shown.id) >= int(since_id) and is_same(post, shown)]
    return min((shown.first_id for shown in found), key=int, default=None)


def is_same(post: Post, shown: XPost) -> bool:
    """Whether what X shows is this post: the same words to the same place."""
    if shown.retweets or shown.in_reply_to != post.in_reply_to:
        return False
    is_reply = post.in_reply_to is not None
    text = _BUTTON.sub("", shown.text) if post.private_message else shown.text
    return _plain(text, is_reply=is_reply) == _plain(post.text, is_reply=is_reply)


def _shown(x: XPublishing, since_id: str) -> Iterator[XPost]:
    token = None
    for _ in range(_PAGES):
        page = x.own_posts(since_id=str(int(since_id) - 1), page_token=token)
        yield from page.posts
        if page.next_token is None or page.next_token == token:
            return
        token = page.next_token


def _plain(text: str, *, is_reply: bool) -> str:
    """The words, freed of what X adds or changes: addresses before a reply, schemes and encodings of links, blanks."""
    whole = unicodedata.normalize("NFC", text)
    unaddressed = _ADDRESSES.sub("", whole) if is_reply else whole
    return " ".join(unquote(_LAST_SLASH.sub("", _SCHEME.sub("", unaddressed))).split())
