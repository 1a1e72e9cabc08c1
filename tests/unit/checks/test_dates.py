"""Dates whose weekday is another one, in the forms in which people write them."""

from datetime import date

import pytest

from desk.checks.dates import wrong_dates

SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    "text",
    [
        "11월 24일(수) 오후 2시에 점검합니다",
        "11월24일 (수요일)",
        "11월 24일 수요일에 뵙겠습니다",
        "11월 24일, 수요일",
        "2026년 11월 24일(수)",
        "11/24(수)",
        "11.24(수)",
        "26.11.24(수)",
        "2026-11-24(수)",
        "Wednesday 24 November",
        "Wednesday the 24th of November",
        "Wed, Nov 24, 2026",
        "24 November (Wed)",
        "November 24th, Wednesday",
        "11/24 (Wed)",
        "24/11 (Wed)",
    ],
)
def test_every_form_of_a_date_with_a_wrong_weekday_is_found(text: str) -> None:
    (found,) = wrong_dates(text, SATURDAY)

    assert (found.weekday, found.day) == (2, date(2026, 11, 24))


@pytest.mark.parametrize(
    "text",
    [
        "11월 24일(화)",
        "11/24(화), 11.25(수)",
        "11월 24일 일부 지역에서",
        "11월 24일(일부 지역)",
        "Tue 24 Nov, Wednesday 25 November",
        "24 Nov, Wednesday 25 November",
        "24~26일(목)",
        "12월 24일(목)~26일(토)",
        "버전 3.12.4(수)",
        "전화 02-114, 9.8 (수도권)",
        "30일(월)까지",
        "지난 3일(화)부터",
        "오늘(토)과 내일(일)",
        "Sun shines in May 5 times",
    ],
)
def test_right_dates_and_other_numbers_say_nothing(text: str) -> None:
    assert wrong_dates(text, SATURDAY) == []


@pytest.mark.parametrize(
    ("text", "publish_on", "day"),
    [
        ("1월 2일(금)", date(2026, 12, 28), date(2027, 1, 2)),
        ("12월 31일(금)", date(2027, 1, 4), date(2026, 12, 31)),
        ("8월 20일(목)", SATURDAY, date(2027, 8, 20)),
        ("9월 1일(수)", SATURDAY, date(2026, 9, 1)),
        ("내년 1월 2일(일)", SATURDAY, date(2027, 1, 2)),
        ("작년 11월 24일(화)", SATURDAY, date(2025, 11, 24)),
        ("26일(금)", SATURDAY, date(2026, 11, 26)),
        ("2일(화)", date(2026, 12, 30), date(2027, 1, 2)),
        ("12월 24일(목)~26일(금)", SATURDAY, date(2026, 12, 26)),
        ("내일(월)", SATURDAY, date(2026, 11, 29)),
    ],
)
def test_a_date_without_a_year_is_the_one_that_is_meant(text: str, publish_on: date, day: date) -> None:
    assert [each.day for each in wrong_dates(text, publish_on)] == [day]


@pytest.mark.parametrize("text", ["11월 31일까지", "2월 29일(월)", "2026년 2월 30일", "Tue 31 November"])
def test_a_date_that_does_not_exist_is_found_with_or_without_a_weekday(text: str) -> None:
    (found,) = wrong_dates(text, SATURDAY)

    assert found.day is None
    assert found.written in text


def test_several_dates_are_found_in_their_order_as_they_are_written() -> None:
    found = wrong_dates("11월 24일 일요일과 25일(목), 그리고 Friday 26 November", SATURDAY)

    assert [each.written for each in found] == ["11월 24일", "25일", "26 November"]


def test_a_long_text_takes_no_time() -> None:
    assert wrong_dates("1월 " * 50_000 + "(수", SATURDAY) == []
