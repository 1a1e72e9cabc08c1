"""The heads for urgency and safety: what they learn from, and where their limits come from."""

import numpy as np
import pytest

from desk.reader.heads import CALM, CHECK, DANGER, HIGH, POSSIBLE
from desk.reading import ANSWERED, Urgency
from tests.unit.training.slices import some_texts
from training.corpus import SAFE
from training.fit import matrix_of
from training.urgency import _likelihood, train_urgency, urgency_view

ABOUT_RISK = {"fortyone", "fiftytwo"}
"""Of the writers of these texts."""


def test_the_heads_have_one_row_of_weights_each() -> None:
    heads, _ = train_urgency(some_texts(), some_texts())

    assert [(head.fitted.classes, head.fitted.weights[0].any()) for head in heads.values()] == [
        ((CALM, HIGH), False),
        ((CALM, DANGER), False),
        ((CALM, CHECK), False),
    ]


def test_what_cannot_be_urgent_teaches_nothing_about_urgency() -> None:
    without = tuple(each for each in some_texts() if each.kind in ANSWERED or each.writer in ABOUT_RISK)

    one, other = (train_urgency(texts, some_texts())[0]["urgency"] for texts in (some_texts(), without))

    assert one.fitted.weights.tobytes() == other.fitted.weights.tobytes()


@pytest.mark.parametrize(("head", "other"), [(DANGER, CHECK), (CHECK, DANGER)])
def test_each_degree_is_told_from_what_has_no_risk_alone(head: str, other: str) -> None:
    changed = tuple(each._replace(text="다른 글") if each.safety == other else each for each in some_texts())
    assert changed != some_texts()

    one, same = (train_urgency(texts, some_texts())[0][head] for texts in (some_texts(), changed))

    assert one.fitted.weights.tobytes() == same.fitted.weights.tobytes()


@pytest.mark.parametrize(
    ("limit", "name", "share"),
    [(DANGER, DANGER, 0.0003), (POSSIBLE, DANGER, 0.0007), (CHECK, CHECK, 0.001), ("urgent", "urgency", 0.03)],
)
def test_few_texts_of_the_calibration_set_that_are_calm_are_above_a_limit(limit: str, name: str, share: float) -> None:
    texts = some_texts()
    heads, limits = train_urgency(texts, texts)
    is_calm = [
        each.urgency != Urgency.HIGH and each.kind in ANSWERED if name == "urgency" else each.safety == SAFE
        for each in texts
    ]

    above = _likelihood(heads[name], matrix_of([each.text for each in texts], urgency_view)) >= limits[limit]

    assert above[np.array(is_calm)].mean() == pytest.approx(share, abs=max(0.3 * share, 2 / sum(is_calm)))
    assert limits[POSSIBLE] <= limits[DANGER]


def test_the_calibration_set_is_not_trained_on() -> None:
    heads, _ = train_urgency(some_texts(), some_texts()[:200])
    same, _ = train_urgency(some_texts(), some_texts()[100:])

    assert heads["danger"].fitted.weights.tobytes() == same["danger"].fitted.weights.tobytes()
