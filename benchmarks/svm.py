"""The plain baseline of the reader, and the comparison with it.

It is what one would write first: TF-IDF of character 1- to 4-grams within words and a linear SVM for each question, in
full precision and with all of its vocabulary.
"""

from collections.abc import Sequence
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from benchmarks.bootstrap import difference, macro_f1
from desk.reading import Kind
from training.corpus import NOBODY, Labelled

QUESTIONS = ("kind", "need", "department")
PIECES = {"analyzer": "char_wb", "ngram_range": (1, 4)}
SUBLINEAR = True
_SEED = 20261201


def solver() -> LinearSVC:
    """The linear SVM, not fitted."""
    return LinearSVC(class_weight="balanced", random_state=_SEED)


def fitted(texts: Sequence[Labelled], question: str) -> Pipeline:
    """The baseline for one question, fitted on the texts that have an answer."""
    known = judged(texts, question)
    model = make_pipeline(TfidfVectorizer(**PIECES, sublinear_tf=SUBLINEAR), solver())
    return model.fit([each.text for each in known], answers(known, question))


def judged(texts: Sequence[Labelled], question: str) -> list[Labelled]:
    """The texts that have an answer: the need only of inquiries, since the kind decides the others'."""
    if question == "need":
        return [each for each in texts if each.kind == Kind.INQUIRY]
    return [each for each in texts if question == "kind" or each.department != NOBODY]


def answers(texts: Sequence[Labelled], question: str) -> list[str]:
    """What is right."""
    return [getattr(each, question) for each in texts]


def compared(texts: Sequence[Labelled], question: str, ours: Sequence[str], theirs: Sequence[str]) -> dict[str, Any]:
    """Macro-F1 of the desk and of the baseline on `judged` texts, and by how much the desk's is greater."""
    true, writers = answers(texts, question), [each.writer for each in texts]
    return {
        "n": len(texts),
        "dorothy": macro_f1(true, ours, writers).plain(),
        "svm": macro_f1(true, theirs, writers).plain(),
        "difference": difference(true, ours, theirs, writers).plain(),
    }
