"""What in a post says to whom and where to, not what is meant: handles and links."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence

from desk.private_numbers import masked

HANDLE = re.compile(r"@\w+", re.ASCII)
"""X's handles are Latin letters, figures and underlines alone: Korean or Chinese may follow without a space."""
LINK = re.compile(r"https?://t\.co/[A-Za-z0-9]+|(?:https?://|www\.)\S+")
"""X's own short links end where the text goes on; any other link at the next blank."""


def unaddressed(text: str) -> str:
    """The text with a space for each link and handle."""
    return HANDLE.sub(" ", without_links(text, " "))


def without_links(text: str, instead: str) -> str:
    """The text with something else for each link; most texts have none, which is quickly seen."""
    return LINK.sub(instead, text) if "://" in text or "www." in text else text


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
    """The last place up to `end` between two visible characters."""
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


QUOTE = "| "
"""What every line that somebody else wrote begins with."""

_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Controls, marks that change the direction of writing, and letters without any shape; the joiners of emoji stay."""


def quoted(text: str) -> str:
    """Every line of a stranger's text, marked as such, private numbers masked; "" when there is nothing to see."""
    lines = [masked(_shown(line).rstrip()) for line in mended(text).strip().splitlines()]
    return "\n".join(f"{QUOTE}{line}".rstrip() for line in lines) if any(lines) else ""


def one_line(text: str) -> str:
    """The text in one line, with single spaces."""
    return " ".join(_shown(" ".join(mended(text).splitlines())).split())


def first_words(text: str) -> str:
    """What a post says, in one line, without links, handles and private numbers."""
    return masked(one_line(unaddressed(text)))


def _shown(line: str) -> str:
    return _INVISIBLE.sub("", line.replace("\t", " "))
