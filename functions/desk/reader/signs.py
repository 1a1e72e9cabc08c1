"""Signs of what a text is about: weighted phrases in data files, and rules that make them a kind and an urgency."""

import json
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from operator import add
from pathlib import Path
from typing import NamedTuple

from desk.reading import Kind, Urgency, Why
from desk.text import unaddressed

_FILES = ("signs_ko.json", "signs_en.json", "signs_more.json")
_LONGEST_EVIDENCE = 20
_SILENT = re.compile(r"[^\w'?%]+")
_BETWEEN = r"[^\w'?%]{0,3}"
_SPELT = {"'": "['’]", "?": r"\?", "안": f"안{_BETWEEN}", "못": f"못{_BETWEEN}"}
"""Patterns for characters of `normalized` text that people write in other ways too."""


class SignMatch(NamedTuple):
    """The weight of a sign in a text, and the weightiest evidence of it."""

    weight: int = 0
    evidence: str = ""


NOTHING = SignMatch()


def normalized(text: str) -> str:
    """The text in which words are looked for: lower case, single spaces, no links and handles; `?` is a word.

    The Korean negations 안 and 못, which people write with and without a space, are joined to their verb.
    """
    words = _SILENT.sub(" ", unaddressed(text).lower().replace("’", "'"))
    single = " ".join(words.replace("?", " ? ").split())
    return f" {single} ".replace(" 안 ", " 안").replace(" 못 ", " 못")


def as_written(text: str, found: str) -> str:
    """A part of the `normalized` text as the text itself spells it: Wi-Fi, 안 잡혀요."""
    if found in text:
        return found
    words = ("".join(_SPELT.get(sign, sign) for sign in word) for word in _SILENT.sub(" ", found).split())
    spelt = _BETWEEN.join(word.removesuffix(_BETWEEN) for word in words)
    written = re.search(spelt, unaddressed(text), re.IGNORECASE)
    return " ".join(written[0].split()) if written else found


class Sign(NamedTuple):
    """A phrase of a sign; the weightiest has the lowest `place`."""

    place: int
    name: str
    weight: int
    words: str


class Signs:
    """Signs by their phrases."""

    def __init__(self, signs: Iterable[tuple[str, int, str]]) -> None:
        self._signs = sorted(signs, key=lambda sign: -sign[1])

    @property
    def words(self) -> Iterable[str]:
        """All phrases, each once."""
        return self._by_words.keys()

    def words_of(self, name: str) -> list[str]:
        """The phrases of one sign."""
        return [words for sign, _, words in self._signs if sign == name]

    def among(self, found: Iterable[str]) -> list[Sign]:
        """The signs of these phrases, the weightiest first."""
        return sorted(sign for words in found for sign in self._by_words.get(words, ()))

    @cached_property
    def _by_words(self) -> dict[str, list[Sign]]:
        """Made with the first text: many processes read none."""
        by_words: dict[str, list[Sign]] = {}
        for place, (name, weight, words) in enumerate(self._signs):
            by_words.setdefault(words, []).append(Sign(place, name, weight, words))
        return by_words


def load_signs() -> Signs:
    """Load the signs of all languages."""
    files = (json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8")) for name in _FILES)
    return Signs(
        (name, int(weight), words)
        for data in files
        for name, group in data.items()
        for weight, some in group.items()
        for words in some
    )


def contains_words(normal: str, words: str) -> bool:
    """Whether `normalized` text has these words. A number matches as a whole: 119 is not found in 11900."""
    number = words.strip()
    return words in normal and not (number.isdigit() and not re.search(rf"(?<!\d){number}(?!\d)", normal))


def find_signs(signs: Signs, normal: str, found: Iterable[str]) -> dict[str, SignMatch]:
    """The signs in `normalized` text; `found` are the words of a WordIndex in it."""
    matches: dict[str, SignMatch] = {}
    for _, name, weight, words in signs.among(found):
        before = matches.get(name, NOTHING)
        matches[name] = SignMatch(before.weight + weight, before.evidence or _around(normal, words))
    return matches


def _around(normal: str, words: str) -> str:
    """The whole words around a sign in the text, or the sign itself where these are too long."""
    start = normal.find(words)
    whole = normal[normal.rfind(" ", 0, start + 1) + 1 : normal.find(" ", start + len(words) - 1)].strip(" ?")
    return whole if 0 < len(whole) <= _LONGEST_EVIDENCE else words.strip(" ?") or "?"


class WordIndex:
    """Finds words in `normalized` texts. It looks for words with a pair of characters that the text has: about 5%."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_pair: dict[str, list[str]] = {}
        self._single: list[str] = []
        for word in dict.fromkeys(words):
            if len(word) > 1:
                self._by_pair.setdefault(_pair(word), []).append(word)
            else:
                self._single.append(word)
        self._pairs = frozenset(self._by_pair)

    def found_in(self, normal: str) -> list[str]:
        """The words in the text, each once, in no particular order."""
        pairs = self._pairs.intersection(map(add, normal, normal[1:]))
        found = [word for pair in pairs for word in self._by_pair[pair] if word in normal]
        return [word for word in (*found, *self._single) if contains_words(normal, word)]


def _pair(word: str) -> str:
    """The first two characters, without a leading space, which would say less."""
    bare = word.lstrip()
    return bare[:2] if len(bare) > 1 else word[:2]


DECISIVE = 2
"""From this weight on, a sign decides by itself."""
_MANY_HANDLES = 3
_CERTAINTY_BY_WEIGHT = (0.2, 0.5, 0.7, 0.8, 0.9, 0.95)
"""The confidence of a kind, by the weight of the sign that decided it."""


class Clues(NamedTuple):
    """A text's signs, whether it has a word of any department, and the number of its handles."""

    found: dict[str, SignMatch]
    about_us: bool
    handles: int

    def weight(self, sign: str) -> int:
        """The weight of a sign."""
        return self.found.get(sign, NOTHING).weight

    def wants(self) -> int:
        """The weight of a question or a request."""
        return self.weight("question") + self.weight("request")

    def serious(self) -> bool:
        """Whether the text is a matter of the brand in spite of an insult or many handles."""
        return self.about_us or self.weight("rumor") > 0 or self.weight("fault") >= DECISIVE


class _Rule(NamedTuple):
    kind: Kind
    why: str
    sign: str
    fits: Callable[[Clues], bool]


def _asks(clues: Clues) -> bool:
    return clues.wants() >= DECISIVE or (clues.wants() > 0 and clues.about_us)


def _thanks_for_work(clues: Clues) -> bool:
    """Thanks for help may name the fault that was fixed, but no other, and request nothing."""
    over = clues.weight("fault") <= (DECISIVE if clues.weight("mended") else 0)
    thanked = clues.weight("thanks") >= DECISIVE and clues.weight("effort") > 0
    return thanked and over and not clues.wants() and not clues.weight("opinion")


_RULES = (
    _Rule(Kind.JUNK, "advertising", "advertising", lambda c: c.weight("advertising") >= DECISIVE > c.weight("rumor")),
    _Rule(Kind.JUNK, "insult", "insult", lambda c: c.weight("insult") > 0 and not c.serious() and not c.wants()),
    _Rule(Kind.JUNK, "handles", "", lambda c: c.handles >= _MANY_HANDLES and not c.serious()),
    _Rule(Kind.RUMOR, "rumor_word", "rumor", lambda c: c.weight("rumor") >= DECISIVE),
    _Rule(
        Kind.CHAT,
        "social",
        "thanks",
        lambda c: c.weight("thanks") >= DECISIVE and not c.weight("question") and not c.about_us,
    ),
    _Rule(Kind.CHAT, "social", "thanks", _thanks_for_work),
    _Rule(
        Kind.FAULT,
        "fault_word",
        "fault",
        lambda c: c.weight("fault") >= DECISIVE and c.weight("fault") >= c.weight("opinion"),
    ),
    _Rule(
        Kind.CHAT,
        "social",
        "social",
        lambda c: c.weight("social") >= DECISIVE and not c.about_us and c.wants() < 2 * DECISIVE,
    ),
    _Rule(
        Kind.FEEDBACK,
        "opinion",
        "opinion",
        lambda c: c.weight("opinion") >= DECISIVE and c.weight("opinion") > c.wants(),
    ),
    _Rule(Kind.INQUIRY, "question", "question", lambda c: _asks(c) and c.weight("question") >= c.weight("request")),
    _Rule(Kind.INQUIRY, "request", "request", _asks),
    _Rule(Kind.FEEDBACK, "opinion", "opinion", lambda c: c.weight("opinion") > 0 and c.about_us),
    _Rule(Kind.INQUIRY, "no_sign", "", lambda _: True),
)
"""The first rule that fits decides. The last always fits: an unclear text is an inquiry, so that a person sees it."""


def kind_of(clues: Clues) -> tuple[Kind, float, Why]:
    """The kind, its confidence (0 to 1) and the reason."""
    rule = next(rule for rule in _RULES if rule.fits(clues))
    sign = clues.found.get(rule.sign, NOTHING)
    return (
        rule.kind,
        _CERTAINTY_BY_WEIGHT[min(sign.weight, len(_CERTAINTY_BY_WEIGHT) - 1)],
        Why(rule.why, sign.evidence),
    )


HURRY = frozenset({"outage", "leak", "legal"})
"""The reasons of urgency. Danger is decided before (`desk.reader.trained_reader`)."""


def urgency_of(kind: Kind, found: dict[str, SignMatch], *, understood: bool) -> tuple[Urgency, tuple[Why, ...]]:
    """The urgency with its reason: high for an outage, a leak or fraud under way, or legal steps or press with a date.

    A text without any sign, which is not `understood`, is not urgent by these.
    """
    if kind is Kind.FEEDBACK:
        return Urgency.LOW, ()
    outage = kind is Kind.FAULT and "network_down" in found
    dated = "date" in found
    applying = {
        "outage": outage,
        "leak": understood,
        "legal": understood and dated,
    }
    for sign, applies in applying.items():
        if applies and sign in found:
            return Urgency.HIGH, (Why(sign, found[sign].evidence),)
    return Urgency.NORMAL, ()
