"""The reader beside a plain baseline on texts of writers that nothing is trained or tuned on, and its speed.

Both are trained on the same texts and asked one mention at a time, as a Lambda is. Each text is timed once, since the
reader remembers words.
"""

import gc
import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import batched
from pathlib import Path
from typing import Any

from sklearn.pipeline import Pipeline

from benchmarks import instructions, safety, urgency
from benchmarks.bootstrap import share
from benchmarks.svm import QUESTIONS, compared, fitted, judged
from desk.brand import brand_of
from desk.reader.features import buckets
from desk.reader.heads import DEPARTMENT, GENERAL, load_trained
from desk.reader.trained_reader import TrainedReader
from desk.reader.words_reader import WordsReader
from desk.reading import ANSWERED, OPERATOR, UNROUTED_KINDS, Reading
from local.brand.compile import compile_desk, this_year
from local.brand.load import DESK_FILE, load_desk
from local.cli.reading_lines import asked_text
from training.corpus import NOBODY, Labelled, load_part

_LENGTH = 140  # characters of a mention whose speed is stated
_TIMED, _ROUNDS = 200, 4
"""Mentions of a round; the first one warms up."""


def measure() -> dict[str, Any]:
    """Quality of both on `held_out`, with 95 % intervals by writer; safety; urgency; then speed and size."""
    train, test = load_part("train"), [*load_part("held_out/calm"), *load_part("held_out/kinds")]
    written = " ".join(each.text for each in train[::11])
    long = [written[at : at + _LENGTH] for at in range(0, _LENGTH * _TIMED * _ROUNDS, _LENGTH)]
    compiled = compile_desk(load_desk(Path(DESK_FILE)), year=this_year())
    brand = brand_of(compiled)
    trained = load_trained(brand.departments)
    reader, words = TrainedReader(brand, trained), WordsReader(brand)
    wider = [*train, *load_part("trades")]  # as the desk's heads, of which the department's knows its own trade alone
    svm = {question: fitted(train if question == "department" else wider, question) for question in QUESTIONS}

    def forced(text: str) -> str:
        guess = trained.department(buckets(text), words.claims_of(words.by_signs(text)))
        return guess.name if guess else NOBODY

    mentions = {text: asked_text(text).mention for text in long}
    return {
        "texts": {"train": len(train), "held out": len(test)},
        "held out": _quality(test, [reader.read(asked_text(each.text).mention) for each in test], forced, svm),
        "safety": safety.measure(reader.read),
        "urgency": urgency.measure(reader.read),
        "dorothy": {
            "cpu_ms": _milliseconds(lambda text: reader.read(mentions[text]), long),
            "cpu_ms, whether it is routed": _milliseconds(lambda text: reader.is_routed(mentions[text]), long),
            "instructions, by valgrind": instructions.measure(compiled, long),
            "load_ms": round(1e3 * min(_seconds(lambda: load_trained(brand.departments)) for _ in range(5)), 1),
            "model_bytes": sum(file.stat().st_size for file in (GENERAL, DEPARTMENT)),
        },
        "svm": {
            "cpu_ms": _milliseconds(lambda text: [model.predict([text]) for model in svm.values()], long),
            "model_bytes": sum(len(pickle.dumps(model)) for model in svm.values()),
        },
    }


def _quality(
    test: Sequence[Labelled],
    readings: Sequence[Reading],
    forced: Callable[[str], str],
    svm: Mapping[str, Pipeline],
) -> dict[str, Any]:
    """By question, and how much of what needs an answer, and of chat and junk, gets to people.

    A kind that is to review counts as it says; a mention that was left to the operator out of doubt, as the operator's.
    """
    said = dict(zip((each.text for each in test), readings, strict=True))
    found = {}
    for question in QUESTIONS:
        texts = judged(test, question)
        theirs = svm[question].predict([each.text for each in texts]).tolist()
        ours = [str(getattr(said[each.text], question) or NOBODY) for each in texts]
        found[question] = compared(texts, question, ours, theirs)
        if question == "department":
            ours = [forced(each.text) for each in texts]
            found["department, doubt set aside"] = compared(texts, question, ours, theirs)
    their_kinds = dict(zip(said, svm["kind"].predict(list(said)), strict=True))
    for name, kinds in (("to be answered", ANSWERED), ("chat and junk", UNROUTED_KINDS)):
        texts = [each for each in test if each.kind in kinds]
        read, writers = [said[each.text] for each in texts], [each.writer for each in texts]
        reach = {
            "reaches a department": [each.department not in (None, OPERATOR) for each in read],
            "reaches anybody": [each.is_published for each in read],
            "reaches anybody by svm": [their_kinds[each.text] not in UNROUTED_KINDS for each in texts],
        }
        found[name] = {"n": len(texts), **{which: share(hits, writers).plain() for which, hits in reach.items()}}
    return found


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
