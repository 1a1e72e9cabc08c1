"""What a post costs by X's list prices, in micro-dollars."""

import re

_POST, _POST_WITH_URL, _REPLY = 15_000, 200_000, 10_000
# X bills whatever it makes a link of, a bare domain too; what only looks like one counts as dear.
_URL = re.compile(r"https?://|[a-z0-9-]\.[a-z]{2,}", re.IGNORECASE)


def price_of_post(text: str, *, is_reply: bool) -> int:
    """A link makes a post dear. A reply counts as summoned, since X takes hardly any other by API."""
    if _URL.search(text):
        return _POST_WITH_URL
    return _REPLY if is_reply else _POST
