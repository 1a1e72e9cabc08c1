"""When a department's faults are a spike, and when a spike is over."""

from datetime import timedelta

import pytest

from desk.spikes.detection import Burst, first_burst, is_quiet, with_level
from desk.spikes.faults import Fault
from desk.spikes.profile import Usual, usual_faults
from tests.fakes.mentions import SEOUL
from tests.unit.spikes.scene import MINUTE, NOON, fault, history

QUIET = usual_faults("network", history({12: 1}), SEOUL)
BUSY = usual_faults("network", history(dict.fromkeys(range(24), 18)), SEOUL)


def burst_of(faults: list[Fault], usual: Usual = QUIET) -> Burst | None:
    """Whether the last of them makes a spike."""
    return first_burst(faults, [faults[-1].mention_id], usual, list)


def spread(count: int, *, minutes: float) -> list[Fault]:
    """So many faults until noon, evenly over the minutes before."""
    return [fault(-minutes * (count - 1 - number) / count) for number in range(count)]


def test_five_faults_at_a_quiet_hour_are_a_spike_and_four_are_not() -> None:
    burst = burst_of(spread(5, minutes=3))

    assert burst is not None
    assert (burst.minutes, burst.faults, burst.until) == (3, 5, NOON)
    assert burst.since == NOON - 3 * MINUTE * 4 / 5
    assert burst.expected == QUIET.within(NOON, 3)
    assert burst_of(spread(4, minutes=3)) is None


@pytest.mark.parametrize(
    ("count", "minutes", "found"), [(14, 3, 3), (6, 3, None), (30, 12, 12), (70, 30, 30), (36, 60, None)]
)
def test_a_busy_department_needs_more_of_them(count: int, minutes: int, found: int | None) -> None:
    burst = burst_of(spread(count, minutes=minutes), BUSY)

    assert (burst and burst.minutes) == found


def test_an_author_counts_once() -> None:
    assert burst_of([fault(-number / 10, "1") for number in range(40, -1, -1)]) is None
    assert burst_of([fault(-1, "1"), *spread(3, minutes=1), fault(0, "1")]) is None


def test_a_spike_ends_with_a_new_fault() -> None:
    faults = [*spread(6, minutes=3), fault(120)]

    assert first_burst(faults, [faults[-1].mention_id], QUIET, list) is None
    assert first_burst(faults, [faults[5].mention_id, faults[-1].mention_id], QUIET, list) is not None


def test_what_was_posted_over_hours_is_no_spike_although_it_is_read_at_once() -> None:
    faults = spread(18, minutes=6 * 60)

    assert first_burst(faults, {each.mention_id for each in faults}, QUIET, list) is None


def test_on_a_day_on_which_all_is_more_than_usual_more_is_expected() -> None:
    earlier = [fault(-30 - number) for number in range(240, 0, -2)]
    burst = burst_of(spread(7, minutes=3))
    assert burst

    raised = with_level(QUIET, earlier, burst.until)

    assert raised.level == 3
    assert with_level(QUIET, earlier[-2:], burst.until).level < 2
    assert burst_of(spread(7, minutes=3), raised._replace(hourly=tuple(20 * rate for rate in QUIET.hourly))) is None


def test_the_faults_of_the_spike_itself_do_not_raise_what_is_expected() -> None:
    faults = spread(40, minutes=29)
    burst = burst_of(faults)
    assert burst

    assert with_level(QUIET, faults, burst.until) == QUIET


def test_each_window_of_a_backlog_is_compared_with_the_hours_before_it() -> None:
    """Hours with three times as many faults as usual, at their end a burst that is small for them, later an outage."""
    busy = [fault(minutes) for minutes in range(-9 * 60, -4 * 60)]
    small, outage = ([fault(end - number / 6) for number in range(14, -1, -1)] for end in (-4 * 60, 0))
    faults = [*busy, *small, *outage]

    burst = first_burst(faults, {each.mention_id for each in faults}, BUSY, list)

    assert first_burst(small, {small[-1].mention_id}, BUSY, list)
    assert not first_burst(small, {small[-1].mention_id}, BUSY, lambda: busy)
    assert burst
    assert burst.since >= NOON - 3 * MINUTE


STARTED = NOON - timedelta(hours=1)


def test_a_spike_is_over_once_faults_have_been_usual_for_half_an_hour() -> None:
    assert is_quiet([fault(-31) for _ in range(40)], STARTED, NOON, QUIET)
    assert not is_quiet(spread(2, minutes=30), STARTED, NOON, QUIET)
    assert is_quiet(spread(2, minutes=30), STARTED, NOON, BUSY)
    assert not is_quiet(spread(25, minutes=30), STARTED, NOON, BUSY)


def test_a_backlog_does_not_hold_up_the_end() -> None:
    assert is_quiet([fault(-1, backlog=True) for _ in range(40)], STARTED, NOON, QUIET)


def test_a_late_report_does_not_hold_up_the_end() -> None:
    hardly_any = usual_faults("network", history({0: 1}, department="billing"), SEOUL)

    assert hardly_any.tail(1, NOON, 30) < 0.01
    assert is_quiet([fault(-1)], STARTED, NOON, hardly_any)


def test_a_spike_lasts_at_least_half_an_hour() -> None:
    assert [is_quiet([], NOON - timedelta(minutes=minutes), NOON, QUIET) for minutes in (29, 30)] == [False, True]


def test_a_rate_that_neither_ends_a_spike_nor_begins_one_keeps_it_from_flapping() -> None:
    between = spread(28, minutes=30)

    assert burst_of(between, BUSY) is None
    assert not is_quiet(between, STARTED, NOON, BUSY)
