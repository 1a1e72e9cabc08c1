"""Ids tell time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk.x.model import earlier, first_id_at, time_of

MOMENTS = st.datetimes(datetime(2010, 11, 5), datetime(2070, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
IDS = st.integers(0, 2**63 - 1).map(str)


def test_a_known_id_has_its_known_time() -> None:
    assert time_of("1212092628029698048") == datetime(2019, 12, 31, 19, 26, 16, 771000, tzinfo=UTC)


@given(MOMENTS)
def test_the_first_id_of_a_moment_has_that_moment_to_the_millisecond(moment: datetime) -> None:
    assert timedelta() <= moment - time_of(first_id_at(moment)) < timedelta(milliseconds=1)


@given(IDS)
def test_no_id_of_a_millisecond_is_smaller_than_its_first(post_id: str) -> None:
    assert int(first_id_at(time_of(post_id))) <= int(post_id)
    assert int(post_id) < int(first_id_at(time_of(post_id) + timedelta(milliseconds=1)))


@given(IDS, IDS)
def test_ids_and_times_have_the_same_order(one: str, other: str) -> None:
    assert (int(one) <= int(other)) or (time_of(one) >= time_of(other))


def test_earlier_goes_back_by_the_span() -> None:
    moment = datetime(2026, 11, 24, 9, tzinfo=UTC)

    assert time_of(earlier(first_id_at(moment), timedelta(minutes=10))) == moment - timedelta(minutes=10)


def test_before_the_epoch_there_is_only_zero() -> None:
    assert first_id_at(datetime(2000, 1, 1, tzinfo=UTC)) == "0"
    assert earlier("5000000", timedelta(days=1)) == "0"
