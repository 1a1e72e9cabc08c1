"""Whether what X shows is what the desk said: X adds and changes things."""

import re
import unicodedata
from urllib.parse import unquote

from desk.addresses import HANDLE
from desk.post import Post
from desk.x_post import XPost

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BUTTON = re.compile(r"\s+https?://(?:t\.co/\w+|(?:twitter|x)\.com/messages/compose\S*)$", re.ASCII)
"""What X shows of the button for a private message: a link behind the text, as of everything that is attached to it."""
_LAST_SLASH = re.compile(r"(?<=\w)/(?!\S)")
_ADDRESSES = re.compile(rf"^(?:\s*(?a:{HANDLE.pattern}))+\s*")


def is_same(post: Post, shown: XPost) -> bool:
    """Whether what X shows is this post: the same words to the same place."""
    if shown.retweets or shown.in_reply_to != post.in_reply_to:
        return False
    is_reply = post.in_reply_to is not None
    text = _BUTTON.sub("", shown.text) if post.private_message else shown.text
    return _plain(text, is_reply=is_reply) == _plain(post.text, is_reply=is_reply)


def _plain(text: str, *, is_reply: bool) -> str:
    """The words, freed of what X adds or changes: addresses before a reply, schemes and encodings of links, blanks."""
    whole = unicodedata.normalize("NFC", text)
    unaddressed = _ADDRESSES.sub("", whole) if is_reply else whole
    return " ".join(unquote(_LAST_SLASH.sub("", _SCHEME.sub("", unaddressed))).split())
