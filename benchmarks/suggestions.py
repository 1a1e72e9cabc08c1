"""Similar answers: whether the right one is found, beside plain TF-IDF, and what it takes with 20,000 answers.

Quality: 50 matters of an invented brand, each with an answer, the question that it was given to, and two paraphrases of
that question which are asked. Other mentions of the corpus, answered in general words, lie beside them. Speed: beside a
linear scan that weighs every answer of the same texts. Run alone: `python -m benchmarks.suggestions`.
"""

import json
import math
import random
import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sklearn.feature_extraction.text import TfidfVectorizer

from desk.suggestions.index import AnswerIndex, IndexedAnswer, index_bytes
from desk.suggestions.terms import terms
from training.corpus import load_part

_MATTERS = Path(__file__).with_suffix(".tsv")
_GENERAL = (
    "말씀해 주셔서 감사합니다. 담당 부서에서 확인하고 답글로 알려 드리겠습니다.",
    "불편을 드려 죄송합니다. 자세한 내용을 개인 메시지로 알려 주시면 확인하겠습니다.",
)
_OTHERS = 300
_ANSWERS, _ASKED = 20_000, 200
_LIMIT = 5
_SEED = 20261128


class _Said(NamedTuple):
    """An answer with the question it was given to, "" once that is forgotten."""

    key: str
    department: str
    kind: str
    answer: str
    question: str


type _Find = Callable[[str, str, str], Sequence[str]]
"""The keys of the closest answers to a question of this department and kind."""


def measure() -> dict[str, Any]:
    """Quality and speed."""
    return {"quality": _quality(), "speed": _speed()}


def _quality() -> dict[str, Any]:
    matters = [line.split("\t") for line in _MATTERS.read_text(encoding="utf-8").splitlines()]
    figures: dict[str, Any] = {"matters": len(matters), "asked": 2 * len(matters)}
    for name, known in (("questions known", True), ("questions forgotten", False)):
        said = list(_said(matters, known=known))
        for way, find in (("dorothy", _ours(said)), ("TF-IDF of words", _tfidf(said, "word")),
                          ("TF-IDF of 2-grams", _tfidf(said, "char_wb"))):  # fmt: skip
            figures[f"{name}, {way}"] = _hits(matters, find)
    return figures


def _said(matters: Sequence[Sequence[str]], *, known: bool) -> Iterator[_Said]:
    for number, (department, kind, answer, question, *_) in enumerate(matters):
        yield _Said(f"matter {number}", department, kind, answer, question if known else "")
    others = [each for each in load_part("train") if each.kind in {"inquiry", "fault", "feedback"}]
    chance = random.Random(_SEED)  # noqa: S311 - nothing secret is drawn
    for number, each in enumerate(chance.sample(others, _OTHERS if known else len(_GENERAL))):
        question = each.text if known else ""
        yield _Said(f"other {number}", each.department or "operator", str(each.kind), _GENERAL[number % 2], question)


def _ours(said: Sequence[_Said]) -> _Find:
    index = AnswerIndex(index_bytes([_indexed(each) for each in said]))
    return lambda text, department, kind: [
        hit.post_id for hit in index.closest(terms(text), department, kind, limit=_LIMIT)
    ]


def _indexed(said: _Said) -> IndexedAnswer:
    return IndexedAnswer(said.key, said.department, said.kind, terms(said.answer), terms(said.question))


def _tfidf(said: Sequence[_Said], analyzer: Any) -> _Find:
    sizes = (1, 1) if analyzer == "word" else (2, 2)
    vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=sizes)
    matrix = vectorizer.fit_transform([f"{each.answer} {each.question}" for each in said])

    def find(text: str, _department: str, _kind: str) -> list[str]:
        closeness = (matrix @ vectorizer.transform([text]).T).toarray()[:, 0]
        return [said[place].key for place in closeness.argsort()[::-1][:_LIMIT] if closeness[place] > 0]

    return find


def _hits(matters: Sequence[Sequence[str]], find: _Find) -> dict[str, float]:
    first = found = asked = 0
    for number, (department, kind, _, _, *paraphrases) in enumerate(matters):
        for text in paraphrases:
            keys = find(text, department, kind)
            asked, found = asked + 1, found + (f"matter {number}" in keys)
            first += keys[:1] == [f"matter {number}"]
    return {"hit@5": round(found / asked, 3), "hit@1": round(first / asked, 3)}


def _speed() -> dict[str, float]:
    """Texts are made of words of the corpus, a tenth of the answers still with their question."""
    chance = random.Random(_SEED)  # noqa: S311 - made-up texts
    corpus = [each.text for each in load_part("train") if each.lang == "ko"]
    words = [word for text in corpus for word in text.split()]
    departments = ("billing", "plans", "network", "devices", "home", "stores", "apps")
    answers = []
    for number in range(_ANSWERS):
        text = " ".join(chance.sample(words, chance.randint(8, 22)))
        question = terms(chance.choice(corpus)) if number % 10 == 0 else Counter[int]()
        answers.append(
            IndexedAnswer(f"reply-7Q2M4-{number:05}-3", chance.choice(departments), "inquiry", terms(text), question)
        )
    content, build = _timed(lambda: index_bytes(answers))
    index, load = _timed(lambda: AnswerIndex(content))
    asked = [terms(text) for text in chance.sample(corpus, _ASKED)]
    ours = [_timed(lambda each=each: index.closest(each, "billing", "inquiry", limit=_LIMIT))[1] for each in asked]  # type: ignore[misc]
    scan = [_timed(lambda each=each: _scanned(answers, each))[1] for each in asked[: _ASKED // 20]]  # type: ignore[misc]
    typical = statistics.median(ours)
    return {
        "answers": _ANSWERS,
        "megabytes": round(len(content) / 1e6, 2),
        "build_seconds": round(build, 2),
        "load_ms": round(load * 1000, 2),
        "closest_ms": round(typical * 1000, 2),
        "closest_p95_ms": round(statistics.quantiles(ours, n=20)[-1] * 1000, 2),
        "linear_scan_ms": round(statistics.median(scan) * 1000, 1),
        "times_faster_than_a_scan": round(statistics.median(scan) / typical, 1),
        "peak_megabytes_while_built": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
    }


def _scanned(answers: Sequence[IndexedAnswer], question: Counter[int]) -> list[tuple[float, str]]:
    """What one would write first: the cosine of the question with every answer."""
    found = []
    for each in answers:
        both = each.answer + each.question
        shared = sum(often * both[term] for term, often in question.items())
        found.append((shared / math.sqrt(sum(often * often for often in both.values()) or 1), each.post_id))
    return sorted(found, reverse=True)[:_LIMIT]


def _timed[T](work: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    return work(), time.process_time() - began


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2, ensure_ascii=False))
