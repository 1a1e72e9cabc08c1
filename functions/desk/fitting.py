"""Making texts fit where bytes are counted, without breaking a character in two."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence

ELLIPSIS = "…"
_BROKEN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
"""What is no character at all and makes SNS refuse the whole message."""
_JOINER = "\u200d"
_LONGEST_CLUSTER = 32
"""More code points than any honest character has; what goes on longer is cut inside."""


def mended(text: str) -> str:
    """The text with what is no character replaced by U+FFFD."""
    return _BROKEN.sub("\ufffd", text)


def utf8_bytes(text: str) -> int:
    """How many bytes a text takes in UTF-8; a lone surrogate counts as the replacement character does."""
    return len(text.encode("utf-8", "surrogatepass"))


def utf16_units(text: str) -> int:
    """How many characters a text has for those who count as Java does: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, room: int, weigh: Callable[[str], int] = utf8_bytes) -> str:
    """The text, or as much of its beginning as weighs no more than `room` with an ellipsis; "" if not even that fits.

    `weigh` must never fall as a text grows.
    """
    if weigh(text) <= room:
        return text
    left = room - weigh(ELLIPSIS)
    if left < 0:
        return ""
    end = bisect_right(range(len(text) + 1), left, key=lambda length: weigh(text[:length])) - 1
    return text[: _whole(text, end)].rstrip() + ELLIPSIS


def fair_share(sizes: Sequence[int], room: int) -> int:
    """The greatest allowance at which texts of these sizes, each cut to it where longer, take no more than `room`."""
    left = max(room, 0)
    for place, size in enumerate(sorted(sizes)):
        share = left // (len(sizes) - place)
        if size > share:
            return share
        left -= size
    return max(sizes, default=0)


def _whole(text: str, end: int) -> int:
    """The last place up to `end` that lies between two characters as people see them."""
    for place in range(end, max(end - _LONGEST_CLUSTER, 0), -1):
        if not _joined(text, place):
            return place
    return end if end > _LONGEST_CLUSTER else 0


def _joined(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if _JOINER in (before, after):
        return True
    flags = len(_flag_letters(text, place))
    return (
        unicodedata.category(after).startswith("M")
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\u1160" <= after <= "\u11ff"
        or "\ud7b0" <= after <= "\ud7ff"
        or "\U000e0020" <= after <= "\U000e007f"
        or ("\U0001f1e6" <= after <= "\U0001f1ff" and flags % 2 == 1)
    )


def _flag_letters(text: str, place: int) -> str:
    """The unbroken run of regional indicators that ends right before `place`: two make a flag."""
    start = place
    while start and "\U0001f1e6" <= text[start - 1] <= "\U0001f1ff" and place - start < _LONGEST_CLUSTER:
        start -= 1
    return text[start:place]
