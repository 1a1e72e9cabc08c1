"""The learning curve: what more examples would bring, and which departments need them most."""

from functools import cache

import numpy as np
import pytest

from desk.reading import OPERATOR
from tests.unit.training.test_department_head import BILLING, NETWORK, brand
from training.department import Trained, train_department
from training.learning_curve import _estimate, learning_curve, neediest

BILLS = ("청구서가", "환불이", "요금이", "납부가", "연체료가", "자동이체가", "영수증이", "할인이")
EXAMPLES = np.array([2.0, 4.0, 7.0])
SIGNALS = ("안테나가", "와이파이가", "통화가", "데이터가", "기지국이", "로밍이", "인터넷이", "중계기가")


@cache
def trained() -> Trained:
    return train_department(brand(billing=BILLING, network=NETWORK))


def test_it_is_measured_with_a_quarter_a_half_and_seven_eighths_and_drawn_to_twice_as_many() -> None:
    curve = learning_curve(brand(billing=BILLING, network=NETWORK), [], trained())

    assert curve is not None
    assert [each.examples for each in curve.measured] == [2, 4, 7]
    assert (curve.now.examples, curve.doubled.examples) == (8, 16)
    assert curve.now.low <= curve.now.sent <= curve.now.high


def test_more_examples_are_promised_more_where_each_matter_needs_an_example() -> None:
    of = brand(
        billing=[f"{one} {way}" for one in BILLS for way in ("또 왔네요", "이상해요")],
        network=[f"{one} {way}" for one in SIGNALS for way in ("또 왔네요", "이상해요")],
    )

    curve = learning_curve(of, [], trained()._replace(sure=0.9))

    assert curve is not None
    assert curve.measured[0].sent < curve.measured[1].sent < curve.measured[2].sent
    assert curve.measured[0].sent < curve.now.sent < curve.doubled.sent < 1


def test_no_text_is_read_by_a_head_that_was_taught_it() -> None:
    strange = [letter * 9 for letter in "가나다라마바사아자차카타파하거너"]

    curve = learning_curve(brand(billing=strange[:8], network=strange[8:]), [], trained()._replace(sure=0.0))

    assert curve is not None
    assert max(each.right for each in curve.measured) < 0.8


def test_more_examples_are_never_promised_less() -> None:
    falling, rising = np.array([[0.2, 0.3, 0.4]] * 2), np.array([[0.4, 0.3, 0.2]] * 2)

    now, doubled = (_estimate(EXAMPLES, falling, count) for count in (8, 16))

    assert now.sent == doubled.sent
    assert _estimate(EXAMPLES, rising, 8).sent < _estimate(EXAMPLES, rising, 16).sent


def test_the_estimate_lies_on_the_power_of_the_number_of_examples() -> None:
    assert _estimate(EXAMPLES, np.array([EXAMPLES**-0.5] * 2), 16).sent == pytest.approx(1 - 16**-0.5)


def test_there_is_no_curve_of_many_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.learning_curve.MOST_TEXTS", 15)

    assert learning_curve(brand(billing=BILLING, network=NETWORK), [], trained()) is None


def went(**texts: tuple[int, int, int]) -> Trained:
    """Left out texts by department: how many go to their own, to the operator and to another department."""
    pairs = [
        (key, said, sure)
        for key, (right, unsure, wrong) in texts.items()
        for said, sure in [(key, 1.0)] * right + [(key, 0.0)] * unsure + [("another", 1.0)] * wrong
    ]
    truth, said, confidence = zip(*pairs, strict=True)
    return trained()._replace(sure=0.5, truth=truth, said=said, confidence=confidence)


def test_examples_help_most_where_texts_go_to_the_operator_or_to_another_department() -> None:
    found = neediest(went(billing=(8, 1, 1), network=(2, 4, 4), home=(5, 5, 0), fine=(10, 0, 0)))

    assert [(each.department, round(each.share, 2)) for each in found] == [
        ("network", 0.8),
        ("home", 0.5),
        ("billing", 0.2),
    ]


def test_a_department_of_few_examples_gains_more_by_five() -> None:
    assert [each.department for each in neediest(went(billing=(50, 50, 0), network=(5, 5, 0)))] == [
        "network",
        "billing",
    ]


def test_the_operators_own_texts_are_not_counted() -> None:
    assert neediest(went(**{OPERATOR: (0, 0, 5)}, billing=(5, 0, 0))) == []
