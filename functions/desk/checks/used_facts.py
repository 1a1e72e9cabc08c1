"""Which saved replies a text uses, although somebody may have changed a few of their words.

A sentence of the text says what a sentence of a saved reply says if it has all figures of it, if both or none of them
deny something, and if it has most of its runs of three letters. A sentence of a saved reply ends at its places, too,
and counts from twelve letters on; if none is so long, the whole text counts as one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.checks.moments import sentences_of
from desk.checks.similar import normalised, runs
from desk.staff.saved_replies import PLACE, SavedReply

_MOST = 0.65
"""The share of a sentence's runs that the text must have: a changed ending of a Korean sentence leaves about that."""
_SHORTEST = 12
"""Letters of a sentence that counts. Shorter ones are greetings and thanks."""
_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_DENIES = re.compile(
    r"(?<![가-힣])안\s?(?=[가-힣])|[가-힣]지\s?(?:않|못)|아니|아닙|아닌|없[습는다어을이]|못\s?[하합해한]|불가|"
    r"\b(?:not|no|never|cannot)\b|n['’]t\b|不|没|ません|ない",
    re.IGNORECASE,
)


class _Sentence(NamedTuple):
    """A sentence: as it is written, its runs of three letters, its figures, and whether it denies something."""

    written: str
    runs: frozenset[str]
    figures: frozenset[str]
    denies: bool


class UsedFact(NamedTuple):
    """A fact, and the sentence of the text that says it."""

    fact: SavedReply
    sentence: str


def unusable_facts_in(text: str, replies: Sequence[SavedReply], at: datetime, zone: ZoneInfo) -> list[UsedFact]:
    """The facts that the text uses although they must not be used at this moment, each once.

    What a saved reply says that may be used then makes no use of a fact: it is polite words, or the fact's successor.
    """
    said = [_sentence(each) for each in sentences_of(text)]
    facts = [each for each in replies if each.is_fact and not each.is_offered(at, zone)]
    found = [UsedFact(fact, used[1].written) for fact in facts if (used := _first_said(_sentences(fact), said))]
    if not found:
        return []
    usable = [each for reply in replies if reply.is_offered(at, zone) for each in _sentences(reply)]
    own = ((fact, [each for each in _sentences(fact) if not _first_said([each], usable)]) for fact, _ in found)
    return [UsedFact(fact, used[1].written) for fact, left in own if (used := _first_said(left, said))]


def _first_said(sentences: Iterable[_Sentence], said: Sequence[_Sentence]) -> tuple[_Sentence, _Sentence] | None:
    """The first of the sentences that is said, and what says it."""
    pairs = ((sentence, each) for sentence in sentences for each in said)
    return next(((sentence, each) for sentence, each in pairs if _says(each, sentence)), None)


def _says(one: _Sentence, sentence: _Sentence) -> bool:
    common = len(one.runs & sentence.runs)
    return common >= _MOST * len(sentence.runs) and sentence.figures <= one.figures and sentence.denies == one.denies


def _sentences(reply: SavedReply) -> Iterator[_Sentence]:
    """The sentences of the reply that count, in all its languages."""
    for text in (reply.text, *reply.texts.values()):
        words = PLACE.sub("\n", text)
        counted = [each for each in sentences_of(words) if len(normalised(each)) >= _SHORTEST]
        yield from (found for each in counted or [words] if (found := _sentence(each)).runs)


def _sentence(text: str) -> _Sentence:
    plain = normalised(text)
    figures = frozenset(each.replace(",", "") for each in _FIGURE.findall(text))
    return _Sentence(text.strip(), frozenset(runs(plain)), figures, bool(_DENIES.search(text)))
