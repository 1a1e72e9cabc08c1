"""Which digests were made: the fake and the Desk table keep the same promises."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk.reports.digest_log import DigestLog, DigestLogItems, Turn
from tests.fakes.reports import FakeDigestLog
from tests.tables import Dynamo

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def log(dynamo: Dynamo | None) -> DigestLog:
    return DigestLogItems(dynamo.client, dynamo.tables.desk, page=2) if dynamo else FakeDigestLog()


def begin(log: DigestLog, holder: str, now: datetime = NOW, edition: str = "evening", day: date = DAY) -> Turn:
    return log.begin(edition, day, holder=holder, now=now, until=now + timedelta(minutes=10))


def test_of_two_runs_one_has_the_edition(log: DigestLog) -> None:
    turns = [begin(log, "first"), begin(log, "second")]

    assert turns == [Turn.OURS, Turn.ELSEWHERE]


def test_a_retry_of_the_same_run_goes_on_at_once(log: DigestLog) -> None:
    begin(log, "first")

    assert begin(log, "first", NOW + timedelta(minutes=1)) is Turn.OURS


def test_a_run_that_was_killed_holds_it_no_longer_than_its_time(log: DigestLog) -> None:
    begin(log, "first")

    assert begin(log, "second", LATER - timedelta(seconds=1)) is Turn.ELSEWHERE
    assert begin(log, "second", LATER) is Turn.OURS


def test_what_was_made_is_never_made_again(log: DigestLog) -> None:
    begin(log, "first")
    log.note("evening", DAY, at=NOW, covered_until=NOW)

    turns = [begin(log, "first"), begin(log, "second", NOW + timedelta(days=1))]

    assert turns == [Turn.MADE, Turn.MADE]


def test_other_editions_and_other_days_are_their_own(log: DigestLog) -> None:
    begin(log, "first")
    log.note("evening", DAY, at=NOW, covered_until=NOW)

    assert begin(log, "first", edition="morning") is Turn.OURS
    assert begin(log, "first", day=DAY + timedelta(days=1)) is Turn.OURS


def test_what_is_released_is_free_at_once_but_only_by_its_holder(log: DigestLog) -> None:
    begin(log, "first")

    log.release("evening", DAY, holder="second")
    kept = begin(log, "second")
    log.release("evening", DAY, holder="first")
    freed = begin(log, "second")

    assert (kept, freed) == (Turn.ELSEWHERE, Turn.OURS)


def test_releasing_what_is_made_or_never_begun_changes_nothing(log: DigestLog) -> None:
    log.release("morning", DAY, holder="first")
    begin(log, "first")
    log.note("evening", DAY, at=NOW, covered_until=NOW)

    log.release("evening", DAY, holder="first")

    assert begin(log, "second") is Turn.MADE
    assert begin(log, "first", edition="morning") is Turn.OURS


def made(log: DigestLog, edition: str, day: date, covered_until: datetime) -> None:
    begin(log, "first", edition=edition, day=day)
    log.note(edition, day, at=covered_until + timedelta(minutes=1), covered_until=covered_until)


def end(log: DigestLog, now: datetime = NOW, day: date = DAY) -> datetime | None:
    return log.covered_until(("morning", "evening"), day=day, now=now)


def test_nothing_is_covered_before_an_edition_was_made(log: DigestLog) -> None:
    begin(log, "first")
    made(log, "weekly", DAY, NOW)

    assert end(log) is None


def test_the_last_edition_that_was_made_says_until_when_all_is_covered(log: DigestLog) -> None:
    yesterday, morning = DAY - timedelta(days=1), NOW - timedelta(hours=9)
    for back in range(5, 0, -1):
        made(log, "evening", DAY - timedelta(days=back), NOW - timedelta(days=back))
    after_the_evening = end(log, day=yesterday)
    made(log, "morning", DAY, morning)
    begin(log, "second", edition="evening")

    assert (after_the_evening, end(log)) == (NOW - timedelta(days=1), morning)


def test_what_was_made_for_a_later_moment_is_passed_over(log: DigestLog) -> None:
    for back in (2, 1):
        made(log, "evening", DAY - timedelta(days=back), NOW - timedelta(days=back))
    made(log, "evening", DAY, NOW + timedelta(hours=1))
    made(log, "evening", DAY + timedelta(days=1), NOW - timedelta(minutes=1))

    assert end(log) == NOW - timedelta(days=1)
    assert end(log, now=NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)


def test_an_entry_of_an_earlier_release_tells_no_end(dynamo: Dynamo | None, log: DigestLog) -> None:
    made(log, "evening", DAY - timedelta(days=1), NOW - timedelta(days=1))
    if isinstance(log, FakeDigestLog):
        log.made["evening", DAY] = NOW
    if dynamo:
        key = {"item": {"S": "digest"}, "part": {"S": f"evening#{DAY.isoformat()}"}}
        dynamo.client.put_item(TableName=dynamo.tables.desk, Item={**key, "made_at": {"S": NOW.isoformat()}})

    assert end(log) == NOW - timedelta(days=1)
