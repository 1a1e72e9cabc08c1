"""The reader that knows only words: those of desk.yaml, and signs, which are phrases in the data files beside it.

`Departments` says which department claims a text, by its words and by likeness to its examples in desk.yaml.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from copy import replace
from functools import cached_property
from itertools import chain
from math import log, sqrt
from typing import NamedTuple

from desk.brand import Brand
from desk.mentions.model import Mention
from desk.reader.language import Terms, language_of
from desk.reader.signs import (
    DECISIVE,
    Clues,
    WordIndex,
    as_written,
    find_signs,
    kind_of,
    load_signs,
    normalized,
    urgency_of,
)
from desk.reading import OPERATOR, UNROUTED_KINDS, Kind, Need, Reading, Urgency, Why, need_of
from desk.text import HANDLE, unaddressed

_GRAM = re.compile(r"(?=(\S{2}|\S \S))")
_WORD_WEIGHT, _SYLLABLE_WEIGHT = 0.8, 0.1
"""The weight of a department's word, and of each of its syllables in addition."""
_LIKENESS_WEIGHT = 0.5
"""The weight of likeness to a department's examples."""


class _Word(NamedTuple):
    """A word of a department; `place` is its position in desk.yaml, `department` the position of its department."""

    place: int
    department: int
    word: str
    weight: float


class DepartmentClaim(NamedTuple):
    """A department's claim on a text; `word` is its weightiest word in the text, or ""."""

    department: str
    strength: float
    word: str


class Departments:
    """Finds the departments' claims on texts, by desk.yaml."""

    def __init__(self, brand: Brand) -> None:
        known = [department for key, department in brand.departments.items() if key != OPERATOR]
        self._keys = [department.key for department in known]
        self._lists = [department.words for department in known]
        self._examples = [department.examples for department in known]

    @property
    def words(self) -> Iterable[str]:
        """All departments' words, as in `normalized` text."""
        return self._by_words.keys()

    def claims(self, normal: str, found: Iterable[str]) -> list[DepartmentClaim]:
        """All departments' claims on `normalized` text, the strongest first; the operator's, which is 0, comes last.

        `found` are the words of a WordIndex in the text.
        """
        strengths, evidence = self._likeness(normal), [""] * len(self._keys)
        for _, place, word, weight in self._among(found):
            strengths[place] += weight
            evidence[place] = max(evidence[place], word, key=len)
        claims = map(DepartmentClaim, self._keys, strengths, evidence)
        return [*sorted(claims, key=lambda claim: -claim.strength), DepartmentClaim(OPERATOR, 0.0, "")]

    def are_named(self, found: Iterable[str]) -> bool:
        """Whether any of these is a department's word."""
        return not self._by_words.keys().isdisjoint(found)

    def word_for(self, department: str, found: Iterable[str]) -> tuple[str, float]:
        """The department's weightiest word among these, with its weight; "" where there is none."""
        own = ((word, weight) for _, place, word, weight in self._among(found) if self._keys[place] == department)
        return max(own, key=lambda each: len(each[0]), default=("", 0.0))

    def _among(self, found: Iterable[str]) -> list[_Word]:
        return sorted(each for words in found for each in self._by_words.get(words, ()))

    @cached_property
    def _by_words(self) -> dict[str, list[_Word]]:
        """Made with the first text: many processes read none."""
        by_words: dict[str, list[_Word]] = {}
        every = ((place, word) for place, words in enumerate(self._lists) for word in words)
        for number, (place, word) in enumerate(every):
            by_words.setdefault(_bounded(word), []).append(_Word(number, place, word, _weight(word)))
        return by_words

    @cached_property
    def _gram_weights(self) -> dict[str, list[tuple[int, float]]]:
        """Made with the first text."""
        return _weights_of(
            [Counter(chain.from_iterable(map(_GRAM.findall, map(normalized, examples)))) for examples in self._examples]
        )

    def _likeness(self, normal: str) -> list[float]:
        strengths = [0.0] * len(self._keys)
        grams = set(_GRAM.findall(normal))
        for gram in grams:
            for place, weight in self._gram_weights.get(gram, ()):
                strengths[place] += weight
        scale = _LIKENESS_WEIGHT / sqrt(len(grams) or 1)
        return [strength * scale for strength in strengths]


def _bounded(word: str) -> str:
    """Latin words match from their start, so that "app" is not found in "happy"; Korean words anywhere."""
    normal = normalized(word).strip()
    return f" {normal}" if normal.isascii() else normal


def _weights_of(counts: list[Counter[str]]) -> dict[str, list[tuple[int, float]]]:
    """The weight of each gram for each department, which is high if it is frequent there and rare elsewhere."""
    spread = Counter(gram for count in counts for gram in count)
    rarity = [0.0, *(log(len(counts) / n) for n in range(1, len(counts) + 1))]
    weights: dict[str, list[tuple[int, float]]] = {gram: [] for gram, n in spread.items() if rarity[n]}
    for place, count in enumerate(counts):
        for gram, n in count.items():
            if gram in weights:
                weights[gram].append((place, log(1 + n) * rarity[spread[gram]]))
    return weights


def _weight(word: str) -> float:
    """Long words weigh more than short ones; a Korean syllable weighs as much as two Latin letters."""
    return _WORD_WEIGHT + _SYLLABLE_WEIGHT * (len(word) / 2 if word.isascii() else len(word))


_READ_CHARACTERS = 1_000
"""The part of a long post that is read: requests come early."""
RUMORS = (Why("rumors"),)
"""The reason for the department of a rumour."""
_SHORT_LETTERS = 12
"""With fewer letters beside a picture, the picture is the message."""
_CLEAR_LIKENESS = 0.7
_CLEAR_MARGIN = 0.1
"""The least strength of a claim by likeness alone, and the least lead of any claim over the next one."""
_PARENT_SHARE = 0.5
"""The weight of a claim on the post replied to."""
_RIGHT = {"department_word": 0.6, "department_like": 0.3, "context": 0.3, "uncertain": 0.0}
"""The share of right departments by reason, measured on the corpus with the shipped desk.yaml."""


class BySigns(NamedTuple):
    """The reading of a text by signs and rules, without the department.

    `found` are the words of signs and departments in the text; `hurry` are the reasons for its urgency. Evidence is
    spelt as in the `normalized` text.
    """

    text: str
    normalized: str
    found: list[str]
    clues: Clues
    kind: Kind
    confidence: float
    why: Why
    urgency: Urgency
    hurry: tuple[Why, ...]


class WordsReader:
    """Reads mentions by words and rules. Pure: the same mention always has the same reading."""

    def __init__(self, brand: Brand) -> None:
        self._signs = load_signs()
        self._departments = Departments(brand)
        names = (brand.name_ko, brand.name_en, brand.handle)
        self._names = names
        self._terms = Terms(names)
        self.rumors_go_to = brand.fact_checkers

    def read(self, mention: Mention) -> Reading:
        """See Reader."""
        text = readable_part(mention.post.text)
        reading = self.without_words(text, mention) or self._understood(self.by_signs(text), mention)
        terms = () if reading.kind is Kind.JUNK else self._terms.of(text)
        return replace(reading, why=quoted(text, reading.why), terms=terms)

    def is_routed(self, mention: Mention) -> bool:
        """See PollReader."""
        return self.read(mention).is_published

    def without_words(self, text: str, mention: Mention) -> Reading | None:
        """The reading of a mention with hardly any text: a picture, emoji, nothing. None for all others."""
        words = unaddressed(text)
        letters = sum(map(str.isalnum, words))
        if letters >= _SHORT_LETTERS or (letters and not mention.post.media):
            return None
        lang = language_of(words, mention.post.lang)
        if not mention.post.media:
            return _wordless(words, lang)
        return Reading(Kind.INQUIRY, Need.SUPPORT, OPERATOR, Urgency.NORMAL, lang, 0.0, (Why("picture"),))

    def by_signs(self, text: str) -> BySigns:
        """The reading of the text by signs and rules."""
        normal = normalized(text)
        found = self._index.found_in(normal)
        signs = find_signs(self._signs, normal, found)
        clues = Clues(signs, about_us=self._departments.are_named(found), handles=len(HANDLE.findall(text)))
        kind, confidence, why = kind_of(clues)
        is_nobodys, is_understood = kind in UNROUTED_KINDS, why.rule != "no_sign"
        urgency, hurry = (Urgency.LOW, ()) if is_nobodys else urgency_of(kind, signs, understood=is_understood)
        return BySigns(text, normal, found, clues, kind, confidence, why, urgency, hurry)

    def department_of(self, by_signs: BySigns, mention: Mention) -> tuple[str, float, tuple[Why, ...]]:
        """The department by words and likeness, with confidence and reasons; the operator where it is unclear."""
        department, why = self._department(by_signs, mention)
        return department, _RIGHT[why[0].rule], quoted(by_signs.text, why)

    def claims_of(self, by_signs: BySigns) -> dict[str, float]:
        """The strength of each department's claim on the text."""
        claims = self._departments.claims(by_signs.normalized, by_signs.found)
        return {claim.department: claim.strength for claim in claims}

    def word_for(self, by_signs: BySigns, department: str) -> tuple[str, float]:
        """The department's weightiest word in the text, as written there, with its weight; "" where it has none."""
        word, weight = self._departments.word_for(department, by_signs.found)
        return as_written(by_signs.text, word), weight

    def has_own_word(self, text: str) -> bool:
        """Whether the text has a word of any department besides the brand's names and greetings."""
        normal = normalized(text)
        for aside in self._not_own:
            normal = normal.replace(aside, " ")
        return self._departments.are_named(self._index.found_in(normal))

    def terms_of(self, text: str) -> tuple[str, ...]:
        """The text's terms: see `desk.reader.language`."""
        return self._terms.of(text)

    @cached_property
    def _not_own(self) -> tuple[str, ...]:
        """The brand's names and greetings, which don't make a text a matter of the brand."""
        return (*(normalized(name).strip() for name in self._names), *self._signs.words_of("social"))

    @cached_property
    def _index(self) -> WordIndex:
        """Made with the first text: many processes read none."""
        return WordIndex((*self._signs.words, *self._departments.words))

    def _understood(self, by_signs: BySigns, mention: Mention) -> Reading:
        kind, confidence, why = by_signs.kind, by_signs.confidence, by_signs.why
        lang = language_of(unaddressed(by_signs.text), mention.post.lang)
        if kind in UNROUTED_KINDS:
            return Reading(kind, Need.RELATIONSHIP, None, Urgency.LOW, lang, confidence, (why,))
        of_rumor = (self.rumors_go_to, RUMORS)
        department, whose = of_rumor if kind is Kind.RUMOR else self._department(by_signs, mention)
        need = need_of(kind, own=by_signs.clues.weight("own_case") >= DECISIVE)
        sureness, hurry = confidence / 2 if department == OPERATOR else confidence, by_signs.hurry
        whys = (why, *whose, *hurry)
        return Reading(kind, need, department, by_signs.urgency, lang, sureness, whys, wakes=bool(hurry))

    def _department(self, by_signs: BySigns, mention: Mention) -> tuple[str, tuple[Why, ...]]:
        claims = self._departments.claims(by_signs.normalized, by_signs.found)
        if _is_clear(claims):
            best = claims[0]
            return best.department, (Why("department_word", best.word) if best.word else Why("department_like"),)
        parent = mention.parent.post if mention.parent else None
        if parent:
            normal = normalized(readable_part(parent.text))
            around = {c.department: c.strength for c in self._departments.claims(normal, self._index.found_in(normal))}
            joined = [
                DepartmentClaim(c.department, c.strength + _PARENT_SHARE * around[c.department], "") for c in claims
            ]
            joined.sort(key=lambda claim: -claim.strength)
            if _is_clear(joined):
                return joined[0].department, (Why("context"),)
        return OPERATOR, (Why("uncertain"),)


def readable_part(text: str) -> str:
    """The part of a post that is read: its beginning, in NFC."""
    return unicodedata.normalize("NFC", text[:_READ_CHARACTERS])


def quoted(text: str, whys: Iterable[Why]) -> tuple[Why, ...]:
    """The reasons, with their evidence as the text spells it."""
    return tuple(Why(rule, as_written(text, evidence)) for rule, evidence in whys)


def clear_department(claims: list[DepartmentClaim]) -> str:
    """The department of the strongest claim, the first one; the operator where it isn't clear."""
    return claims[0].department if _is_clear(claims) else OPERATOR


def _is_clear(claims: list[DepartmentClaim]) -> bool:
    best, *others = claims
    second = others[0].strength if others else 0.0
    return (bool(best.word) or best.strength >= _CLEAR_LIKENESS) and best.strength - second >= _CLEAR_MARGIN


def _wordless(words: str, lang: str) -> Reading:
    """The reading of emoji, which are chat, or of punctuation or nothing, which are junk."""
    emoji = any(unicodedata.category(character) == "So" for character in words)
    kind, why = (Kind.CHAT, Why("emoji")) if emoji else (Kind.JUNK, Why("empty"))
    return Reading(kind, Need.RELATIONSHIP, None, Urgency.LOW, lang, 0.9, (why,))
