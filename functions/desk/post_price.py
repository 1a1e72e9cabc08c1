"""What a post costs by X's list prices, in micro-dollars."""

import re

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
