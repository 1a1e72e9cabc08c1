"""Features of a text for the trained heads: the buckets of its pieces, and for danger and urgency also its topics.

Pieces are the n-grams of each word with its ends: of one to three characters, in Latin words up to five, and of five
Korean letters (jamo), which find stems under their endings; and four characters around each space. Each is hashed into
one of a fixed number of buckets. The trainer uses this module too, so that a head reads the features that it was
trained on.

Topics come from data files beside this module, in four languages:

* `topics`: words by subject (fire, falling, persons, "right now", but also laughter, stories and prices).
* `phrases`: phrases by kind of danger. Each kind is a topic too.
* `idioms`: phrases that mean no harm ("요금 폭탄"). They are removed before phrases are looked for.

The heads weigh topics and pairs of topics: "child" and "fire" say more together than either alone.

In the files, "|" separates alternatives, and " .. " separates parts of a phrase that follow each other nearby. Korean,
Japanese and Chinese are compared without spaces, since authors set them as they like.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from itertools import chain, combinations
from pathlib import Path
from zlib import crc32

from desk.reader.signs import contains_words, normalized
from desk.text import HANDLE, without_links

BITS = 18
"""There are `2 ** BITS` buckets. With half as many, more pieces share one, which costs half a point."""

_MASK = (1 << BITS) - 1
_HANDLE_SIGN, _FEW_HANDLES = "ⓗ", 2
_ADDRESSED = re.compile(rf"\A\s*(?:{HANDLE.pattern}\s*)+", HANDLE.flags)
_DIGIT = re.compile(r"\d")
_WIDE = "utf-32-le"
_UNIT = 4  # bytes of a character in it
_HALVES = "surrogatepass"
_REMEMBERED = 4_096
"""Words whose buckets are cached, about 2 MB: every third word of a text is one of them."""
_SHORT = ((1 * _UNIT, 1), (2 * _UNIT, 2), (3 * _UNIT, 3))
"""Pieces of every word: their size in bytes, and the seed of their checksum."""
_OF_LATIN = (*_SHORT, (4 * _UNIT, 4), (5 * _UNIT, 5))
_SPACE = re.compile(" ")
_JOINT, _JOINT_SEED = 4, 21
_OF_LETTERS = ((5 * _UNIT, 11),)
"""Jamo have a seed of their own, so that they differ from the same characters as written."""


def plain(text: str) -> str:
    """The text from which pieces are cut: lower case, NFKC; links, digits and handles that count are each alike.

    Handles at the beginning do not count: X puts them before a reply. Nor do the next two, the brand's and a friend's.
    """
    unified = without_links(unicodedata.normalize("NFKC", text).lower(), " ⓤ ")
    said = HANDLE.sub(" ", _ADDRESSED.sub(" ", unified), count=_FEW_HANDLES)
    return " ".join(_DIGIT.sub("0", HANDLE.sub(f" {_HANDLE_SIGN} ", said)).split())


def buckets(text: str) -> list[int]:
    """The buckets of the text's pieces, each once, in no particular order; none where it has nothing but handles."""
    cut = plain(text)
    if not cut.strip(_HANDLE_SIGN + " "):
        return []
    return list(set(_joints(cut)).union(*map(word_buckets, set(cut.split()))))


def _joints(cut: str) -> Iterator[int]:
    """The buckets of what is around each space of a `plain` text: a word's end with the next one's beginning."""
    for space in _SPACE.finditer(cut):
        at = space.start()
        for begin in (max(at - 2, 0), at - 1):
            yield crc32(cut[begin : begin + _JOINT].encode(_WIDE, _HALVES), _JOINT_SEED) & _MASK


@lru_cache(maxsize=_REMEMBERED)
def word_buckets(word: str) -> tuple[int, ...]:
    """The buckets of one word of a `plain` text; some may be repeated."""
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
"""The most characters between two parts of a phrase."""
_BETWEEN, _OR = " .. ", "|"
_SPACED_KEY, _KEY = 4, 2
"""Characters by which phrases are looked up, in languages with and without spaces between words."""
_DANGER = "danger "
"""Begins the name of a kind of danger; other topics are one word."""
_SEED = 77
"""The seed of the checksum of topics, so that they differ from pieces."""


@cache
def _bucket(name: str) -> int:
    return crc32(name.encode(), _SEED) & _MASK


class _Phrase:
    """Alternatives, or several parts that follow each other; `name` is the topic or the kind of danger."""

    def __init__(self, written: str, name: str) -> None:
        self.parts = [part.split(_OR) for part in written.split(_BETWEEN)]
        self.name = name

    def is_in(self, text: str) -> bool:
        """Whether a text that has the phrase's first part has all of it."""
        is_whole = len(self.parts) == 1
        return is_whole or (any(word in text for word in self.parts[-1]) and bool(self.pattern.search(text)))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text may have the phrase, which is rare."""
        parts = ("(?:" + _OR.join(map(_alternative, part)) + ")" for part in self.parts)
        return re.compile(f".{{0,{_NEAR}}}?".join(parts))


def _alternative(word: str) -> str:
    """A number matches as a whole, so that 119 is not found in 11900."""
    number = word.strip()
    return rf"(?<!\d){number}(?!\d)" if number.isdigit() else re.escape(word)


class _Lookup:
    """Phrases by their first characters, so that a text is compared with few of them."""

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
                if contains_words(text, word) and phrase.is_in(text):
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

    def found(self, normal: str) -> set[str]:
        """The topics of `normalized` text, and the kinds of danger in its phrases."""
        if not self._letters.search(normal):
            return set()
        text = normal if self._spaced else normal.replace(" ", "")
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
    """Loaded with the first text, which saves milliseconds at start-up."""
    return (
        _Language("danger_ko.json", "[가-힣]", spaced=False),
        _Language("danger_en.json", "[a-z]{2}", spaced=True),
        _Language("danger_more.json", "[ぁ-ヿ一-鿿]", spaced=False),
    )


def urgency_buckets(text: str, piece_buckets: Iterable[int]) -> list[int]:
    """The buckets for the heads of danger and urgency: those of the text's pieces and those of its topics."""
    topics = topics_of(text)
    pairs = map(" ".join, combinations(topics, 2))
    return sorted({*piece_buckets, *map(_bucket, topics), *map(_bucket, pairs)})


def topics_of(text: str) -> list[str]:
    """The text's topics and kinds of danger, in alphabetical order."""
    normal = normalized(text)
    return sorted(set().union(*(language.found(normal) for language in _languages())))
