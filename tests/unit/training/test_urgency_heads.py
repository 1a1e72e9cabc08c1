"""The heads for urgency and danger: what they learn from, and where their limits come from."""

import numpy as np
import pytest

from desk.reader.heads import CALM, DANGER, HIGH
from desk.reading import ANSWERED, Urgency
from tests.unit.training.slices import some_texts
from training.corpus import CORPUS
from training.fit import matrix_of
from training.urgency import DANGER_FILES, _likelihood, train_urgency, urgency_view


def test_the_heads_have_one_row_of_weights_each() -> None:
    heads, _ = train_urgency(some_texts(), some_texts())

    assert [(head.fitted.classes, head.fitted.weights[0].any()) for head in heads.values()] == [
        ((CALM, HIGH), False),
        ((CALM, DANGER), False),
    ]


def test_the_files_about_danger_are_there() -> None:
    assert all((CORPUS / "train" / f"{name}.tsv").exists() for name in DANGER_FILES)


def test_what_cannot_be_urgent_teaches_nothing_about_urgency() -> None:
    without = tuple(each for each in some_texts() if each.kind in ANSWERED or each.writer in DANGER_FILES)

    one, other = (train_urgency(texts, some_texts())[0]["urgency"] for texts in (some_texts(), without))

    assert one.fitted.weights.tobytes() == other.fitted.weights.tobytes()


def test_what_is_urgent_in_other_files_teaches_nothing_about_danger() -> None:
    without = tuple(each for each in some_texts() if each.urgency != Urgency.HIGH or each.writer in DANGER_FILES)

    one, other = (train_urgency(texts, some_texts())[0]["danger"] for texts in (some_texts(), without))

    assert one.fitted.weights.tobytes() == other.fitted.weights.tobytes()


@pytest.mark.parametrize(("limit", "name", "share"), [("danger", "danger", 0.02), ("urgent", "urgency", 0.03)])
def test_few_texts_of_the_calibration_set_that_can_wait_are_above_a_limit(limit: str, name: str, share: float) -> None:
    texts = some_texts()
    heads, limits = train_urgency(texts, texts)
    calm = [each.urgency != Urgency.HIGH and (name == "danger" or each.kind in ANSWERED) for each in texts]

    above = _likelihood(heads[name], matrix_of([each.text for each in texts], urgency_view)) >= limits[limit]

    assert above[np.array(calm)].mean() == pytest.approx(share, abs=0.01)


def test_the_calibration_set_is_not_trained_on() -> None:
    heads, _ = train_urgency(some_texts(), some_texts()[:200])
    same, _ = train_urgency(some_texts(), some_texts()[100:])

    assert heads["danger"].fitted.weights.tobytes() == same["danger"].fitted.weights.tobytes()
