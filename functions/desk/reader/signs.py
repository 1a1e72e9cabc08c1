"""Turns of phrase that tell what a text is about, with their weights, from the data files beside this one."""

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


DECISIVE = 2
"""From this weight on a sign stands on its own."""
_MANY_HANDLES = 3
_CERTAINTY_BY_WEIGHT = (0.2, 0.5, 0.7, 0.8, 0.9, 0.95)
"""How sure a kind is, by the weight of the sign that decided it."""


class Clues(NamedTuple):
    """A text's signs, whether it bears a word of any department, and how many accounts it calls."""

    found: dict[str, Found]
    about_us: bool
    handles: int

    def weight(self, sign: str) -> int:
        """How much speaks for a sign."""
        return self.found.get(sign, NOTHING).weight

    def wants(self) -> int:
        """How much speaks for a question or a request."""
        return self.weight("question") + self.weight("request")

    def serious(self) -> bool:
        """Whether an insult or a row of handles stands beside something that somebody must hear."""
        return self.about_us or self.weight("rumor") > 0 or self.weight("fault") >= DECISIVE


class _Rule(NamedTuple):
    kind: Kind
    why: str
    sign: str
    fits: Callable[[Clues], bool]


def _asks(clues: Clues) -> bool:
    return clues.wants() >= DECISIVE or (clues.wants() > 0 and clues.about_us)


def _thanks_for_work(clues: Clues) -> bool:
    """Thanks for what was done may name the fault that is over, but no other, and want nothing more."""
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
"""The last one fits always: what nobody understands is an inquiry, so that somebody looks at it."""


def kind_of(clues: Clues) -> tuple[Kind, float, Why]:
    """The kind, how sure it is (0 to 1), and why."""
    rule = next(rule for rule in _RULES if rule.fits(clues))
    sign = clues.found.get(rule.sign, NOTHING)
    return (
        rule.kind,
        _CERTAINTY_BY_WEIGHT[min(sign.weight, len(_CERTAINTY_BY_WEIGHT) - 1)],
        Why(rule.why, sign.evidence),
    )


HURRY = frozenset({"outage", "leak", "legal"})
"""The rules that make urgent, as reasons name them. Danger is decided before (`desk.reader.features`)."""


def urgency_of(kind: Kind, found: dict[str, Found], *, understood: bool) -> tuple[Urgency, tuple[Why, ...]]:
    """Urgency with its reason: high for an outage of many, a leak or fraud under way, legal steps or press with a date.

    What was not `understood` is not urgent.
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
