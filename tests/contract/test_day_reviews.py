"""Reviews of days: the fake and DynamoDB keep the same promises."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from desk.day_reviews.store import DayReview, DayReviewItems, DayReviews
from tests.fakes.day_reviews import FakeDayReviews
from tests.tables import DYNAMODBS, dynamodb

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
LASTS = timedelta(days=30)
REVIEW = DayReview("form-0001", date(2026, 11, 24), "칭찬이 많은 하루였습니다", "A매장 건 내일 10시", "박지민", NOW)
LATER = REVIEW._replace(id="form-0002", line="", note="답변 약속 두 건", by="이수진", at=NOW + timedelta(minutes=20))


@pytest.fixture(params=["fake", *DYNAMODBS])
def reviews(request: pytest.FixtureRequest) -> Iterator[DayReviews]:
    if request.param == "fake":
        yield FakeDayReviews(LASTS)
        return
    with dynamodb(request.param) as (client, tables):
        yield DayReviewItems(client, tables.desk, lasts=LASTS)


def test_a_review_is_stored_once_and_they_come_in_their_order(reviews: DayReviews) -> None:
    for each in (LATER, REVIEW, REVIEW._replace(line="anders")):
        reviews.add(each)

    assert list(reviews.recent(NOW)) == [REVIEW, LATER]


def test_a_review_goes_with_its_time(reviews: DayReviews) -> None:
    reviews.add(REVIEW)

    assert list(reviews.recent(NOW + LASTS)) == []


def test_the_first_who_has_read_a_note_stays(reviews: DayReviews) -> None:
    reviews.add(REVIEW)

    for name in ("이수진", "최보라"):
        reviews.mark_read(REVIEW, name, NOW)

    [read] = reviews.recent(NOW)
    assert (read.read_by, read.read_at, read.is_unread) == ("이수진", NOW, False)


def test_reading_a_review_that_is_gone_brings_nothing_back(reviews: DayReviews) -> None:
    reviews.mark_read(REVIEW, "이수진", NOW)

    assert list(reviews.recent(NOW)) == []


def test_a_line_is_in_one_report_and_in_each_attempt_of_it(reviews: DayReviews) -> None:
    for each in (REVIEW, LATER):
        reviews.add(each)

    first, again, morning = (
        [each.line for each in reviews.lines_for(report, NOW)]
        for report in ("evening-2026-11-24", "evening-2026-11-24", "morning-2026-11-25")
    )

    assert (first, again, morning) == ([REVIEW.line], [REVIEW.line], [])


def test_a_line_that_comes_after_the_report_waits_for_the_next_one(reviews: DayReviews) -> None:
    reviews.lines_for("evening-2026-11-24", NOW)
    reviews.add(REVIEW)

    assert [each.line for each in reviews.lines_for("morning-2026-11-25", NOW)] == [REVIEW.line]
