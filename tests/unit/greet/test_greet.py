"""Each working morning is greeted once, in time, and never with the same text twice in a row."""

from copy import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from desk.brand import WorkingHours
from desk.errors import QueueUnavailable, StoreBusy
from desk.posts.errors import SameText
from desk.posts.greeting_log import LastGreeting
from desk.posts.model import NewPost, PostKind, PostState
from desk.posts.submit import PostSubmitter, Submitted
from greet.greet import Greet, Greeted, GreetReport
from tests.brands import small_brand
from tests.fakes.posts import FakeGreetingLog, FakePostQueue, FakePostStore, FakePostTimer

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SEOUL).astimezone(UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
THREE = ("좋은 아침이에요!", "오늘도 잘 부탁드려요.", "문 열었습니다!")


class Scene:
    """Mornings at nine; `now` is the machine's time."""

    def __init__(self, *greetings: str, holidays: frozenset[date] = frozenset()) -> None:
        hours = WorkingHours(small_brand().hours.days, holidays)
        self.brand = small_brand(greetings=greetings or THREE, hours=hours)
        self.now = MONDAY
        self.log, self.posts, self.queue = FakeGreetingLog(), FakePostStore(), FakePostQueue()
        self.unheard: list[QueueUnavailable] = []

    def fires(self, at: datetime, *, late: timedelta = timedelta(seconds=2)) -> GreetReport:
        """The schedule of this moment fires, so much later."""
        self.now = at + late
        accept = PostSubmitter(self.posts, self.queue, FakePostTimer(), lambda: self.now, self.unheard.append)
        return Greet(self.log, accept, self.brand, lambda: self.now).run(at)

    def mornings(self, days: int) -> dict[date, GreetReport]:
        reports = [self.fires(MONDAY + ahead * DAY) for ahead in range(days)]
        return {report.day: report for report in reports}

    @property
    def said(self) -> list[str]:
        """What was queued, the earliest first."""
        return [post.text for post in sorted(self.posts.posts.values(), key=lambda post: post.accepted_at)]


def test_a_working_morning_is_greeted_by_a_post_that_expires_half_an_hour_later() -> None:
    scene = Scene()

    report = scene.fires(MONDAY)

    [post] = scene.posts.posts.values()
    assert report == GreetReport(date(2026, 11, 23), Greeted.QUEUED, post)
    assert (post.id, post.kind, post.text, post.by) == (
        "greeting-2026-11-23",
        PostKind.GREETING,
        THREE[0],
        "schedule",
    )
    assert (post.state, post.expires_at) == (PostState.QUEUED, MONDAY + 30 * MINUTE)
    assert scene.queue.ids == [post.id]


def test_days_off_hear_nothing() -> None:
    scene = Scene(holidays=frozenset({date(2026, 11, 25)}))

    reports = scene.mornings(7)

    assert [report.outcome for report in reports.values()] == [
        Greeted.QUEUED,
        Greeted.QUEUED,
        Greeted.DAY_OFF,
        Greeted.QUEUED,
        Greeted.QUEUED,
        Greeted.DAY_OFF,
        Greeted.DAY_OFF,
    ]
    assert len(scene.posts.posts) == 4


def test_a_day_is_the_desks_own() -> None:
    scene = Scene()
    monday_in_seoul_sunday_in_utc = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    report = scene.fires(monday_in_seoul_sunday_in_utc)

    assert (report.day, report.outcome) == (date(2026, 11, 23), Greeted.QUEUED)


def test_what_fires_twice_greets_once() -> None:
    scene = Scene()

    outcomes = [scene.fires(MONDAY).outcome, scene.fires(MONDAY).outcome, scene.fires(MONDAY + 5 * MINUTE).outcome]

    assert outcomes == [Greeted.QUEUED, Greeted.ALREADY, Greeted.ALREADY]
    assert len(scene.posts.posts) == len(scene.queue.sent) == 1


@pytest.mark.parametrize("step", ["get", "holder", "add"])
def test_two_that_fire_at_once_greet_once(step: str) -> None:
    scene = Scene()
    scene.posts.meanwhile[step] = [lambda: scene.fires(MONDAY)]

    report = scene.fires(MONDAY)

    assert report.outcome is Greeted.ALREADY
    assert [post.id for post in scene.posts.posts.values()] == ["greeting-2026-11-23"]


def test_the_greeting_of_a_morning_that_was_refused_by_x_is_not_said_again() -> None:
    scene = Scene()
    post = scene.fires(MONDAY).post
    assert post is not None
    scene.posts.put(replace(post, state=PostState.REFUSED))

    assert scene.fires(MONDAY + 5 * MINUTE).outcome is Greeted.ALREADY

    assert len(scene.posts.posts) == 1


def test_half_an_hour_late_is_in_time_and_more_is_too_late() -> None:
    scene = Scene()

    assert scene.fires(MONDAY, late=31 * MINUTE).outcome is Greeted.TOO_LATE
    assert (scene.posts.posts, scene.log.remembered) == ({}, None)

    assert scene.fires(MONDAY, late=29 * MINUTE).outcome is Greeted.QUEUED


def test_the_greetings_come_in_turn_over_weekends() -> None:
    scene = Scene()

    scene.mornings(12)

    assert scene.said == [*THREE, *THREE, *THREE, THREE[0]]


def test_two_greetings_take_turns() -> None:
    scene = Scene(*THREE[:2])

    scene.mornings(8)

    assert scene.said == [*THREE[:2]] * 3


def test_a_single_greeting_is_said_on_every_other_working_morning() -> None:
    scene = Scene(THREE[0])

    reports = scene.mornings(9)

    assert [report.day.day for report in reports.values() if report.outcome is Greeted.QUEUED] == [23, 25, 27, 1]
    assert [report.day.day for report in reports.values() if report.outcome is Greeted.SILENT] == [24, 26, 30]


def test_a_silent_morning_that_fires_twice_stays_silent() -> None:
    scene = Scene(THREE[0])
    scene.fires(MONDAY)

    outcomes = [scene.fires(MONDAY + DAY).outcome for _ in range(2)]

    assert outcomes == [Greeted.SILENT] * 2
    assert len(scene.posts.posts) == 1


def test_a_text_that_was_taken_out_of_the_list_lets_it_begin_anew() -> None:
    scene = Scene()
    scene.log.remembered = LastGreeting(date(2026, 11, 20), "옛 인사")

    scene.fires(MONDAY)

    assert scene.said == [THREE[0]]


@pytest.mark.parametrize("greetings", [1, 2, 3])
def test_no_two_mornings_in_a_row_hear_the_same_whatever_is_lost_or_fires_twice(greetings: int) -> None:
    scene = Scene(*THREE[:greetings])
    faults = [
        lambda: scene.log.fail_before.append("last"),
        lambda: scene.log.fail_before.append("remember"),
        lambda: scene.log.fail_after.append("remember"),
        lambda: scene.posts.fail_before.append("get"),
        lambda: scene.posts.fail_before.append("add"),
        lambda: scene.posts.fail_after.append("add"),
        lambda: None,
    ]
    for ahead in range(60):
        faults[ahead % len(faults)]()
        for _ in range(3):
            try:
                scene.fires(MONDAY + ahead * DAY)
            except StoreBusy:
                continue

    by_day = {post.id: post.text for post in scene.posts.posts.values()}
    working = [day for ahead in range(60) if (day := (MONDAY + ahead * DAY).date()).weekday() < 5]
    texts = [by_day.get(f"greeting-{day.isoformat()}") for day in working]
    assert all(one != other or one is None for one, other in pairwise(texts))
    assert len(scene.queue.sent) <= len(scene.posts.posts)
    assert sum(text is not None for text in texts) == len(working) // (2 if greetings == 1 else 1)


def test_a_run_that_failed_after_it_remembered_is_made_good_by_the_next_with_the_same_text() -> None:
    scene = Scene()
    scene.posts.busy = {"add"}
    with pytest.raises(StoreBusy):
        scene.fires(MONDAY)
    scene.posts.busy = set()

    report = scene.fires(MONDAY, late=2 * MINUTE)

    assert report.outcome is Greeted.QUEUED
    assert scene.said == [THREE[0]]


def test_another_text_remembered_for_the_morning_by_another_version_is_the_one_that_is_said() -> None:
    scene = Scene()
    scene.log.remembered = LastGreeting(date(2026, 11, 23), "새 인사")

    scene.fires(MONDAY)

    assert scene.said == ["새 인사"]


def test_a_morning_that_is_over_is_not_greeted_after_a_later_one() -> None:
    scene = Scene()
    scene.fires(MONDAY + DAY)

    report = scene.fires(MONDAY)

    assert report.outcome is Greeted.TOO_LATE
    assert len(scene.posts.posts) == 1


def test_two_versions_that_fire_at_once_say_what_the_first_remembered() -> None:
    scene, other = Scene(), LastGreeting(date(2026, 11, 23), "새 인사")

    class Overtaken(FakeGreetingLog):
        def last(self) -> LastGreeting | None:
            seen = super().last()
            self.remembered = other
            return seen

    scene.log = Overtaken()

    scene.fires(MONDAY)

    assert scene.said == ["새 인사"]


class Unwilling:
    """An Accept that refuses."""

    def submit(self, new: NewPost) -> Submitted:
        raise SameText("an-earlier-one")


def test_a_greeting_that_may_not_be_said_is_told_and_not_tried_again() -> None:
    scene = Scene()

    report = Greet(scene.log, Unwilling(), scene.brand, lambda: MONDAY).run(MONDAY)

    assert report.outcome is Greeted.REFUSED
    assert "an-earlier-one" in report.detail


def test_a_queue_that_is_down_leaves_the_greeting_to_the_sweep() -> None:
    scene = Scene()
    scene.queue.down = True

    assert scene.fires(MONDAY).outcome is Greeted.QUEUED
    assert (len(scene.posts.posts), len(scene.unheard)) == (1, 1)
