"""The desk's heads alone beside the plain baseline, on the training texts: no model has seen its texts' writers.

    .venv/bin/python -m benchmarks.folds

Both are fitted on the same texts of the other four folds. The heads have no rules, no limits and no words of desk.yaml.
"""

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.pipeline import make_pipeline

from benchmarks.svm import PIECES, QUESTIONS, SUBLINEAR, answers, compared, judged, solver
from training.corpus import Labelled, load_part
from training.fit import fit_together, matrix_of
from training.folds import left_out

_FOLDS = 5


def measure() -> dict[str, Any]:
    """For each question the macro-F1 of both and their difference. Each side takes a core for some minutes."""
    texts = load_part("train")
    with ProcessPoolExecutor(2) as pool:
        sides = [pool.submit(side, texts) for side in (by_heads, by_svm)]
        ours, theirs = (side.result() for side in sides)
    return {
        question: compared(judged(texts, question), question, ours[question], theirs[question])
        for question in QUESTIONS
    }


def by_heads(texts: Sequence[Labelled]) -> dict[str, list[str]]:
    """By question, what the heads say of each `judged` text."""
    matrix = matrix_of([each.text for each in texts])
    said = {}
    for question in QUESTIONS:
        places, labels, folds = _of(texts, question)
        classes, scores = left_out(matrix[places], labels, folds, fit_together)
        said[question] = [classes[at] for at in scores.argmax(axis=1)]
    return said


def by_svm(texts: Sequence[Labelled]) -> dict[str, list[str]]:
    """By question, what the baseline says of each `judged` text. Pieces are counted once for all of its models."""
    counts = CountVectorizer(**PIECES).fit_transform([each.text for each in texts])
    said = {}
    for question in QUESTIONS:
        places, labels, folds = _of(texts, question)
        rows, known, place = counts[places], np.asarray(labels), np.asarray(folds)
        told = known.copy()
        for fold in range(_FOLDS):
            learned, left = rows[place != fold], rows[place == fold]
            seen = learned.getnnz(axis=0) > 0
            model = make_pipeline(TfidfTransformer(sublinear_tf=SUBLINEAR), solver())
            told[place == fold] = model.fit(learned[:, seen], known[place != fold]).predict(left[:, seen])
        said[question] = told.tolist()
    return said


def _of(texts: Sequence[Labelled], question: str) -> tuple[list[int], list[str], list[int]]:
    """The places, right answers and folds of the texts that are judged."""
    fold_of = {writer: place % _FOLDS for place, writer in enumerate(sorted({each.writer for each in texts}))}
    chosen = {id(each) for each in judged(texts, question)}
    places = [place for place, each in enumerate(texts) if id(each) in chosen]
    known = [texts[place] for place in places]
    return places, answers(known, question), [fold_of[each.writer] for each in known]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
