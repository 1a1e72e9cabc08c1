"""What the trained heads see of a text: which of a fixed number of buckets its pieces fall into.

Pieces are those of each word with its ends (one to three characters, of Latin words up to five), and of the word's
Korean letters taken apart (five in a row, which sees stems through their endings). The trainer and the reader share
this module, so that a head never meets another view than the one it was trained on.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from itertools import chain, combinations
from pathlib import Path
from zlib import crc32

from desk.reader.signs import bears, spoken
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


_FOLDER = Path(__file__).parent
_NEAR = 18
"""Characters that may stand between two parts of a phrase."""
_BETWEEN, _OR = " .. ", "|"
_SPACED_KEY, _KEY = 4, 2
"""Characters by which phrases are looked up, where spaces divide words and where they are left out."""
_DANGER = "danger "
"""Begins the name of a kind of danger; topics have one word."""
_SEED = 77
"""Where the checksum of topics begins, so that they count apart from letters."""


@cache
def _bucket(name: str) -> int:
    return crc32(name.encode(), _SEED) & _MASK


class _Phrase:
    """Alternatives of one part, or parts that follow each other; `name` is the topic or danger that it tells of."""

    def __init__(self, written: str, name: str) -> None:
        self.parts = [part.split(_OR) for part in written.split(_BETWEEN)]
        self.name = name

    def is_in(self, text: str) -> bool:
        """Whether a text that has a beginning of the phrase has the whole of it."""
        is_whole = len(self.parts) == 1
        return is_whole or (any(word in text for word in self.parts[-1]) and bool(self.pattern.search(text)))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled once a text may have the phrase: most texts have none."""
        parts = ("(?:" + _OR.join(map(_alternative, part)) + ")" for part in self.parts)
        return re.compile(f".{{0,{_NEAR}}}?".join(parts))


def _alternative(word: str) -> str:
    """A number counts as a whole one, so that 119 is not found in 11900."""
    number = word.strip()
    return rf"(?<!\d){number}(?!\d)" if number.isdigit() else re.escape(word)


class _Lookup:
    """Phrases by the first characters of their beginnings, so that a text is compared with few of them."""

    def __init__(self, phrases: Iterable[_Phrase], key: int) -> None:
        self._key = key
        self._by_key: dict[tuple[str, ...], list[tuple[str, _Phrase]]] = {}
        for phrase in phrases:
            for word in phrase.parts[0]:
                self._by_key.setdefault(tuple(word[:key]), []).append((word, phrase))

    def found(self, text: str) -> Iterator[_Phrase]:
        """The phrases in the text."""
        by_key = self._by_key
        starts = chain.from_iterable(
            zip(*(text[at:] for at in range(length)), strict=False) for length in range(1, self._key + 1)
        )
        for start in by_key.keys() & set(starts):
            for word, phrase in by_key[start]:
                if bears(text, word) and phrase.is_in(text):
                    yield phrase


class _Language:
    """One data file."""

    def __init__(self, name: str, letters: str, *, spaced: bool) -> None:
        data = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
        self._letters = re.compile(letters)
        self._spaced = spaced
        key = _SPACED_KEY if spaced else _KEY
        topics = [_Phrase(words, topic) for topic, words in data["topics"].items()]
        dangers = [
            _Phrase(written, f"{_DANGER}{danger}") for danger, some in data["phrases"].items() for written in some
        ]
        self._signs = _Lookup([*topics, *dangers], key)
        self._idioms = _Lookup([_Phrase(written, "") for written in data["idioms"]], key)

    def found(self, said: str) -> set[str]:
        """The topics of `spoken` text, and the kinds of danger that its phrases tell of."""
        if not self._letters.search(said):
            return set()
        text = said if self._spaced else said.replace(" ", "")
        found = {phrase.name for phrase in self._signs.found(text)}
        if any(map(_is_danger, found)):
            plain = self._without_idioms(text)
            found -= {*filter(_is_danger, found)} - {phrase.name for phrase in self._signs.found(plain)}
        return found

    def _without_idioms(self, text: str) -> str:
        for idiom in list(self._idioms.found(text)):
            text = idiom.pattern.sub(lambda match: "·" * len(match[0]), text)
        return text


def _is_danger(name: str) -> bool:
    return name.startswith(_DANGER)


@cache
def _languages() -> tuple[_Language, ...]:
    """Read with the first text: reading them would cost a start-up milliseconds."""
    return (
        _Language("danger_ko.json", "[가-힣]", spaced=False),
        _Language("danger_en.json", "[a-z]{2}", spaced=True),
        _Language("danger_more.json", "[ぁ-ヿ一-鿿]", spaced=False),
    )


def urgency_buckets(text: str, found: Iterable[int]) -> list[int]:
    """The buckets of a text for the heads of danger and urgency: those `found` by its letters, and its topics'."""
    topics = topics_of(text)
    pairs = map(" ".join, combinations(topics, 2))
    return sorted({*found, *map(_bucket, topics), *map(_bucket, pairs)})


def topics_of(text: str) -> list[str]:
    """What the text is about, as the data files name it, in alphabetical order."""
    said = spoken(text)
    return sorted(set().union(*(language.found(said) for language in _languages())))
