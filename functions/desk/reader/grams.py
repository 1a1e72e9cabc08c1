"""What the trained heads see of a text: which of a fixed number of buckets its pieces fall into.

Pieces are those of each word with its ends (one to three characters, of Latin words up to five), and of the word's
Korean letters taken apart (five in a row, which sees stems through their endings). The trainer and the reader share
this module, so that a head never meets another view than the one it was trained on.
"""

import re
import unicodedata
from zlib import crc32

from desk.addresses import HANDLE, LINK

BITS = 17
"""Two to this power are the buckets. Pieces that share one blur each other: half as many cost one to two points."""

_MASK = (1 << BITS) - 1
_DIGIT = re.compile(r"\d")
_WIDE = "utf-32-le"
_UNIT = 4  # bytes of a character in it
_HALVES = "surrogatepass"
_CHARACTERS, _LATIN, _LETTERS = (1, 2, 3), (4, 5), 5
_SEED_OF_LETTERS = 11
"""Where its checksum begins, so that it counts apart from the same characters as they stand."""


def plain(text: str) -> str:
    """The text as it is cut into pieces: small letters, one width, links and digits alike, no handles."""
    unified = unicodedata.normalize("NFKC", text).lower()
    return " ".join(_DIGIT.sub("0", HANDLE.sub(" ", LINK.sub(" ⓤ ", unified))).split())


def buckets(text: str) -> list[int]:
    """The buckets of the text's pieces, each once, in order; empty for a text without any."""
    found: set[int] = set()
    for word in set(plain(text).split()):
        found |= word_buckets(word)
    return sorted(found)


def word_buckets(word: str) -> set[int]:
    """The buckets of one word of a `plain` text."""
    bounded = f" {word} "
    whole = bounded.encode(_WIDE, _HALVES)
    found = set[int]()
    for length in _CHARACTERS:
        found |= _pieces(whole, length, length)
    if not word.isascii():
        return found | _pieces(unicodedata.normalize("NFD", bounded).encode(_WIDE, _HALVES), _LETTERS, _SEED_OF_LETTERS)
    for length in _LATIN:
        found |= _pieces(whole, length, length)
    return found


def _pieces(wide: bytes, length: int, seed: int) -> set[int]:
    size = length * _UNIT
    return {crc32(wide[at : at + size], seed) & _MASK for at in range(0, len(wide) - size + 1, _UNIT)}
