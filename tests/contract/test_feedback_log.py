"""Up to which day feedback was mailed: the fake and the Desk table keep the same promises."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk.reports.feedback import FeedbackLog, FeedbackLogItems
from tests.fakes.reports import FakeFeedbackLog
from tests.tables import Dynamo

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
SPAN = timedelta(minutes=10)


@pytest.fixture
def log(dynamo: Dynamo | None) -> FeedbackLog:
    return FeedbackLogItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeFeedbackLog()


def begin(log: FeedbackLog, holder: str = "first", until: date = MONDAY, now: datetime = NOW) -> bool:
    return log.begin("billing", until, holder=holder, now=now, ends_at=now + SPAN)


def test_a_day_is_remembered_by_department(log: FeedbackLog) -> None:
    begin(log)
    log.note("billing", MONDAY)
    log.note("network", MONDAY - timedelta(days=1))

    assert log.mailed_until() == {"billing": MONDAY, "network": MONDAY - timedelta(days=1)}


def test_a_department_that_was_only_begun_was_not_mailed(log: FeedbackLog) -> None:
    begin(log)

    assert log.mailed_until() == {}


def test_of_two_runs_one_mails_until_its_time_is_over(log: FeedbackLog) -> None:
    assert [begin(log), begin(log, "second"), begin(log)] == [True, False, True]
    assert not begin(log, "second", now=NOW + SPAN - timedelta(seconds=1))
    assert begin(log, "second", now=NOW + SPAN)


def test_what_was_mailed_is_mailed_by_no_run_again_but_later_days_are(log: FeedbackLog) -> None:
    begin(log)
    log.note("billing", MONDAY)

    assert [begin(log), begin(log, "second", now=NOW + 2 * SPAN)] == [False, False]
    assert begin(log, "second", until=MONDAY + timedelta(days=1))


def test_a_late_run_never_sets_the_day_back(log: FeedbackLog) -> None:
    log.note("billing", MONDAY)
    log.note("billing", MONDAY - timedelta(days=7))

    assert log.mailed_until() == {"billing": MONDAY}
