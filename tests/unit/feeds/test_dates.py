"""Dates of entries: known in the forms that feeds have, and unknown in all others."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.feeds.dates import moment_of
from tests.families import for_each

SEOUL = ZoneInfo("Asia/Seoul")
FIVE_PAST_ONE = datetime(2026, 11, 24, 4, 5, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, 15, tzinfo=UTC)


@for_each(
    "text",
    [
        "2026-11-24T13:05:00+09:00",
        "2026-11-24t04:05:00z",
        "2026-11-24T13:05:00.123+0900",
        "2026-11-24T13:05+09",
        "2026-11-24 13:05",
        "2026-11-24 13:05:00 KST",
        "2026/11/24 13:05",
        "2026.11.24 13:05:00",
        "2026. 11. 24. 13:05",
        "2026. 11. 24. (화) 오후 1:05:00",
        "2026-11-24 오후 1:05:00",
        "2026년 11월 24일 오후 1:05",
        "2026년 11월 24일(화) 오후 1시 5분",
        "2026년 11월 24일 화요일 13시 5분",
        "Tue, 24 Nov 2026 13:05:00 +0900",
        "Tue, 24 November 2026 13:05 +0900 (KST)",
        "24 Nov 26 13:05:00 KST",
        "Tue,24 Nov, 2026 13:05:00 KST",
        "Tue, 24 Nov 2026 04:05:00 GMT",
        "Mon, 23 Nov 2026 23:05:00 EST",
        "Tue, 24 Nov 2026 13:05:00",
        "Tuesday, 24-Nov-26 04:05:00 UTC",
        "화, 24 11월 2026 13:05:00 +0900",
        "Tue Nov 24 13:05:00 KST 2026",
        "Tue Nov 24 2026 13:05:00 GMT+0900 (한국 표준시)",
        "Nov 24, 2026 1:05 PM",
        "  2026-11-24\n 13:05 ",
    ],
)
def test_a_date_in_a_form_that_feeds_have_is_known(text: str) -> None:
    assert moment_of(text, SEOUL) == FIVE_PAST_ONE


@pytest.mark.parametrize(
    "text", ["2026-11-24", "2026.11.24", "2026. 11. 24.", "2026/11/24", "2026년 11월 24일", "24 Nov 2026"]
)
def test_a_day_without_a_time_begins_in_the_desks_zone(text: str) -> None:
    assert moment_of(text, SEOUL) == MIDNIGHT


@pytest.mark.parametrize(
    ("text", "hour"),
    [("오전 12:05", 0), ("오전 9:05", 9), ("오후 12:05", 12), ("오후 1:05", 13), ("오후 13:05", 13), ("9:05 PM", 21)],
)
def test_morning_and_afternoon_are_told_apart(text: str, hour: int) -> None:
    assert moment_of(f"2026-11-24 {text}", SEOUL) == MIDNIGHT + timedelta(hours=hour, minutes=5)


def test_a_leap_second_and_a_zone_that_nobody_knows_are_taken() -> None:
    assert moment_of("Tue, 24 Nov 2026 04:05:60 GMT", SEOUL) == FIVE_PAST_ONE + timedelta(seconds=59)
    assert moment_of("Tue, 24 Nov 2026 04:05:00 QQQ", SEOUL) == FIVE_PAST_ONE


@for_each(
    "text",
    [
        *("", "어제", "2026", "2026-11", "20261124", "1764000000", "11-24", "24/11/2026", "11/24/2026"),
        *("2026-11-24 25:00", "2026-11-24T24:00:00Z", "2026-13-01", "2026-02-30", "Tue, 31 Nov 2026 09:00:00 KST"),
        *("2026-11-24 오전 13:05", "2026-11/24", "24 Nvo 2026", "2026-11-24T09:00:00+99:00", "약 2026-11-24"),
        *("Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2026-11-24 외"),
        "2026-11-24 " + "1" * 1_000_000,
    ],
)
def test_any_other_date_is_unknown(text: str) -> None:
    assert moment_of(text, SEOUL) is None
