"""What is read of a time, by X's counts."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.listening.spans import MOST_READ, spans_of
from desk.x.model import PostCount

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def counted(*posts: int) -> list[PostCount]:
    """Minutes from NOON on with so many posts."""
    return [PostCount(NOON + MINUTE * at, NOON + MINUTE * (at + 1), each) for at, each in enumerate(posts)]


@pytest.mark.parametrize(("posts", "surges"), [(MOST_READ, False), (MOST_READ + 1, True)])
def test_more_than_a_page_in_ten_minutes_surges(posts: int, *, surges: bool) -> None:
    [span] = spans_of(counted(*[0] * 9, posts))

    assert span == (NOON, NOON + 10 * MINUTE, posts, posts, surges)


def test_as_many_posts_over_hours_do_not_surge() -> None:
    [span] = spans_of(counted(*[9] * 180))

    assert (span.posts, span.most_a_minute, span.surges) == (9 * 180, 9, False)


def test_pieces_are_as_near_to_ten_minutes_as_can_be() -> None:
    [span] = spans_of(counted(*[6] * 19))

    assert (span.posts, span.surges) == (6 * 19, False)


def test_a_surge_is_apart_from_what_was_before_and_after_it() -> None:
    before, surge, after = spans_of(counted(*[1] * 60, *[30] * 10, *[50] * 10, *[20] * 10, *[2] * 30))

    assert (before.posts, before.surges) == (60, False)
    assert (surge.start, surge.end) == (NOON + 60 * MINUTE, NOON + 90 * MINUTE)
    assert (surge.posts, surge.most_a_minute, surge.surges) == (1_000, 50, True)
    assert (after.start, after.end, after.posts, after.surges) == (surge.end, NOON + 120 * MINUTE, 60, False)


def test_no_counts_are_no_spans() -> None:
    assert spans_of([]) == ()


def test_a_single_short_minute_is_a_span() -> None:
    assert [span.posts for span in spans_of(counted(3))] == [3]
