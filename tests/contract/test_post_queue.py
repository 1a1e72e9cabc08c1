"""What wakes the publisher: the fakes, SQS and EventBridge Scheduler keep the same promises."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from moto import mock_aws

from desk.errors import QueueUnavailable
from desk.posts.queue import PostQueue, PostQueueSqs, PostTimer, PostTimerSchedules, TimerOnDemand, expression
from tests.contract.in_trouble import Broken, refused
from tests.fakes.posts import FakePostQueue, FakePostTimer
from tests.tables import DYNAMODBS, REGION, local_aws

LATER = datetime(2036, 11, 24, 3, 0, tzinfo=UTC)
QUEUE, DEAD_LETTERS = (f"arn:aws:sqs:{REGION}:123456789012:{name}" for name in ("posts", "dead"))
ROLE = "arn:aws:iam::123456789012:role/scheduler"


class QueueSubject(NamedTuple):
    """The queue under test, and the posts that the publisher would be woken for now."""

    queue: PostQueue
    received: Callable[[], list[str]]


class TimerSubject(NamedTuple):
    """The timer under test, and its schedules by post."""

    timer: PostTimer
    schedules: Callable[[], dict[str, str]]


@contextmanager
def clients(kind: str) -> Iterator[Callable[[Any], Any]]:
    """A maker of clients of moto or of the local AWS."""

    def client(service: Any) -> Any:
        endpoint = None if kind == "moto" else local_aws()
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        return session.client(service, endpoint_url=endpoint)

    if kind == "moto":
        with mock_aws():
            yield client
    else:
        yield client


@pytest.fixture(params=["fake", *DYNAMODBS])
def queue_subject(request: pytest.FixtureRequest) -> Iterator[QueueSubject]:
    if request.param == "fake":
        fake = FakePostQueue()
        yield QueueSubject(fake, lambda: sorted(sent.post_id for sent in fake.sent if not sent.delay_seconds))
        return
    with clients(request.param) as client:
        sqs = client("sqs")
        url = sqs.create_queue(QueueName=f"test-{uuid4().hex[:8]}")["QueueUrl"]

        def received() -> list[str]:
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            return sorted(json.loads(message["Body"])["post_id"] for message in messages)

        yield QueueSubject(PostQueueSqs(sqs, queue_url=url), received)
        sqs.delete_queue(QueueUrl=url)


def timer_on(scheduler: Any, group: str) -> PostTimerSchedules:
    return PostTimerSchedules(scheduler, group=group, queue=QUEUE, role=ROLE, dead_letters=DEAD_LETTERS)


@pytest.fixture(params=["fake", *DYNAMODBS])
def timer_subject(request: pytest.FixtureRequest) -> Iterator[TimerSubject]:
    if request.param == "fake":
        fake = FakePostTimer()
        yield TimerSubject(fake, lambda: {key: expression(at) for key, at in fake.standing.items()})
        return
    with clients(request.param) as client:
        scheduler, group = client("scheduler"), f"test-{uuid4().hex[:8]}"
        scheduler.create_schedule_group(Name=group)

        def schedules() -> dict[str, str]:
            names = [entry["Name"] for entry in scheduler.list_schedules(GroupName=group)["Schedules"]]
            return {name: scheduler.get_schedule(Name=name, GroupName=group)["ScheduleExpression"] for name in names}

        yield TimerSubject(TimerOnDemand(lambda: timer_on(scheduler, group)), schedules)
        scheduler.delete_schedule_group(Name=group)


def test_the_publisher_is_woken_as_often_as_asked_and_not_before_a_delay(queue_subject: QueueSubject) -> None:
    queue_subject.queue.send("later", delay_seconds=900)
    for post_id in ("a", "b", "a"):
        queue_subject.queue.send(post_id)

    assert queue_subject.received() == ["a", "a", "b"]


def test_a_delay_that_sqs_does_not_allow_is_a_mistake(queue_subject: QueueSubject) -> None:
    for delay in (-1, 901):
        with pytest.raises(ValueError, match=str(delay)):
            queue_subject.queue.send("a", delay_seconds=delay)


def test_a_schedule_exists_once_until_it_is_removed(timer_subject: TimerSubject) -> None:
    timer = timer_subject.timer
    for post_id, at in (("a", LATER), ("b", LATER + timedelta(hours=1)), ("a", LATER)):
        timer.set(post_id, at)
    assert timer_subject.schedules() == {"a": "at(2036-11-24T03:00:00)", "b": "at(2036-11-24T04:00:00)"}

    timer.remove("a")
    timer.remove("a")

    assert list(timer_subject.schedules()) == ["b"]


def test_a_schedule_moves_to_another_time_and_is_set_if_there_is_none(timer_subject: TimerSubject) -> None:
    timer = timer_subject.timer
    timer.set("a", LATER)

    for post_id in ("a", "b", "a"):
        timer.move(post_id, LATER + timedelta(hours=1))

    assert timer_subject.schedules() == {"a": "at(2036-11-24T04:00:00)", "b": "at(2036-11-24T04:00:00)"}


def test_a_time_of_any_zone_is_written_in_utc_and_rounded_up() -> None:
    seoul = timezone(timedelta(hours=9))

    words = [expression(datetime(2026, 3, 8, 11, 59, 59, micro, seoul)) for micro in (0, 1)]

    assert words == ["at(2026-03-08T02:59:59)", "at(2026-03-08T03:00:00)"]


@pytest.mark.parametrize("moved", [False, True])
def test_a_schedule_has_all_settings_of_a_one_time_schedule(moved: bool) -> None:
    with clients("moto") as client:
        scheduler = client("scheduler")
        scheduler.create_schedule_group(Name="posts")
        timer = timer_on(scheduler, "posts")
        timer.set("a", LATER)
        if moved:
            timer.move("a", LATER)

        made = scheduler.get_schedule(Name="a", GroupName="posts")

    assert (made["ScheduleExpressionTimezone"], made["FlexibleTimeWindow"]) == ("UTC", {"Mode": "OFF"})
    assert made["ActionAfterCompletion"] == "DELETE"
    assert made["Target"] == {
        "Arn": QUEUE,
        "RoleArn": ROLE,
        "Input": '{"post_id": "a"}',
        "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10},
        "DeadLetterConfig": {"Arn": DEAD_LETTERS},
    }


@pytest.mark.parametrize("error", [refused("NonExistentQueue"), EndpointConnectionError(endpoint_url="https://sqs")])
def test_a_queue_that_fails_is_unavailable(error: Exception) -> None:
    broken: Any = Broken(error)

    with pytest.raises(QueueUnavailable):
        PostQueueSqs(broken, queue_url="https://sqs/1/q").send("a")


@pytest.mark.parametrize(
    "error",
    [
        refused("ValidationException"),
        refused("ServiceQuotaExceededException"),
        ReadTimeoutError(endpoint_url="https://scheduler"),
    ],
)
def test_a_scheduler_that_fails_is_unavailable(error: Exception) -> None:
    timer = timer_on(Broken(error), "posts")

    with pytest.raises(QueueUnavailable):
        timer.set("a", LATER)
    with pytest.raises(QueueUnavailable):
        timer.move("a", LATER)
    with pytest.raises(QueueUnavailable):
        timer.remove("a")


def test_a_missing_schedule_group_is_an_error_when_a_schedule_is_set() -> None:
    timer = timer_on(Broken(refused("ResourceNotFoundException")), "posts")

    with pytest.raises(QueueUnavailable):
        timer.set("a", LATER)
    with pytest.raises(QueueUnavailable):
        timer.move("a", LATER)
