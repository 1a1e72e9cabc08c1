"""How posts come to their time: the fake and EventBridge Scheduler keep the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from desk.errors import QueueUnavailable
from desk.posts.queue import PostTimer, PostTimerSchedules, expression
from tests.contract.in_trouble import Broken, refused
from tests.fakes.posts import FakePostTimer
from tests.tables import DYNAMODBS, ENDPOINT, REGION

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

LATER = datetime(2036, 11, 24, 3, 0, tzinfo=UTC)
QUEUE, DEAD_LETTERS = (f"arn:aws:sqs:{REGION}:123456789012:{name}" for name in ("posts", "dead"))
ROLE = "arn:aws:iam::123456789012:role/scheduler"


@dataclass(frozen=True)
class Subject:
    """The timer under test, and the moments that stand, by post."""

    timer: PostTimer
    standing: Callable[[], dict[str, str]]


def client(endpoint: str | None) -> "EventBridgeSchedulerClient":
    return boto3.client(
        "scheduler", region_name=REGION, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test"
    )


def on_scheduler(scheduler: "EventBridgeSchedulerClient") -> Iterator[Subject]:
    group = f"test-{uuid4().hex[:8]}"
    scheduler.create_schedule_group(Name=group)

    def standing() -> dict[str, str]:
        names = [entry["Name"] for entry in scheduler.list_schedules(GroupName=group)["Schedules"]]
        return {name: scheduler.get_schedule(Name=name, GroupName=group)["ScheduleExpression"] for name in names}

    yield Subject(timer_on(scheduler, group), standing)
    scheduler.delete_schedule_group(Name=group)


def timer_on(scheduler: Any, group: str) -> PostTimerSchedules:
    return PostTimerSchedules(scheduler, group=group, queue=QUEUE, role=ROLE, dead_letters=DEAD_LETTERS)


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakePostTimer()
        yield Subject(fake, lambda: {key: expression(at) for key, at in fake.standing.items()})
    elif request.param == "moto":
        with mock_aws():
            yield from on_scheduler(client(None))
    else:
        yield from on_scheduler(client(ENDPOINT))


def test_a_schedule_stands_until_it_is_removed(subject: Subject) -> None:
    subject.timer.set("a", LATER)
    subject.timer.set("b", LATER + timedelta(hours=1))
    assert subject.standing() == {"a": "at(2036-11-24T03:00:00)", "b": "at(2036-11-24T04:00:00)"}

    subject.timer.remove("a")

    assert list(subject.standing()) == ["b"]


def test_setting_the_same_again_changes_nothing(subject: Subject) -> None:
    subject.timer.set("a", LATER)

    subject.timer.set("a", LATER)

    assert subject.standing() == {"a": "at(2036-11-24T03:00:00)"}


def test_removing_what_is_gone_is_no_error(subject: Subject) -> None:
    subject.timer.remove("a")

    assert subject.standing() == {}


def test_a_moment_of_any_zone_is_written_in_utc_and_never_earlier_than_it_is() -> None:
    seoul = timezone(timedelta(hours=9))

    words = [expression(datetime(2026, 3, 8, 11, 59, 59, micro, seoul)) for micro in (0, 1)]

    assert words == ["at(2026-03-08T02:59:59)", "at(2026-03-08T03:00:00)"]


def test_a_schedule_says_all_that_a_one_time_schedule_must() -> None:
    with mock_aws():
        scheduler = client(None)
        scheduler.create_schedule_group(Name="posts")
        timer_on(scheduler, "posts").set("a", LATER)

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


@pytest.mark.parametrize(
    "error",
    [
        refused("ValidationException"),
        refused("ServiceQuotaExceededException"),
        ReadTimeoutError(endpoint_url="https://scheduler"),
    ],
)
def test_a_scheduler_that_takes_nothing_is_unavailable(error: Exception) -> None:
    timer = timer_on(Broken(error), "posts")

    with pytest.raises(QueueUnavailable):
        timer.set("a", LATER)
    with pytest.raises(QueueUnavailable):
        timer.remove("a")


def test_a_group_that_is_missing_does_not_pass_for_a_schedule_that_was_set() -> None:
    with pytest.raises(QueueUnavailable):
        timer_on(Broken(refused("ResourceNotFoundException")), "posts").set("a", LATER)


def test_the_fake_fails_as_it_is_told() -> None:
    down, deaf = FakePostTimer(down=True), FakePostTimer(loses_answers=True)

    for timer in (down, deaf):
        with pytest.raises(QueueUnavailable):
            timer.set("a", LATER)

    assert (down.standing, deaf.standing) == ({}, {"a": LATER})
