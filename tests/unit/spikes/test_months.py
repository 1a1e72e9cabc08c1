"""Simulated months, fewer than the benchmark's: few false alarms, and an outage is found in time."""

import pytest

from benchmarks.faults import BURSTY
from benchmarks.spikes import figures, simulate


@pytest.mark.parametrize("mentions_a_day", [5, 100])
def test_a_month_has_at_most_one_false_alarm_and_an_outage_is_found_within_five_minutes(mentions_a_day: int) -> None:
    (row,) = figures(seed=7, desks=1, months=3, rates=[mentions_a_day])

    assert row["false_alarms_a_month"] <= 1
    assert (row["outages"], row["missed"]) == (108, 0)
    assert row["seconds_to_find_p95"] <= 300


# Heavy-tailed bursts and campaigns at fixed hours alarm more often: docs/spikes.md states how often.
@pytest.mark.parametrize("series", ["overdispersed", "shifting campaigns", "self-exciting"])
def test_after_a_first_month_bursts_that_come_again_and_again_alarm_at_most_once_a_month(series: str) -> None:
    alarms = simulate(100, 7, nature=BURSTY[series], outages=0).alarms[1:]

    assert sum(alarms) <= len(alarms)
