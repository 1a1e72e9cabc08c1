"""What the heads for danger and urgency see of a text besides its letters: its topics and its phrases of danger.

The data files beside this module have, in four languages:

* `topics`: words by what they are about (fire, falling, persons, "right now", but also laughter, stories and prices).
* `phrases`: turns of phrase by kind of danger. Each kind is a topic too.
* `idioms`: phrases that mean no harm ("요금 폭탄"). They are removed before phrases are looked for.

The heads weigh which topics a text has, and which of them together: "child" and "fire" say more than either.

In each, "|" stands between alternatives. A phrase may have parts with " .. " between them, which must follow each other
nearby. Korean, Japanese and Chinese are compared without spaces, which their authors set as they like.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import chain, combinations
from pathlib import Path
from zlib import crc32

from desk.reader.grams import BITS
from desk.reader.signs import bears, spoken

_FOLDER = Path(__file__).parent
_NEAR = 18
"""Characters that may stand between two parts of a phrase."""
_BETWEEN, _OR = " .. ", "|"
_SPACED_KEY, _KEY = 4, 2
"""Characters by which phrases are looked up, where spaces divide words and where they are left out."""
_DANGER = "danger "
"""Begins the name of a kind of danger; topics have one word."""
_MASK = (1 << BITS) - 1
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
