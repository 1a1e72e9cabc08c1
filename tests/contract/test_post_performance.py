"""The store of measurements: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.posts.model import PostKind
from desk.posts.performance import (
    MeasuredAge,
    Measurement,
    MeasurementClaim,
    Performance,
    PerformanceItems,
    PerformanceStore,
)
from desk.x.model import PostMetrics, first_id_at
from tests.fakes.posts import FakePerformances
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
A, B, C = (first_id_at(NOON + DAY * day) for day in range(3))
FIRST = Measurement(PostMetrics(12, 3, 5, 1, 1_240), NOON + HOUR)
LATER = Measurement(PostMetrics(20, 4, 9, 2), NOON + DAY)
RUN, OTHER_RUN = (MeasurementClaim(holder, NOON + DAY, NOON + DAY + 50 * MINUTE) for holder in ("run-1", "run-2"))


@pytest.fixture
def store(dynamo: Dynamo | None) -> PerformanceStore:
    return FakePerformances() if dynamo is None else PerformanceItems(dynamo.client, dynamo.tables.desk)


def claim(store: PerformanceStore, x_id: str, mark: MeasuredAge = MeasuredAge.HOUR, by: MeasurementClaim = RUN) -> bool:
    return store.claim(x_id, PostKind.ANNOUNCEMENT, mark, by)


def test_measurements_of_each_mark_are_stored_side_by_side(store: PerformanceStore) -> None:
    for mark, measurement in ((MeasuredAge.HOUR, FIRST), (MeasuredAge.DAY, LATER)):
        assert claim(store, A, mark)
        store.record(A, mark, measurement)

    measured = {MeasuredAge.HOUR: FIRST, MeasuredAge.DAY: LATER}
    assert store.get_many([A, B, A]) == {A: Performance(A, PostKind.ANNOUNCEMENT, measured)}
    assert store.get_many([]) == {}


def test_a_mark_is_measured_once_and_the_first_measurement_stays(store: PerformanceStore) -> None:
    claim(store, A)
    store.record(A, MeasuredAge.HOUR, FIRST)
    store.record(A, MeasuredAge.HOUR, LATER)

    assert store.get_many([A])[A].measured == {MeasuredAge.HOUR: FIRST}
    assert not claim(store, A, by=OTHER_RUN)
    assert claim(store, A, MeasuredAge.DAY, by=OTHER_RUN)


def test_of_two_runs_one_gets_the_post_until_its_claim_ends(store: PerformanceStore) -> None:
    assert claim(store, A)
    assert claim(store, A)  # the answer to its first claim may have been lost
    assert not claim(store, A, by=OTHER_RUN)
    assert claim(store, B, by=OTHER_RUN)

    assert claim(store, A, by=OTHER_RUN._replace(at=RUN.until))


def test_a_post_that_is_gone_is_not_claimed_any_more_and_keeps_its_numbers(store: PerformanceStore) -> None:
    claim(store, A)
    store.record(A, MeasuredAge.HOUR, FIRST)
    claim(store, A, MeasuredAge.DAY)
    store.record_gone(A, NOON + DAY)
    store.record_gone(A, NOON + DAY + HOUR)

    assert not claim(store, A, MeasuredAge.DAY)
    assert store.get_many([A]) == {A: Performance(A, PostKind.ANNOUNCEMENT, {MeasuredAge.HOUR: FIRST}, NOON + DAY)}


def test_they_are_found_by_when_x_published_the_posts_also_where_ids_have_fewer_digits(
    store: PerformanceStore,
) -> None:
    for x_id in ("99", C, A, B):
        claim(store, x_id)

    assert [each.x_id for each in store.between(NOON, NOON + 2 * DAY)] == [A, B]
    assert [each.x_id for each in store.between(NOON - 9_000 * DAY, NOON + DAY)] == ["99", A]
    assert store.between(NOON + 3 * DAY, NOON + 4 * DAY) == []


def test_a_post_that_people_wrote_on_x_has_the_text_that_x_showed_last_and_no_kind(store: PerformanceStore) -> None:
    store.record_shown(A, "새 소식 이에요")
    store.record_shown(A, "새 소식이에요")
    assert store.claim(A, None, MeasuredAge.HOUR, RUN)
    store.record(A, MeasuredAge.HOUR, FIRST)

    assert store.get_many([A]) == {A: Performance(A, None, {MeasuredAge.HOUR: FIRST}, text="새 소식이에요")}
    assert store.between(NOON, NOON + DAY) == [store.get_many([A])[A]]


def test_a_post_of_the_desk_gets_its_kind_with_the_claim_and_keeps_no_text(store: PerformanceStore) -> None:
    store.record_shown(A, "새 소식이에요")
    assert claim(store, A)
    store.record_shown(A, "새 소식이에요")

    assert store.get_many([A]) == {A: Performance(A, PostKind.ANNOUNCEMENT)}


def test_the_text_of_a_post_that_is_gone_is_removed_and_does_not_come_back(store: PerformanceStore) -> None:
    store.record_shown(A, "새 소식이에요")
    store.claim(A, None, MeasuredAge.HOUR, RUN)
    store.record_gone(A, NOON + DAY)
    store.record_shown(A, "새 소식이에요")

    assert store.get_many([A]) == {A: Performance(A, None, gone_at=NOON + DAY)}
