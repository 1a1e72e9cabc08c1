"""Own posts are measured once for each mark, for as little as X takes."""

from datetime import datetime, timedelta

import pytest

from desk.errors import BadRequest, DeskError, OverBudget, RateLimited, Unavailable
from desk.posts.model import PostKind, PostState
from desk.posts.performance import MeasuredAge, Measurement
from desk.x.model import PostMetrics, time_of
from measure_posts.measure import MeasureReport, PostMeasurer
from tests.fakes.posts import FakePerformances, FakePosts
from tests.fakes.x import FakeX
from tests.unit.posts.scene import NOON, a_post

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIVE_PAST = HOUR + 5 * MINUTE
"""The age of the post of noon in the first run in which it is due."""


class Scene:
    """A desk whose posts are on X, and the function that measures them."""

    def __init__(self) -> None:
        self.now = NOON
        self.x = FakeX(lambda: self.now)
        self.posts, self.performances = FakePosts(), FakePerformances()

    def publishes(self, kind: PostKind = PostKind.ANNOUNCEMENT, *, at: datetime = NOON, likes: int = 0) -> str:
        """The desk publishes a post; its id on X."""
        x_id = self.x.add_own_post(f"소식 {len(self.x.made)}", at=at)
        reply = {"in_reply_to": "77"} if kind is PostKind.REPLY else {}
        post = a_post(kind=kind, state=PostState.PUBLISHED, at=time_of(x_id), x_id=x_id, **reply)
        self.posts.put(post)
        self.x.metrics[x_id] = PostMetrics(likes, 3, 5, 1, 1_240)
        return x_id

    def runs(self, after: timedelta, holder: str = "run-1", *, has_time: bool = True) -> MeasureReport:
        """The schedule fires so long after noon."""
        self.now = NOON + after
        measurer = PostMeasurer(self.x, self.posts, self.performances, lambda: self.now)
        return measurer.measure(self.now, holder, lambda: has_time)

    def measured(self, x_id: str) -> dict[MeasuredAge, Measurement]:
        known = self.performances.performances.get(x_id)
        return dict(known.measured) if known else {}

    def likes(self, x_id: str) -> dict[MeasuredAge, int]:
        return {mark: each.metrics.likes for mark, each in self.measured(x_id).items()}

    def asked(self) -> list[str]:
        """The calls of X, by method."""
        return [call.name for call in self.x.calls]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_post_is_measured_after_an_hour_a_day_and_a_week_by_one_cheap_call_each(scene: Scene) -> None:
    x_id = scene.publishes()

    for likes, after in enumerate([HOUR / 2, FIVE_PAST, 2 * HOUR, DAY + 5 * MINUTE, 2 * DAY, 7 * DAY + 5 * MINUTE]):
        scene.x.metrics[x_id] = PostMetrics(likes, 3, 5, 1, 1_240)
        scene.runs(after)

    assert scene.likes(x_id) == {MeasuredAge.HOUR: 1, MeasuredAge.DAY: 3, MeasuredAge.WEEK: 5}
    assert scene.measured(x_id)[MeasuredAge.HOUR] == Measurement(PostMetrics(1, 3, 5, 1, 1_240), NOON + FIVE_PAST)
    assert scene.asked() == ["own_post"] * 3


def test_posts_of_the_timeline_are_measured_and_replies_are_not(scene: Scene) -> None:
    kinds = {kind: scene.publishes(kind) for kind in PostKind}

    report = scene.runs(FIVE_PAST)

    assert {kind for kind, x_id in kinds.items() if scene.measured(x_id)} == set(PostKind) - {PostKind.REPLY}
    assert (report.measured, report.left, report.problem) == (5, [], "")
    assert scene.performances.performances[kinds[PostKind.GREETING]].kind is PostKind.GREETING


def test_a_post_that_people_wrote_on_x_is_measured_like_one_of_the_desk(scene: Scene) -> None:
    x_id = scene.x.add_own_post("손으로 쓴 소식", at=NOON)
    scene.x.metrics[x_id] = PostMetrics(7, 3, 5, 1, 1_240)
    scene.performances.record_shown(x_id, "손으로 쓴 소식")

    for after in (FIVE_PAST, DAY + MINUTE, 7 * DAY + MINUTE):
        assert scene.runs(after).measured == 1

    known = scene.performances.performances[x_id]
    assert (known.kind, known.text, set(known.measured)) == (None, "손으로 쓴 소식", set(MeasuredAge))
    assert scene.asked() == ["own_post"] * 3


@pytest.mark.parametrize("apart", [timedelta(seconds=-20), timedelta(seconds=20)])
def test_a_post_of_the_desk_that_the_timeline_showed_before_keeps_its_kind(scene: Scene, apart: timedelta) -> None:
    """At the first and the last moment, too, whatever time the desk's clock had when X answered."""
    for number, at in enumerate((NOON, NOON + 2 * HOUR - timedelta(seconds=10))):
        x_id = scene.x.add_own_post(f"소식 {number}", at=at)
        scene.performances.record_shown(x_id, f"소식 {number}")
        scene.posts.put(a_post(state=PostState.PUBLISHED, at=at + apart, x_id=x_id, id=f"post-{number}"))

    scene.runs(3 * HOUR)

    found = scene.performances.performances.values()
    assert [(each.kind, set(each.measured)) for each in found] == [(PostKind.ANNOUNCEMENT, {MeasuredAge.HOUR})] * 2


def test_a_post_of_the_desk_that_was_taken_down_is_not_measured_as_one_of_people(scene: Scene) -> None:
    x_id = scene.publishes()
    scene.runs(FIVE_PAST)
    scene.posts.posts.clear()

    assert scene.runs(DAY + MINUTE) == MeasureReport()
    assert (scene.asked(), set(scene.measured(x_id))) == (["own_post"], {MeasuredAge.HOUR})


def test_only_posts_of_the_hours_in_which_they_can_be_due_are_read_from_the_table(scene: Scene) -> None:
    scene.publishes(at=NOON - 3 * DAY)

    scene.runs(FIVE_PAST)

    assert (scene.posts.calls["between"], scene.asked()) == (3, [])


def test_a_run_that_fires_twice_pays_nothing_twice_and_leaves_the_first_numbers(scene: Scene) -> None:
    x_id = scene.publishes(likes=12)
    scene.runs(FIVE_PAST)
    scene.x.metrics[x_id] = PostMetrics(99, 0, 0, 0)

    again = scene.runs(FIVE_PAST, "run-2")

    assert (scene.likes(x_id), scene.asked(), again.measured, again.left) == (
        {MeasuredAge.HOUR: 12},
        ["own_post"],
        0,
        [],
    )


def test_of_two_runs_at_the_same_time_one_pays(scene: Scene) -> None:
    x_id = scene.publishes(likes=12)
    scene.performances.meanwhile["claim"] = [lambda: scene.runs(FIVE_PAST, "run-2")]

    report = scene.runs(FIVE_PAST, "run-1")

    assert (scene.likes(x_id), scene.asked(), report.measured, report.left) == (
        {MeasuredAge.HOUR: 12},
        ["own_post"],
        0,
        [],
    )


def test_a_deleted_post_is_looked_up_once_and_never_again(scene: Scene) -> None:
    x_id = scene.publishes()
    scene.runs(FIVE_PAST)
    scene.x.delete_post(x_id)
    scene.x.calls.clear()

    report = scene.runs(DAY + 5 * MINUTE)
    scene.runs(7 * DAY + 5 * MINUTE)

    known = scene.performances.performances[x_id]
    assert (report.gone, report.left, known.gone_at) == (1, [], NOON + DAY + 5 * MINUTE)
    assert set(known.measured) == {MeasuredAge.HOUR}
    assert scene.asked() == ["own_post", "posts"]


def test_a_post_that_a_person_took_down_is_not_measured(scene: Scene) -> None:
    scene.publishes()
    (post,) = scene.posts.posts.values()
    scene.posts.put(post._replace(state=PostState.TAKEN_DOWN))

    scene.runs(FIVE_PAST)

    assert scene.asked() == []


def test_an_edited_post_has_the_metrics_of_all_its_versions(scene: Scene) -> None:
    x_id = scene.publishes(likes=2)
    later = scene.x.edit_own_post(x_id, "고친 소식")
    scene.x.metrics[later] = PostMetrics(10, 1, 1, 1, 60)

    scene.runs(FIVE_PAST)

    assert scene.measured(x_id)[MeasuredAge.HOUR].metrics == PostMetrics(12, 4, 6, 2, 1_300)
    assert scene.asked() == ["own_post", "posts", "posts"]


def test_a_post_too_far_back_for_the_timeline_is_looked_up_by_its_id(scene: Scene) -> None:
    x_id = scene.publishes(likes=2)
    scene.x.out_of_reach.add(x_id)

    scene.runs(7 * DAY + 5 * MINUTE)

    assert scene.likes(x_id) == {MeasuredAge.WEEK: 2}
    assert scene.asked() == ["own_post", "posts"]


def test_ids_that_the_timeline_does_not_take_are_looked_up_and_stop_nobody(scene: Scene) -> None:
    refused, other = (scene.publishes(likes=2) for _ in range(2))
    scene.x.fail("own_post", BadRequest("since_id"), times=1)
    scene.x.fail("posts", BadRequest("ids"), times=1)

    report = scene.runs(FIVE_PAST)

    assert (scene.likes(refused), scene.likes(other)) == ({}, {MeasuredAge.HOUR: 2})
    assert (report.measured, report.left) == (1, [refused])


def test_a_post_of_which_x_says_nothing_is_left_to_a_later_run(scene: Scene) -> None:
    x_id = scene.publishes(likes=2)
    scene.x.out_of_reach.add(x_id)
    scene.x.hidden.add(x_id)
    scene.x.silent_about.add(x_id)

    left = scene.runs(FIVE_PAST).left
    scene.x.silent_about.clear()
    scene.x.hidden.clear()
    scene.runs(FIVE_PAST + 30 * MINUTE, "run-2")
    scene.runs(FIVE_PAST + 60 * MINUTE, "run-3")

    assert left == [x_id]
    assert scene.measured(x_id)[MeasuredAge.HOUR].measured_at == NOON + FIVE_PAST + 60 * MINUTE
    assert scene.asked() == ["own_post", "posts"] * 2  # the run in between pays nothing


@pytest.mark.parametrize(
    "error", [Unavailable("down"), RateLimited("too many", NOON + HOUR), OverBudget("performance", "day", NOON + HOUR)]
)
def test_an_error_of_x_ends_the_run_and_a_later_one_goes_on_while_there_is_time(scene: Scene, error: DeskError) -> None:
    ids = [scene.publishes(likes=place) for place in range(3)]
    scene.x.fail("own_post", error, first=2, times=1)

    report = scene.runs(FIVE_PAST)
    scene.runs(FIVE_PAST + HOUR, "run-2")

    assert (report.measured, report.left) == (1, ids[1:])
    assert type(error).__name__ in report.problem
    assert [scene.likes(x_id) for x_id in ids] == [{MeasuredAge.HOUR: place} for place in range(3)]


def test_after_a_long_outage_a_number_that_came_too_late_is_left_out(scene: Scene) -> None:
    x_id = scene.publishes(likes=2)
    scene.x.fail("own_post", Unavailable("down"))

    scene.runs(FIVE_PAST)
    scene.runs(FIVE_PAST + HOUR, "run-2")
    scene.x.recover()
    report = scene.runs(4 * HOUR, "run-3")
    scene.runs(DAY + 5 * MINUTE, "run-4")

    assert report == MeasureReport()
    assert scene.likes(x_id) == {MeasuredAge.DAY: 2}


def test_when_the_time_is_over_the_rest_is_left(scene: Scene) -> None:
    x_id = scene.publishes()

    report = scene.runs(FIVE_PAST, has_time=False)

    assert (report.measured, report.left, scene.asked()) == (0, [x_id], [])


@pytest.mark.parametrize("method", ["get_many", "claim", "record"])
def test_busy_tables_end_the_run_with_a_reason_and_its_usage(scene: Scene, method: str) -> None:
    x_id = scene.publishes(likes=2)
    scene.performances.fail_before = [method]

    report = scene.runs(FIVE_PAST)
    scene.runs(FIVE_PAST + HOUR, "run-2")

    assert "StoreBusy" in report.problem
    assert report.usage.calls == (1 if method == "record" else 0)
    assert scene.likes(x_id) == {MeasuredAge.HOUR: 2}
