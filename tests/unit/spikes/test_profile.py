"""What is usual in a department at an hour of the week."""

from datetime import date, datetime, timedelta

import pytest

from desk.spikes.history import HOURS, WINDOWS, DayFaults, counted_by_hour
from desk.spikes.profile import usual_faults
from tests.fakes.mentions import SEOUL
from tests.unit.spikes.scene import MINUTE, NOON, TODAY, fault, history

ALL_DAY = dict.fromkeys(range(HOURS), 6)
OFFICE_HOURS = dict.fromkeys(range(9, 18), 6)


def at(hour: int, *, days: int = 0) -> datetime:
    """The middle of an hour, by the desk's clock."""
    return datetime.combine(TODAY + timedelta(days=days), datetime.min.time(), SEOUL) + timedelta(hours=hour + 0.5)


def test_an_even_history_makes_even_expectations() -> None:
    usual = usual_faults("network", history(ALL_DAY), SEOUL)

    assert usual.within(at(3), 60) == pytest.approx(6, rel=0.02)
    assert usual.within(at(15), 10) == pytest.approx(1, rel=0.02)


def test_the_night_and_the_weekend_have_expectations_of_their_own() -> None:
    usual = usual_faults("network", history(OFFICE_HOURS, weekend=False), SEOUL)

    assert usual.within(at(13), 60) == pytest.approx(6, rel=0.3)
    assert usual.within(at(3), 60) < 0.5
    saturday = usual.within(at(13, days=4), 60)
    assert usual.within(at(3), 60) < saturday < usual.within(at(13), 60) / 2


def test_what_is_usual_holds_for_the_middle_of_an_hour() -> None:
    usual = usual_faults("network", history(OFFICE_HOURS), SEOUL)
    tuesday = 24

    for hour in (8, 9, 17, 18):
        assert usual.within(at(hour) + 0.5 * MINUTE, 1) * 60 == pytest.approx(usual.hourly[tuesday + hour])


def test_an_hour_begins_like_the_hour_before() -> None:
    usual = usual_faults("network", history(OFFICE_HOURS), SEOUL)

    rates = [usual.within(at(8) + timedelta(minutes=minutes), 3) for minutes in range(-60, 90, 5)]

    assert rates == sorted(rates)


def test_the_counted_hours_of_today_count() -> None:
    midnight = datetime.combine(TODAY, datetime.min.time(), SEOUL)
    today = DayFaults({"network": (12,) * 12 + (0,) * 12}, midnight + timedelta(hours=12))
    yesterday = history(ALL_DAY, days=1)

    before, after = (usual_faults("network", days, SEOUL) for days in (yesterday, yesterday | {TODAY: today}))

    assert after.within(at(15), 60) > 1.2 * before.within(at(15), 60)


def test_a_department_without_history_is_taken_for_a_small_one_of_which_little_is_known() -> None:
    new, known = (
        usual_faults("network", {}, SEOUL),
        usual_faults("network", history(dict.fromkeys(range(24), 2)), SEOUL),
    )

    assert new.within(at(15), 60) == pytest.approx(2)
    assert new.tail(12, NOON, 12) > 1e-6 > known.tail(12, NOON, 12)
    assert new.tail(40, NOON, 12) < 1e-6


def test_hours_before_the_first_fault_of_a_new_desk_are_unknown_and_not_quiet() -> None:
    """Its first poll brings a week's mentions, which do not count, and it begins at three in the afternoon."""
    week = history({}, days=7)
    new = usual_faults("network", week, SEOUL)
    midnight = datetime.combine(TODAY, datetime.min.time(), SEOUL)
    counts = tuple(20 if 15 <= hour < 18 else 0 for hour in range(HOURS))
    after_hours = week | {TODAY: DayFaults({"network": counts}, midnight + timedelta(hours=18))}

    known = usual_faults("network", after_hours, SEOUL)

    assert new == usual_faults("network", {}, SEOUL)
    assert known.within(at(18), 60) > 6
    assert usual_faults("billing", after_hours, SEOUL).within(at(18), 60) < 2


def test_an_earlier_spike_does_not_become_usual() -> None:
    days = history(ALL_DAY)
    before = usual_faults("network", days, SEOUL)
    last_week = TODAY - timedelta(days=7)
    counts = list(days[last_week].by_hour["network"])
    counts[15] = 400

    after = usual_faults(
        "network", days | {last_week: days[last_week]._replace(by_hour={"network": tuple(counts)})}, SEOUL
    )

    assert after.within(at(15), 10) < 2 * before.within(at(15), 10)
    assert after.tail(16, at(15), 12) < 1e-6


def test_departments_differ() -> None:
    usual = usual_faults("billing", history(ALL_DAY), SEOUL)

    assert usual.within(at(15), 60) < 0.1


def test_a_raised_level_raises_expectations_and_a_low_one_changes_nothing() -> None:
    usual = usual_faults("network", history(ALL_DAY), SEOUL)

    assert usual.after(0, NOON, 240) == usual
    assert usual.after(60, NOON, 240).within(NOON, 10) == pytest.approx(63 / 27 * usual.within(NOON, 10), rel=0.02)
    assert usual.after(9_000, NOON, 240).level == 3


def test_an_author_counts_once_an_hour_and_a_backlog_not_at_all() -> None:
    faults = [fault(0, "1"), fault(59, "1"), fault(60, "1"), fault(1, "2"), fault(2, backlog=True)]

    counted = counted_by_hour([*faults, fault(3, department="billing")], NOON, SEOUL)

    assert counted.by_hour["network"][12:14] == (2, 1)
    assert {key: sum(counts) for key, counts in counted.by_hour.items()} == {"network": 3, "billing": 1}


def test_the_largest_windows_of_an_hour_are_counted_if_they_are_a_burst() -> None:
    """Seven authors within three minutes, one of them twice; eight within ten; and four an hour later."""
    times = [0, 0.5, 1, 1.5, 2, 2.5, 3, 8]
    faults = [*(fault(minutes, str(number)) for number, minutes in enumerate(times)), fault(1, "0")]

    counted = counted_by_hour([*faults, *(fault(60 + number) for number in range(4))], NOON, SEOUL)

    assert counted.bursts == {"network": {12: (7, 7, 8, 8, 8)}}


def test_a_window_ends_in_its_hour_and_may_begin_in_the_hour_before() -> None:
    counted = counted_by_hour([fault(minutes) for minutes in (57, 58, 59, 60, 61)], NOON, SEOUL)

    assert counted.bursts == {"network": {13: (4, 5, 5, 5, 5)}}


def with_bursts(days: dict[date, DayFaults], *sizes: int) -> dict[date, DayFaults]:
    """The days, the last of them with a burst of each size at three in the afternoon."""
    found = dict(days)
    for day, size in zip(sorted(days, reverse=True), sizes, strict=False):
        by_hour = list(found[day].by_hour["network"])
        by_hour[15] += size
        found[day] = DayFaults({"network": tuple(by_hour)}, found[day].until, {"network": {15: (size,) * len(WINDOWS)}})
    return found


def test_bursts_that_come_again_and_again_are_usual() -> None:
    calm, bursty = history(ALL_DAY), with_bursts(history(ALL_DAY), *[30] * 9)

    assert usual_faults("network", calm, SEOUL).tail(30, at(15), 12) < 1e-6
    assert usual_faults("network", bursty, SEOUL).tail(40, at(15), 12) > 1e-6
    assert usual_faults("network", bursty, SEOUL).tail(250, at(15), 12) < 1e-6
    assert usual_faults("billing", bursty, SEOUL).tail(30, at(15), 12) < 1e-6


def test_days_that_differ_widely_make_a_wide_dispersion() -> None:
    """Five weeks of which each fifth day has eight times the faults of the others."""
    even, uneven = history(ALL_DAY), history(ALL_DAY)
    for number, day in enumerate(sorted(uneven)):
        many = 48 if number % 5 == 0 else 6
        uneven[day] = uneven[day]._replace(by_hour={"network": (many,) * HOURS})

    assert usual_faults("network", even, SEOUL).dispersion < 0.2
    assert usual_faults("network", uneven, SEOUL).dispersion > 0.8
