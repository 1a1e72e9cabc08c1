from datetime import date, timedelta

import pytest

from desk.brand import Brand, FeedbackMail, WorkingHours
from mail_feedback.send import Due, due_mails
from tests.brands import small_brand

MONDAY = date(2026, 11, 23)


def brand(often: FeedbackMail, **changes: object) -> Brand:
    """A brand of which only billing gets feedback."""
    departments = {
        key: entry._replace(feedback=often if key == "billing" else FeedbackMail.NEVER)
        for key, entry in small_brand().departments.items()
    }
    return small_brand(departments=departments, **changes)


def days(since: date, until: date) -> list[Due]:
    return [Due("billing", since, until)]


def day(number: int) -> date:
    """A day of November 2026."""
    return date(2026, 11, number)


def test_a_weekly_mail_covers_the_seven_days_before_monday() -> None:
    assert due_mails(MONDAY, {}, brand(FeedbackMail.WEEKLY)) == days(day(16), day(23))
    assert Due("billing", day(16), day(23)).last == day(22)


def test_a_weekly_mail_that_is_out_is_not_due_again_before_the_next_monday() -> None:
    sent, weekly = {"billing": MONDAY}, brand(FeedbackMail.WEEKLY)

    assert [due_mails(MONDAY + timedelta(days=ahead), sent, weekly) for ahead in range(7)] == [[]] * 7
    assert due_mails(day(30), sent, weekly) == days(day(23), day(30))


def test_a_weekly_mail_that_failed_is_still_due_on_the_next_working_day() -> None:
    assert due_mails(day(24), {"billing": day(16)}, brand(FeedbackMail.WEEKLY)) == days(day(16), day(23))


def test_a_daily_mail_covers_yesterday_and_on_monday_the_weekend_too() -> None:
    daily = brand(FeedbackMail.DAILY)

    assert due_mails(day(24), {}, daily) == days(day(23), day(24))
    assert due_mails(MONDAY, {"billing": day(20)}, daily) == days(day(20), day(23))


@pytest.mark.parametrize("often", [FeedbackMail.DAILY, FeedbackMail.WEEKLY])
def test_on_a_day_off_nothing_is_due_and_the_next_working_day_makes_up_for_it(often: FeedbackMail) -> None:
    hours = WorkingHours(days=small_brand().hours.days, holidays=frozenset({MONDAY}))
    closed = brand(often, hours=hours)

    assert due_mails(day(22), {}, closed) == due_mails(MONDAY, {}, closed) == []
    assert due_mails(day(24), {"billing": day(16)}, closed) == days(
        day(16), day(24) if often is FeedbackMail.DAILY else day(23)
    )


def test_never_is_never() -> None:
    assert due_mails(MONDAY, {}, brand(FeedbackMail.NEVER)) == []


def test_no_day_is_mailed_twice_when_a_daily_mail_becomes_a_weekly_one() -> None:
    weekly = brand(FeedbackMail.WEEKLY)

    assert due_mails(day(20), {"billing": day(19)}, weekly) == []
    assert due_mails(MONDAY, {"billing": day(19)}, weekly) == days(day(19), day(23))


def test_after_a_long_silence_no_more_than_two_weeks_are_mailed() -> None:
    assert due_mails(MONDAY, {"billing": date(2025, 1, 1)}, brand(FeedbackMail.WEEKLY)) == days(day(9), day(23))
    assert due_mails(MONDAY, {"billing": date(2025, 1, 1)}, brand(FeedbackMail.DAILY)) == days(day(9), day(23))
