"""The reader beside a plain scikit-learn baseline on the same corpus, in one run: quality on unseen texts, and speed.

The baseline is what one would write first: TF-IDF of character 1- to 4-grams and a linear SVM for each question, in
full precision and with all of its vocabulary. Both are asked one mention at a time, as a Lambda is. Each text is timed
once, since the reader remembers words.
"""

import gc
import pickle
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import batched
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from benchmarks import urgency
from desk.brand import Brand, brand_of
from desk.reader.features import buckets
from desk.reader.heads import DEPARTMENT, GENERAL, load_trained
from desk.reader.trained_reader import TrainedReader
from desk.reader.words_reader import WordsReader
from local.brand.compile import compile_desk, this_year
from local.brand.load import DESK_FILE, load_desk
from local.cli.reading_lines import asked_text
from local.quality.evaluation import answers_of
from training.corpus import NOBODY, Labelled, load_part

QUESTIONS = ("kind", "need", "department")
_TESTS = ("alpha", "beta")
_LENGTH = 140  # characters of a mention whose speed is stated
_TIMED, _ROUNDS = 200, 4
"""Mentions of a round; the first one warms up."""


def measure() -> dict[str, Any]:
    """For both: macro-F1 by question, CPU milliseconds a mention of 140 characters, bytes of the model."""
    train, test = load_part("train"), [each for each in load_part("test") if each.writer in _TESTS]
    written = " ".join(each.text for each in train[::11])
    long = [written[at : at + _LENGTH] for at in range(0, _LENGTH * _TIMED * _ROUNDS, _LENGTH)]
    brand = brand_of(compile_desk(load_desk(Path(DESK_FILE)), year=this_year()))
    return {
        "texts": {"train": len(train), "test": len(test)},
        "dorothy": _ours(brand, test, long),
        "char 1-4-gram SVM": _baseline(train, test, long),
        "urgency": urgency.measure(TrainedReader(brand).read),
    }


def _ours(brand: Brand, test: Sequence[Labelled], long: Sequence[str]) -> dict[str, Any]:
    trained = load_trained(brand.departments)
    reader, words = TrainedReader(brand, trained), WordsReader(brand)
    mentions = {text: asked_text(text).mention for text in [*long, *(each.text for each in test)]}
    readings = [reader.read(mentions[each.text]) for each in test]

    def forced(text: str) -> str:
        guess = trained.department(buckets(text), words.claims_of(words.by_signs(text)))
        return guess.name if guess else NOBODY

    said = [answers_of(reading) for reading in readings]
    return {
        **{question: _f1(test, question, [each[question] for each in said]) for question in QUESTIONS},
        "department, doubt set aside": _f1(test, "department", [forced(each.text) for each in test]),
        "cpu_ms": _milliseconds(lambda text: reader.read(mentions[text]), long),
        "cpu_ms, whether it is routed": _milliseconds(lambda text: reader.is_routed(mentions[text]), long),
        "load_ms": round(1e3 * min(_seconds(lambda: load_trained(brand.departments)) for _ in range(5)), 1),
        "model_bytes": sum(file.stat().st_size for file in (GENERAL, DEPARTMENT)),
    }


def _baseline(train: Sequence[Labelled], test: Sequence[Labelled], long: Sequence[str]) -> dict[str, Any]:
    """The figures of the baseline. Like the desk's heads, all but the department's is trained on other trades, too."""
    wider = [*train, *load_part("trades")]
    models = {question: _fitted(train if question == "department" else wider, question) for question in QUESTIONS}
    said = {question: list(model.predict([each.text for each in test])) for question, model in models.items()}
    return {
        **{question: _f1(test, question, said[question]) for question in QUESTIONS},
        "cpu_ms": _milliseconds(lambda text: [model.predict([text]) for model in models.values()], long),
        "model_bytes": sum(len(pickle.dumps(model)) for model in models.values()),
    }


def _fitted(train: Sequence[Labelled], question: str) -> Pipeline:
    known = [(each.text, getattr(each, question)) for each in train if getattr(each, question) != NOBODY]
    texts, labels = zip(*known, strict=True)
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, lowercase=True)
    return make_pipeline(vectors, LinearSVC(class_weight="balanced")).fit(texts, labels)


def _f1(test: Sequence[Labelled], question: str, said: Sequence[str]) -> float:
    """Over the test texts that have an answer; a class that is said but never true counts as no class of its own."""
    pairs = [(getattr(each, question), told) for each, told in zip(test, said, strict=True)]
    true, told = zip(*((label, answer) for label, answer in pairs if label != NOBODY), strict=True)
    return round(float(f1_score(true, told, average="macro", labels=sorted(set(true)))), 3)


def _milliseconds(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """CPU a text in the quickest round."""

    def read_all(some: Sequence[str]) -> None:
        for text in some:
            read(text)

    _, *rounds = (_seconds(partial(read_all, some)) for some in batched(texts, _TIMED, strict=True))
    return round(1e3 * min(rounds) / _TIMED, 3)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began
