from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from local.aws.deploy import Deployed
from local.aws.guarded import keep_still
from local.aws.timers import Timer, Timers, timer_of

QUEUE = "arn:aws:sqs:ap-northeast-2:000000000000:posts"
NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def schedule(name: str, expression: str, **more: Any) -> dict[str, Any]:
    return {
        "Arn": f"arn:aws:scheduler:r:1:schedule/dorothy-posts/{name}",
        "Name": name,
        "GroupName": "dorothy-posts",
        "State": "ENABLED",
        "ScheduleExpression": expression,
        "LastModificationDate": NINE,
        "Target": {"Arn": QUEUE, "Input": f"wake {name}"},
        **more,
    }


class FakeAws:
    """Scheduler and queue in one."""

    def __init__(self, *schedules: dict[str, Any]) -> None:
        self.schedules = {one["Name"]: one for one in schedules}
        self.sent: list[str] = []
        self.reads = 0

    def client(self, _service: str) -> Any:
        return self

    def list_schedules(self) -> Any:
        return {"Schedules": list(self.schedules.values())}

    def get_schedule(self, **asked: str) -> Any:
        self.reads += 1
        assert asked["GroupName"] == "dorothy-posts"
        return self.schedules[asked["Name"]]

    def delete_schedule(self, **asked: str) -> None:
        assert asked["GroupName"] == "dorothy-posts"
        del self.schedules[asked["Name"]]

    def get_queue_url(self, **asked: str) -> Any:
        return {"QueueUrl": f"http://{asked['QueueName']}"}

    def send_message(self, **message: str) -> None:
        assert message["QueueUrl"] == "http://posts"
        self.sent.append(message["MessageBody"])


def timers(aws: Any) -> Timers:
    return Timers(Deployed(aws, "dorothy", {}, {}))


def test_a_one_time_schedule_is_read_in_its_own_zone() -> None:
    here = schedule("p1", "at(2026-11-24T09:00:00)", ScheduleExpressionTimezone="Asia/Seoul")

    assert timer_of(here) == Timer("dorothy-posts", "p1", NINE, QUEUE, "wake p1")


@pytest.mark.parametrize(
    "other", [schedule("s", "rate(5 minutes)"), schedule("p1", "at(2026-11-24T00:00:00)", State="DISABLED")]
)
def test_recurring_and_disabled_schedules_are_no_timers(other: dict[str, Any]) -> None:
    assert timer_of(other) is None


def test_those_whose_moment_has_come_are_due_the_earliest_first() -> None:
    aws = FakeAws(
        schedule("late", "at(2026-11-24T00:00:00)"),
        schedule("early", "at(2026-11-23T23:00:00)"),
        schedule("later", "at(2026-11-24T00:00:01)"),
    )

    assert [timer.name for timer in timers(aws).due(NINE)] == ["early", "late"]


def test_a_timer_is_sent_once_and_removed() -> None:
    aws = FakeAws(schedule("p1", "at(2026-11-24T00:00:00)"))
    standing = timers(aws)

    for timer in standing.due(NINE):
        standing.fire(timer)

    assert aws.sent == ["wake p1"]
    assert standing.due(NINE) == []


def test_a_removed_timer_is_not_due() -> None:
    aws = FakeAws(schedule("p1", "at(2026-11-24T00:00:00)"))
    standing = timers(aws)
    standing.due(NINE)
    aws.delete_schedule(Name="p1", GroupName="dorothy-posts")

    assert standing.due(NINE) == []


def test_a_schedule_is_read_again_only_when_it_changed() -> None:
    aws = FakeAws(schedule("p1", "at(2026-11-25T00:00:00)"))
    standing = timers(aws)
    standing.due(NINE)
    standing.due(NINE)
    before = aws.reads
    moved = schedule("p1", "at(2026-11-24T00:00:00)", LastModificationDate=datetime(2026, 11, 24, 0, 1, tzinfo=UTC))
    aws.schedules["p1"] = moved

    assert [timer.name for timer in standing.due(NINE)] == ["p1"]
    assert (before, aws.reads) == (1, 2)


def test_the_local_aws_fires_no_schedule_itself() -> None:
    scheduler, started = ModuleType("scheduler"), list[str]()
    scheduler.start_scheduler = lambda: started.append("ticker")  # type: ignore[attr-defined]

    keep_still(scheduler)
    scheduler.start_scheduler()

    assert started == []
