"""The heads that every brand shares, on a little of the corpus."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from desk.reader.heads import CALM, CHECK, DANGER, HIGH, POSSIBLE, load_heads
from desk.reading import Kind
from tests.unit.training.slices import some_texts
from training.fit import Fitted
from training.general import General, _feedback, _nobody, train_general, write_general
from training.head import Head


@cache
def trained() -> General:
    return train_general(some_texts(), some_texts())


def test_two_trainings_write_the_same_bytes(tmp_path: Path) -> None:
    write_general(trained(), tmp_path / "one")
    write_general(train_general(some_texts(), some_texts()), tmp_path / "other")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_the_reader_finds_the_heads_and_limits_that_it_asks_for(tmp_path: Path) -> None:
    write_general(trained(), tmp_path / "general.heads")

    heads, limits = load_heads(tmp_path / "general.heads")

    assert {name: {each.name for each in head.classes} for name, head in heads.items()} == {
        "kind": set(map(str, Kind)),
        "need": {"information", "support"},
        "urgency": {CALM, HIGH},
        "danger": {CALM, DANGER},
        "check": {CALM, CHECK},
    }
    assert limits.keys() == {"nobody", "feedback", "urgent", "alarm", DANGER, POSSIBLE, CHECK}
    assert all(0 < limits[name] < 1 for name in ("nobody", "urgent", "alarm", DANGER, POSSIBLE, CHECK))
    assert limits["feedback"] >= 1


def test_the_need_is_learned_of_inquiries_alone() -> None:
    turned = [each if each.kind == Kind.INQUIRY else each._replace(need="support") for each in some_texts()]

    one, other = (
        trained().heads["need"],
        train_general(turned, some_texts()).heads["need"],
    )

    assert one.fitted.weights.tobytes() == other.fitted.weights.tobytes()


def head(*classes: str) -> Head:
    return Head(Fitted(classes, np.zeros((1, 1)), np.zeros(1)), 1.0)


def test_nobodys_limit_lets_nearly_all_that_must_be_answered_through() -> None:
    shares = np.zeros((2_000, 4))
    shares[:, 0] = shares[:, 2] = np.arange(2_000) / 4_000
    kinds = ["inquiry", "fault", "rumor", "inquiry"] * 250 + ["chat", "feedback"] * 500

    limit = _nobody(head("chat", "inquiry", "junk", "rumor"), shares, kinds)

    nobody = shares[:1_000, 0] + shares[:1_000, 2]
    assert (nobody < limit).mean() == pytest.approx(0.97, abs=0.001)


@pytest.mark.parametrize(("most", "limit"), [(3.0, 2.91), (0.9, 1.0)])
def test_the_limit_for_feedback_keeps_nearly_all_that_must_be_answered(most: float, limit: float) -> None:
    answered, other = np.full((1_000, 4), 0.1), np.full((1_000, 4), 0.1)
    answered[:, 1], other[:, 1] = np.linspace(0, 0.1 * most, 1_000), 0.9
    kinds = ["inquiry", "fault"] * 500 + ["feedback", "chat"] * 500

    found = _feedback(head("fault", "feedback", "inquiry", "rumor"), np.concatenate([answered, other]), kinds)

    assert found == pytest.approx(limit)
