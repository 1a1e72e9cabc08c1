"""The words on which a head's decision rests: only these are given as its reasons.

A word's share is how much of the lead of the decided class over its rival would go with the word. A word of desk.yaml
or of the signs that the text has, but on which the head doesn't lean, is no reason.
"""

from collections.abc import Collection
from math import sqrt
from typing import NamedTuple

from desk.reader.features import plain, word_buckets
from desk.reader.heads import ZERO, ClassWeights, Guess, Head
from desk.text import unaddressed

LEAST_SHARE = 0.25
"""The least share of a word that is named. Of 1,441 words in 1,500 texts, those below it were hardly ever what a person
would name ("쓰고", "계좌가", "?" in a long question); from here on most are."""
_LEAST_LEAD = 1.0
"""A lead is taken for at least this, in log odds, so that a word with hardly any weight never counts for all of it."""
_WORD = range(2, 16)
"""Lengths of words that can be given as a reason; in languages without spaces a whole post is one word."""
_MARKS = "\"'.,!?~…·:;()[]{}<>「」『』（）。、！？“”‘’#"


class HeadDecision(NamedTuple):
    """What a head decided about a text with so many buckets."""

    head: Head
    guess: Guess
    size: int

    def leans_on(self, text: str, evidence: str, vote: float = 0.0) -> bool:
        """Whether it rests on these words of the text; `vote` is what they added to the class beside the head."""
        return self._share(_buckets_with(text, evidence), vote) >= LEAST_SHARE

    def telling_word(self, text: str) -> str:
        """The word of the text, as written, on which it rests most; "" where it rests on none."""
        words = [word for each in unaddressed(text).split() if len(word := each.strip(_MARKS)) in _WORD]
        plain_words = plain(" ".join(words)).split()  # in one go, which is the costly part
        if len(plain_words) != len(words):
            plain_words = list(map(plain, words))
        shares = {word: self._share(_buckets_of(each)) for word, each in zip(words, plain_words, strict=True)}
        best = max(shares, key=shares.__getitem__, default="")
        return best if best and shares[best] >= LEAST_SHARE else ""

    def _share(self, buckets: Collection[int], vote: float = 0.0) -> float:
        guess, head = self.guess, self.head
        if guess.lead <= 0:  # the head leans to the other class: something else decided
            return 0.0
        gain = _sum(head.weights_of(guess.name), buckets) - _sum(head.weights_of(guess.rival), buckets)
        return (head.sharpness * gain / sqrt(self.size) + vote) / max(guess.lead, _LEAST_LEAD)


def _sum(each: ClassWeights, buckets: Collection[int]) -> float:
    return each.step * (sum(map(each.weights.__getitem__, buckets)) - ZERO * len(buckets)) if each.weights else 0.0


def _buckets_of(plain_words: str) -> set[int]:
    return set[int]().union(*map(word_buckets, plain_words.split()))


def _buckets_with(text: str, evidence: str) -> set[int]:
    """The buckets that the words around the evidence have only with the evidence in them."""
    begin = text.find(evidence)
    if begin < 0 or not evidence:
        return set()
    end = begin + len(evidence)
    before, after = text[:begin].rsplit(maxsplit=1), text[end:].split(maxsplit=1)
    head = before[-1] if before and not text[begin - 1].isspace() else ""
    tail = after[0] if after and not text[end].isspace() else ""
    rest = f"{head} {tail}"
    return _buckets_of(plain(f"{head}{evidence}{tail}")) - (_buckets_of(plain(rest)) if rest != " " else set())
