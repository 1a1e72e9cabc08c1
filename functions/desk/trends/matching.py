"""Decides which posts share a trend, how many usually do, and whether a trend names the brand; pure functions.

A post shares a trend if it has the trend's words next to each other, written together or apart: 통신장애 and 통신 장애
are the same. The terms are those of the reader, so that particles and common words do not count. A longer Korean word
counts as well if it begins or ends with the trend's: 긴급재난문자 shares 재난문자.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from desk.brand import Brand
from desk.trends.model import DayTerms, Sharing

AT_LEAST = 5
"""The fewest posts that must share a trend before it touches the brand."""

AT_LEAST_OF_TOPIC = 3
"""The same for a trend that has a word of a department."""

TIMES = 3
"""From this many times the usual number on, posts are clearly more."""

DAYS = 28
"""How many days before today are compared with."""

ENOUGH_DAYS = 3
"""With fewer days, nothing counts as usual."""

_BUSY = 10
"""One in this many days is left out as busy. What comes each Monday, or whenever it rains, comes more often."""

KEPT_TERMS = 8_000
"""The most terms of a day that are kept."""

_MOST_COUNTED = 150_000
"""Above this number of different terms the rarer half is dropped, to limit the memory."""

_COMPOUND = re.compile("[가-힣]{5,}")
_SURE_SYLLABLES = 4
"""A word of so many syllables means the same at either end of a longer one; of three it often does not (업데이트)."""

_SURE_LETTERS, _SURE_LETTERS_LATIN = 3, 6
"""A name with at least this many letters is found inside a word, a shorter one only as a whole word."""


def plain(text: str) -> str:
    """The text as it is compared: NFKC, case-folded, `#` and punctuation as spaces."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(letter if letter.isalnum() else " " for letter in normal).split())


def squeezed(text: str) -> str:
    """The plain text without spaces, which is how X joins the words of a hashtag."""
    return plain(text).replace(" ", "")


def has_word(text: str, word: str) -> bool:
    """Whether the text has the word or phrase: as whole words, or inside a word if it is long enough."""
    short = squeezed(word)
    if not short:
        return False
    sure = _SURE_LETTERS_LATIN if short.isascii() else _SURE_LETTERS
    return f" {plain(word)} " in f" {plain(text)} " or short == squeezed(text) or _is_inside(short, text, sure)


def _is_inside(short: str, text: str, sure: int) -> bool:
    return len(short) >= sure and short in squeezed(text)


class BrandWords(NamedTuple):
    """The words by which a trend names the brand, those by which it means something else, and departments' words."""

    own: tuple[str, ...]
    without: tuple[str, ...]
    of_departments: Mapping[str, str]
    """The department (its key) of each word."""

    def own_in(self, name: str) -> str:
        """The first word of the brand in the name of a trend; "" where it means something else."""
        if any(squeezed(word) in squeezed(name) for word in self.without):
            return ""
        return next((word for word in self.own if has_word(name, word)), "")

    def topic_of(self, name: str) -> str:
        """The department that has a word of the trend; "" without one."""
        return next((key for word, key in self.of_departments.items() if has_word(name, word)), "")


def brand_words(brand: Brand) -> BrandWords:
    """The words of desk.yaml: names, handle, what is listened for, products, and those of departments."""
    products = (name for product in brand.checks.products for name in (product.name, *product.wrong))
    own = [brand.name_ko, brand.name_en, brand.handle, *brand.listen.terms, *brand.listen.hashtags, *products]
    of_departments = {word: key for key, department in brand.departments.items() for word in department.words}
    return BrandWords(
        tuple(sorted(dict.fromkeys(own), key=len, reverse=True)), brand.listen.without_words, of_departments
    )


class Sought(NamedTuple):
    """What a post must have to share a trend: its words written together, or every pair of neighbouring words."""

    whole: str
    pairs: tuple[str, ...]
    search: str


def sought_of(name: str, own: str, terms_of: Callable[[str], Sequence[str]]) -> Sought | None:
    """What a post must have to share this trend; None if the trend has no term besides the brand's own word.

    All mentions are about the brand, so its own word says nothing. `terms_of` are the reader's terms of a text.
    """
    own_letters = " ?".join(squeezed(own))
    terms = terms_of(re.sub(own_letters, " ", plain(name)) if own else plain(name))
    if not terms:
        return None
    return Sought("".join(terms), tuple(_pairs(terms)), " ".join(terms))


def tokens_of(terms: Sequence[str]) -> set[str]:
    """The terms of a post, each two neighbours written together, and the long ends of compounds."""
    return {*terms, *_pairs(terms), *(end for term in terms for end in _ends(term))}


def _ends(term: str) -> Iterator[str]:
    if _COMPOUND.fullmatch(term):
        for length in range(_SURE_SYLLABLES, len(term)):
            yield term[:length]
            yield term[-length:]


def _pairs(terms: Sequence[str]) -> Iterable[str]:
    return map("".join, pairwise(terms))


class SharingCounter:
    """Counts the posts that share each trend, by the trend's name."""

    def __init__(self, sought: Mapping[str, Sought]) -> None:
        self._sought = sought
        self._by_token: dict[str, list[str]] = {}
        for name, each in sought.items():
            for token in {each.whole, *each.pairs[:1]}:
                self._by_token.setdefault(token, []).append(name)
        self._counts = Counter[str]()
        self._apart: dict[str, str] = {}
        """Trends of one word that a post writes as two, and how."""

    def add(self, terms: Sequence[str]) -> None:
        """Count a post with these terms."""
        tokens = tokens_of(terms)
        for name in {name for token in tokens & self._by_token.keys() for name in self._by_token[token]}:
            sought = self._sought[name]
            if sought.whole in tokens or tokens.issuperset(sought.pairs):
                self._counts[name] += 1
                apart = [] if sought.pairs else [f"{a} {b}" for a, b in pairwise(terms) if a + b == sought.whole]
                if apart and sought.whole not in terms:
                    self._apart[name] = apart[0]

    def search(self, name: str) -> str:
        """The words by which the console's search finds the posts; "" for a trend without terms."""
        return self._apart.get(name, self._sought[name].search) if name in self._sought else ""

    def sharing(self, name: str, days: Sequence[DayTerms], *, at_least: int) -> Sharing:
        """How many posts share the trend, compared with the days before."""
        if name not in self._sought:
            return Sharing(0)
        return sharing_of(self._counts[name], [_on(day, self._sought[name]) for day in days], at_least)


def _on(day: DayTerms, sought: Sought) -> int:
    """How many posts of the day shared it; for three words or more, an upper bound."""
    return max(day.of(sought.whole), min(map(day.of, sought.pairs), default=0))


def sharing_of(posts: int, days: Sequence[int], at_least: int) -> Sharing:
    """Compare the posts of the last 24 hours with those of the days before.

    Usual is the mean of the days without the busiest, so that an earlier outage does not count. Posts are clearly more
    if there are at least `at_least`, at least TIMES the usual number, and more than on any of these days.
    """
    ordinary = sorted(days)[: len(days) - len(days) // _BUSY]
    usual = sum(ordinary) / len(ordinary) if ordinary else 0.0
    is_more = posts >= max(at_least, TIMES * usual, max(ordinary, default=0) + 1)
    return Sharing(posts, usual, len(days), is_more and len(days) >= ENOUGH_DAYS)


class TermCounter:
    """Counts how many of a day's posts have each token."""

    def __init__(self) -> None:
        self._posts = 0
        self._counts = Counter[str]()
        self._dropped = 0

    def add(self, terms: Sequence[str]) -> None:
        """Count a post with these terms."""
        self._posts += 1
        self._counts.update(tokens_of(terms))
        if len(self._counts) > _MOST_COUNTED:
            self._keep(_MOST_COUNTED // 2)

    def terms(self) -> DayTerms:
        """The terms that are used most. Terms of a single post are not kept."""
        self._keep(KEPT_TERMS)
        kept = {term: count for term, count in self._counts.items() if count > 1}
        return DayTerms(self._posts, kept, self._dropped)

    def _keep(self, most: int) -> None:
        if len(self._counts) <= most:
            return
        ranked = self._counts.most_common()
        self._dropped = max(self._dropped, ranked[most][1])
        self._counts = Counter(dict(ranked[:most]))


def since_the_first(days: Mapping[date, DayTerms]) -> Sequence[DayTerms]:
    """The days from the first one with any post on: before that the desk did not collect posts."""
    begun = [day for day in sorted(days) if days[day].posts]
    return [days[day] for day in sorted(days) if begun and day >= begun[0]]
