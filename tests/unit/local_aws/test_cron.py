from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from local.aws.cron import times

SEOUL = ZoneInfo("Asia/Seoul")
MADE = datetime(2026, 11, 24, 9, 0, 40, tzinfo=SEOUL)  # a Tuesday


def due(expression: str, *, hours: int) -> list[str]:
    """The minutes of the next hours in which the expression is due."""
    stated = times(expression)
    first = MADE.replace(second=0)
    minutes = [first + timedelta(minutes=number) for number in range(60 * hours)]
    return [f"{minute:%a %H:%M}" for minute in minutes if stated.is_due(minute, MADE)]


def test_a_rate_counts_from_when_the_schedule_was_made() -> None:
    assert due("rate(20 minutes)", hours=1) == ["Tue 09:20", "Tue 09:40"]


@pytest.mark.parametrize(
    ("expression", "hours", "expected"),
    [
        ("rate(1 minute)", 1, 59),
        ("rate(1 hour)", 6, 5),
        ("rate(1 day)", 49, 2),
        ("cron(* * * * ? *)", 1, 60),
    ],
)
def test_how_often_it_is_due(expression: str, hours: int, expected: int) -> None:
    assert len(due(expression, hours=hours)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(30 18 * * ? *)", ["Tue 18:30", "Wed 18:30"]),
        ("cron(0 9 ? * WED *)", ["Wed 09:00"]),
        ("cron(0 9 ? * 4 *)", ["Wed 09:00"]),
        ("cron(0 10,12 ? * MON-TUE *)", ["Tue 10:00", "Tue 12:00"]),
        ("cron(0/30 9 25 NOV ? 2026)", ["Wed 09:00", "Wed 09:30"]),
        ("cron(0 9 * 12 ? *)", []),
    ],
)
def test_cron_is_due_in_the_minutes_that_every_field_admits(expression: str, expected: list[str]) -> None:
    assert due(expression, hours=47) == expected


@pytest.mark.parametrize("expression", ["at(2026-11-24T10:00:00)", "rate(1 fortnight)", "cron(0 9 * *)", "daily"])
def test_an_expression_that_is_not_known_is_an_error(expression: str) -> None:
    with pytest.raises(ValueError, match="not known"):
        times(expression)
