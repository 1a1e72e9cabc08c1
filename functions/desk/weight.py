"""How long X says a text is.

Source: X's published counting rules, configuration v3: most Latin characters weigh 1, Hangul, CJK and emoji 2, a URL 23
whatever its length; the text is NFC-normalised first.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from desk.emoji import EMOJI
from desk.urls import NO_CHARACTERS, links

__all__ = ["MAX_WEIGHT", "Weight", "links", "weigh"]

MAX_WEIGHT = 280
_URL, _HEAVY, _LIGHT = 23, 2, 1
_SIGN = re.compile(f"(?P<emoji>{EMOJI})|(?P<light>[\\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037])|.", re.DOTALL)
_FORBIDDEN = re.compile(f"[{NO_CHARACTERS}]")


class Weight(NamedTuple):
    """A text in NFC, its weight, whether X takes it as a post, and what share of the limit it uses, in thousandths.

    `valid_text` is the longest beginning that X would take.
    """

    text: str
    weighted_length: int
    valid: bool
    permillage: int
    valid_text: str


def weigh(text: str) -> Weight:
    """What X counts for this text; an empty one weighs 0 and is not valid."""
    normal = unicodedata.normalize("NFC", text)
    length = fitting = 0
    for end, weight in _units(normal):
        length += weight
        if length <= MAX_WEIGHT:
            fitting = end
    forbidden = _FORBIDDEN.search(normal)
    return Weight(
        text=normal,
        weighted_length=length,
        valid=0 < length <= MAX_WEIGHT and forbidden is None,
        permillage=length * 1000 // MAX_WEIGHT,
        valid_text=normal[: min(fitting, forbidden.start()) if forbidden else fitting],
    )


def _units(text: str) -> Iterator[tuple[int, int]]:
    """Where each URL, emoji or other character ends, and what it weighs."""
    place = 0
    for link in links(text):
        yield from _signs(text, place, link.begin)
        yield link.end, _URL
        place = link.end
    yield from _signs(text, place, len(text))


def _signs(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    for found in _SIGN.finditer(text, begin, end):
        yield found.end(), _LIGHT if found.lastgroup == "light" else _HEAVY
