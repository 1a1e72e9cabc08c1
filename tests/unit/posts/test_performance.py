"""When a post is measured, and what is usual for it."""

from datetime import timedelta

import pytest

from desk.posts.model import PostKind
from desk.posts.performance import MeasuredAge, Measurement, Performance, combined, due_mark, times_usual
from desk.posts.performance_words import measurement_words, usual_text
from desk.x.model import PostMetrics, first_id_at
from tests.unit.posts.scene import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
X_ID = first_id_at(NOON)


def measured(
    likes: int, *, age: timedelta = DAY, mark: MeasuredAge = MeasuredAge.DAY, days_ago: float = 0
) -> Performance:
    published_at = NOON - DAY * days_ago
    measurement = Measurement(PostMetrics(likes, 0, 0, 0), published_at + age)
    return Performance(first_id_at(published_at), PostKind.ANNOUNCEMENT, {mark: measurement})


OTHERS = [measured(likes, days_ago=day) for day, likes in enumerate([2, 4, 6, 8, 100], start=1)]


@pytest.mark.parametrize(
    ("age", "mark"),
    [
        (HOUR / 2, None),
        (HOUR + timedelta(minutes=5), MeasuredAge.HOUR),
        (3 * HOUR, MeasuredAge.HOUR),
        (4 * HOUR, None),
        (25 * HOUR, MeasuredAge.DAY),
        (37 * HOUR, None),
        (7 * DAY + HOUR, MeasuredAge.WEEK),
        (9 * DAY, None),
    ],
)
def test_a_post_is_due_for_some_time_after_an_hour_a_day_and_a_week(age: timedelta, mark: MeasuredAge | None) -> None:
    assert due_mark(X_ID, None, NOON + age) is mark


def test_what_was_measured_or_is_gone_is_not_due() -> None:
    known = measured(3, age=HOUR, mark=MeasuredAge.HOUR)

    assert due_mark(X_ID, known, NOON + 2 * HOUR) is None
    assert due_mark(X_ID, known, NOON + 25 * HOUR) is MeasuredAge.DAY
    assert due_mark(X_ID, known._replace(gone_at=NOON + HOUR), NOON + 25 * HOUR) is None


def test_metrics_of_versions_add_up_and_impressions_stay_unknown_where_x_states_none() -> None:
    first, second = PostMetrics(1, 2, 3, 4, None), PostMetrics(10, 20, 30, 40, None)

    assert combined([first, second]) == PostMetrics(11, 22, 33, 44, None)
    assert combined([first, second._replace(impressions=7)]).impressions == 7


def test_a_post_is_compared_with_the_median_of_at_least_five_others_of_its_kind_and_mark() -> None:
    post = measured(12)

    assert times_usual(post, MeasuredAge.DAY, [*OTHERS, post]) == 2
    assert times_usual(post, MeasuredAge.DAY, [*OTHERS[:4], post]) is None
    assert times_usual(post, MeasuredAge.DAY, [*OTHERS[:4], OTHERS[4]._replace(kind=PostKind.GREETING)]) is None
    assert times_usual(post, MeasuredAge.DAY, [*OTHERS[:4], measured(1, mark=MeasuredAge.HOUR, days_ago=5)]) is None


def test_posts_from_long_before_do_not_count_and_nothing_is_a_multiple_of_no_reaction() -> None:
    silent = [measured(0, days_ago=day) for day in range(1, 6)]

    assert times_usual(measured(12), MeasuredAge.DAY, [*OTHERS[:4], measured(6, days_ago=91)]) is None
    assert times_usual(measured(12), MeasuredAge.DAY, silent) is None


def test_all_reactions_count_and_impressions_are_none() -> None:
    assert Measurement(PostMetrics(1, 2, 3, 4, 500), NOON).reactions == 10


def test_words_come_the_latest_first_with_the_age_to_half_an_hour_at_first() -> None:
    ages = {MeasuredAge.HOUR: 95 * MINUTE, MeasuredAge.DAY: 30 * HOUR, MeasuredAge.WEEK: 7 * DAY + HOUR}
    measured = {mark: Measurement(PostMetrics(1_200, 0, 0, 0), NOON + age) for mark, age in ages.items()}

    words = measurement_words(Performance(X_ID, PostKind.THANKS, measured), {MeasuredAge.DAY: 1.1}, "ko")

    assert [(each.after, each.usual) for each in words] == [
        ("7일 뒤", ""),
        ("30시간 뒤", "보통 수준"),
        ("1시간 30분 뒤", ""),
    ]
    assert words[0].numbers == "♥ 1,200 · 답글 0 · 재게시 0 · 인용 0"  # X states no impressions


@pytest.mark.parametrize(
    ("times", "text"),
    [(0, "보통의 0%"), (0.4, "보통의 40%"), (1, "보통 수준"), (1.2, "보통의 1.2배"), (2, "보통의 2배"), (None, "")],
)
def test_more_than_usual_is_a_multiple_and_less_a_share(times: float | None, text: str) -> None:
    assert usual_text(times, "ko") == text
