"""What a call is worth at a desk where few are at risk."""

import pytest

from benchmarks.bootstrap import Estimate
from benchmarks.safety import precision


def test_precision_weighs_the_few_at_risk_against_all_calm_mentions() -> None:
    found, called = Estimate(0.9, 0.8, 0.95), Estimate(0.001, 0.0, 0.002)

    rare, often = (precision(rate, found, called) for rate in (1 / 1000, 1 / 100))

    assert rare["value"] == pytest.approx(0.9 / (0.9 + 0.999), abs=1e-4)
    assert rare["at_least"] == pytest.approx(0.8 / (0.8 + 1.998), abs=1e-4)
    assert often["value"] > 0.9


def test_what_finds_nobody_is_worth_nothing() -> None:
    nothing = Estimate(0.0, 0.0, 0.0)

    assert precision(1 / 100, nothing, nothing) == {"value": 0.0, "at_least": 0.0}
