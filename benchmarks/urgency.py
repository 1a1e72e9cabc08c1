"""What is read as urgent, beside a plain logistic regression on the same corpus, in one run.

The baseline is TF-IDF of character 1- to 4-grams within words and a logistic regression of urgent against the rest. Its
limit is the one at which it reads as many of the ordinary test texts as urgent as the desk does.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from desk.mentions.model import Mention
from desk.reading import ANSWERED, Reading, Urgency
from local.cli.reading_lines import asked_text
from training.corpus import CORPUS, Labelled, load_part, load_tsv

_ORDINARY, _URGENT = ("alpha", "beta"), ("alpha", "beta", "urgency")
_SEED = 20261128

type _IsHigh = Callable[[Sequence[str]], NDArray[np.bool_]]


def measure(read: Callable[[Mention], Reading]) -> dict[str, Any]:
    """For ours and the baseline: recall and false positives of `high`, and how much danger is read as high."""

    def ours(texts: Sequence[str]) -> NDArray[np.bool_]:
        return np.array([read(asked_text(text).mention).urgency is Urgency.HIGH for text in texts])

    danger = [read(asked_text(each.text).mention) for each in _test("danger")]
    return {
        "dorothy": {
            **_figures(ours),
            "danger: sent to someone": round(float(np.mean([reading.is_published for reading in danger])), 3),
        },
        "char_wb 1-4-gram logistic regression": _figures(_baseline(ours)),
    }


def _baseline(ours: _IsHigh) -> _IsHigh:
    train = load_part("train")
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4)),
        LogisticRegression(class_weight="balanced", solver="liblinear", random_state=_SEED),
    ).fit([each.text for each in train], [each.urgency == Urgency.HIGH for each in train])
    ordinary = _ordinary()
    limit = np.quantile(model.decision_function(ordinary), 1 - ours(ordinary).mean())
    return lambda texts: np.asarray(model.decision_function(texts) > limit)


def _figures(is_high: _IsHigh) -> dict[str, float]:
    urgent = [each.text for name in _URGENT for each in _test(name) if each.urgency == Urgency.HIGH]
    tested = {
        "urgent: read as high": urgent,
        "ordinary inquiries, faults and rumours: read as high": _ordinary(),
        "danger: read as high": [each.text for each in _test("danger")],
        "lookalikes: read as high": [each.text for each in _test("lookalikes")],
    }
    return {name: round(float(is_high(texts).mean()), 3) for name, texts in tested.items()}


def _ordinary() -> list[str]:
    texts = (each for name in _ORDINARY for each in _test(name))
    return [each.text for each in texts if each.kind in ANSWERED and each.urgency != Urgency.HIGH]


def _test(name: str) -> list[Labelled]:
    return load_tsv(CORPUS / "test" / f"{name}.tsv")
