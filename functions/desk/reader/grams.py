"""What the trained heads see of a text: which of a fixed number of buckets its pieces fall into.

Pieces are those of each word with its ends (one to three characters, of Latin words up to five), and of the word's
Korean letters taken apart (five in a row, which sees stems through their endings). The trainer and the reader share
this module, so that a head never meets another view than the one it was trained on.
"""

import re
import unicodedata
from functools import lru_cache
from zlib import crc32

from desk.text import HANDLE, without_links

BITS = 17
"""Two to this power are the buckets. Pieces that share one blur each other: half as many cost one to two points."""

_MASK = (1 << BITS) - 1
_DIGIT = re.compile(r"\d")
_WIDE = "utf-32-le"
_UNIT = 4  # bytes of a character in it
_HALVES = "surrogatepass"
_REMEMBERED = 256
"""Words whose buckets are kept: those of a text or two, since the word that told most is sought among them again."""
_SHORT = ((1 * _UNIT, 1), (2 * _UNIT, 2), (3 * _UNIT, 3))
"""Pieces of every word: their bytes, and where their checksum begins."""
_OF_LATIN = (*_SHORT, (4 * _UNIT, 4), (5 * _UNIT, 5))
_OF_LETTERS = ((5 * _UNIT, 11),)
"""Their checksum begins elsewhere, so that letters count apart from the same characters as they stand."""


def plain(text: str) -> str:
    """The text as it is cut into pieces: small letters, one width, links and digits alike, no handles."""
    unified = unicodedata.normalize("NFKC", text).lower()
    return " ".join(_DIGIT.sub("0", HANDLE.sub(" ", without_links(unified, " ⓤ "))).split())


def buckets(text: str) -> list[int]:
    """The buckets of the text's pieces, each once, in no particular order; empty for a text without any."""
    return list(set[int]().union(*map(word_buckets, set(plain(text).split()))))


@lru_cache(maxsize=_REMEMBERED)
def word_buckets(word: str) -> tuple[int, ...]:
    """The buckets of one word of a `plain` text; some may come twice."""
    bounded = f" {word} "
    wide = bounded.encode(_WIDE, _HALVES)
    if word.isascii():
        return tuple(_pieces(wide, _OF_LATIN))
    letters = unicodedata.normalize("NFD", bounded).encode(_WIDE, _HALVES)
    return (*_pieces(wide, _SHORT), *_pieces(letters, _OF_LETTERS))


def _pieces(wide: bytes, sizes: tuple[tuple[int, int], ...]) -> list[int]:
    found, end = list[int](), len(wide) + _UNIT
    for size, seed in sizes:
        found += [crc32(wide[at : at + size], seed) & _MASK for at in range(0, end - size, _UNIT)]
    return found
