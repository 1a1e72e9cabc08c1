"""How large a department's ordinary bursts are."""

import pytest

from desk.spikes.bursts import BURST_DAYS, MOST_LIKELY, Window, dispersion_of, usual_clustering
from desk.spikes.tail import negative_binomial_tail

HOURS = 48
"""Hours between two bursts."""


def bursts(*sizes: int, expected: float = 0.1) -> list[Window]:
    return [Window(number * HOURS, size, expected) for number, size in enumerate(sizes)]


def is_spike(faults: int, windows: list[Window], days: int = BURST_DAYS) -> bool:
    """Whether so many faults are a spike after these bursts, of days of which 0.1 were expected in each window."""
    dispersion = max(dispersion_of(usual_clustering(windows, days), 0.1), 0.5)
    return negative_binomial_tail(faults, 0.1, dispersion) <= MOST_LIKELY


def test_bursts_of_a_usual_size_are_no_spikes_and_much_larger_ones_are() -> None:
    usual = bursts(40, 38, 42, 39, 41)

    assert not is_spike(60, usual)
    assert is_spike(200, usual)


@pytest.mark.parametrize(("days", "outages"), [(10, 1), (42, 1), (83, 1), (84, 2)])
def test_an_outage_in_each_six_weeks_does_not_make_outages_usual(days: int, outages: int) -> None:
    ordinary = [6, 5, 6, 5, 6]

    assert is_spike(60, bursts(*ordinary, *[400] * outages), days)
    assert not is_spike(60, bursts(*ordinary, *[400] * (outages + 1)), days)


def test_windows_within_half_a_day_are_one_burst() -> None:
    one = [Window(hour, 40, 0.1) for hour in range(13)]

    assert is_spike(20, one)
    assert not is_spike(20, [*one, Window(26, 40, 0.1)], days=28)


def test_a_burst_at_a_busy_hour_is_smaller_than_one_of_the_same_size_at_a_quiet_one() -> None:
    quiet, busy = (usual_clustering(bursts(40, 40, expected=mean), 28) for mean in (0.1, 20))

    assert busy < quiet / 2


def test_the_only_burst_may_be_an_outage_and_counts_a_little() -> None:
    assert not is_spike(12, bursts(12), days=5), "bursts of a new desk that is bursty would alarm again and again"
    assert is_spike(22, bursts(400), days=5), "after an outage the next one must be found"


def test_of_two_bursts_that_may_be_outages_the_smaller_one_counts_a_little() -> None:
    assert not is_spike(12, bursts(12, 400))
    assert is_spike(22, bursts(400, 400))


def test_a_new_desk_learns_more_from_a_burst_until_it_knows_eight_weeks() -> None:
    first, middle, known, later = (usual_clustering(bursts(20, 20), days) for days in (0, 28, 56, 83))

    assert first > 1.3 * middle > 1.3**2 * known
    assert known == later


def test_nothing_is_assumed_of_a_desk_without_bursts() -> None:
    assert usual_clustering([], 0) == 0
    assert is_spike(9, [], days=0), "an outage in a desk's first hours must be found"
