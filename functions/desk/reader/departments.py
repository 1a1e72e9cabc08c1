"""Whose matter a text is, by the departments' words and by likeness to their example sentences in desk.yaml."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from math import log, sqrt
from typing import NamedTuple

from desk.brand import Brand
from desk.reader.signs import spoken
from desk.reading import OPERATOR

_GRAM = re.compile(r"(?=(\S{2}|\S \S))")
_WORD_WEIGHT, _SYLLABLE_WEIGHT = 0.8, 0.1
"""What one of a department's words is worth, and each of its syllables besides."""
_LIKENESS_WEIGHT = 0.5
"""What likeness to a department's examples is worth beside its words."""


class _Word(NamedTuple):
    """One of a department's words; `place` orders them as desk.yaml does, `department` is the place of its own."""

    place: int
    department: int
    word: str
    weight: float


class Claim(NamedTuple):
    """How strongly a department claims a text; `word` is its weightiest word in it, if any."""

    department: str
    strength: float
    word: str


class Departments:
    """The departments' claims on a text, learned from desk.yaml."""

    def __init__(self, brand: Brand) -> None:
        known = [department for key, department in brand.departments.items() if key != OPERATOR]
        self._keys = [department.key for department in known]
        self._lists = [department.words for department in known]
        self._examples = [department.examples for department in known]

    @property
    def words(self) -> Iterable[str]:
        """All departments' words as a `spoken` text has them."""
        return self._by_words.keys()

    def claims(self, said: str, found: Iterable[str]) -> list[Claim]:
        """Every department's claim on `spoken` text, the strongest first; the operator's, weighing nothing, last.

        `found` are the words of a WordIndex that the text has.
        """
        strengths, evidence = self._likeness(said), [""] * len(self._keys)
        for _, place, word, weight in self._among(found):
            strengths[place] += weight
            evidence[place] = max(evidence[place], word, key=len)
        claims = map(Claim, self._keys, strengths, evidence)
        return [*sorted(claims, key=lambda claim: -claim.strength), Claim(OPERATOR, 0.0, "")]

    def are_named(self, found: Iterable[str]) -> bool:
        """Whether a word of any department is among these."""
        return not self._by_words.keys().isdisjoint(found)

    def word_for(self, department: str, found: Iterable[str]) -> str:
        """The department's weightiest word among these; "" when there is none."""
        own = (word for _, place, word, _ in self._among(found) if self._keys[place] == department)
        return max(own, key=len, default="")

    def _among(self, found: Iterable[str]) -> list[_Word]:
        return sorted(each for words in found for each in self._by_words.get(words, ()))

    @cached_property
    def _by_words(self) -> dict[str, list[_Word]]:
        """Made once a first text is read: many a process starts and reads none."""
        by_words: dict[str, list[_Word]] = {}
        every = ((place, word) for place, words in enumerate(self._lists) for word in words)
        for number, (place, word) in enumerate(every):
            by_words.setdefault(_bounded(word), []).append(_Word(number, place, word, _weight(word)))
        return by_words

    @cached_property
    def _gram_weights(self) -> dict[str, list[tuple[int, float]]]:
        """Weighed with the first text whose likeness is asked for."""
        return _weights_of([Counter(_grams(map(spoken, examples))) for examples in self._examples])

    def _likeness(self, said: str) -> list[float]:
        strengths = [0.0] * len(self._keys)
        grams = set(_grams([said]))
        for gram in grams:
            for place, weight in self._gram_weights.get(gram, ()):
                strengths[place] += weight
        scale = _LIKENESS_WEIGHT / sqrt(len(grams) or 1)
        return [strength * scale for strength in strengths]


def _bounded(word: str) -> str:
    """Latin words count from their start, so that "app" is not found in "happy"; Korean ones anywhere."""
    said = spoken(word).strip()
    return f" {said}" if said.isascii() else said


def _grams(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        yield from _GRAM.findall(text)


def _weights_of(counts: list[Counter[str]]) -> dict[str, list[tuple[int, float]]]:
    """For each gram, how much it speaks for each department: much if it is frequent there and rare elsewhere."""
    spread = Counter(gram for count in counts for gram in count)
    rarity = [0.0, *(log(len(counts) / n) for n in range(1, len(counts) + 1))]
    weights: dict[str, list[tuple[int, float]]] = {gram: [] for gram, n in spread.items() if rarity[n]}
    for place, count in enumerate(counts):
        for gram, n in count.items():
            if gram in weights:
                weights[gram].append((place, log(1 + n) * rarity[spread[gram]]))
    return weights


def _weight(word: str) -> float:
    """Long words say more than short ones; a Korean syllable says as much as two Latin letters."""
    return _WORD_WEIGHT + _SYLLABLE_WEIGHT * (len(word) / 2 if word.isascii() else len(word))
