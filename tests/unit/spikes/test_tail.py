"""The tail of a negative binomial distribution, compared with scipy's."""

import pytest
from scipy.stats import nbinom

from desk.spikes.tail import negative_binomial_tail
from tests.families import for_each

MEANS = [0.001, 0.05, 0.9, 7.0, 120.0]
DISPERSIONS = [0.01, 0.2, 1.0, 40.0]


@for_each("mean", MEANS)
@for_each("dispersion", DISPERSIONS)
def test_the_tail_is_that_of_scipy(mean: float, dispersion: float) -> None:
    r = 1 / dispersion
    for count in (1, 2, 5, 12, 40, 119, 120, 121, 400):
        expected = nbinom.sf(count - 1, r, r / (r + mean))

        assert negative_binomial_tail(count, mean, dispersion) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_at_least_no_events_are_certain_and_none_come_where_none_are_expected() -> None:
    assert negative_binomial_tail(0, 0.5, 0.2) == 1.0
    assert negative_binomial_tail(1, 0.0, 0.2) == 0.0
