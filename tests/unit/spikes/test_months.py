"""Simulated months, fewer than the benchmark's: few false alarms, and an outage is found in time."""

from benchmarks.faults import BURSTY
from benchmarks.spikes import figures, simulate
from tests.families import variants


@variants("mentions_a_day", [5, 100], 1)
def test_a_month_has_at_most_one_false_alarm_and_an_outage_is_found_within_five_minutes(mentions_a_day: int) -> None:
    (row,) = figures(seed=7, desks=1, months=3, rates=[mentions_a_day])

    assert row["false_alarms_a_month"] <= 1
    assert (row["outages"], row["missed"]) == (108, 0)
    assert row["seconds_to_find_p95"] <= 300


@variants("series", BURSTY, 1)
def test_a_desk_with_bursts_alarms_at_most_once_a_month_its_first_one_included(series: str) -> None:
    alarms = simulate(100, 7, nature=BURSTY[series], outages=0).alarms

    assert sum(alarms) <= len(alarms)
