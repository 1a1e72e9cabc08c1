"""Each working morning is greeted once, in time, and never with the same text twice in a row."""

import json
from collections.abc import Iterator
from copy import replace
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from moto import mock_aws

from desk.brand import DayGreeting, WorkingHours
from desk.errors import QueueUnavailable, StoreBusy
from desk.posts.model import LastGreeting, PostKind, PostState
from desk.posts.queue import QueueTimer
from desk.posts.store import PostStoreItems
from desk.posts.submit import PostSubmitter
from greet import handler
from greet.greet import Greeter, GreetingOutcome, GreetingReport
from tests.brands import small_brand
from tests.fakes.posts import FakePostQueue, FakePosts
from tests.tables import REGION, create_tables

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
        self.posts, self.queue = FakePosts(), FakePostQueue()
        self.queue_errors: list[QueueUnavailable] = []

    def clock(self) -> datetime:
        return self.now

    def fires(self, at: datetime, *, late: timedelta = timedelta(seconds=2)) -> GreetingReport:
        """The schedule of this moment fires, so much later."""
        self.now = at + late
        submitter = PostSubmitter(
            self.posts,
            self.queue,
            QueueTimer(self.queue, self.clock),
            self.clock,
            self.queue_errors.append,
            approval=(),
        )
        return Greeter(self.posts, submitter, self.brand, self.clock).plan_greeting(at)

    def mornings(self, days: int) -> dict[date, GreetingReport]:
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
    assert report == GreetingReport(date(2026, 11, 23), GreetingOutcome.PLANNED, post)
    assert (post.id, post.kind, post.text, post.by) == (
        "greeting-2026-11-23",
        PostKind.GREETING,
        THREE[0],
        "schedule",
    )
    assert (post.state, post.expires_at) == (PostState.QUEUED, MONDAY + 30 * MINUTE)
    assert scene.queue.ids == [post.id]


QUARTER = 15 * MINUTE


def test_the_greeting_is_a_draft_for_a_quarter_of_an_hour_and_goes_out_at_its_time() -> None:
    scene = Scene()

    report = scene.fires(MONDAY - QUARTER)

    [post] = scene.posts.posts.values()
    assert report.outcome is GreetingOutcome.PLANNED
    assert (post.state, post.publish_at, post.expires_at) == (PostState.SCHEDULED, MONDAY, MONDAY + 30 * MINUTE)
    assert scene.queue.sent == [(post.id, 898)]  # two seconds after the schedule


def test_a_schedule_that_comes_late_greets_at_once_and_in_the_same_half_hour() -> None:
    scene = Scene()

    scene.fires(MONDAY - QUARTER, late=QUARTER + 20 * MINUTE)

    [post] = scene.posts.posts.values()
    assert (post.state, post.expires_at) == (PostState.QUEUED, MONDAY + 30 * MINUTE)


def test_without_a_draft_the_schedule_fires_at_the_time_and_greets_at_once() -> None:
    scene = Scene()
    scene.brand = scene.brand._replace(greeting_lead=timedelta(0))

    scene.fires(MONDAY)

    assert [post.state for post in scene.posts.posts.values()] == [PostState.QUEUED]


def test_a_greeting_that_people_skipped_is_not_planned_again() -> None:
    scene = Scene()
    post = scene.fires(MONDAY - QUARTER).post
    assert post is not None
    scene.posts.put(replace(post, state=PostState.CANCELLED))

    assert scene.fires(MONDAY - QUARTER).outcome is GreetingOutcome.ALREADY
    assert scene.posts.posts[post.id].state is PostState.CANCELLED


def test_the_text_that_people_gave_a_greeting_is_not_the_next_mornings() -> None:
    scene = Scene()
    post = scene.fires(MONDAY - QUARTER).post
    assert post is not None
    scene.posts.put(replace(post, text=THREE[1]))

    scene.fires(MONDAY + DAY - QUARTER)

    assert scene.said == [THREE[1], THREE[2]]


def test_days_off_have_no_greeting() -> None:
    scene = Scene(holidays=frozenset({date(2026, 11, 25)}))

    reports = scene.mornings(7)

    assert [report.outcome for report in reports.values()] == [
        GreetingOutcome.PLANNED,
        GreetingOutcome.PLANNED,
        GreetingOutcome.DAY_OFF,
        GreetingOutcome.PLANNED,
        GreetingOutcome.PLANNED,
        GreetingOutcome.DAY_OFF,
        GreetingOutcome.DAY_OFF,
    ]
    assert len(scene.posts.posts) == 4


def test_a_day_is_a_day_of_the_desks_zone() -> None:
    scene = Scene()
    monday_in_seoul_sunday_in_utc = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    report = scene.fires(monday_in_seoul_sunday_in_utc)

    assert (report.day, report.outcome) == (date(2026, 11, 23), GreetingOutcome.PLANNED)


def test_the_greeting_that_people_have_set_for_a_day_takes_that_days_turn() -> None:
    scene = Scene()
    scene.brand = scene.brand._replace(greeting_today=DayGreeting(date(2026, 11, 24), "수능 보시는 분들, 힘내세요!"))

    scene.mornings(3)

    assert scene.said == [THREE[0], "수능 보시는 분들, 힘내세요!", THREE[0]]


def test_the_greeting_of_a_day_is_not_what_was_said_the_morning_before() -> None:
    scene = Scene()
    scene.brand = scene.brand._replace(greeting_today=DayGreeting(date(2026, 11, 24), THREE[0]))

    scene.mornings(2)

    assert scene.said == [THREE[0], THREE[1]]


def test_a_schedule_that_fires_twice_queues_one_greeting() -> None:
    scene = Scene()

    outcomes = [scene.fires(MONDAY).outcome, scene.fires(MONDAY).outcome, scene.fires(MONDAY + 5 * MINUTE).outcome]

    assert outcomes == [GreetingOutcome.PLANNED, GreetingOutcome.ALREADY, GreetingOutcome.ALREADY]
    assert len(scene.posts.posts) == len(scene.queue.sent) == 1


@pytest.mark.parametrize("step", ["get", "holder", "add"])
def test_two_schedules_that_fire_at_once_queue_one_greeting(step: str) -> None:
    scene = Scene()
    scene.posts.meanwhile[step] = [lambda: scene.fires(MONDAY)]

    report = scene.fires(MONDAY)

    assert report.outcome is GreetingOutcome.ALREADY
    assert [post.id for post in scene.posts.posts.values()] == ["greeting-2026-11-23"]


def test_a_greeting_that_x_refused_is_not_queued_again() -> None:
    scene = Scene()
    post = scene.fires(MONDAY).post
    assert post is not None
    scene.posts.put(replace(post, state=PostState.REFUSED))

    assert scene.fires(MONDAY + 5 * MINUTE).outcome is GreetingOutcome.ALREADY

    assert len(scene.posts.posts) == 1


def test_half_an_hour_late_is_in_time_and_more_is_too_late() -> None:
    scene = Scene()

    assert scene.fires(MONDAY, late=31 * MINUTE).outcome is GreetingOutcome.TOO_LATE
    assert (scene.posts.posts, scene.posts.greeting) == ({}, None)

    assert scene.fires(MONDAY, late=29 * MINUTE).outcome is GreetingOutcome.PLANNED


@pytest.mark.parametrize(
    ("greetings", "saved", "said"),
    [
        (3, None, [*THREE, *THREE, *THREE, THREE[0]]),
        (2, None, [*THREE[:2]] * 5),
        (3, "옛 인사", [*THREE, *THREE, *THREE, THREE[0]]),  # it is not in the list any more
        (3, THREE[1], [THREE[2], *THREE, *THREE, *THREE]),
    ],
)
def test_the_greetings_take_turns_over_weekends(greetings: int, saved: str | None, said: list[str]) -> None:
    scene = Scene(*THREE[:greetings])
    scene.posts.greeting = LastGreeting(date(2026, 11, 20), saved) if saved else None

    scene.mornings(12)

    assert scene.said == said


@pytest.mark.parametrize("at_once", [True, False])
def test_the_text_that_another_version_saved_for_the_morning_is_the_one_that_is_queued(at_once: bool) -> None:
    scene, other = Scene(), LastGreeting(date(2026, 11, 23), "새 인사")
    if at_once:
        scene.posts.meanwhile["save_greeting"].append(lambda: setattr(scene.posts, "greeting", other))
    else:
        scene.posts.greeting = other

    scene.fires(MONDAY)

    assert scene.said == ["새 인사"]


def test_a_single_greeting_is_queued_on_every_other_working_morning() -> None:
    scene = Scene(THREE[0])

    reports = scene.mornings(9)

    assert [report.day.day for report in reports.values() if report.outcome is GreetingOutcome.PLANNED] == [
        23,
        25,
        27,
        1,
    ]
    assert [report.day.day for report in reports.values() if report.outcome is GreetingOutcome.SILENT] == [24, 26, 30]


@pytest.mark.parametrize("greetings", [1, 2, 3])
def test_no_two_mornings_in_a_row_have_the_same_text_despite_failures_and_repeated_schedules(greetings: int) -> None:
    scene = Scene(*THREE[:greetings])
    faults = [
        lambda: scene.posts.fail_before.append("last_greeting"),
        lambda: scene.posts.fail_before.append("save_greeting"),
        lambda: scene.posts.fail_after.append("save_greeting"),
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


def test_a_morning_that_is_over_is_not_greeted_after_a_later_one() -> None:
    scene = Scene()
    scene.fires(MONDAY + DAY)

    report = scene.fires(MONDAY)

    assert report.outcome is GreetingOutcome.TOO_LATE
    assert len(scene.posts.posts) == 1


def test_a_greeting_that_is_not_accepted_is_reported() -> None:
    scene = Scene()
    scene.fires(MONDAY)
    scene.posts.put(*(post._replace(id="an-earlier-one") for post in scene.posts.posts.values()))
    del scene.posts.posts["greeting-2026-11-23"]
    scene.posts.holders = dict.fromkeys(scene.posts.holders, "an-earlier-one")

    report = scene.fires(MONDAY)

    assert report.outcome is GreetingOutcome.REFUSED
    assert "an-earlier-one" in report.detail


def test_a_queue_that_is_down_leaves_the_greeting_to_the_sweep() -> None:
    scene = Scene()
    scene.queue.down = True

    assert scene.fires(MONDAY).outcome is GreetingOutcome.PLANNED
    assert (len(scene.posts.posts), len(scene.queue_errors)) == (1, 1)


# The handler as it is wired, on moto


if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

EVENT = {"scheduled_time": "2026-11-24T00:00:00Z"}


@dataclass(frozen=True)
class Deployed:
    """The tables and the queue that the handler works with."""

    dynamodb: "DynamoDBClient"
    sqs: "SQSClient"
    posts: PostStoreItems
    queue: str

    def messages(self) -> list[dict[str, Any]]:
        told = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in told]


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with mock_aws():
        dynamodb, sqs = boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION)
        tables, queue = create_tables(dynamodb), sqs.create_queue(QueueName="posts")["QueueUrl"]
        monkeypatch.setenv("POSTS_TABLE", tables.posts)
        monkeypatch.setenv("DESK_TABLE", tables.desk)
        monkeypatch.setenv("POSTS_QUEUE_URL", queue)
        monkeypatch.setattr("greet.wiring.load_brand", small_brand)
        posts = PostStoreItems(dynamodb, posts_table=tables.posts, desk_table=tables.desk)
        yield Deployed(dynamodb, sqs, posts, queue)


def outcomes(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.__dict__["outcome"]) for record in caplog.records if "outcome" in record.__dict__]


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Let the machine have this time."""
    stands = datetime.fromisoformat(moment)
    monkeypatch.setattr("greet.wiring.utc_now", lambda: stands)


def test_a_mornings_event_becomes_a_post_and_a_message(
    deployed: Deployed,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    at(monkeypatch, "2026-11-24T00:00:01Z")

    answers = [handler.lambda_handler(EVENT, object()) for _ in range(2)]

    post = deployed.posts.get("greeting-2026-11-24")
    assert post is not None
    assert (post.text, post.state) == (small_brand().greetings[0], PostState.QUEUED)
    assert deployed.messages() == [{"post_id": post.id}]
    assert answers == [{"outcome": "planned", "post": post.id}, {"outcome": "already", "post": post.id}]
    assert outcomes(caplog) == [("INFO", "planned"), ("INFO", "already")]


def test_a_missed_morning_is_logged_as_an_error(
    deployed: Deployed,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    at(monkeypatch, "2026-11-24T00:31:00Z")

    answer = handler.lambda_handler(EVENT, object())

    assert answer == {"outcome": "too_late", "post": None}
    assert outcomes(caplog) == [("ERROR", "too_late")]
    assert deployed.messages() == []


def test_a_queue_that_is_gone_is_logged_and_leaves_the_post_to_the_sweep(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at(monkeypatch, "2026-11-24T00:00:01Z")
    deployed.sqs.delete_queue(QueueUrl=deployed.queue)

    answer = handler.lambda_handler(EVENT, object())

    assert answer["outcome"] == "planned"
    assert "the sweep" in caplog.text
