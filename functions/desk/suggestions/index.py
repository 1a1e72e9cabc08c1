"""The index of earlier answers: which posts have the terms of a question, ranked by BM25. It holds no words.

An index is one block of bytes, whose parts are read in place, so that loading it costs no parsing:

```
head       magic, numbers of answers, terms and postings, scale of the weights
terms      u32, ascending                       hashes of terms
begins     u32, one more than terms             where the postings of each term begin
docs       u16                                  which answers have the term, ascending
weights    u8                                   how much the term says about the answer, by the scale
departments, kinds  u8                          of each answer, as places in the names
counts     u16                                  how often the same answer was given
names      UTF-8, by lines                      departments, kinds, and the id of each answer's newest post
```
"""

import math
import struct
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from typing import Literal, NamedTuple

MOST = 60_000
"""Answers that an index holds: their places take 16 bits."""

_MAGIC = b"DSA1"
_HEAD = struct.Struct("<4sIIIfI")
_K1, _B = 1.2, 0.6
_OF_QUESTION, _OF_ANSWER = 1.0, 0.8
"""How much a term counts in the question and in the answer."""
_COMMON = 0.12
"""A term that more than this share of the answers has says nothing, and is left out."""
_FEW = 50
"""In an index of so few answers every term may be common."""
_LEVELS = 255
_SAME_DEPARTMENT, _SAME_KIND = 1.0, 0.1
"""How much more an answer of the same department or kind counts."""
_CLOSE = 0.06
"""The least share of the question's weight that a close answer has."""


class IndexedAnswer(NamedTuple):
    """An answer to be indexed: the id of its newest post, the terms of the text and of the questions it answered.

    `times` is how often it was given. The terms of a question are empty once its words are forgotten.
    """

    post_id: str
    department: str
    kind: str
    answer: Counter[int]
    question: Counter[int]
    times: int = 1


class CloseAnswer(NamedTuple):
    """A close answer: the id of its newest post, how often it was given, and how close it is (0 to about 1)."""

    post_id: str
    department: str
    kind: str
    times: int
    closeness: float


class NotAnIndex(ValueError):
    """The bytes are not an index of this release."""


def index_bytes(answers: Sequence[IndexedAnswer]) -> bytes:
    """The index of these answers. Raises ValueError for more than MOST."""
    if len(answers) > MOST:
        raise ValueError(f"{len(answers)} answers; an index holds {MOST}")
    postings = _postings(answers)
    scale = max((weight for _, weights in postings.values() for weight in weights), default=1.0)
    begins, docs, levels = array("I", [0]), array("H"), array("B")
    for term in sorted(postings):
        places, weights = postings[term]
        docs.extend(places)
        levels.extend(max(1, round(weight / scale * _LEVELS)) for weight in weights)
        begins.append(len(docs))
    departments, kinds = sorted({each.department for each in answers}), sorted({each.kind for each in answers})
    names = "\n".join([",".join(departments), ",".join(kinds), *(each.post_id for each in answers)])
    head = _HEAD.pack(_MAGIC, len(answers), len(postings), len(docs), scale / _LEVELS, _common_limit(len(answers)))
    parts = (
        array("I", sorted(postings)),
        begins,
        docs,
        levels,
        array("B", (departments.index(each.department) for each in answers)),
        array("B", (kinds.index(each.kind) for each in answers)),
        array("H", (min(each.times, 0xFFFF) for each in answers)),
    )
    return b"".join([head, *(_padded(part.tobytes()) for part in parts), names.encode()])


class AnswerIndex:
    """An index in memory. Raises NotAnIndex."""

    def __init__(self, content: bytes) -> None:
        if content[:4] != _MAGIC or len(content) < _HEAD.size:
            raise NotAnIndex
        _, self.size, terms, postings, self._scale, self._limit = _HEAD.unpack_from(content)
        view, at = memoryview(content), _HEAD.size
        self._terms, at = _part(view, at, "I", terms)
        self._begins, at = _part(view, at, "I", terms + 1)
        self._docs, at = _part(view, at, "H", postings)
        self._weights, at = _part(view, at, "B", postings)
        self._departments, at = _part(view, at, "B", self.size)
        self._kinds, at = _part(view, at, "B", self.size)
        self._counts, at = _part(view, at, "H", self.size)
        departments, kinds, *self._post_ids = bytes(view[at:]).decode().split("\n")
        self._department_names, self._kind_names = departments.split(","), kinds.split(",")
        if self.size != len(self._post_ids):
            raise NotAnIndex

    def closest(self, question: Mapping[int, int], department: str, kind: str, *, limit: int) -> list[CloseAnswer]:
        """The answers that are close to a question with these terms, the closest first."""
        whole, found = 0.0, [(term, *self._posting(term)) for term in question]
        scores = [0] * self.size
        for _, begin, end in found:
            if end:
                for doc, weight in zip(self._docs[begin:end], self._weights[begin:end], strict=True):
                    scores[doc] += weight
            whole += self._rarity(end - begin)
        least = _CLOSE * whole
        closeness = self._closeness(scores, department, kind, least)
        best = nlargest(limit, closeness)
        return [self._hit(doc, score / whole) for score, _, doc in best]

    def _closeness(
        self, scores: Sequence[int], department: str, kind: str, least: float
    ) -> Iterable[tuple[float, int, int]]:
        for doc, score in enumerate(scores):
            close = score * self._scale
            if score and close >= least:
                close *= 1 + _SAME_DEPARTMENT * (self._department_of(doc) == department)
                close *= 1 + _SAME_KIND * (self._kind_of(doc) == kind)
                yield close, self._counts[doc], doc

    def _hit(self, doc: int, closeness: float) -> CloseAnswer:
        return CloseAnswer(
            self._post_ids[doc], self._department_of(doc), self._kind_of(doc), self._counts[doc], round(closeness, 3)
        )

    def _posting(self, term: int) -> tuple[int, int]:
        """Where the term's postings begin and end; 0, 0 for an unknown one."""
        place = bisect_left(self._terms, term)
        if place == len(self._terms) or self._terms[place] != term:
            return 0, 0
        return self._begins[place], self._begins[place + 1]

    def _rarity(self, holders: int) -> float:
        """The weight of a term that this many answers have. One that none has may be a common word that is left out."""
        return _idf(holders or self._limit, self.size) * (_K1 + 1) * _TYPICAL

    def _department_of(self, doc: int) -> str:
        return self._department_names[self._departments[doc]]

    def _kind_of(self, doc: int) -> str:
        return self._kind_names[self._kinds[doc]]


_TYPICAL = 0.5
"""The share of its highest weight that a term has which occurs once in a text of usual length."""


def _postings(answers: Sequence[IndexedAnswer]) -> dict[int, tuple[array[int], array[float]]]:
    """By term the answers that have it, and its weights there."""
    found: dict[int, tuple[array[int], array[float]]] = {}
    lengths = [_length(each) for each in answers]
    usual = sum(lengths) / len(lengths) if lengths else 1.0
    for doc, (each, length) in enumerate(zip(answers, lengths, strict=True)):
        base = _K1 * (1 - _B + _B * length / usual)
        for term in each.answer.keys() | each.question.keys():
            often = _OF_ANSWER * each.answer[term] + _OF_QUESTION * each.question[term]
            docs, weights = found.setdefault(term, (array("H"), array("f")))
            docs.append(doc)
            weights.append(often * (_K1 + 1) / (often + base))
    limit = _common_limit(len(answers))
    for term in [term for term, (docs, _) in found.items() if len(docs) > limit]:
        del found[term]
    for docs, weights in found.values():
        rarity = _idf(len(docs), len(answers))
        for at, weight in enumerate(weights):
            weights[at] = weight * rarity
    return found


def _length(answer: IndexedAnswer) -> float:
    return _OF_ANSWER * answer.answer.total() + _OF_QUESTION * answer.question.total() or 1.0


def _idf(holders: int, size: int) -> float:
    return math.log(1 + (size - holders + 0.5) / (holders + 0.5))


def _common_limit(size: int) -> int:
    return max(_FEW, int(_COMMON * size))


def _padded(part: bytes) -> bytes:
    """Every part begins at a multiple of four bytes."""
    return part + b"\0" * (-len(part) % 4)


def _part(view: memoryview, at: int, code: Literal["I", "H", "B"], count: int) -> tuple[memoryview, int]:
    """The part that begins there, and where the next one begins. Raises NotAnIndex."""
    length = count * struct.calcsize(code)
    if at + length > len(view):
        raise NotAnIndex
    return view[at : at + length].cast(code), at + length + (-length % 4)
