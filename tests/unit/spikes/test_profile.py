"""What is usual in a department at an hour of the week."""

from datetime import datetime, timedelta

import pytest

from desk.spikes.history import HOURS, DayFaults, counted_by_hour
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
    assert new.tail(12, NOON, 10) > 1e-6 > known.tail(12, NOON, 10)
    assert new.tail(40, NOON, 10) < 1e-6


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
    assert after.tail(16, at(15), 10) < 1e-6


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
