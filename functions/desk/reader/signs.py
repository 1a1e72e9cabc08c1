"""Turns of phrase that tell what a text is about, with their weights, from the data files beside this one."""

import json
import re
from collections.abc import Iterable
from functools import cached_property
from operator import add
from pathlib import Path
from typing import NamedTuple

from desk.text import unaddressed

_FILES = ("signs_ko.json", "signs_en.json", "signs_more.json")
_LONGEST_EVIDENCE = 20
_SILENT = re.compile(r"[^\w'?%]+")
_BETWEEN = r"[^\w'?%]{0,3}"
_SPELT = {"'": "['’]", "?": r"\?", "안": f"안{_BETWEEN}", "못": f"못{_BETWEEN}"}
"""What people write for a sign of `spoken` text, where that is not the sign itself."""


class Found(NamedTuple):
    """How much speaks for a sign in a text, and the weightiest evidence of it."""

    weight: int = 0
    evidence: str = ""


NOTHING = Found()


def spoken(text: str) -> str:
    """What signs are looked for in: small letters, words between single spaces, no links and handles; `?` is a word.

    The Korean negations 안 and 못, which people write with and without a space, lean on their verb.
    """
    words = _SILENT.sub(" ", unaddressed(text).lower().replace("’", "'"))
    single = " ".join(words.replace("?", " ? ").split())
    return f" {single} ".replace(" 안 ", " 안").replace(" 못 ", " 못")


def as_written(text: str, found: str) -> str:
    """What was found in a `spoken` text as the text itself spells it, where it does: Wi-Fi, 안 잡혀요."""
    if found in text:
        return found
    words = ("".join(_SPELT.get(sign, sign) for sign in word) for word in _SILENT.sub(" ", found).split())
    spelt = _BETWEEN.join(word.removesuffix(_BETWEEN) for word in words)
    written = re.search(spelt, unaddressed(text), re.IGNORECASE)
    return " ".join(written[0].split()) if written else found


class Sign(NamedTuple):
    """One of a sign's turns of phrase; `place` is the lower the more it weighs."""

    place: int
    name: str
    weight: int
    words: str


class Signs:
    """Signs by their turns of phrase."""

    def __init__(self, signs: Iterable[tuple[str, int, str]]) -> None:
        self._signs = sorted(signs, key=lambda sign: -sign[1])

    @property
    def words(self) -> Iterable[str]:
        """All turns of phrase, each once."""
        return self._by_words.keys()

    def words_of(self, name: str) -> list[str]:
        """The turns of phrase of one sign."""
        return [words for sign, _, words in self._signs if sign == name]

    def among(self, found: Iterable[str]) -> list[Sign]:
        """The signs that have one of these turns of phrase, the weightiest first."""
        return sorted(sign for words in found for sign in self._by_words.get(words, ()))

    @cached_property
    def _by_words(self) -> dict[str, list[Sign]]:
        """Made once a first text is read: many a process starts and reads none."""
        by_words: dict[str, list[Sign]] = {}
        for place, (name, weight, words) in enumerate(self._signs):
            by_words.setdefault(words, []).append(Sign(place, name, weight, words))
        return by_words


def load_signs() -> Signs:
    """Every sign of every language."""
    files = (json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8")) for name in _FILES)
    return Signs(
        (name, int(weight), words)
        for data in files
        for name, group in data.items()
        for weight, some in group.items()
        for words in some
    )


def bears(said: str, words: str) -> bool:
    """Whether `spoken` text has these words. A number counts as a whole one, so that 119 is not found in 11900."""
    number = words.strip()
    return words in said and not (number.isdigit() and not re.search(rf"(?<!\d){number}(?!\d)", said))


def find_signs(signs: Signs, said: str, found: Iterable[str]) -> dict[str, Found]:
    """The signs that `spoken` text bears; `found` are the words of a WordIndex that it has."""
    borne: dict[str, Found] = {}
    for _, name, weight, words in signs.among(found):
        before = borne.get(name, NOTHING)
        borne[name] = Found(before.weight + weight, before.evidence or _around(said, words))
    return borne


def _around(said: str, words: str) -> str:
    """The whole words in the text that a sign was found in, or the sign itself where those run on and on."""
    start = said.find(words)
    whole = said[said.rfind(" ", 0, start + 1) + 1 : said.find(" ", start + len(words) - 1)].strip(" ?")
    return whole if 0 < len(whole) <= _LONGEST_EVIDENCE else words.strip(" ?") or "?"


class WordIndex:
    """Finds words in `spoken` texts: only those are looked for of which the text has one pair of characters.

    That leaves about five in a hundred; the others cost nothing.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_pair: dict[str, list[str]] = {}
        self._single: list[str] = []
        for word in dict.fromkeys(words):
            if len(word) > 1:
                self._by_pair.setdefault(_pair(word), []).append(word)
            else:
                self._single.append(word)
        self._pairs = frozenset(self._by_pair)

    def found_in(self, said: str) -> list[str]:
        """The words that the text bears, each once, in no particular order."""
        pairs = self._pairs.intersection(map(add, said, said[1:]))
        found = [word for pair in pairs for word in self._by_pair[pair] if word in said]
        return [word for word in (*found, *self._single) if bears(said, word)]


def _pair(word: str) -> str:
    """The first two characters after a blank, which tell more than those with it."""
    bare = word.lstrip()
    return bare[:2] if len(bare) > 1 else word[:2]
